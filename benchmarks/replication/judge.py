"""Whether what arrived is what was there: rows, then every column's values by count and sum.

Knows nothing of the tool that copied: tables and columns are found by name, however the tool
spelled it, and values are compared by what they mean, whatever type the tool gave them.
"""

from functools import cache

import psycopg

from benchmarks.replication.servers import Servers
from benchmarks.replication.source import ZERO, Column, Table

NUMBER = ("smallint", "integer", "bigint", "numeric", "boolean")
KEPT_BY = {
    "bigint": NUMBER, "int": NUMBER, "smallint": NUMBER, "tinyint": NUMBER,
    "double": ("real", "double precision", "numeric"),
    "float": ("real", "double precision", "numeric"), "date": ("date",),
    "datetime": ("timestamp without time zone", "timestamp with time zone"),
    "timestamp": ("timestamp with time zone",),
    "time": ("time without time zone", "interval"),
}  # fmt: skip
"""Types of Postgres in which a type of MariaDB is still what it was; the rest stays text."""
TEXT = ("text", "character varying", "character")


def verdict(servers: Servers, table: Table, schema: str, *, whole: bool) -> str:
    """In words: `exact`, or what is missing, different or of another type. Rows only unless whole.

    Raises LookupError when there is no such table, or fewer or more rows than there should be.
    """
    with servers.target() as target:
        name, columns = arrived(target, table, schema)
        expected = _expected(servers, table)
        rows = target.execute(f"select count(*) from {name}").fetchone()
        if rows is None or rows[0] != expected["rows"]:
            raise LookupError(f"{rows[0] if rows else 0} of {expected['rows']} rows arrived")
        if not whole:
            return ""
        return _judged(target, table, name, columns, expected)


def _judged(
    target: psycopg.Connection,
    table: Table,
    name: str,
    columns: dict[str, tuple[str, str]],
    expected: dict[str, tuple[int, int]],
) -> str:
    lost, different, retyped = [], [], []
    for column in table.columns:
        found, kind = columns.get(plain(column.name), ("", ""))
        if not found:
            lost.append(column.name)
            continue
        if kind not in KEPT_BY.get(column.type, TEXT):
            retyped.append(f"{column.name} {column.type} is {kind}")
        if _figures(target, column, name, found) != expected[column.name]:
            different.append(column.name)
    told = [
        f"{word} {', '.join(names[:4])}{f' and {len(names) - 4} more' if len(names) > 4 else ''}"
        for word, names in (("lost", lost), ("differs:", different), ("type:", retyped))
        if names
    ]
    return "; ".join(told) or "exact"


def arrived(
    target: psycopg.Connection, table: Table, schema: str
) -> tuple[str, dict[str, tuple[str, str]]]:
    """The table's quoted name, and plain column names to the ones found and their types."""
    found = target.execute(
        "select table_name, column_name, data_type from information_schema.columns"
        " where table_schema = %s and replace(lower(table_name), '_', '') = %s",
        (schema, plain(table.name)),
    ).fetchall()
    if not found:
        raise LookupError("no table arrived")
    columns = {plain(column): (f'"{column}"', kind) for _, column, kind in found}
    return f'"{schema}"."{found[0][0]}"', columns


def plain(name: str) -> str:
    """A name as every tool's spelling of it comes down to."""
    return name.replace("_", "").lower()


@cache
def _expected(servers: Servers, table: Table) -> dict[str, tuple[int, int]]:
    """Each column's values in the source, by count and sum; and the rows."""
    pairs = [figure for column in table.columns for figure in _of_source(column)]
    with servers.source(table.database) as connection, connection.cursor() as cursor:
        cursor.execute(f"select count(*), {', '.join(pairs)} from {table.name}")
        rows, *figures = cursor.fetchone()
    known = zip(figures[::2], figures[1::2], strict=True)
    told = {
        c.name: (int(n), int(total or 0))
        for c, (n, total) in zip(table.columns, known, strict=True)
    }
    return {**told, "rows": rows}


def _of_source(column: Column) -> tuple[str, str]:
    name = column.name
    dated = f"nullif({name}, '{ZERO}')" if column.is_dated else name
    value = {
        "double": f"round({name} * 10000)", "float": f"round({name} * 10000)",
        "date": f"to_days({dated}) - to_days('0001-01-01')",
        "datetime": f"timestampdiff(second, '0001-01-01', {dated})",
        "timestamp": f"timestampdiff(second, '0001-01-01', {dated})",
        "time": f"time_to_sec({name})",
    }.get(column.type, name if "int" in column.type else f"crc32({name})")  # fmt: skip
    return f"count({dated})", f"sum({value})"


def _figures(
    target: psycopg.Connection, column: Column, name: str, found: str
) -> tuple[int, int] | str:
    """The same of the copy; why not, where its values cannot be read as what they were."""
    value = {
        "double": f"round({found}::numeric * 10000)", "float": f"round({found}::numeric * 10000)",
        "date": f"{found}::date - date '0001-01-01'",
        "datetime": f"extract(epoch from {found}::timestamp - timestamp '0001-01-01')",
        "timestamp": f"extract(epoch from {found}::timestamp - timestamp '0001-01-01')",
        "time": f"extract(epoch from {found}::text::interval)",
    }.get(
        column.type,
        f"{found}::text::numeric" if "int" in column.type
        else f"crc32(convert_to({found}::text, 'UTF8'))",
    )  # fmt: skip
    try:
        row = target.execute(f"select count({found}), sum({value}) from {name}").fetchone()
    except psycopg.Error as error:
        return type(error).__name__
    return (int(row[0]), int(row[1] or 0)) if row else "nothing"
