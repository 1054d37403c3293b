"""First load of a table, or its reload: all of its rows from one snapshot, at once or not at all.

Not here: the fresh table that is filled (copy/fill.py), how it becomes the copy (copy/swap.py),
what changes afterwards (follow.py, verify.py).
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from clinic_assets.replica.books import ledger
from clinic_assets.replica.books.ledger import Standing, run
from clinic_assets.replica.compare.whole import equal
from clinic_assets.replica.copy.fill import (
    Filled,
    Job,
    Loaded,
    Progress,
    Survey,
    enter,
    fill,
    put_in_place,
    survey_of,
)
from clinic_assets.replica.copy.keep import keep, unchanged
from clinic_assets.replica.copy.swap import Touched
from clinic_assets.replica.mapping.names import quoted
from clinic_assets.replica.planning.plan import TablePlan
from clinic_assets.replica.source.errors import SourceError, about
from clinic_assets.replica.source.server import Server, Session
from clinic_assets.replica.sync.pair import Task
from clinic_assets.warehouse.sessions import told_plainly

if TYPE_CHECKING:
    import sqlalchemy as sa

TABLES_AT_ONCE = 64
"""Tiny tables of one transaction: few enough that nobody waits long for its locks."""

Done = dict[str, Loaded | Exception]
"""By table, what was done or why not."""


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
    job = Job(server, engine, instance, run_id, consent, touched, progress)
    began = dt.datetime.now(dt.UTC)
    try:
        return _load_one(job, plan)
    except RuntimeError as error:
        _note_failures(job, {plan.table.name: error}, began)
        raise


def reload(task: Task) -> Loaded:
    """The same for a table that was to be brought up to its source, and cannot be."""
    return load(
        task.server,
        task.engine,
        task.plan,
        task.instance,
        run_id=task.run_id,
        consent=task.consent,
        touched=task.touched,
        progress=task.progress,
    )


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
) -> Done:
    """The same for many small tables, some dozens over one pair of connections and one snapshot.

    A copy that equals its source, which both servers' checksums say, is left as it is. One table's
    failure leaves the others alone: its error stands in its place.
    """
    job = Job(server, engine, instance, run_id, consent, touched, progress)
    done: Done = {}
    for first in range(0, len(plans), TABLES_AT_ONCE):
        some = plans[first : first + TABLES_AT_ONCE]
        began = dt.datetime.now(dt.UTC)
        try:
            found = _load_many(job, some)
        except RuntimeError as error:
            found = dict.fromkeys((plan.table.name for plan in some), error)
        _note_failures(job, found, began)
        done |= found
    return done


def _load_one(job: Job, plan: TablePlan) -> Loaded:
    """The source is let go before the key is made."""
    name = plan.table.name
    with about(name), _owned(job, [name]) as connection:
        with job.server.snapshot() as session:
            survey = survey_of(job, connection, session, [name])
            filled = fill(job, connection, session, survey, plan)
        return enter(job, connection, [(filled, put_in_place(job, connection, filled))])[name]


def _load_many(job: Job, plans: Sequence[TablePlan]) -> Done:
    refused: Done = {}
    names = [plan.table.name for plan in plans]
    with _owned(job, names) as connection, job.server.snapshot() as session:
        survey = survey_of(job, connection, session, names)
        loaded = _kept(job, connection, session, survey, plans)
        kept = {standing.table_name for _, standing in loaded}
        for plan in (plan for plan in plans if plan.table.name not in kept):
            with _apart(connection, plan.table.name, refused):
                filled = fill(job, connection, session, survey, plan)
                loaded.append((filled, put_in_place(job, connection, filled)))
        return {**enter(job, connection, loaded), **refused}


def _kept(
    job: Job,
    connection: "sa.Connection",
    session: Session,
    survey: Survey,
    plans: Sequence[TablePlan],
) -> list[tuple[Filled, Standing]]:
    """The copies that hold their sources' rows already: new tables would only fill Postgres's
    catalogue. None where a server cannot tell; what is wrong, the loads say of each.
    """
    there = [filled for plan in plans if (filled := unchanged(job, survey, plan))]
    rows: dict[str, int] = {}
    driver: Any = connection.connection.driver_connection
    try:
        with told_plainly(job.instance), driver.transaction():
            rows = equal(session, connection, [filled.table for filled in there])
    except RuntimeError as error:
        if _is_lost(driver, error):
            raise
    same = [filled for filled in there if filled.plan.table.name in rows]
    return [(each, keep(job, connection, each, rows[each.plan.table.name])) for each in same]


@contextmanager
def _owned(job: Job, names: Sequence[str]) -> Iterator["sa.Connection"]:
    """A transaction in which the copies of these tables are ours."""
    told = names[0] if len(names) == 1 else f"{job.instance}, {len(names)} tables"
    with told_plainly(told):
        _make_schema(job)
        with job.engine.begin() as connection:
            ledger.lock(connection, job.instance, *names)
            yield connection


def _make_schema(job: Job) -> None:
    """In a transaction of its own, or the next table's load would wait for this one."""
    with job.engine.begin() as connection:
        ledger.lock(connection, job.instance, "")
        run(connection, f"create schema if not exists {quoted(job.instance)}")


@contextmanager
def _apart(connection: "sa.Connection", name: str, done: Done) -> Iterator[None]:
    """Let one table's refusal undo its own work only, unless a server has gone away."""
    driver: Any = connection.connection.driver_connection
    try:
        with about(name), told_plainly(name), driver.transaction():
            yield
    except RuntimeError as error:
        if _is_lost(driver, error):
            raise
        done[name] = error


def _is_lost(driver: Any, error: Exception) -> bool:
    """Whether no further table can be tried over these connections."""
    return driver.closed or (isinstance(error, SourceError) and error.is_transient)


def _note_failures(job: Job, done: Mapping[str, Loaded | Exception], began: dt.datetime) -> None:
    failed = {name: error for name, error in done.items() if isinstance(error, Exception)}
    with suppress(Exception), job.engine.begin() as connection:
        for name, error in failed.items():
            ledger.enter(
                connection, job.instance, name, "load", run_id=job.run_id,
                started_at=began, is_ok=False, reason=str(error),
            )  # fmt: skip
