"""A fresh table takes the place of the copy, in the transaction that filled it."""

import hashlib
from typing import TYPE_CHECKING, Any, Protocol

import psycopg

from clinic_assets.replica.books import run
from clinic_assets.replica.names import key_name, quoted
from clinic_assets.replica.plan import TablePlan
from clinic_assets.replica.target import TargetTable, add_key

if TYPE_CHECKING:
    import sqlalchemy as sa

Columns = dict[str, str]
"""Names and types of a table's columns."""


class Touched(Protocol):
    """Notes the business dates of changed keys; called in the transaction of the write, before
    the rows change (not at a first load) and again after.
    """

    def __call__(
        self, connection: "sa.Connection", instance: str, plan: TablePlan, keys: str | None
    ) -> None:
        """`keys` is a temp table with the key columns of changed rows; None means every row."""


TABLES = """
select relname, attname, format_type(atttypid, atttypmod)
from pg_class join pg_attribute on attrelid = pg_class.oid
where relnamespace = to_regnamespace(%s) and relkind = 'r' and attnum > 0 and not attisdropped
order by attrelid, attnum
"""
GRANTS = """
select format('grant %%s on %%s to %%s', privilege_type, cast(%s as text),
    case grantee when 0 then 'public' else grantee::regrole::text end)
from pg_class, aclexplode(relacl)
where pg_class.oid = to_regclass(%s) and grantee <> relowner
"""


def tables_in(connection: "sa.Connection", schema: str) -> dict[str, Columns]:
    """The tables of a schema with their columns."""
    found: dict[str, Columns] = {}
    for table, column, kind in run(connection, TABLES, quoted(schema)):
        found.setdefault(table, {})[column] = kind
    return found


def fresh_name(table: TargetTable) -> str:
    """What the table is called until it is the copy."""
    return f"fresh_{hashlib.sha256(table.name.encode()).hexdigest()[:16]}"


def swap_in(
    connection: "sa.Connection",
    instance: str,
    plan: TablePlan,
    table: TargetTable,
    old: Columns | None,
    touched: Touched | None,
) -> None:
    """Make the fresh table the copy; readers see the old rows or the new ones, nothing between."""
    fresh = fresh_name(table)
    keys = _changed_keys(connection, table, fresh, old) if touched and old is not None else None
    if touched and old is not None:
        touched(connection, instance, plan, keys)
    _put_in_place(connection, table, fresh, old)
    if touched:
        touched(connection, instance, plan, keys)
    if keys:
        run(connection, f"drop table {keys}")


def _changed_keys(
    connection: "sa.Connection", table: TargetTable, fresh: str, old: Columns
) -> str | None:
    """A temp table of the keys whose rows differ, or None where rows cannot be told apart."""
    both = [c.target for c in table.crossings if c.name in old]
    key = [quoted(name) for name in table.key]
    if not key or not set(key) <= set(both):
        return None
    names = ", ".join(key)
    row = f"{names}, row({', '.join(f'{name}::text' for name in both)})"
    before, after = f"select {row} from {table.sql}", f"select {row} from {table.called(fresh)}"
    run(
        connection,
        f"create temp table changed_keys on commit drop as select distinct {names} from"
        f" (({before} except all {after}) union all ({after} except all {before})) as changed",
    )
    return "pg_temp.changed_keys"


def _put_in_place(
    connection: "sa.Connection", table: TargetTable, fresh: str, old: Columns | None
) -> None:
    if old is not None:
        try:
            _drop(connection, table, fresh)
        except psycopg.errors.DependentObjectsStillExist:
            _refill(connection, table, fresh, old)
            return
    run(connection, f"alter table {table.called(fresh)} rename to {quoted(table.name)}")
    if table.key:
        index, name = table.called(key_name(fresh)), quoted(key_name(table.name))
        run(connection, f"alter index {index} rename to {name}")


def _drop(connection: "sa.Connection", table: TargetTable, fresh: str) -> None:
    """Take the old copy away; who could read it can read the new one."""
    driver: Any = connection.connection.driver_connection
    grants = run(connection, GRANTS, table.called(fresh), table.sql).fetchall()
    with driver.transaction():
        run(connection, f"drop table {table.sql}")
    for (grant,) in grants:
        run(connection, grant)


def _refill(connection: "sa.Connection", table: TargetTable, fresh: str, old: Columns) -> None:
    """The same where somebody's view holds the old table: it stays and gets the new rows."""
    changes = [
        f"add {c.target} {c.target_type}" if c.name not in old
        else f"alter {c.target} type {c.target_type}"
        for c in table.crossings
        if old.get(c.name) != c.target_type
    ]  # fmt: skip
    changes.append(f"drop constraint if exists {quoted(key_name(table.name))}")
    columns = ", ".join(c.target for c in table.crossings)
    run(
        connection,
        f"truncate {table.sql}; alter table {table.sql} {', '.join(changes)};"
        f" insert into {table.sql} ({columns}) select {columns} from {table.called(fresh)};"
        f" drop table {table.called(fresh)}",
    )
    if table.key:
        run(connection, add_key(table, table.name))
    run(connection, f"analyze {table.sql}")
