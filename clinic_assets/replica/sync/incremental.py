"""The source's newer rows into a copy: read in one snapshot, merged, with how far that reaches.

What this cannot see, rows that changed without a stamp and rows that are gone, is brought by
compare/heal.py.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from clinic_assets.replica.books.ledger import Standing, run
from clinic_assets.replica.copy.stream import Copied
from clinic_assets.replica.sync import merge
from clinic_assets.replica.sync.merge import Differing
from clinic_assets.replica.sync.pair import Pair, Task, owned
from clinic_assets.replica.sync.watermarks import (
    Stamp,
    growing_key,
    newer_than_followed,
    spelled,
    stamps_of,
)

CLOCK_TOLERANCE = dt.timedelta(minutes=5)
"""Servers' clocks are corrected by seconds all the time."""


@dataclass(frozen=True)
class Newer:
    """What following brought, and what it found odd."""

    standing: Standing
    copied: Copied = field(default_factory=Copied)
    differing: Differing = field(default_factory=Differing)
    lag_seconds: float | None = None
    """The source's clock less the newest stamp that is not in its future."""
    is_blind: bool = False
    """Nothing tells which rows of the table are newer."""
    future: int = 0
    """Rows read with a stamp later than the source's clock; they move no watermark."""
    unstamped: int = 0
    """Rows read that lack a stamp."""
    suspicion: str | None = None
    """Why the copy must be compared with its source."""

    @property
    def oddity(self) -> str | None:
        """What a person may want to know."""
        told = [f"{self.future} rows are stamped later than the source's clock"] * (self.future > 0)
        told += [f"{self.unstamped} rows have no stamp"] * (self.unstamped > 0)
        told += [f"{self.suspicion}; compared with the source"] * (self.suspicion is not None)
        return "; ".join(told) or None


def followed(task: Task) -> Newer:
    """Bring what is newer in a transaction of its own, with its entry in the books.

    Raises Reshaped, SourceError, WarehouseError; then nothing has changed.
    """
    with owned(task) as pair:
        newer = bring_newer(pair)
        pair.enter(
            "follow",
            newer.standing,
            rows_read=newer.copied.rows,
            bytes_read=newer.copied.bytes,
            rows_written=newer.differing.written,
            lag_seconds=newer.lag_seconds,
            reason=newer.oddity,
        )
    return newer


def bring_newer(pair: Pair) -> Newer:
    """Read what is newer than was followed and write what differs.

    Inclusive, and from before the watermark on: rows of the same second, and rows that were
    stamped earlier and committed later, are read again and found equal.
    """
    standing = pair.standing
    stamps = stamps_of(pair.task.plan, pair.table, standing, pair.clock)
    where = newer_than_followed(stamps, growing_key(pair.task.plan, pair.table), standing)
    highest = pair.highest_key()
    standing = replace(standing, followed_at=pair.clock.utc)
    if where is None:
        found = Newer(standing, is_blind=True)
    else:
        found = _brought(pair, where, stamps, standing)
    suspicion = _gone_back(pair, highest) or found.suspicion
    if suspicion:
        return replace(found, suspicion=suspicion)
    return replace(found, standing=replace(found.standing, highest_key=highest))


def _brought(pair: Pair, where: str, stamps: Sequence[Stamp], standing: Standing) -> Newer:
    copied = pair.bring(where)
    found = merge.find(pair.connection, pair.table, None)
    if found.rows:
        pair.apply()
    standing = replace(standing, rows=standing.rows + found.new)
    brought = Newer(standing, copied, found)
    return _stamped(pair, stamps, brought) if stamps else brought


def _stamped(pair: Pair, stamps: Sequence[Stamp], brought: Newer) -> Newer:
    """How far the stamps of the rows brought reach, and which of them are odd."""
    newest = [
        f"max({s.crossing.target}) filter (where {s.crossing.target} between"
        f" {spelled(s.since)} and {spelled(s.now)})"
        for s in stamps
    ]
    future = " or ".join(f"{s.crossing.target} > {spelled(s.now)}" for s in stamps)
    missing = " or ".join(f"{s.crossing.target} is null" for s in stamps)
    *found, in_future, unstamped = run(
        pair.connection,
        f"select {', '.join(newest)}, count(*) filter (where {future}),"
        f" count(*) filter (where {missing}) from {merge.INCOMING}",
    ).fetchone()
    moments = {s: m.replace(tzinfo=None) for s, m in zip(stamps, found, strict=True) if m}
    lost = [s.crossing.column.name for s in stamps if s.is_known and s not in moments]
    reached = {s.crossing.column.name: s.reached(m).isoformat(" ") for s, m in moments.items()}
    lags = [(s.now - m).total_seconds() for s, m in moments.items()]
    standing = brought.standing
    return replace(
        brought,
        standing=replace(standing, watermark=standing.watermark | reached),
        lag_seconds=min(lags, default=None),
        future=in_future,
        unstamped=unstamped,
        suspicion=f"the newest {lost[0]} went back" if lost and not in_future else None,
    )


def _gone_back(pair: Pair, highest: str | None) -> str | None:
    """Whether the source is older than what was copied from it."""
    before, looked = pair.standing.highest_key, pair.standing.followed_at
    if before is not None and (highest is None or int(highest) < int(before)):
        return f"the highest {pair.table.source.key[0]} went back"
    if looked is not None and pair.clock.utc < looked - CLOCK_TOLERANCE:
        return "the source's clock went back"
    return None
