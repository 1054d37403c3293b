"""A copy that holds its source's rows already, and so stays as it is instead of a fresh table.

Not here: how that is found out (compare/whole.py).
"""

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from clinic_assets.replica.books.ledger import Standing
from clinic_assets.replica.copy.fill import Filled, Job, Survey, stands
from clinic_assets.replica.copy.stream import Copied
from clinic_assets.replica.mapping.target import target_of
from clinic_assets.replica.planning.plan import TablePlan

if TYPE_CHECKING:
    import sqlalchemy as sa


def unchanged(job: Job, survey: Survey, plan: TablePlan) -> Filled | None:
    """The copy that is there, if a fresh table would have its definition: as if just filled, should
    its rows be the source's.
    """
    name = plan.table.name
    source, before = survey.sources.get(name), survey.standings.get(name)
    if source is None or before is None:
        return None
    table = target_of(source, job.instance)
    old = survey.old.get(table.name)
    is_same = (before.columns, before.key) == (source.columns, source.key)
    if old is None or not is_same or not old.is_shaped_as(table):
        return None
    copied = Copied(before.rows, before.bytes or 0, Counter(before.normalised))
    began = dt.datetime.now(dt.UTC)
    return Filled(plan, table, copied, survey.clock, before, old, began, is_kept=True)


def keep(job: Job, connection: "sa.Connection", filled: Filled, rows: int) -> Standing:
    """Leave a copy as it is, found to hold the source's rows; say how it stands, for the books."""
    job.tell(filled.table.source.name, 0, rows)
    return replace(stands(job, connection, filled), rows=rows)
