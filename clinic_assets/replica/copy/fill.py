"""A fresh table: filled from a snapshot of the source, keyed, and put in the place of the copy.

Not here: which tables together and what happens when one fails (actions/load.py), how rows cross
(stream.py), copies that stay as they are (keep.py).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from clinic_assets.replica.books import ledger
from clinic_assets.replica.books.ledger import Standing, run
from clinic_assets.replica.copy.brake import refuse_shrinking
from clinic_assets.replica.copy.ranges import ranges
from clinic_assets.replica.copy.reach import reach
from clinic_assets.replica.copy.stream import ONLY_CAREFULLY, Copied, copy_rows
from clinic_assets.replica.copy.swap import Columns, Old, Touched, name_to_fill, old_copies, swap_in
from clinic_assets.replica.mapping.names import table_name
from clinic_assets.replica.mapping.target import (
    TargetTable,
    add_key,
    create,
    dropped_notice,
    evolution,
    target_of,
)
from clinic_assets.replica.planning.plan import TablePlan
from clinic_assets.replica.source.catalog import SourceTable
from clinic_assets.replica.source.discover import described
from clinic_assets.replica.source.errors import SourceError
from clinic_assets.replica.source.server import Clock, Server, Session

if TYPE_CHECKING:
    import sqlalchemy as sa

Progress = Callable[[str, int], None]
"""Hears table and rows so far."""

MANY_ROWS = 100
"""From here on the planner's guesses matter."""
SORTED_IN = "256MB"
"""A key of a few million rows: with Postgres's usual 64 MB its values go through files."""
STATISTICS = 30
"""Of Postgres's usual 100: 9,000 rows looked at tell a plan as much as 30,000, which are a tenth of
a wide table's load.
"""
SETTINGS = (
    f"set local maintenance_work_mem = '{SORTED_IN}'",
    f"set local default_statistics_target = {STATISTICS}",
)
WORTH_FREEZING = 10_000
"""Rows: of a smaller table the pages are few, and a file more for each is dearer."""


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

    def tell(self, name: str, before: int, rows: int) -> None:
        """Say how far a table is; whoever hears it may end it by raising."""
        if self.progress:
            self.progress(name, before + rows)


@dataclass(frozen=True)
class Survey:
    """What is known of source and copies before the first row is read."""

    clock: Clock
    sources: dict[str, SourceTable]
    standings: dict[str, Standing]
    old: dict[str, Old]


@dataclass(frozen=True)
class Filled:
    """A fresh table that is not the copy yet, or a copy that holds the source's rows as it is."""

    plan: TablePlan
    table: TargetTable
    copied: Copied
    clock: Clock
    before: Standing | None
    old: Old | None
    began: dt.datetime
    is_kept: bool = False
    """Whether it is the copy, in which nothing was written."""

    @property
    def name(self) -> str:
        """What it is called until it is the copy."""
        return self.table.name if self.is_kept else name_to_fill(self.table, self.old)

    @property
    def dropped(self) -> Columns:
        """Columns of the copy that the source does not have any more."""
        return _dropped(self.table, self.old)


