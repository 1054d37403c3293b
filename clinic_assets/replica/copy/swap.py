"""A fresh table takes the place of the copy, in the transaction that filled it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from clinic_assets.replica.books.ledger import run
from clinic_assets.replica.mapping.names import key_name, quoted
from clinic_assets.replica.mapping.target import TargetTable, add_key
from clinic_assets.replica.planning.plan import TablePlan

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
select relname,
    (
        select jsonb_object_agg(attname, format_type(atttypid, atttypmod))
        from pg_attribute
        where attrelid = pg_class.oid and attnum > 0 and not attisdropped
    ),
    array(
        select format('grant %%s on %%s to %%s', privilege_type, pg_class.oid::regclass,
            case grantee when 0 then 'public' else grantee::regrole::text end)
        from aclexplode(relacl)
        where grantee <> relowner
    ),
    exists (
        select from pg_depend
        where refclassid = 'pg_class'::regclass and refobjid = pg_class.oid and deptype = 'n'
    ),
    exists (select from pg_constraint where conrelid = pg_class.oid and contype = 'p')
from pg_class
where relnamespace = to_regnamespace(%s) and relkind = 'r' and relname = any(%s)
"""


@dataclass(frozen=True)
class Old:
    """The copy that is to be replaced."""

    columns: Columns
    grants: tuple[str, ...]
    """SQL that gives the same rights on a table of the same name."""
    is_held: bool
    """Whether somebody's view would go with it."""
    is_keyed: bool

    def is_shaped_as(self, table: TargetTable) -> bool:
        """Whether a fresh table would have the same columns and a key as well."""
        fresh = {c.name: c.target_type for c in table.crossings}
        return self.columns == fresh and self.is_keyed == bool(table.key)


def old_copies(connection: "sa.Connection", schema: str, names: Sequence[str]) -> dict[str, Old]:
    """Those of the tables that are there, by their names in Postgres."""
    found = run(connection, TABLES, quoted(schema), list(names))
    return {name: Old(columns, tuple(grants), *told) for name, columns, grants, *told in found}


def name_to_fill(table: TargetTable, old: Old | None) -> str:
    """What a fresh table is called until it is the copy; nobody sees it before its commit."""
    if old is None:
        return table.name
    return f"fresh_{hashlib.sha256(table.name.encode()).hexdigest()[:16]}"


def swap_in(
    connection: "sa.Connection",
    instance: str,
    plan: TablePlan,
    table: TargetTable,
    old: Old | None,
    touched: Touched | None,
) -> None:
    """Make the fresh table the copy; readers see the old rows or the new ones, nothing between."""
    if old is None:
        if touched:
            touched(connection, instance, plan, None)
        return
    keys = _changed_keys(connection, table, old) if touched else None
    if touched:
        touched(connection, instance, plan, keys)
    (_refill if old.is_held else _rename)(connection, table, old)
    if touched:
        touched(connection, instance, plan, keys)
    if keys:
        run(connection, f"drop table {keys}")


def _changed_keys(connection: "sa.Connection", table: TargetTable, old: Old) -> str | None:
    """A temp table of the keys whose rows differ, or None where rows cannot be told apart."""
    both = [c.target for c in table.crossings if c.name in old.columns]
    key = [quoted(name) for name in table.key]
    if not key or not set(key) <= set(both):
        return None
    names = ", ".join(key)
    row = f"{names}, row({', '.join(f'{name}::text' for name in both)})"
    fresh = table.called(name_to_fill(table, old))
    before, after = f"select {row} from {table.sql}", f"select {row} from {fresh}"
    run(
        connection,
        f"create temp table changed_keys on commit drop as select distinct {names} from"
        f" (({before} except all {after}) union all ({after} except all {before})) as changed",
    )
    return "pg_temp.changed_keys"


def _rename(connection: "sa.Connection", table: TargetTable, old: Old) -> None:
    """Drop the old copy; who could read it can read the new one."""
    fresh = name_to_fill(table, old)
    statements = [
        f"drop table {table.sql}",
        f"alter table {table.called(fresh)} rename to {quoted(table.name)}",
    ]
    if table.key:
        index, name = table.called(key_name(fresh)), quoted(key_name(table.name))
        statements.append(f"alter index {index} rename to {name}")
    run(connection, "; ".join([*statements, *old.grants]))


def _refill(connection: "sa.Connection", table: TargetTable, old: Old) -> None:
    """Keep the old copy, which somebody's view holds, and give it the new rows."""
    fresh = table.called(name_to_fill(table, old))
    changes = [
        f"alter {c.target} type {c.target_type}" if c.name in old.columns
        else f"add {c.target} {c.target_type}"
        for c in table.crossings
        if old.columns.get(c.name) != c.target_type
    ]  # fmt: skip
    changes.append(f"drop constraint if exists {quoted(key_name(table.name))}")
    # What was of the key refuses nulls still, when the key has gone.
    changes += [f"alter {quoted(name)} drop not null" for name in old.columns]
    columns = ", ".join(c.target for c in table.crossings)
    statements = [
        f"truncate {table.sql}",
        f"alter table {table.sql} {', '.join(changes)}",
        f"insert into {table.sql} ({columns}) select {columns} from {fresh}",
        f"drop table {fresh}",
        *([add_key(table, table.name)] if table.key else []),
        f"analyze {table.sql}",
    ]
    run(connection, "; ".join(statements))
