"""The one way to write: a table's rows for a range of days, in one transaction.

Locks, fence, staging by COPY or select, contract, delete, insert, ledgers and the notes of which
days are due again: all or nothing. Files come in by intake.py; nobody else writes to a table.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import sqlalchemy as sa

from clinic_assets.warehouse import books, notes
from clinic_assets.warehouse.contracts import plain_columns
from clinic_assets.warehouse.days import UNDATED, Days
from clinic_assets.warehouse.reach import parents_of
from clinic_assets.warehouse.sessions import WarehouseError, told_plainly

LOCK_TIMEOUT = "5min"
STATEMENT_TIMEOUT = "30min"
WORK_MEM = "64MB"
"""For each step of a query: with 4 MB, 30,000 shelves group on disk, at thrice the cost."""
MANY_ROWS = 100
"""From here on the planner's guesses matter."""

Produce = Callable[[sa.Connection], pd.DataFrame]


@dataclass(frozen=True)
class Select:
    """A SQL model: a plain select and what its parameters stand for beside the range of days.

    It may use `:first_day`, `:last_day` (the end of time for an open range) and `:last_named_day`.
    """

    text: str
    bound: Mapping[str, Any] = field(default_factory=dict)

    def parameters(self, days: Days) -> dict[str, Any]:
        """Every parameter the text names, with its value."""
        span = {"first_day": days.first, "last_day": days.upper, "last_named_day": days.last}
        known = {**span, **self.bound}
        return {name: value for name, value in known.items() if f":{name}" in self.text}


class ContractBroken(ValueError):
    """A frame does not fit the table it is meant for."""


class Superseded(WarehouseError):
    """Newer runs have written every day of the range; this one is too late and changed nothing."""


@dataclass(frozen=True)
class Author:
    """Who writes: the run, its place in the order of starts, and the version of its code."""

    run_id: str
    fence: int
    code_version: str | None = None


@dataclass(frozen=True)
class Published:
    """What a write did. Days are those left as a newer run wrote them."""

    rows_read: int
    rows_written: int
    rows_changed: int
    superseded: tuple[dt.date, ...]


def publish(
    engine: sa.Engine, table: sa.Table, days: Days, author: Author, rows: Produce | Select
) -> Published:
    """Replace the rows of a range by those of a frame or of a select.

    `rows` is a select, or reads through the given connection and returns a frame with the table's
    columns. Raises Superseded, ContractBroken, WarehouseError; then nothing has changed.
    """
    with told_plainly(table.fullname), engine.begin() as connection:
        lock(connection, table.fullname, parents_of(table.fullname))
        connection.execute(sa.text(f"set local work_mem = '{WORK_MEM}'"))
        superseded = books.days_of_newer_runs(connection, table, days, author.fence)
        if len(set(superseded) & set(days.listed())) == len(days):
            raise Superseded(
                f"Superseded by newer runs, which have written every day of {days.first} to"
                f" {days.last} in {table.fullname}; theirs were kept."
            )
        read = _stage(connection, table, days, rows)
        learn_sizes(connection, "staged", read)
        overtaken = _leave(connection, table, superseded, author.fence)
        written = _replace(connection, table, days, superseded)
        changed = _compare(connection, table)
        learn_sizes(connection, table.fullname, changed)
        load_id = books.enter(connection, table, days, author, (read, written, changed), superseded)
        books.settle_days(connection, table, days, author, load_id, superseded)
        notes.again(connection, table.fullname, overtaken)
        notes.readers_of(connection, table.fullname, "select * from changed")
    return Published(read, written, changed, tuple(superseded))


