"""Which days of which tables downstream a change of a copy reaches, noted in its transaction.

Not here: what the days are made of (a source's dates.py), and who runs them (timing/due.py).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clinic_assets.replica.books.ledger import run
from clinic_assets.replica.mapping.names import quoted
from clinic_assets.replica.mapping.target import target_of
from clinic_assets.replica.planning.plan import TablePlan
from clinic_assets.settings import settings
from clinic_assets.warehouse.days import UNDATED

if TYPE_CHECKING:
    import sqlalchemy as sa

NOTES = "ops.touched_day, noted by copies"
"""The lock of whoever notes; see `Noting`."""

NOTE = """
insert into ops.touched_day as known (asset, day, cause, noted)
select %s, day, %s, nextval('ops.write_order') from unnest(%s::date[]) as day order by day
on conflict (asset, day) do update set noted = excluded.noted, cause = excluded.cause
"""


@dataclass(frozen=True)
class Dated:
    """The business dates of a copied table's rows, as one reader of it sees them."""

    reader: str
    """The table downstream: clean.opendental_appointments."""
    table: str
    """The source's name of the copied table."""
    days_sql: str
    """A select that gives `day` of the rows whose keys are in `changed_keys`, which has the key's
    columns. It may join other copied tables: what they change is then said by a Dated of theirs.
    """
    joins: tuple[str, ...] = ()
    """Those other tables, as they are called in Postgres. Until all are copied there is nothing to
    join, and the one that comes last says it all.
    """


@dataclass
class Noting:
    """Notes the days of changed keys for every reader; called as Touched in copy/swap.py says.

    Copies note one after the other, each from before its rows change until its transaction ends:
    so each sees what the other has changed, and no join misses a row that is new on both sides.
    """

    dated: Sequence[Dated]
    noted: set[tuple[str, dt.date]] = field(default_factory=set)
    too_early: set[tuple[str, dt.date]] = field(default_factory=set)
    """Days before the first partition: no run could serve them."""

    def __call__(
        self, connection: "sa.Connection", instance: str, plan: TablePlan, keys: str | None
    ) -> None:
        """Note the days that the rows with these keys have at this moment; None: all rows."""
        mine = [each for each in self.dated if each.table == plan.table.name]
        if not mine:
            return
        run(connection, "select pg_advisory_xact_lock(hashtextextended(%s, 7))", NOTES)
        there = run(connection, "select tablename from pg_tables where schemaname = %s", instance)
        copied = {name for (name,) in there}
        mine = [each for each in mine if copied.issuperset(each.joins)]
        table = target_of(plan.table, instance)
        key = ", ".join(map(quoted, table.key)) or "*"
        changed = f"select {key} from {keys or table.sql}"
        cause = f"{instance}.{table.name}"
        first = settings().first_day
        for reader in sorted({each.reader for each in mine}):
            selects = [each.days_sql for each in mine if each.reader == reader]
            days = _days(connection, changed, selects)
            early = {day for day in days if UNDATED < day < first}
            self.too_early |= {(reader, day) for day in early}
            self.noted |= {(reader, day) for day in days - early}
            run(connection, NOTE, reader, cause, sorted(days - early))


def _days(connection: "sa.Connection", changed: str, selects: Sequence[str]) -> set[dt.date]:
    found = " union ".join(f"select day from ({select}) as dated" for select in selects)
    rows = run(connection, f"with changed_keys as ({changed}) {found}")
    return {day for (day,) in rows if day is not None}
