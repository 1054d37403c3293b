"""What a copied table holds, in words and counts: never a value that tells of one person.

Codes are counted when they are few and common; of texts only the lengths, of dates with a time
only the years, of other dates and of numbers nothing but how many there are.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from clinic_assets.replica.books.ledger import run
from clinic_assets.replica.mapping.names import quoted
from clinic_assets.replica.mapping.target import TargetTable, target_of
from clinic_assets.replica.mapping.types import Crossing
from clinic_assets.replica.planning.plan import TablePlan
from clinic_assets.warehouse.sessions import told_plainly

CODES = ("tinyint", "enum", "bit")
MOST_CODES = 12
FEWEST_ROWS = 5
"""A code of fewer rows is not told: it could tell who they are."""
MOST_LINES = 200_000
"""Rows looked at for codes and different values of a long table: enough for shares."""


@dataclass(frozen=True)
class ColumnProfile:
    """One column in words and counts."""

    column: str
    type: str
    filled: float
    """Share of rows that are not null."""
    different: int
    holds: str


@dataclass(frozen=True)
class TableProfile:
    """One table."""

    rows: int
    looked_at: int
    columns: tuple[ColumnProfile, ...]


def profile(engine: sa.Engine, plan: TablePlan, instance: str) -> TableProfile:
    """Look at a copied table. Raises WarehouseError when it is not there."""
    table = target_of(plan.table, instance)
    with told_plainly(f"{instance}.{plan.table.name}"), engine.connect() as connection:
        [[rows]] = run(connection, f"select count(*) from {table.sql}").fetchall()
        run(connection, f"create temp table looked_at on commit drop as {_sample(table, rows)}")
        columns = tuple(_column(connection, crossing) for crossing in table.crossings)
    return TableProfile(rows, min(rows, MOST_LINES), columns)


def _sample(table: TargetTable, rows: int) -> str:
    if rows <= MOST_LINES:
        return f"table {table.sql}"
    share = 100 * MOST_LINES / rows
    return f"select * from {table.sql} tablesample bernoulli ({share:f}) repeatable (1)"


def _column(connection: sa.Connection, crossing: Crossing) -> ColumnProfile:
    name = quoted(crossing.name)
    measured = _measures(crossing, name)
    [told] = run(
        connection,
        f"select count(*), count({name}), count(distinct {_comparable(crossing, name)}),"
        f" {', '.join(measured.values()) or 'null'} from looked_at",
    ).fetchall()
    rows, filled, different, *figures = told
    holds = _said(dict(zip(measured, figures, strict=False)), rows)
    if crossing.column.data_type in CODES and 0 < different <= MOST_CODES:
        holds = _codes(connection, name)
    return ColumnProfile(
        crossing.column.name, crossing.target_type, filled / rows if rows else 0.0, different, holds
    )


def _comparable(crossing: Crossing, name: str) -> str:
    return f"{name}::text" if crossing.target_type == "json" else name


def _measures(crossing: Crossing, name: str) -> dict[str, str]:
    """What can be said of a column without saying a value: words to SQL."""
    kind = crossing.target_type
    if kind in ("text", "json"):
        return {
            "empty": f"count(*) filter (where {name}::text = '')",
            "longest": f"max(length({name}::text))",
        }
    if kind == "bytea":
        return {"most bytes": f"max(length({name}))"}
    if kind.startswith("timestamp"):
        year = f"extract(year from {name})::int"
        some = f"filter (where {year} > 1)"
        return {
            "no date": f"count(*) filter (where {year} = 1)",
            "first year": f"min({year}) {some}",
            "last year": f"max({year}) {some}",
        }
    if kind == "date":
        return {"no date": f"count(*) filter (where extract(year from {name}) = 1)"}
    if kind == "interval" or kind.startswith("bit"):
        return {}
    return {
        "zero": f"count(*) filter (where {name} = 0)",
        "negative": f"count(*) filter (where {name} < 0)",
    }


def _said(figures: dict[str, Any], rows: int) -> str:
    told = []
    for word, figure in figures.items():
        if not figure:
            continue
        is_count = word in ("empty", "zero", "negative", "no date")
        told.append(f"{word} in {100 * figure / rows:.1f} %" if is_count else f"{word} {figure}")
    return ", ".join(told)


def _codes(connection: sa.Connection, name: str) -> str:
    found = run(
        connection,
        f"select {name}::text, count(*) from looked_at where {name} is not null"
        f" group by 1 having count(*) >= {FEWEST_ROWS} order by 2 desc",
    ).fetchall()
    return ", ".join(f"{code}: {rows:,}" for code, rows in found)
