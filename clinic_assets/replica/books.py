"""Entries in ops.replica_table and ops.replica_load, in the transaction of the write they tell of."""

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlalchemy as sa

    from clinic_assets.replica.catalog import SourceColumn


@dataclass(frozen=True)
class Standing:
    """How the copy of one table stands: a row of ops.replica_table."""

    instance: str
    table_name: str
    target_name: str
    columns: "tuple[SourceColumn, ...]"
    rows: int = 0
    watermark: dict[str, str] = field(default_factory=dict)
    """Column to the highest value followed, as the source spells it."""
    highest_key: str | None = None
    bytes: int | None = None
    loaded_at: dt.datetime | None = None
    followed_at: dt.datetime | None = None
    verified_at: dt.datetime | None = None
    rows_compared: int | None = None
    rows_differing: int | None = None
    normalised: dict[str, int] = field(default_factory=dict)
    notice: str | None = None


def lock(connection: "sa.Connection", instance: str, table_name: str) -> None:
    """Own a table's copy until the transaction ends: loads, follows and heals wait in turn."""
    raise NotImplementedError


def standing_of(connection: "sa.Connection", instance: str, table_name: str) -> Standing | None:
    """How a table's copy stands, or None when it was never copied."""
    raise NotImplementedError


def standings(connection: "sa.Connection", instance: str) -> dict[str, Standing]:
    """How every copied table of an instance stands, by the source's name."""
    raise NotImplementedError


def settle(connection: "sa.Connection", standing: Standing) -> None:
    """Write how a table's copy now stands."""
    raise NotImplementedError


def enter(
    connection: "sa.Connection",
    instance: str,
    table_name: str,
    action: str,
    *,
    run_id: str | None,
    started_at: dt.datetime,
    is_ok: bool = True,
    **figures: Any,
) -> None:
    """Note what a run did with a table: a row of ops.replica_load; `figures` are its columns."""
    raise NotImplementedError
