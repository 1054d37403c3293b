"""What the source has: its tables, columns and keys, in three queries of its catalogue."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

from clinic_assets.replica.source.catalog import SourceColumn, SourceTable
from clinic_assets.replica.source.driver import Row
from clinic_assets.replica.source.server import Server, Session, literal

TABLES = """
select table_name, engine, table_rows, data_length
from information_schema.tables
where table_schema = {database} and table_type in ('BASE TABLE', 'SYSTEM VERSIONED') {only}
"""
COLUMNS = """
select table_name, column_name, data_type, column_type, is_nullable, column_default, extra,
    character_set_name
from information_schema.columns
where table_schema = {database} {only}
order by table_name, ordinal_position
"""
INDEXES = """
select table_name, index_name, column_name, non_unique, nullable
from information_schema.statistics
where table_schema = {database} {only}
order by table_name, index_name, seq_in_index
"""

Texts = tuple[str | None, ...]


def discover(server: Server, tables: Sequence[str] | None = None) -> tuple[SourceTable, ...]:
    """Every base table of the source's database by name, or those named; views are left out.

    Raises SourceError.
    """
    with server.session() as session:
        return described(session, tables)


def described(session: Session, tables: Sequence[str] | None = None) -> tuple[SourceTable, ...]:
    """The same over a connection at hand."""
    asked = {"database": literal(session.database), "only": _only(tables)}
    found = [_texts(session.rows(query.format(**asked))) for query in (TABLES, COLUMNS, INDEXES)]
    columns, indexes = (_by_table(rows) for rows in found[1:])
    return tuple(
        SourceTable(
            name=str(name),
            columns=tuple(_column(row) for row in columns[str(name)]),
            key=_key(indexes[str(name)]),
            engine=engine or "",
            rows_estimate=int(rows or 0),
            bytes_estimate=int(size or 0),
            indexed=_indexed(indexes[str(name)]),
        )
        for name, engine, rows, size in sorted(found[0], key=lambda row: str(row[0]))
    )


def _only(tables: Sequence[str] | None) -> str:
    if tables is None:
        return ""
    # `in ()` is no SQL; nothing has no name.
    return f"and table_name in ({', '.join(literal(name) for name in tables) or 'null'})"


def _texts(rows: Iterable[Row]) -> list[Texts]:
    return [tuple(None if v is None else v.decode() for v in row) for row in rows]


def _by_table(rows: list[Texts]) -> dict[str, list[Texts]]:
    found = defaultdict(list)
    for row in rows:
        found[str(row[0])].append(row[1:])
    return found


def _column(row: Texts) -> SourceColumn:
    name, data_type, column_type, is_nullable, default, extra, charset = row
    return SourceColumn(
        name=str(name),
        data_type=str(data_type).lower(),
        column_type=str(column_type),
        is_nullable=is_nullable == "YES",
        default=default,
        extra=extra or "",
        charset=charset,
    )


def _key(indexes: list[Texts]) -> tuple[str, ...]:
    """The primary key, else the narrowest unique index whose columns are never null."""
    unique = []
    for name, parts in groupby(indexes, key=lambda part: part[0]):
        columns = [(column, nullable) for _, column, non_unique, nullable in parts
                   if non_unique == "0"]  # fmt: skip
        if columns and all(column and nullable != "YES" for column, nullable in columns):
            key = tuple(str(column) for column, _ in columns)
            unique.append((name != "PRIMARY", len(key), str(name), key))
    return min(unique)[-1] if unique else ()


def _indexed(indexes: list[Texts]) -> tuple[str, ...]:
    first = {name: column for name, column, *_ in reversed(indexes)}
    return tuple(sorted({column for column in first.values() if column}))
