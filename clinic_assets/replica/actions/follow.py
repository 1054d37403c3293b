"""A copy brought up to its source between verifications: by stamps, by a growing key, or, where a
table has neither and is small, by comparing it whole.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinic_assets.replica.actions.load import reload
from clinic_assets.replica.actions.verify import compared
from clinic_assets.replica.copy.fill import Progress
from clinic_assets.replica.copy.swap import Touched
from clinic_assets.replica.planning.plan import TablePlan
from clinic_assets.replica.source.server import Server
from clinic_assets.replica.sync.incremental import followed
from clinic_assets.replica.sync.pair import Reshaped, Task

if TYPE_CHECKING:
    import sqlalchemy as sa

COMPARED_EVERY_TIME = ("tiny", "small")
"""Sizes at which a whole table is cheap to compare."""


@dataclass(frozen=True)
class Followed:
    """What following did."""

    rows_read: int = 0
    rows_written: int = 0
    rows_deleted: int = 0
    lag_seconds: float | None = None
    """The source's clock less the newest stamp that was read."""
    oddity: str | None = None
    """What a person may want to know; never a value."""


def follow(
    server: Server,
    engine: "sa.Engine",
    plan: TablePlan,
    instance: str,
    *,
    run_id: str | None,
    consent: bool = False,
    touched: Touched | None = None,
    progress: Progress | None = None,
) -> Followed:
    """Bring a table's copy up to its source; one that is not there yet is loaded.

    A source that has gone back, as one restored from a backup, is compared with the copy at once.
    Raises SourceError, WarehouseError; then nothing has changed. Raises NeedsConsent when all was
    done but deleting a great share of the rows.
    """
    task = Task(server, engine, plan, instance, run_id, consent, touched, progress)
    try:
        return _follow(task)
    except Reshaped:
        loaded = reload(task)
        return Followed(loaded.rows, loaded.rows, oddity="; ".join(loaded.notices) or None)


def _follow(task: Task) -> Followed:
    is_small = task.plan.size_class in COMPARED_EVERY_TIME
    if task.plan.strategy == "full_compare" and is_small:
        return _compared(task)
    newer = followed(task)
    if newer.suspicion or (newer.is_blind and is_small):
        return _compared(task, newer.oddity)
    return Followed(newer.copied.rows, newer.differing.written, 0, newer.lag_seconds, newer.oddity)


def _compared(task: Task, oddity: str | None = None) -> Followed:
    done = compared(task, "follow")
    return Followed(done.rows_compared, done.rows_written, done.rows_deleted, oddity=oddity)
