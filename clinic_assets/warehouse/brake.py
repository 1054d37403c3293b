"""The brake: a file that is empty or shrank needs a person's word before it replaces anything."""

from collections.abc import Sequence
from datetime import date
from statistics import median
from typing import TYPE_CHECKING

import sqlalchemy as sa

from clinic_assets.warehouse.kinds import Kind

if TYPE_CHECKING:
    from clinic_assets.warehouse.intake import Arrival

SMALLEST_JUDGED = 10
"""Rows: below that a day may well be half of another."""
LEAST_REFERENCES = 4
"""Same weekdays needed before their median says anything."""


def is_consented(name: str, sha256: str, consent: Sequence[str]) -> bool:
    """Whether somebody allowed this file, by its name or at least eight characters of its hash."""
    return any(
        word in (name, name.rpartition("/")[2]) or (len(word) >= 8 and sha256.startswith(word))
        for word in consent
    )


def judge(
    connection: sa.Connection, kind: Kind, new: "list[Arrival]", consent: Sequence[str]
) -> None:
    """Refuse the accepted files that need consent and have none, with the reason."""
    earlier = _earlier_sizes(connection, kind)
    for arrival in new:
        if not arrival.is_accepted:
            continue
        if is_consented(arrival.dropped.name, arrival.sha256, consent):
            continue
        reason = _suspicion(arrival, earlier, new)
        if reason:
            arrival.read, arrival.reason = None, f"{reason} {_remedy(arrival)}"


def _suspicion(
    arrival: "Arrival",
    earlier: dict[tuple[str, str], tuple[date | None, int]],
    new: "list[Arrival]",
) -> str | None:
    name, rows = arrival.dropped.name, arrival.rows_in
    if rows == 0:
        return f"{name}: has a header and no rows."
    reference = _reference(arrival, earlier, new)
    if reference is None or reference[0] < SMALLEST_JUDGED or 2 * rows >= reference[0]:
        return None
    return f"{name}: has {rows} rows, less than half of the {reference[0]:g} of {reference[1]}."


def _reference(
    arrival: "Arrival",
    earlier: dict[tuple[str, str], tuple[date | None, int]],
    new: "list[Arrival]",
) -> tuple[float, str] | None:
    name, as_of = arrival.dropped.name, arrival.dropped.as_of
    if (arrival.source, name) in earlier:
        return earlier[arrival.source, name][1], "its last accepted version"
    if as_of is None:
        return None
    known = {key: told for key, told in earlier.items() if key[0] == arrival.source}
    known |= {
        (a.source, a.dropped.name): (a.dropped.as_of, a.rows_in)
        for a in new
        if a.is_accepted and a.source == arrival.source
    }
    sizes = [
        rows
        for (_, other), (day, rows) in known.items()
        if day and other != name and day.weekday() == as_of.weekday() and day < as_of
    ]
    return (median(sizes), "the same weekday") if len(sizes) >= LEAST_REFERENCES else None


def _remedy(arrival: "Arrival") -> str:
    return (
        "If that is right, allow it: `clinic run --consent "
        f"{arrival.sha256[:12]}`, or `consent` in the launchpad. Else drop the complete file."
    )


def _earlier_sizes(
    connection: sa.Connection, kind: Kind
) -> dict[tuple[str, str], tuple[date | None, int]]:
    found = connection.execute(
        sa.text(
            "select source, name, as_of, rows_in from ops.file_ledger"
            " where kind = :kind and is_current"
        ),
        {"kind": kind.name},
    )
    return {(r.source, r.name): (r.as_of, r.rows_in) for r in found}
