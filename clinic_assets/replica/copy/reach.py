"""How far a fresh copy reaches: what following it will continue from."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from clinic_assets.replica.books.ledger import run
from clinic_assets.replica.mapping.target import TargetTable
from clinic_assets.replica.mapping.types import INTEGERS, Crossing
from clinic_assets.replica.source.server import Clock

if TYPE_CHECKING:
    import sqlalchemy as sa


def reach(
    connection: "sa.Connection", table: TargetTable, name: str, columns: Sequence[str], clock: Clock
) -> tuple[dict[str, str], str | None]:
    """The highest value of each watermark column, and of the key's first column if a number.

    As the source spells them. A stamp is never later than the source's clock was when the rows
    were read: one from the future would hide every change until then.
    """
    of = {c.column.name: c for c in table.crossings}
    key = table.source.key[:1]
    wanted = [of[column] for column in columns]
    wanted += [of[first] for first in key if of[first].column.data_type in INTEGERS]
    if not wanted:
        return {}, None
    highest = ", ".join(f"max({c.target})" for c in wanted)
    values = run(connection, f"select {highest} from {table.called(name)}").fetchone()
    told = {
        c.column.name: _spelled(c, value, clock)
        for c, value in zip(wanted, values, strict=True)
        if value is not None
    }
    return {c: told[c] for c in columns if c in told}, told.get(key[0]) if key else None


def _spelled(crossing: Crossing, value: object, clock: Clock) -> str:
    if not isinstance(value, dt.date):
        return str(value)
    if not isinstance(value, dt.datetime):
        return str(min(value, clock.local.date()))
    now = clock.utc if value.tzinfo else clock.local
    return min(value, now).replace(tzinfo=None).isoformat(" ")
