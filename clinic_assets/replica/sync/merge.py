"""Rows of the source into a copy that is there: only what differs is written, and what is gone
is taken out, with the notes of the days that both reach.

The one way a copy changes between loads. Which rows are brought is not said here
(incremental.py, compare/heal.py); nor is it entered in the books.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clinic_assets.replica.books.ledger import run
from clinic_assets.replica.mapping.names import quoted
from clinic_assets.replica.mapping.target import TargetTable
from clinic_assets.replica.mapping.types import target_line

if TYPE_CHECKING:
    import sqlalchemy as sa

INCOMING = "incoming"
"""The temp table for rows of the source; all columns that cross, no key."""
DIFFERING = "differing"
"""The temp table for keys of rows that are new, changed or gone."""
STATE, AT = '"state "', '"at "'
"""MySQL's names never end with a space, so no column is called this."""


@dataclass(frozen=True)
class Differing:
    """How a copy differs from the rows that were brought."""

    new: int = 0
    changed: int = 0
    gone: int = 0

    @property
    def written(self) -> int:
        """Rows to write."""
        return self.new + self.changed

    @property
    def rows(self) -> int:
        """Rows that are not as they should be."""
        return self.written + self.gone


def stage(connection: "sa.Connection", table: TargetTable) -> None:
    """Make an empty place for rows of the source, for this transaction."""
    columns = ", ".join(c.target for c in table.crossings)
    run(
        connection,
        f"drop table if exists pg_temp.{INCOMING}; create temp table {INCOMING} on commit drop"
        f" as select {columns} from {table.sql} with no data",
    )


def find(connection: "sa.Connection", table: TargetTable, scope: str | None) -> Differing:
    """Compare the rows brought with the copy, value by value.

    `scope` is SQL on the target: where all of the source's rows were brought, so that others are
    gone from it; None: nothing is said of others.
    """
    run(connection, f"drop table if exists pg_temp.{DIFFERING}")
    select = _by_key(table, scope) if table.key else _by_content(table)
    run(connection, f"create temp table {DIFFERING} on commit drop as {select}")
    states = run(connection, f"select {STATE}, count(*) from {DIFFERING} group by 1").fetchall()
    return Differing(**dict(states))


def keep_what_is_gone(connection: "sa.Connection", found: Differing) -> Differing:
    """Forget the rows that are to be deleted."""
    run(connection, f"delete from {DIFFERING} where {STATE} = 'gone'")
    return replace(found, gone=0)


def apply(connection: "sa.Connection", table: TargetTable) -> None:
    """Make the copy what was brought, where it differs."""
    for statement in _replacing(table) if not table.key else _updating(table):
        run(connection, statement)


def _by_key(table: TargetTable, scope: str | None) -> str:
    keys = [", ".join(f"{side}.{quoted(name)}" for name in table.key) for side in ("kept", "came")]
    sides = [", ".join(f"{side}.{c.target}" for c in table.crossings) for side in ("kept", "came")]
    # As stored, bit by bit: -0 is not 0 here, and 24 hours are not a day.
    differs = f"row({sides[0]})::record *<> row({sides[1]})::record"
    select = (
        f"select {keys[1]}, kept.ctid as {AT},"
        f" case when kept.ctid is null then 'new' else 'changed' end as {STATE}"
        f" from {INCOMING} as came left join {table.sql} as kept on {_same(table, 'came', 'kept')}"
        f" where kept.ctid is null or {differs}"
    )
    if scope is None:
        return select
    return (
        f"{select} union all select {keys[0]}, kept.ctid, 'gone' from"
        f" (select *, ctid from {table.sql} where {scope}) as kept where not exists"
        f" (select from {INCOMING} as came where {_same(table, 'came', 'kept')})"
    )


def _updating(table: TargetTable) -> list[str]:
    """By the place where the comparison has found each row, which nobody else may change."""
    keys = ", ".join(map(quoted, table.key))
    columns = ", ".join(c.target for c in table.crossings)
    rest = [c.target for c in table.crossings if c.name not in table.key]
    renewed = ", ".join(f"{column} = came.{column}" for column in rest)
    update = (
        f"update {table.sql} as kept set {renewed} from {DIFFERING} as d, {INCOMING} as came"
        f" where d.{STATE} = 'changed' and kept.ctid = d.{AT} and {_same(table, 'd', 'came')}"
    )
    return [
        f"delete from {table.sql} as kept using {DIFFERING} as d"
        f" where d.{STATE} = 'gone' and kept.ctid = d.{AT}",
        *([update] if rest else []),
        f"insert into {table.sql} ({columns}) select {columns} from {INCOMING}"
        f" where ({keys}) in (select {keys} from {DIFFERING} where {STATE} = 'new')",
    ]


def _same(table: TargetTable, one: str, other: str) -> str:
    return " and ".join(f"{one}.{quoted(k)} = {other}.{quoted(k)}" for k in table.key)


def _by_content(table: TargetTable) -> str:
    """Rows that cannot be told apart are counted: of three equal ones the third may be gone."""
    line = f"md5({target_line(table.crossings)}) as line"
    nth = "row_number() over (partition by line) as nth"
    kept = f"select ctid as at, {line} from {table.sql}"
    came = f"select true as is_there, {line} from {INCOMING}"
    return (
        f"select at, line, nth, case when at is null then 'new' else 'gone' end as {STATE}"
        f" from (select *, {nth} from ({kept}) as lines) as kept"
        f" full join (select *, {nth} from ({came}) as lines) as came using (line, nth)"
        " where at is null or is_there is null"
    )


def _replacing(table: TargetTable) -> list[str]:
    columns = ", ".join(c.target for c in table.crossings)
    line = f"md5({target_line(table.crossings)})"
    nth = f"row_number() over (partition by {line})"
    return [
        f"delete from {table.sql} where ctid in"
        f" (select at from {DIFFERING} where {STATE} = 'gone')",
        f"insert into {table.sql} ({columns}) select {columns} from"
        f" (select *, ({line}, {nth}) as {STATE} from {INCOMING}) as came"
        f" where {STATE} in (select (line, nth) from {DIFFERING} where {STATE} = 'new')",
    ]
