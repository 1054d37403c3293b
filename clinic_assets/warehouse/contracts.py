"""The contract of a table is its SQLAlchemy declaration. This is how one is declared, and read by
others.

Every room's tables.py declares into `metadata`; DDL, migrations, the description and columns in the
Dagster UI and the data dictionary all come from there. Nothing here touches a database.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

import dagster as dg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Key: schema.table, as in Postgres."""

SCHEMAS = ("raw", "clean", "core", "mart", "score", "desk", "ops")
"""In the order in which data may flow; `ops` is the platform's own book-keeping."""

FRESH = {
    "raw": dt.timedelta(hours=30),
    "clean": dt.timedelta(hours=30),
    "core": dt.timedelta(hours=30),
    "mart": dt.timedelta(hours=30),
    "score": dt.timedelta(hours=26),
    "desk": dt.timedelta(hours=26),
}
"""By layer, how old the last write may be: a day and the morning's slack; the desk less."""

MONEY = sa.Numeric(14, 2)
QUANTITY = sa.Numeric(14, 3)
MOMENT = sa.DateTime(timezone=True)

Sensitivity = Literal["phi", "pseudonym", "plain"]


def column(
    name: str,
    kind: Any,
    comment: str | None = None,
    sensitivity: Sensitivity = "plain",
    **more: Any,
) -> sa.Column[Any]:
    """A column that says who may see it: `phi` names a person, `pseudonym` is a key of one."""
    return sa.Column(name, kind, comment=comment, info={"sensitivity": sensitivity}, **more)


def day_column(comment: str = "Clinic-local date; the partition.") -> sa.Column[Any]:
    """The partition column, the same everywhere."""
    return sa.Column("day", sa.Date, primary_key=True, comment=comment)


def clinic_column() -> sa.Column[Any]:
    """The clinic, first in every shared table's primary key."""
    return sa.Column("clinic_id", sa.Text, primary_key=True, comment="The clinic.")


def ratio(name: str, numerator: str, denominator: str, comment: str) -> sa.Column[Any]:
    """A rate kept with its parts: generated, null when the denominator is 0."""
    formula = sa.Computed(f"{numerator}::numeric / nullif({denominator}, 0)", persisted=True)
    return sa.Column(name, sa.Numeric, formula, comment=comment)


def declare(
    schema: str,
    name: str,
    comment: str,
    *items: Any,
    room: str,
    moves_by: Sequence[str] = (),
    is_present: bool = True,
) -> sa.Table:
    """Declare a table's contract.

    `comment` starts with the grain. `moves_by` names the key that is unique whatever its day:
    such a row may move from one day to another, and the write takes it out of the old one. A table
    whose source is not configured is not present: there in Postgres and empty, but no asset.
    """
    return sa.Table(
        name,
        metadata,
        *items,
        schema=schema,
        comment=comment,
        info={"room": room, "moves_by": tuple(moves_by), "is_present": is_present},
    )


def is_present(table: sa.Table | str) -> bool:
    """Whether the table is written here; one whose source is not configured is not."""
    declared = metadata.tables[table] if isinstance(table, str) else table
    return bool(declared.info["is_present"])


def plain_columns(table: sa.Table) -> list[str]:
    """The columns that are written: all but the generated ones."""
    return [c.name for c in table.columns if c.computed is None]


def contract_of(key: dg.AssetKey) -> sa.Table:
    """The table that an asset is kept in."""
    return metadata.tables[".".join(key.path)]


def key_of(table: sa.Table | str) -> dg.AssetKey:
    """The asset key: schema and table, as in Postgres."""
    return dg.AssetKey((table if isinstance(table, str) else table.fullname).split("."))


def kept_as(table: sa.Table) -> dict[str, Any]:
    """Arguments for `dg.asset` that the contract declares: key, description, group, columns."""
    room = table.info["room"]
    return {
        "key": key_of(table),
        "description": table.comment,
        "group_name": room,
        "owners": [f"team:{room}"],
        "kinds": {"postgres"},
        "freshness_policy": dg.FreshnessPolicy.time_window(fail_window=FRESH[str(table.schema)]),
        "metadata": {
            "dagster/column_schema": dg.TableSchema([_shown(c) for c in table.columns]),
            "dagster/table_name": table.fullname,
        },
    }


_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]


def _shown(column: sa.Column[Any]) -> dg.TableColumn:
    return dg.TableColumn(
        column.name,
        str(column.type.compile(dialect=_POSTGRES)).lower(),
        column.comment,
        constraints=dg.TableColumnConstraints(
            nullable=bool(column.nullable), unique=bool(column.unique)
        ),
        tags={"sensitivity": column.info.get("sensitivity", "plain")},
    )
