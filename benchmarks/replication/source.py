"""The databases that are copied: made once in the benchmark's MariaDB, the same every time.

`dental` has two tables at the asked scale, `tenfold` ten times their rows, `tenth` a tenth, `clean`
a tenth without zero dates (which several tools do not survive), `many` 446 tables of 20 rows.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.replication.servers import Servers

MADE_BY = Path(__file__).parent / "tables"
ROWS = {"procedurelog": 900_000, "securitylog": 2_000_000}
SIZES = {"dental": 1.0, "tenfold": 10.0, "tenth": 0.1, "clean": 0.1}
MANY, MANY_ROWS = 446, 20
ZERO = "0000-00-00"

KINDS = {
    "bigint": "bigint", "int": "integer", "smallint": "smallint", "tinyint": "smallint",
    "double": "double precision", "float": "real", "date": "date", "datetime": "timestamp",
    "timestamp": "timestamptz", "time": "interval",
}  # fmt: skip
"""MariaDB's types in these tables and what keeps them in Postgres; every other one is text."""


@dataclass(frozen=True)
class Column:
    """One column, by the source's catalogue."""

    name: str
    type: str

    @property
    def is_dated(self) -> bool:
        """Whether it can hold the zero date."""
        return self.type in ("date", "datetime", "timestamp")

    @property
    def target_type(self) -> str:
        """What a careful person would choose in Postgres."""
        return KINDS.get(self.type, "text")


@dataclass(frozen=True)
class Table:
    """A table that is copied."""

    database: str
    name: str
    columns: tuple[Column, ...]
    key: str

    def select(self) -> str:
        """All its rows with the zero dates made null, for tools that take a query."""
        chosen = [
            f"nullif({c.name}, '{ZERO}') as {c.name}" if c.is_dated else c.name
            for c in self.columns
        ]
        return f"select {', '.join(chosen)} from {self.name}"

    def definition(self, name: str) -> str:
        """The same table in Postgres, without its key."""
        columns = ", ".join(f'"{c.name}" {c.target_type}' for c in self.columns)
        return f"create table {name} ({columns})"


def table(servers: Servers, database: str, name: str, scale: float) -> Table:
    """The table, made when it is not there yet."""
    with servers.source("") as connection, connection.cursor() as cursor:
        cursor.execute(f"create database if not exists {database}")
        cursor.execute(f"use {database}")
        cursor.execute("show tables like %s", (name,))
        if not cursor.fetchall():
            _make(cursor, database, name, round(ROWS[name] * SIZES[database] * scale))
        return _described(cursor, database, name)


def make_many(servers: Servers) -> None:
    """446 tables of 20 rows and some 24 columns each, as the catalogue of a real practice has."""
    with servers.source("") as connection, connection.cursor() as cursor:
        cursor.execute("create database if not exists many")
        cursor.execute("use many")
        cursor.execute("show tables")
        there = {name for (name,) in cursor.fetchall()}
        for number in range(MANY):
            name = f"thing{number:03}"
            if name not in there:
                for statement in _small(name):
                    cursor.execute(statement)


def change_many(servers: Servers, place: int) -> None:
    """One row of each of them, another one each time."""
    with servers.source("many") as connection, connection.cursor() as cursor:
        for number in range(MANY):
            name = f"thing{number:03}"
            cursor.execute(
                f"update {name} set Field2 = Field2 + 1"
                f" where {name.title()}Num = {1 + place % MANY_ROWS}"
            )


def drop(servers: Servers, database: str) -> None:
    """Remove a database that is no longer needed."""
    with servers.source("") as connection, connection.cursor() as cursor:
        cursor.execute(f"drop database if exists {database}")


def _make(cursor: Any, database: str, name: str, rows: int) -> None:
    """Under another name until it is whole, so that a benchmark killed here begins here again."""
    made = f"{name}_unfinished"
    cursor.execute(f"drop table if exists {made}")
    script = (MADE_BY / f"{name}.sql").read_text().replace(":table", made)
    for statement in script.replace(":rows", str(rows)).split(";\n"):
        if statement.strip():
            cursor.execute(statement)
    if database == "clean":
        for column in _described(cursor, database, f"{name}_unfinished").columns:
            if column.is_dated:
                cursor.execute(
                    f"update {made} set {column.name} = '1900-01-01' where {column.name} = '{ZERO}'"
                )
    cursor.execute(f"analyze table {made}")
    cursor.fetchall()
    cursor.execute(f"rename table {made} to {name}")


def _described(cursor: Any, database: str, name: str) -> Table:
    cursor.execute(
        "select column_name, data_type, column_key from information_schema.columns"
        " where table_schema = %s and table_name = %s order by ordinal_position",
        (database, name),
    )
    found = cursor.fetchall()
    columns = tuple(Column(column, kind) for column, kind, _ in found)
    return Table(database, name, columns, next(c for c, _, key in found if key == "PRI"))


def _small(name: str) -> list[str]:
    kinds = {
        "bigint not null": "seq", "varchar(255) default ''": "concat('Entry ', seq)",
        "double not null": "seq * 1.25", "tinyint(4) not null": "seq % 2",
        "date not null": "if(seq % 7 = 0, '0000-00-00', '2024-02-29')", "text": "null",
        "datetime not null": "'2025-03-30 02:30:00'",
    }  # fmt: skip
    chosen = [(f"Field{place}", *list(kinds.items())[place % len(kinds)]) for place in range(22)]
    columns = ", ".join(f"{column} {kind}" for column, kind, _ in chosen)
    values = ", ".join(value for _, _, value in chosen)
    return [
        f"create table {name} ({name.title()}Num bigint not null auto_increment primary key,"
        f" {columns}, DateTStamp timestamp not null default current_timestamp()"
        " on update current_timestamp()) engine = InnoDB",
        f"insert into {name} select seq, {values}, '2025-06-01' from seq_1_to_{MANY_ROWS}",
    ]
