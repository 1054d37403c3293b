"""How a clean table of a copied practice is declared: its source, its key, its day."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from clinic_assets.sources.opendental.instances import instances
from clinic_assets.warehouse.contracts import Sensitivity, column, day_column, declare

ROOM = "opendental"
IS_PRESENT = bool(instances())
"""Whether a practice is configured and planned; else its tables are empty and no asset."""


def declared(
    name: str,
    comment: str,
    *columns: Any,
    day: str | None = None,
    moves_by: Sequence[str] = (),
) -> sa.Table:
    """A clean table. What has a day of its own may move to another one, by its key."""
    key = ("source", *moves_by) if moves_by else ()
    return declare(
        "clean",
        f"{ROOM}_{name}",
        comment,
        column("source", sa.Text, "Source instance.", primary_key=True),
        *columns,
        day_column(day or "0001-01-01: no day of its own."),
        *([sa.UniqueConstraint(*key)] if key else []),
        *([sa.Index(f"ix_{ROOM}_{name}_day", "day")] if day else []),
        room=ROOM,
        moves_by=key,
        is_present=IS_PRESENT,
    )


def key(name: str, sensitivity: Sensitivity = "pseudonym", kind: Any = sa.BigInteger) -> Any:
    """What tells a row from the others of its source."""
    return column(name, kind, None, sensitivity, primary_key=True)


def reference(name: str, comment: str | None = None, sensitivity: Sensitivity = "plain") -> Any:
    """The number of another thing; null where the source says 0."""
    return column(name, sa.BigInteger, comment, sensitivity)


def patient() -> Any:
    """Whom the row is about."""
    return column("patient_id", sa.BigInteger, None, "pseudonym", nullable=False)


def own_clinic(comment: str = "By ClinicNum.") -> Any:
    """The clinic that the source names in the row."""
    return column("clinic_id", sa.Text, comment, nullable=False)
