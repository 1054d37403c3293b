"""A copy that is there and its source, as whoever brings the one up to the other sees them."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from clinic_assets.replica.books import ledger
from clinic_assets.replica.books.ledger import Standing, run
from clinic_assets.replica.copy.fill import Progress
from clinic_assets.replica.copy.stream import Copied, copy_rows
from clinic_assets.replica.copy.swap import Touched
from clinic_assets.replica.mapping.names import source_quoted
from clinic_assets.replica.mapping.target import TargetTable, evolution, target_of
from clinic_assets.replica.mapping.types import INTEGERS
from clinic_assets.replica.planning.plan import TablePlan
from clinic_assets.replica.source.discover import described
from clinic_assets.replica.source.errors import SourceError, about
from clinic_assets.replica.source.server import Clock, Server, Session
from clinic_assets.replica.sync import merge
from clinic_assets.warehouse.sessions import told_plainly

if TYPE_CHECKING:
    import sqlalchemy as sa


class Reshaped(Exception):
    """The copy is not there yet, or the source's definition has changed so that it must be made
    anew.
    """


@dataclass(frozen=True)
class Task:
    """One table to bring up to its source, and on whose behalf."""

    server: Server
    engine: "sa.Engine"
    plan: TablePlan
    instance: str
    run_id: str | None = None
    consent: bool = False
    touched: Touched | None = None
    progress: Progress | None = None
    began: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    @property
    def name(self) -> str:
        """The table, as the source spells it."""
        return self.plan.table.name

    def tell(self, rows: int) -> None:
        """Say how far it is; whoever hears it may end it by raising."""
        if self.progress:
            self.progress(self.name, rows)


@dataclass(frozen=True)
class Pair:
    """A copy and its source, both seen over connections that are in a transaction."""

    task: Task
    session: Session
    connection: "sa.Connection"
    table: TargetTable
    standing: Standing
    clock: Clock

    def bring(self, where: str) -> Copied:
        """The source's rows for which `where` holds, into the temp table for them."""
        merge.stage(self.connection, self.table)
        return copy_rows(
            self.session,
            self.connection,
            self.table,
            merge.INCOMING,
            where,
            batch_bytes=self.task.plan.batch_bytes,
            progress=self.task.tell,
        )

    def apply(self) -> None:
        """Make the copy what was brought, and note the days that it had and has."""
        keys = f"pg_temp.{merge.DIFFERING}" if self.table.key else None
        self._note(keys)
        merge.apply(self.connection, self.table)
        self._note(keys)

    def highest_key(self) -> str | None:
        """The source's highest, of a key that begins with a whole number."""
        source = self.table.source
        if not source.key or source.column(source.key[0]).data_type not in INTEGERS:
            return None
        key, name = source_quoted(source.key[0]), source_quoted(source.name)
        [[highest]] = self.session.rows(f"select max({key}) from {name}")
        return None if highest is None else highest.decode()

    def enter(self, action: str, standing: Standing, **figures: Any) -> None:
        """Write into the books how the copy now stands and what was done."""
        ledger.settle(self.connection, standing)
        ledger.enter(
            self.connection,
            self.standing.instance,
            self.task.name,
            action,
            run_id=self.task.run_id,
            started_at=self.task.began,
            **figures,
        )

    def _note(self, keys: str | None) -> None:
        if self.task.touched:
            self.task.touched(self.connection, self.task.instance, self.task.plan, keys)


@contextmanager
def owned(task: Task) -> Iterator[Pair]:
    """Own a table's copy until the end of the block, and see its source as it was after that.

    What is done in the block is done at its end, or not at all. Raises Reshaped, SourceError,
    WarehouseError.
    """
    with seen(task, owns=True) as pair:
        found = evolution(pair.standing.columns, pair.standing.key, pair.table)
        for statement in found.statements:
            run(pair.connection, statement)
        told = [*pair.table.notices, *found.notices] if found.notices else []
        standing = replace(
            pair.standing,
            columns=pair.table.source.columns,
            notice="\n".join(told) or pair.standing.notice,
        )
        yield replace(pair, standing=standing)


@contextmanager
def seen(task: Task, *, owns: bool = False) -> Iterator[Pair]:
    """See a table's copy and its source, each in one snapshot. Raises as `owned`."""
    isolation = "READ COMMITTED" if owns else "REPEATABLE READ"
    with (
        told_plainly(f"{task.instance}.{task.name}"),
        about(task.name),
        task.engine.connect().execution_options(isolation_level=isolation) as connection,
        connection.begin(),
    ):
        if owns:
            # Before the snapshot: an older one would undo what others have written meanwhile.
            ledger.lock(connection, task.instance, task.name)
        with task.server.snapshot() as session:
            yield _pair(task, session, connection)


def _pair(task: Task, session: Session, connection: "sa.Connection") -> Pair:
    standing = ledger.standing_of(connection, task.instance, task.name)
    found = described(session, [task.name])
    if not found:
        raise SourceError("the table is gone from the source; the copy is kept as it was.")
    table = target_of(found[0], task.instance)
    if standing is None or evolution(standing.columns, standing.key, table).needs_reload:
        raise Reshaped
    return Pair(task, session, connection, table, standing, session.clock())
