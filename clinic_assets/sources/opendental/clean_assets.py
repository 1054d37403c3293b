"""From the copy of a practice to clean rows: one asset for each thing, a select over the copy.

The copy's own assets are next door, in assets.py.
"""

from collections.abc import Iterable, Sequence

import dagster as dg
import sqlalchemy as sa

from clinic_assets.settings import settings
from clinic_assets.sources.opendental import tables
from clinic_assets.sources.opendental.checks import CHECKS
from clinic_assets.sources.opendental.declaring import ROOM
from clinic_assets.sources.opendental.instances import WRITTEN_FOR, bound, instances, over
from clinic_assets.warehouse import notes
from clinic_assets.warehouse.contracts import is_present, plain_columns
from clinic_assets.warehouse.publish import Select, lock
from clinic_assets.warehouse.sessions import told_plainly
from clinic_assets.warehouse.sql_models import model_text, sql_asset, tables_read

SOURCE_DAY = "ops.source_day"


def model_of(table: sa.Table) -> str:
    """The model of a clean table, as written for one practice."""
    return model_text(__file__, table.name.removeprefix(f"{ROOM}_"))


def select_of(table: sa.Table, practices: tuple[str, ...]) -> Select:
    """The rows of a clean table from the practices' copies; of none, none."""
    nothing = f"select {', '.join(plain_columns(table))} from {table.fullname} where false"
    return Select(over(model_of(table), practices) or nothing, bound())


def tables_of_copy(table: sa.Table) -> list[str]:
    """What a clean table is made from, by the source's own names."""
    return [name.split(".")[1] for name in tables_read(model_of(table), (WRITTEN_FOR,))]


COPIED = """
select schemaname from pg_tables
where schemaname = any(:practices) and tablename = any(:read)
group by schemaname
having count(*) = cardinality(:read)
order by schemaname
"""


def copied(engine: sa.Engine, table: sa.Table, practices: Sequence[str]) -> tuple[str, ...]:
    """Those practices of which everything is there that a clean table is made from.

    A practice that is planned but not copied yet costs no other its rows.
    """
    named = {"practices": list(practices), "read": tables_of_copy(table)}
    with told_plainly(table.fullname), engine.connect() as connection:
        return tuple(connection.scalars(_with_names(COPIED, named), named))


TOLD = """
select instance, (min(coalesce(followed_at, loaded_at)) at time zone :timezone)::date - 1
from ops.replica_table
where instance = any(:practices) and table_name = any(:read)
group by instance
having count(coalesce(followed_at, loaded_at)) = cardinality(:read)
"""


def tell_days(engine: sa.Engine, practices: Sequence[str]) -> None:
    """A copy has told everything about the days that were over when it was last followed."""
    read = sorted({name for table in tables.TABLES for name in tables_of_copy(table)})
    named = {"practices": list(practices), "read": read}
    zone = {"timezone": settings().timezone}
    with told_plainly(SOURCE_DAY), engine.begin() as connection:
        lock(connection, SOURCE_DAY, [])
        found = connection.execute(_with_names(TOLD, named), {**named, **zone})
        told = [(name, settings().first_day, last) for name, last in found]
        notes.complete_days(connection, told)


def _with_names(statement: str, named: Iterable[str]) -> sa.TextClause:
    return sa.text(statement).bindparams(
        *[sa.bindparam(name, type_=sa.ARRAY(sa.Text)) for name in named]
    )


def _asset(table: sa.Table) -> dg.AssetsDefinition:
    practices = instances()
    select = select_of(table, practices)
    return sql_asset(
        table,
        select.text,
        select.bound,
        copies=practices,
        at_run=lambda engine: select_of(table, copied(engine, table, practices)).text,
        checks=CHECKS,
    )


ASSETS = [_asset(table) for table in tables.TABLES if is_present(table)]
