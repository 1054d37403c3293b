"""Entries in ops.replica_table and ops.replica_load, in the transaction of what they tell of.

Not their declaration, which is tables.py: this is used where nothing slow may be imported.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clinic_assets.replica.source.catalog import SourceColumn

if TYPE_CHECKING:
    import sqlalchemy as sa

LOCK_TIMEOUT = "5min"


@dataclass(frozen=True)
class Standing:
    """How the copy of one table stands: a row of ops.replica_table."""

    instance: str
    table_name: str
    target_name: str
    columns: tuple[SourceColumn, ...]
    key: tuple[str, ...]
    """The source's, when last copied."""
    rows: int
    watermark: dict[str, str] = field(default_factory=dict)
    """Column to the highest value followed, as the source spells it."""
    highest_key: str | None = None
    bytes: int | None = None
    loaded_at: dt.datetime | None = None
    followed_at: dt.datetime | None = None
    verified_at: dt.datetime | None = None
    rows_compared: int | None = None
    rows_differing: int | None = None
    normalised: dict[str, int] = field(default_factory=dict)
    notice: str | None = None


def lock(connection: "sa.Connection", instance: str, *table_names: str) -> None:
    """Own tables' copies until the transaction ends: loads, follows and heals wait in turn.

    The same lock that a reader in the warehouse holds shared (warehouse/publish.py).
    """
    run(connection, f"set local lock_timeout = '{LOCK_TIMEOUT}'; set local statement_timeout = 0")
    run(
        connection,
        "select pg_advisory_xact_lock(hashtextextended(name, 7)) from unnest(%s::text[]) as name",
        sorted(f"{instance}.{name}" for name in table_names),
    )


def standing_of(connection: "sa.Connection", instance: str, table_name: str) -> Standing | None:
    """How a table's copy stands, or None when it was never copied."""
    return standings(connection, instance, [table_name]).get(table_name)


def standings(
    connection: "sa.Connection", instance: str, table_names: Sequence[str] | None = None
) -> dict[str, Standing]:
    """How every copied table of an instance, or those named, stand, by the source's name."""
    found = run(
        connection,
        "select * from ops.replica_table"
        " where instance = %s and (%s::text[] is null or table_name = any(%s))",
        instance,
        *[table_names if table_names is None else list(table_names)] * 2,
    )
    names = [column.name for column in found.description]
    told = [_standing(dict(zip(names, row, strict=True))) for row in found.fetchall()]
    return {standing.table_name: standing for standing in told}


def _standing(row: dict[str, Any]) -> Standing:
    shape = row.pop("columns")
    columns = tuple(SourceColumn(**column) for column in shape["columns"])
    row |= {"watermark": row["watermark"] or {}, "normalised": row["normalised"] or {}}
    return Standing(columns=columns, key=tuple(shape["key"]), **row)


def settle(connection: "sa.Connection", *standings: Standing) -> None:
    """Write how tables' copies now stand."""
    rows = [_kept(standing) for standing in standings]
    written = ", ".join(f"{name} = excluded.{name}" for name in _kept_names())
    _insert(
        connection,
        "ops.replica_table",
        rows,
        f"on conflict (instance, table_name) do update set {written}",
    )


def _kept(standing: Standing) -> dict[str, Any]:
    row = {name: getattr(standing, name) for name in _kept_names()}
    row |= {"columns": {"columns": [vars(c) for c in standing.columns], "key": standing.key}}
    return {k: json.dumps(value) if isinstance(value, dict) else value for k, value in row.items()}


def _kept_names() -> list[str]:
    return [name for name in Standing.__dataclass_fields__ if name != "key"]


def entry(
    instance: str,
    table_name: str,
    action: str,
    *,
    run_id: str | None,
    started_at: dt.datetime,
    is_ok: bool = True,
    **figures: Any,
) -> dict[str, Any]:
    """What a run did with a table: a row of ops.replica_load; `figures` are its columns."""
    return {
        "instance": instance,
        "table_name": table_name,
        "action": action,
        "run_id": run_id,
        "started_at": started_at,
        "seconds": (dt.datetime.now(dt.UTC) - started_at).total_seconds(),
        "is_ok": is_ok,
        **figures,
    }


def enter(connection: "sa.Connection", *about: Any, **figures: Any) -> None:
    """Note what a run did with a table; for the arguments see `entry`."""
    enter_all(connection, [entry(*about, **figures)])


def enter_all(connection: "sa.Connection", entries: Sequence[dict[str, Any]]) -> None:
    """The same for entries of one kind."""
    _insert(connection, "ops.replica_load", entries)


def _insert(
    connection: "sa.Connection", table: str, rows: Sequence[dict[str, Any]], otherwise: str = ""
) -> None:
    driver: Any = connection.connection.driver_connection
    for row in rows[:1]:
        places = ", ".join(["%s"] * len(row))
        statement = f"insert into {table} ({', '.join(row)}) values ({places}) {otherwise}"
        with driver.cursor() as cursor:
            cursor.executemany(statement, [list(row.values()) for row in rows])


def run(connection: "sa.Connection", statement: str, *bound: Any) -> Any:
    """Run SQL of ours on a connection's driver and return its cursor.

    SQLAlchemy's own text would take a colon in a table's name for a parameter; without bound
    values psycopg takes a percent sign for itself.
    """
    driver: Any = connection.connection.driver_connection
    return driver.execute(statement, bound or None)