def lock(connection: sa.Connection, asset: str, inputs: Iterable[str]) -> None:
    """Own the asset and hold its inputs still until the transaction ends, always in one order.

    Holding inputs shared means that a note about a newer input is never cleared unread.
    """
    connection.execute(sa.text(f"set local lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(sa.text(f"set local statement_timeout = '{STATEMENT_TIMEOUT}'"))
    for name in sorted({asset, *inputs}):
        mode = "" if name == asset else "_shared"
        connection.execute(
            sa.text(f"select pg_advisory_xact_lock{mode}(hashtextextended(:name, 7))"),
            {"name": name},
        )


def _stage(connection: sa.Connection, table: sa.Table, days: Days, rows: Produce | Select) -> int:
    _run(
        connection,
        f"create temp table staged on commit drop as table {table.fullname} with no data",
    )
    columns = plain_columns(table)
    if isinstance(rows, Select):
        listed = ", ".join(columns)
        bound = rows.parameters(days)
        select = sa.text(
            f"insert into staged ({listed}) select {listed} from ({rows.text}\n) as model"
        ).bindparams(*[sa.bindparam(n, type_=_sql_type(v)) for n, v in bound.items()])
        return connection.execute(select, bound).rowcount
    frame = fit(rows(connection), table, days)
    copy_into(connection, "staged", frame)
    return len(frame)


def _sql_type(value: Any) -> sa.types.TypeEngine[Any]:
    if isinstance(value, list):
        return sa.ARRAY(sa.Text)
    kinds: dict[type, sa.types.TypeEngine[Any]] = {
        dt.date: sa.Date(),
        str: sa.Text(),
        int: sa.Integer(),
        float: sa.Numeric(),
    }
    return kinds[type(value)]


def fit(frame: pd.DataFrame, table: sa.Table, days: Days) -> pd.DataFrame:
    """The frame in the table's column order. Raises ContractBroken saying what does not fit."""
    promised, given = plain_columns(table), list(frame.columns)
    if set(promised) != set(given):
        raise ContractBroken(
            f"{table.fullname}: missing {sorted(set(promised) - set(given))}, "
            f"not promised {sorted(set(given) - set(promised))}. "
            "Change the frame, or the declaration in tables.py together with a migration."
        )
    outside = sum(d != UNDATED and not days.first <= d <= days.upper for d in frame["day"])
    if outside:
        raise ContractBroken(f"{table.fullname}: {outside} rows are not of the range.")
    return frame[promised]


def copy_into(connection: sa.Connection, target: str, frame: pd.DataFrame) -> None:
    """COPY a frame into a table of this connection; missing values become null."""
    blank = frame.astype(object).where(frame.notna(), None)
    statement = f"copy {target} ({', '.join(frame.columns)}) from stdin"
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in blank.itertuples(index=False, name=None):
            copy.write_row([json.dumps(v) if isinstance(v, dict) else v for v in row])


def learn_sizes(connection: sa.Connection, table: str, rows: int) -> None:
    """Tell the planner of many new rows at once; without it a fresh table is joined row by row."""
    if rows >= MANY_ROWS:
        connection.execute(sa.text(f"analyze {table}"))


def _leave(
    connection: sa.Connection, table: sa.Table, superseded: list[dt.date], fence: int
) -> list[dt.date]:
    """Take out of the staged rows what newer runs have written; days that lost a row that way.

    A row that a newer run keeps on another day stays there. Whether that or this write knows it
    better nobody can say here, so the day it was meant for is due again.
    """
    _run(connection, "delete from staged where day = any(:days)", days=superseded)
    if not table.info["moves_by"]:
        return []
    found = connection.scalars(
        sa.text(
            f"delete from staged using {table.fullname} as kept, ops.load_day as known"
            f" where {_same_key(table, 'staged', 'kept')} and known.asset = :asset"
            " and known.day = kept.day and known.fence > :fence returning staged.day"
        ),
        {"asset": table.fullname, "fence": fence},
    )
    return sorted(set(found))


def _replace(
    connection: sa.Connection, table: sa.Table, days: Days, superseded: list[dt.date]
) -> int:
    columns = ", ".join(plain_columns(table))
    _run(connection, "create temp table gone on commit drop as table staged with no data")
    mine = "(old.day between :first and :upper or old.day = :undated) and old.day <> all(:left)"
    conditions = [mine]
    if table.info["moves_by"]:
        conditions.append(f"exists (select from staged where {_same_key(table, 'staged', 'old')})")
    for condition in conditions:
        _run(
            connection,
            f"with away as (delete from {table.fullname} as old where {condition} returning *)"
            f" insert into gone ({columns}) select {columns} from away",
            **_bound(condition, days, superseded),
        )
    return _run(
        connection, f"insert into {table.fullname} ({columns}) select {columns} from staged"
    )


def _bound(condition: str, days: Days, superseded: list[dt.date]) -> dict[str, Any]:
    if ":first" not in condition:
        return {}
    return {"first": days.first, "upper": days.upper, "undated": UNDATED, "left": superseded}


def _compare(connection: sa.Connection, table: sa.Table) -> int:
    columns = ", ".join(plain_columns(table))
    old, new = f"select {columns} from gone", f"select {columns} from staged"
    return _run(
        connection,
        "create temp table changed on commit drop as"
        f" (({old}) except all ({new})) union all (({new}) except all ({old}))",
    )


def _same_key(table: sa.Table, one: str, other: str) -> str:
    return " and ".join(f"{one}.{name} = {other}.{name}" for name in table.info["moves_by"])


def _run(connection: sa.Connection, statement: str, **bound: Any) -> int:
    typed = {"days": sa.ARRAY(sa.Date), "left": sa.ARRAY(sa.Date)}
    clause = sa.text(statement).bindparams(
        *[sa.bindparam(name, type_=typed.get(name, sa.Date())) for name in bound]
    )
    return connection.execute(clause, bound).rowcount
