"""What of a table is newer than what was followed: by stamps in the source's own clock, or by key.

Values and SQL only; who reads it is incremental.py. How far a fresh copy reaches is copy/reach.py.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from clinic_assets.replica.books.ledger import Standing
from clinic_assets.replica.mapping.target import TargetTable
from clinic_assets.replica.mapping.types import INTEGERS, Crossing
from clinic_assets.replica.planning.plan import TablePlan
from clinic_assets.replica.source.server import Clock

OVERLAP = {"timestamp": dt.timedelta(minutes=10), "datetime": dt.timedelta(minutes=70)}
"""A transaction may end long after it stamped its rows; a local clock falls back an hour in
autumn.
"""
SAFETY = dt.timedelta(minutes=1)
"""No watermark is nearer to the source's clock than this."""
FIRST = dt.datetime(1, 1, 1)  # noqa: DTZ001 in its column's own clock, as all stamps here
OVERLAP_KEYS = 1000
"""As many numbers may have been drawn before and written after the highest."""


@dataclass(frozen=True)
class Stamp:
    """A column that is moved when its row changes, and how far it was followed."""

    crossing: Crossing
    followed: dt.datetime
    """In the column's own clock, without zone."""
    now: dt.datetime
    """The same clock; a later stamp is from the future."""
    is_known: bool
    """Whether `followed` is a row's; else it is when the table was last looked at."""

    def reached(self, newest: dt.datetime) -> dt.datetime:
        """The next watermark."""
        return min(newest, _before(self.now, SAFETY))

    @property
    def since(self) -> dt.datetime:
        """From when on rows may not have been seen."""
        return _before(self.followed, OVERLAP[self.crossing.column.data_type])


def spelled(moment: dt.datetime) -> str:
    """A moment in SQL of either server, both being in UTC."""
    return f"'{moment.isoformat(' ', 'microseconds')}'"


def stamps_of(
    plan: TablePlan, table: TargetTable, standing: Standing, clock: Clock
) -> tuple[Stamp, ...]:
    """The stamps by which a table is followed; none where the source has dropped them all.

    Raises ValueError for a column that holds no moment.
    """
    if plan.strategy != "changed_since" or not table.key:
        return ()
    return tuple(
        _stamp(crossing, standing, clock)
        for crossing in table.crossings
        if crossing.column.name in plan.watermarks
    )


def _stamp(crossing: Crossing, standing: Standing, clock: Clock) -> Stamp:
    column = crossing.column
    if column.data_type not in OVERLAP:
        raise ValueError(
            f"{standing.table_name}: {column.name} is {column.data_type}; a table is followed by"
            " columns of type timestamp or datetime."
        )
    ahead = clock.local - clock.utc.replace(tzinfo=None)
    offset = ahead if column.data_type == "datetime" else dt.timedelta()
    now = clock.utc.replace(tzinfo=None) + offset
    told = standing.watermark.get(column.name)
    looked = standing.followed_at or standing.loaded_at or clock.utc
    followed = dt.datetime.fromisoformat(told) if told else looked.replace(tzinfo=None) + offset
    return Stamp(crossing, min(followed, now), now, told is not None)


def _before(moment: dt.datetime, span: dt.timedelta) -> dt.datetime:
    return max(moment, FIRST + span) - span


def growing_key(plan: TablePlan, table: TargetTable) -> Crossing | None:
    """The key by which a table is followed, if it is. Raises ValueError if that is no number."""
    if plan.strategy != "append_by_key" or not table.key:
        return None
    key = number_key(table)
    if key is None or plan.watermarks != table.source.key:
        raise ValueError(
            f"{table.source.name}: {', '.join(plan.watermarks)} is not its key of one whole"
            " number; only by that is a table followed without stamps."
        )
    return key


def number_key(table: TargetTable) -> Crossing | None:
    """The key if it is one whole number."""
    if len(table.key) != 1:
        return None
    [key] = [c for c in table.crossings if c.name == table.key[0]]
    return key if key.column.data_type in INTEGERS else None


def newer_than_followed(
    stamps: Sequence[Stamp], key: Crossing | None, standing: Standing
) -> str | None:
    """SQL on the source: the rows to read, or None where following reads none."""
    if stamps:
        return " or ".join(f"{s.crossing.source} >= {spelled(s.since)}" for s in stamps)
    if key is None:
        return None
    if standing.highest_key is None:
        return "true"
    return f"{key.source} >= {int(standing.highest_key) - OVERLAP_KEYS}"
