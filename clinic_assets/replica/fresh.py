"""A fresh table: filled from a snapshot of the source, keyed, and put in the place of the copy.

Not here: which tables together and what happens when one fails (copy.py), how rows cross
(stream.py).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from clinic_assets.replica import books
from clinic_assets.replica.books import Standing, run
from clinic_assets.replica.brake import refuse_shrinking
from clinic_assets.replica.catalog import SourceTable
from clinic_assets.replica.discover import described
from clinic_assets.replica.plan import TablePlan
from clinic_assets.replica.ranges import key_ranges
from clinic_assets.replica.refusals import SourceError
from clinic_assets.replica.server import Clock, Server, Session
from clinic_assets.replica.stream import Copied, copy_rows
from clinic_assets.replica.swap import Columns, Touched, fresh_name, swap_in, tables_in
from clinic_assets.replica.target import (
    TargetTable,
    add_key,
    create,
    evolution,
    kept_notice,
    target_of,
)
from clinic_assets.replica.watermarks import reach

if TYPE_CHECKING:
    import sqlalchemy as sa

Progress = Callable[[str, int], None]
"""Hears table and rows so far."""

ROWS_AT_ONCE = 200_000
"""Of one read: on a practice's older tables (MyISAM) writers wait as long as it takes."""


@dataclass(frozen=True)
class Job:
    """From where to where, and on whose behalf; the same for all tables of one call."""

    server: Server
    engine: "sa.Engine"
    instance: str
    run_id: str | None
    consent: bool
    touched: Touched | None
    progress: Progress | None
    began: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))


@dataclass(frozen=True)
class Ground:
    """What is known of source and copies before the first row is read."""

    clock: Clock
    sources: dict[str, SourceTable]
    standings: dict[str, Standing]
    there: dict[str, Columns]
    """Tables of the copy's schema."""


@dataclass(frozen=True)
class Filled:
    """A fresh table that is not the copy yet."""

    plan: TablePlan
    table: TargetTable
    kept: Columns
    """Columns of the copy that the source has dropped."""
    copied: Copied


@dataclass(frozen=True)
class Loaded:
    """What a load did."""

    rows: int
    bytes: int
    seconds: float
    normalised: dict[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def ground_of(
    job: Job, connection: "sa.Connection", session: Session, names: Sequence[str]
) -> Ground:
    """Look at both servers."""
    return Ground(
        clock=session.clock(),
        sources={source.name: source for source in described(session, names)},
        standings=books.standings(connection, job.instance),
        there=tables_in(connection, job.instance),
    )


def fill(
    job: Job, connection: "sa.Connection", session: Session, ground: Ground, plan: TablePlan
) -> Filled:
    """Make a fresh table and copy every row into it."""
    source = ground.sources.get(plan.table.name)
    if source is None:
        raise SourceError("the table is gone; discover the source again.")
    table = target_of(source, job.instance)
    here = {c.name for c in table.crossings}
    old = ground.there.get(table.name, {})
    kept = {column: kind for column, kind in old.items() if column not in here}
    run(connection, create(table, fresh_name(table), kept))
    copied, into = Copied(), table.called(fresh_name(table))
    for where in key_ranges(session, source, ROWS_AT_ONCE):
        told = partial(_tell, job, source.name, copied.rows)
        copied.add(
            copy_rows(session, connection, table, into, where,
                      batch_bytes=plan.batch_bytes, progress=told)
        )  # fmt: skip
    return Filled(plan, table, kept, copied)


def _tell(job: Job, name: str, before: int, rows: int) -> None:
    if job.progress:
        job.progress(name, before + rows)


def finish(job: Job, connection: "sa.Connection", ground: Ground, filled: Filled) -> Loaded:
    """Give the fresh table its key, put it in the copy's place, and enter the books."""
    table, copied = filled.table, filled.copied
    name, fresh = table.source.name, table.called(fresh_name(table))
    before = ground.standings.get(name)
    refuse_shrinking(name, before.rows if before else 0, copied.rows, consent=job.consent)
    if table.key:
        run(connection, add_key(table, fresh_name(table)))
    run(connection, f"analyze {fresh}")
    standing = _standing(job, connection, ground, filled)
    old = ground.there.get(table.name)
    swap_in(connection, job.instance, filled.plan, table, old, job.touched)
    books.settle(connection, standing)
    books.enter(
        connection, job.instance, name, "load", run_id=job.run_id, started_at=job.began,
        rows_read=copied.rows, rows_written=copied.rows, bytes_read=copied.bytes,
        reason=standing.notice,
    )  # fmt: skip
    seconds = (dt.datetime.now(dt.UTC) - job.began).total_seconds()
    notices = tuple((standing.notice or "").splitlines())
    return Loaded(copied.rows, copied.bytes, seconds, standing.normalised, notices)


def _standing(job: Job, connection: "sa.Connection", ground: Ground, filled: Filled) -> Standing:
    table, copied, plan = filled.table, filled.copied, filled.plan
    before = ground.standings.get(table.source.name)
    followed = plan.watermarks if plan.strategy != "full_compare" else ()
    watermark, highest = reach(connection, table, fresh_name(table), followed, ground.clock)
    changes = evolution(before.columns, before.key, table).notices if before else ()
    notices = dict.fromkeys([*table.notices, *map(kept_notice, filled.kept), *changes])
    return Standing(
        instance=job.instance,
        table_name=table.source.name,
        target_name=table.name,
        columns=table.source.columns,
        key=table.source.key,
        rows=copied.rows,
        watermark=watermark,
        highest_key=highest,
        bytes=copied.bytes,
        loaded_at=dt.datetime.now(dt.UTC),
        followed_at=ground.clock.utc,
        normalised=dict(copied.normalised),
        notice="\n".join(notices) or None,
    )
