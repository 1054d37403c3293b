"""First load of a table, or its reload: a fresh table is filled from one snapshot of the source.

Not here: how rows cross (stream.py), how the fresh table becomes the copy (swap.py), what changes
afterwards (follow.py, heal.py).
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from clinic_assets.replica import books
from clinic_assets.replica.books import Standing, run
from clinic_assets.replica.brake import refuse_shrinking
from clinic_assets.replica.catalog import SourceTable
from clinic_assets.replica.discover import described
from clinic_assets.replica.names import quoted
from clinic_assets.replica.plan import TablePlan
from clinic_assets.replica.ranges import key_ranges
from clinic_assets.replica.refusals import SourceError, about, told_by_warehouse
from clinic_assets.replica.server import Clock, Server, Session
from clinic_assets.replica.stream import Copied, copy_rows
from clinic_assets.replica.swap import Columns, fresh_name, swap_in, tables_in
from clinic_assets.replica.swap import Touched as Touched
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

ATTEMPTS = 3
"""When the source goes away in the middle."""
ROWS_AT_ONCE = 200_000
"""Of one read: on a practice's older tables (MyISAM) writers wait as long as it takes."""
TABLES_AT_ONCE = 64
"""Tiny tables of one transaction: few enough that nobody waits long for its locks."""


