"""A round over the tables of a copy: each is loaded, followed or verified, a few side by side.

One table's failure leaves the others alone, and is entered in the books. A round that is stopped
ends at the next batch of rows: every table is then as it was before, or done.
"""

import datetime as dt
import queue
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum

import sqlalchemy as sa

from clinic_assets.replica.actions.follow import follow
from clinic_assets.replica.actions.load import load, load_tiny
from clinic_assets.replica.actions.verify import verify
from clinic_assets.replica.books import ledger
from clinic_assets.replica.books.status import Status, statuses
from clinic_assets.replica.copy.fill import Progress
from clinic_assets.replica.copy.swap import Touched
from clinic_assets.replica.planning.plan import TablePlan
from clinic_assets.replica.source.server import Server
from clinic_assets.warehouse.unforeseen import plainly

WORKERS = 2
"""Tables at once: one reads while the other writes; more were no faster on two cores."""
TOGETHER = 50
"""Tiny tables share a worker and its connections, so many at a time."""
SECOND_TRY_SECONDS = 2.0

LISTENER: ContextVar[Progress | None] = ContextVar("listener", default=None)
"""Who hears how many rows of a table have come: a command with a bar to draw."""


class Mode(Enum):
    """What a round does. A table that is not there yet is loaded in every mode."""

    follow = "follow"
    verify = "verify"
    load = "load"


class Stopped(RuntimeError):
    """Somebody ended the round; what was begun is undone."""


@dataclass(frozen=True)
class Round:
    """What is asked of a round."""

    server: Server
    engine: sa.Engine
    instance: str
    mode: Mode = Mode.follow
    run_id: str | None = None
    consent: frozenset[str] = frozenset()
    """Tables that may lose most of their rows."""
    heals: bool = True
    """Whether a verification mends what it finds."""
    touched: Touched | None = None
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Outcome:
    """What became of one table: how it now stands, or why not."""

    plan: TablePlan
    status: Status
    error: str | None = None


def outcomes(asked: Round, plans: Sequence[TablePlan]) -> Generator[Outcome]:
    """Every table's outcome as it is done. Raises SourceError when the source is not there."""
    with asked.server.session(), asked.engine.connect() as connection:
        there = set(ledger.standings(connection, asked.instance))
    told: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    with _workers(asked) as pool:
        listener = LISTENER.get()
        for batch in _batches(plans):
            pool.submit(_batch, asked, batch, there, told, listener)
        for _ in plans:
            yield told.get()


@contextmanager
def _workers(asked: Round) -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix=f"copy-{asked.instance}")
    try:
        yield pool
    finally:
        asked.stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _batches(plans: Sequence[TablePlan]) -> list[list[TablePlan]]:
    """Phase by phase, the longest first; tiny tables together."""
    batches: list[list[TablePlan]] = []
    for phase in sorted({plan.phase for plan in plans}):
        due = [plan for plan in plans if plan.phase == phase]
        large = [plan for plan in due if plan.size_class != "tiny"]
        tiny = [plan for plan in due if plan.size_class == "tiny"]
        large.sort(key=lambda plan: -plan.table.bytes_estimate)
        batches += [[plan] for plan in large]
        batches += [tiny[i : i + TOGETHER] for i in range(0, len(tiny), TOGETHER)]
    return batches


def _batch(
    asked: Round,
    plans: list[TablePlan],
    there: set[str],
    told: "queue.SimpleQueue[Outcome]",
    listener: Progress | None,
) -> None:
    """Do some tables; exactly one outcome is told of each, whatever happens."""
    errors: dict[str, str] = {}
    now: dict[str, Status] = {}
    try:
        errors = _attempted(asked, plans, there, listener)
        now = statuses(asked.engine, asked.instance, [plan.table.name for plan in plans])
    except Exception as error:
        errors = {plan.table.name: plainly(error) for plan in plans} | errors
    for plan in plans:
        name = plan.table.name
        told.put(Outcome(plan, now.get(name, Status(name)), errors.get(name)))


def _attempted(
    asked: Round, plans: list[TablePlan], there: set[str], listener: Progress | None
) -> dict[str, str]:
    """The errors of those tables that could not be done, also after a second try if one helps."""

    def progress(name: str, rows: int) -> None:
        if asked.stop.is_set():
            raise Stopped(f"{name}: stopped; it is as it was before.")
        if listener:
            listener(name, rows)

    began = dt.datetime.now(dt.UTC)
    failed = _tried(asked, plans, there, progress)
    again = [plan for plan in plans if getattr(failed.get(plan.table.name), "is_transient", False)]
    if again and not asked.stop.wait(SECOND_TRY_SECONDS):
        for plan in again:
            del failed[plan.table.name]
        failed |= _tried(asked, again, there, progress)
    for plan in plans:
        error, action = failed.get(plan.table.name), _action(asked, plan, there)
        # A load enters its own failure.
        if error and action != "load" and not isinstance(error, Stopped):
            _enter_failure(asked, plan, action, began, error)
    return {name: plainly(error) for name, error in failed.items()}


def _tried(
    asked: Round, plans: Sequence[TablePlan], there: set[str], progress: Progress
) -> dict[str, Exception]:
    """Do each table; the errors of those that failed."""
    fresh = [p for p in plans if p.size_class == "tiny" and _action(asked, p, there) == "load"]
    failed = _loaded_together(asked, fresh, progress)
    for plan in (plan for plan in plans if plan not in fresh):
        try:
            progress(plan.table.name, 0)
            _do(asked, plan, _action(asked, plan, there), progress)
        except Exception as error:
            failed[plan.table.name] = error
    return failed


def _action(asked: Round, plan: TablePlan, there: set[str]) -> str:
    return asked.mode.value if plan.table.name in there else Mode.load.value


def _do(asked: Round, plan: TablePlan, action: str, progress: Progress) -> None:
    consent = plan.table.name in asked.consent
    where = asked.server, asked.engine, plan, asked.instance
    if action == "load":
        load(*where, run_id=asked.run_id, consent=consent, touched=asked.touched,
             progress=progress)  # fmt: skip
    elif action == "follow":
        follow(*where, run_id=asked.run_id, consent=consent, touched=asked.touched,
               progress=progress)  # fmt: skip
    else:
        verify(*where, run_id=asked.run_id, consent=consent, touched=asked.touched,
               progress=progress, heals=asked.heals)  # fmt: skip


def _loaded_together(
    asked: Round, plans: Sequence[TablePlan], progress: Progress
) -> dict[str, Exception]:
    done: dict[str, Exception] = {}
    for consents in (True, False):
        some = [plan for plan in plans if (plan.table.name in asked.consent) == consents]
        if some:
            found = load_tiny(
                asked.server, asked.engine, some, asked.instance, run_id=asked.run_id,
                consent=consents, touched=asked.touched, progress=progress,
            )  # fmt: skip
            done |= {name: end for name, end in found.items() if isinstance(end, Exception)}
    return done


def _enter_failure(
    asked: Round, plan: TablePlan, action: str, began: dt.datetime, error: Exception
) -> None:
    with suppress(Exception), asked.engine.begin() as connection:
        ledger.enter(
            connection, asked.instance, plan.table.name, action, run_id=asked.run_id,
            started_at=began, is_ok=False, reason=plainly(error),
        )  # fmt: skip