@dataclass(frozen=True)
class Loaded:
    """What a load did."""

    rows: int
    bytes: int
    seconds: float
    normalised: dict[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def survey_of(
    job: Job, connection: "sa.Connection", session: Session, names: Sequence[str]
) -> Survey:
    """Look at both servers."""
    targets = [table_name(name) for name in names]
    return Survey(
        clock=session.clock(),
        sources={source.name: source for source in described(session, names)},
        standings=ledger.standings(connection, job.instance, names),
        old=old_copies(connection, job.instance, targets),
    )


def fill(
    job: Job, connection: "sa.Connection", session: Session, survey: Survey, plan: TablePlan
) -> Filled:
    """Make a fresh table and copy every row into it."""
    began = dt.datetime.now(dt.UTC)
    source = survey.sources.get(plan.table.name)
    if source is None:
        raise SourceError("the table is gone; discover the source again.")
    table = target_of(source, job.instance)
    old, before = survey.old.get(table.name), survey.standings.get(source.name)
    copied = _made(job, connection, session, plan, table, old)
    return Filled(plan, table, copied, survey.clock, before, old, began)


def _made(
    job: Job,
    connection: "sa.Connection",
    session: Session,
    plan: TablePlan,
    table: TargetTable,
    old: Old | None,
) -> Copied:
    """Create the table and copy its rows: a large one frozen, all its ranges in one go, unless its
    data forbid; then range by range, so that only those that forbid it are read carefully.
    """
    driver: Any = connection.connection.driver_connection
    name = name_to_fill(table, old)
    wheres = ranges(session, table.source)

    def filled(*goes: Sequence[str], is_frozen: bool) -> Copied:
        run(connection, create(table, name, _dropped(table, old)))
        copied = Copied()
        for go in goes:
            told = partial(job.tell, table.source.name, copied.rows)
            copied.add(
                copy_rows(session, connection, table, table.called(name), *go,
                          batch_bytes=plan.batch_bytes, progress=told, is_frozen=is_frozen)
            )  # fmt: skip
        return copied

    if table.source.rows_estimate >= WORTH_FREEZING:
        with suppress(*ONLY_CAREFULLY), driver.transaction():
            return filled(wheres, is_frozen=True)
    return filled(*([where] for where in wheres), is_frozen=False)


def _dropped(table: TargetTable, old: Old | None) -> Columns:
    here = {c.name for c in table.crossings}
    columns = old.columns.items() if old else ()
    return {column: kind for column, kind in columns if column not in here}


def put_in_place(job: Job, connection: "sa.Connection", filled: Filled) -> Standing:
    """Give the fresh table its key and make it the copy; say how that stands, for the books."""
    table, rows, before = filled.table, filled.copied.rows, filled.before
    refuse_shrinking(table.source.name, before.rows if before else 0, rows, consent=job.consent)
    statements = [add_key(table, filled.name)] if table.key else []
    if rows >= MANY_ROWS:
        statements = [*SETTINGS, *statements, f"analyze {table.called(filled.name)}"]
    if statements:
        run(connection, "; ".join(statements))
    standing = stands(job, connection, filled)
    swap_in(connection, job.instance, filled.plan, table, filled.old, job.touched)
    return standing


def stands(job: Job, connection: "sa.Connection", filled: Filled) -> Standing:
    """How a copy of these rows stands."""
    table, copied, plan, before = filled.table, filled.copied, filled.plan, filled.before
    followed = plan.watermarks if plan.strategy != "full_compare" else ()
    watermark, highest = (
        reach(connection, table, filled.name, followed, filled.clock) if copied.rows else ({}, None)
    )
    changes = evolution(before.columns, before.key, table).notices if before else ()
    notices = dict.fromkeys([*table.notices, *map(dropped_notice, filled.dropped), *changes])
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
        followed_at=filled.clock.utc,
        normalised=dict(copied.normalised),
        notice="\n".join(notices) or None,
    )


def enter(
    job: Job, connection: "sa.Connection", done: Sequence[tuple[Filled, Standing]]
) -> dict[str, Loaded]:
    """Write into the books what was loaded, all at once."""
    entries = [
        ledger.entry(
            job.instance, standing.table_name, "load", run_id=job.run_id, started_at=filled.began,
            rows_read=standing.rows, rows_written=0 if filled.is_kept else standing.rows,
            bytes_read=0 if filled.is_kept else standing.bytes, reason=standing.notice,
        )
        for filled, standing in done
    ]  # fmt: skip
    ledger.settle(connection, *(standing for _, standing in done))
    ledger.enter_all(connection, entries)
    return {
        standing.table_name: Loaded(
            standing.rows, standing.bytes or 0, entry["seconds"], standing.normalised,
            tuple((standing.notice or "").splitlines()),
        )
        for (_, standing), entry in zip(done, entries, strict=True)
    }  # fmt: skip
