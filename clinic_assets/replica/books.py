"""Entries in ops.replica_table and ops.replica_load, in the transaction of what they tell of.

Not their declaration, which is tables.py: this is used where nothing slow may be imported.
"""

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from clinic_assets.replica.catalog import SourceColumn

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


def lock(connection: "sa.Connection", instance: str, table_name: str) -> None:
    """Own a table's copy until the transaction ends: loads, follows and heals wait in turn.

    The same lock that a reader in the warehouse holds shared (warehouse/publish.py).
    """
    run(connection, f"set local lock_timeout = '{LOCK_TIMEOUT}'; set local statement_timeout = 0")
    run(
        connection,
        "select pg_advisory_xact_lock(hashtextextended(%s, 7))",
        f"{instance}.{table_name}",
    )


def standing_of(connection: "sa.Connection", instance: str, table_name: str) -> Standing | None:
    """How a table's copy stands, or None when it was never copied."""
    return standings(connection, instance, table_name).get(table_name)


def standings(
    connection: "sa.Connection", instance: str, table_name: str | None = None
) -> dict[str, Standing]:
    """How every copied table of an instance stands, by the source's name."""
    found = run(
        connection,
        "select * from ops.replica_table"
        " where instance = %s and table_name = coalesce(%s, table_name)",
        instance,
        table_name,
    )
    names = [column.name for column in found.description]
    told = [_standing(dict(zip(names, row, strict=True))) for row in found.fetchall()]
    return {standing.table_name: standing for standing in told}


def _standing(row: dict[str, Any]) -> Standing:
    shape = row.pop("columns")
    columns = tuple(SourceColumn(**column) for column in shape["columns"])
    row |= {"watermark": row["watermark"] or {}, "normalised": row["normalised"] or {}}
    return Standing(columns=columns, key=tuple(shape["key"]), **row)


def settle(connection: "sa.Connection", standing: Standing) -> None:
    """Write how a table's copy now stands."""
    row = {name: getattr(standing, name) for name in Standing.__dataclass_fields__}
    shape = {"columns": [asdict(c) for c in standing.columns], "key": row.pop("key")}
    row |= {"columns": shape}
    values = [json.dumps(value) if isinstance(value, dict) else value for value in row.values()]
    names = ", ".join(row)
    written = ", ".join(f"{name} = excluded.{name}" for name in row)
    run(
        connection,
        f"insert into ops.replica_table ({names}) values ({', '.join(['%s'] * len(row))})"
        f" on conflict (instance, table_name) do update set {written}",
        *values,
    )


def enter(
    connection: "sa.Connection",
    instance: str,
    table_name: str,
    action: str,
    *,
    run_id: str | None,
    started_at: dt.datetime,
    is_ok: bool = True,
    **figures: Any,
) -> None:
    """Note what a run did with a table: a row of ops.replica_load; `figures` are its columns."""
    row = {
        "instance": instance,
        "table_name": table_name,
        "action": action,
        "run_id": run_id,
        "started_at": started_at,
        "seconds": (dt.datetime.now(dt.UTC) - started_at).total_seconds(),
        "is_ok": is_ok,
        **figures,
    }
    places = ", ".join(["%s"] * len(row))
    run(
        connection,
        f"insert into ops.replica_load ({', '.join(row)}) values ({places})",
        *row.values(),
    )


def run(connection: "sa.Connection", statement: str, *bound: Any) -> Any:
    """Run SQL of ours on a connection's driver and return its cursor.

    SQLAlchemy's own text would take a colon in a table's name for a parameter; without bound
    values psycopg takes a percent sign for itself.
    """
    driver: Any = connection.connection.driver_connection
    return driver.execute(statement, bound or None)