@dataclass(frozen=True)
class Loaded:
    """What a load did."""

    rows: int
    bytes: int
    seconds: float
    normalised: dict[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def load(
    server: Server,
    engine: "sa.Engine",
    plan: TablePlan,
    instance: str,
    *,
    run_id: str | None,
    consent: bool = False,
    touched: Touched | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Copy a whole table from one snapshot and swap it in, with its entry in the books.

    Raises SourceError, WarehouseError, NeedsConsent; then the copy is as it was.
    """
    job = _Job(server, engine, instance, run_id, consent, touched, progress)
    done = job.load_together([plan])[plan.table.name]
    if isinstance(done, Exception):
        raise done
    return done


def load_tiny(
    server: Server,
    engine: "sa.Engine",
    plans: Sequence[TablePlan],
    instance: str,
    *,
    run_id: str | None,
    consent: bool = False,
    touched: Touched | None = None,
    progress: Progress | None = None,
) -> dict[str, Loaded | Exception]:
    """The same for many small tables, some dozens over one pair of connections and one snapshot.

    One table's failure leaves the others alone: its error stands in its place.
    """
    job = _Job(server, engine, instance, run_id, consent, touched, progress)
    done: dict[str, Loaded | Exception] = {}
    for first in range(0, len(plans), TABLES_AT_ONCE):
        done |= job.load_together(plans[first : first + TABLES_AT_ONCE])
    return done


@dataclass(frozen=True)
class _Ground:
    """What is known of source and copy before the first row is read."""

    clock: Clock
    sources: dict[str, SourceTable]
    standings: dict[str, Standing]
    there: dict[str, Columns]


@dataclass(frozen=True)
class _Filled:
    """A fresh table that is not the copy yet."""

    plan: TablePlan
    table: TargetTable
    kept: Columns
    copied: Copied
    before: Standing | None


@dataclass(frozen=True)
class _Job:
    """What is the same for all tables of one call."""

    server: Server
    engine: "sa.Engine"
    instance: str
    run_id: str | None
    consent: bool
    touched: Touched | None
    progress: Progress | None

    def load_together(self, plans: Sequence[TablePlan]) -> dict[str, Loaded | Exception]:
        """Load tables in one transaction, again when the source goes away; note what failed."""
        began = dt.datetime.now(dt.UTC)
        names = [plan.table.name for plan in plans]
        for attempt in range(1, ATTEMPTS + 1):
            try:
                done = self._load(plans, began)
                break
            except RuntimeError as error:
                done = dict.fromkeys(names, error)
                is_gone = isinstance(error, SourceError) and error.is_transient
                if not is_gone or attempt == ATTEMPTS:
                    break
        self._note_failures(done, began)
        return done

    def _load(
        self, plans: Sequence[TablePlan], began: dt.datetime
    ) -> dict[str, Loaded | Exception]:
        done: dict[str, Loaded | Exception] = {}
        filled: list[_Filled] = []
        with told_by_warehouse(self.instance):
            self._make_schema()
            with self.engine.begin() as connection:
                for plan in sorted(plans, key=lambda plan: plan.table.name):
                    books.lock(connection, self.instance, plan.table.name)
                with self.server.snapshot() as session:
                    ground = self._ground(connection, session, plans)
                    for plan in plans:
                        with _apart(connection, plan.table.name, done):
                            filled.append(self._fill(connection, session, ground, plan))
                for each in filled:
                    name = each.table.source.name
                    with _apart(connection, name, done):
                        done[name] = self._finish(connection, ground, each, began)
                    if isinstance(done[name], Exception):
                        run(connection, f"drop table {each.table.called(fresh_name(each.table))}")
        return done

    def _make_schema(self) -> None:
        """In a transaction of its own, or the next table's load would wait for this one."""
        with self.engine.begin() as connection:
            books.lock(connection, self.instance, "")
            run(connection, f"create schema if not exists {quoted(self.instance)}")

    def _ground(
        self, connection: "sa.Connection", session: Session, plans: Sequence[TablePlan]
    ) -> _Ground:
        found = described(session, [plan.table.name for plan in plans])
        return _Ground(
            clock=session.clock(),
            sources={source.name: source for source in found},
            standings=books.standings(connection, self.instance),
            there=tables_in(connection, self.instance),
        )

    def _fill(
        self, connection: "sa.Connection", session: Session, ground: _Ground, plan: TablePlan
    ) -> _Filled:
        """Make a fresh table and copy every row into it."""
        name = plan.table.name
        if name not in ground.sources:
            raise SourceError("the table is gone; discover the source again.")
        table = target_of(ground.sources[name], self.instance)
        old = ground.there.get(table.name, {})
        kept = {c: kind for c, kind in old.items() if c not in {x.name for x in table.crossings}}
        run(connection, create(table, fresh_name(table), kept))
        copied, into = Copied(), table.called(fresh_name(table))
        for where in key_ranges(session, table.source, ROWS_AT_ONCE):
            told = partial(self._tell, name, copied.rows)
            copied.add(
                copy_rows(
                    session, connection, table, into, where,
                    batch_bytes=plan.batch_bytes, progress=told,
                )
            )  # fmt: skip
        return _Filled(plan, table, kept, copied, ground.standings.get(name))

    def _tell(self, name: str, before: int, rows: int) -> None:
        if self.progress:
            self.progress(name, before + rows)

    def _finish(
        self,
        connection: "sa.Connection",
        ground: _Ground,
        filled: _Filled,
        began: dt.datetime,
    ) -> Loaded:
        """Give the fresh table its key, put it in the copy's place, and enter the books."""
        plan, table, copied, before = filled.plan, filled.table, filled.copied, filled.before
        name = table.source.name
        refuse_shrinking(name, before.rows if before else 0, copied.rows, consent=self.consent)
        fresh = fresh_name(table)
        if table.key:
            run(connection, add_key(table, fresh))
        run(connection, f"analyze {table.called(fresh)}")
        standing = self._standing(connection, ground, filled)
        old = ground.there.get(table.name)
        swap_in(connection, self.instance, plan, table, old, self.touched)
        books.settle(connection, standing)
        books.enter(
            connection, self.instance, name, "load",
            run_id=self.run_id, started_at=began, rows_read=copied.rows,
            rows_written=copied.rows, bytes_read=copied.bytes, reason=standing.notice,
        )  # fmt: skip
        seconds = (dt.datetime.now(dt.UTC) - began).total_seconds()
        notices = tuple((standing.notice or "").splitlines())
        return Loaded(copied.rows, copied.bytes, seconds, standing.normalised, notices)

    def _standing(self, connection: "sa.Connection", ground: _Ground, filled: _Filled) -> Standing:
        table, copied, before = filled.table, filled.copied, filled.before
        followed = filled.plan.watermarks if filled.plan.strategy != "full_compare" else ()
        watermark, highest = reach(connection, table, fresh_name(table), followed, ground.clock)
        changes = evolution(before.columns, before.key, table).notices if before else ()
        notices = dict.fromkeys([*table.notices, *map(kept_notice, filled.kept), *changes])
        return Standing(
            instance=self.instance,
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

    def _note_failures(self, done: dict[str, Loaded | Exception], began: dt.datetime) -> None:
        failed = {n: error for n, error in done.items() if isinstance(error, Exception)}
        with suppress(Exception), self.engine.begin() as connection:
            for name, error in failed.items():
                books.enter(
                    connection, self.instance, name, "load",
                    run_id=self.run_id, started_at=began, is_ok=False, reason=str(error),
                )  # fmt: skip


@contextmanager
def _apart(
    connection: "sa.Connection", name: str, done: dict[str, Loaded | Exception]
) -> Iterator[None]:
    """Let one table's refusal undo its own work only, unless a server has gone away."""
    driver: Any = connection.connection.driver_connection
    try:
        with about(name), told_by_warehouse(name), driver.transaction():
            yield
    except RuntimeError as error:
        if driver.closed or (isinstance(error, SourceError) and error.is_transient):
            raise
        done[name] = error
