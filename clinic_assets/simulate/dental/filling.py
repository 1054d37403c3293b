"""Filling any schema with rows in the proportions of a real one.

Given only what the catalogue says of the tables and how many rows each shall have: every column
gets values of its type, the awkward ones too, and every key is unique.
"""

import csv
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clinic_assets.simulate.dental.database import Connection, Loader, connect, quoted, rows
from clinic_assets.simulate.dental.lots import Lots
from clinic_assets.simulate.dental.values import BITS, POOL, ColumnType, pool
from clinic_assets.simulate.dental.writing import Progress, silent
from clinic_assets.simulate.dice import Ints

CELLS_AT_ONCE = 600_000
FIRST_STAMP, STAMP_SECONDS = np.datetime64("2015-01-01", "s"), 300_000_000
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"

CATALOGUE = """
    select table_name, column_name, data_type, column_type, is_nullable = 'YES',
        ifnull(character_set_name, ''), character_maximum_length,
        numeric_precision, numeric_scale, datetime_precision
    from information_schema.columns
    where table_schema = database() and extra not like '%GENERATED%'
    order by table_name, ordinal_position
"""
UNIQUE = """
    select table_name, index_name, column_name
    from information_schema.statistics
    where table_schema = database() and non_unique = 0
    order by table_name, index_name, seq_in_index
"""


@dataclass(frozen=True)
class Emptiness:
    """A table to fill: its columns, and those of them that keep its rows apart."""

    name: str
    columns: tuple[ColumnType, ...]
    counted: frozenset[str]


def fill_like_real(
    url: str,
    profile: Path | Mapping[str, int],
    factor: float = 1.0,
    seed: int = 7,
    with_control: bool = False,
    progress: Progress = silent,
) -> dict[str, int]:
    """Add rows to the tables of the database at `url`: the profile's numbers times the factor.

    The profile is a mapping of table to rows, or a CSV with the columns `table_name` and `rows`
    or `estimated_rows`. A table that has rows there gets one at least; one that the database
    does not have is passed over. `with_control` puts NUL and control characters into texts.
    Returns the rows added to each table.
    """
    wanted = profile if isinstance(profile, Mapping) else rows_of_profile(profile)
    added: dict[str, int] = {}
    with closing(connect(url)) as connection, Loader(connection) as loader:
        tables = [table for table in empty_tables(connection) if wanted.get(table.name, 0) > 0]
        counts = {table.name: max(1, round(wanted[table.name] * factor)) for table in tables}
        for table in tables:
            count = min(counts[table.name], _room(table))
            for lines, targets, assigned in _batches(connection, table, count, seed, with_control):
                loader.load(table.name, targets, lines, assigned)
                connection.commit()
                added[table.name] = added.get(table.name, 0) + lines.count("\n")
                done = sum(added.values())
                progress(f"filling {table.name}", done, done / sum(counts.values()))
    return added


def rows_of_profile(path: Path) -> dict[str, int]:
    """How many rows each table of a profile has."""
    with path.open(newline="") as file:
        told = list(csv.DictReader(file))
    count = "rows" if told and "rows" in told[0] else "estimated_rows"
    return {row["table_name"]: int(float(row[count] or 0)) for row in told}


def empty_tables(connection: Connection) -> list[Emptiness]:
    """Every table of the database as its catalogue tells of it."""
    columns: dict[str, list[ColumnType]] = {}
    for table, name, kind, full, nullable, charset, *sizes in rows(connection, CATALOGUE):
        told = ColumnType(name, kind, full, bool(nullable), charset, *(int(n or 0) for n in sizes))
        columns.setdefault(table, []).append(told)
    unique: dict[tuple[str, str], list[str]] = {}
    for table, index, column in rows(connection, UNIQUE):
        unique.setdefault((table, index), []).append(column)
    return [
        Emptiness(
            table,
            tuple(found),
            frozenset(
                _counted({column.name: column for column in found}, names)
                for (of, _), names in unique.items()
                if of == table
            ),
        )
        for table, found in columns.items()
    ]


def _counted(columns: Mapping[str, ColumnType], names: list[str]) -> str:
    """Of a unique index's columns the one that counts: the widest number, else the widest text."""
    return max(names, key=lambda name: (_width(columns[name]), columns[name].length))


def _width(column: ColumnType) -> int:
    """How many rows a counted column can tell apart, as a power of two."""
    if column.data_type in BITS:
        return BITS[column.data_type] - ("unsigned" not in column.full_type)
    return 12 if column.data_type in ("date", "datetime") else 5 * min(column.length, 6)


def _room(table: Emptiness) -> int:
    widths = [_width(column) for column in table.columns if column.name in table.counted]
    return (1 << min([62, *widths])) - 1


def _batches(
    connection: Connection, table: Emptiness, count: int, seed: int, with_control: bool
) -> Iterator[tuple[str, list[str], str]]:
    """The lines of a table in pieces, with the columns to load and what becomes of them."""
    lots = Lots(seed)
    pools = [pool(column, lots, with_control) for column in table.columns]
    firsts = [_next(connection, table, column) for column in table.columns]
    targets = [
        f"@v{n}" if column.conversion else quoted(column.name)
        for n, column in enumerate(table.columns)
    ]
    assigned = ", ".join(
        f"{quoted(column.name)} = {column.conversion.format(target)}"
        for target, column in zip(targets, table.columns, strict=True)
        if column.conversion
    )
    size = max(1, CELLS_AT_ONCE // len(table.columns))
    for start in range(0, count, size):
        row = np.arange(start, min(start + size, count))
        cells = [
            _counting(column, first + row) if column.name in table.counted
            else _stamps(lots, row, count) if column.data_type == "timestamp"
            else _drawn(lots, f"{table.name}.{column.name}", values, row)
            for column, values, first in zip(table.columns, pools, firsts, strict=True)
        ]  # fmt: skip
        text = "".join(f"{line}\n" for line in map("\t".join, zip(*cells, strict=True)))
        yield text, targets, assigned


def _next(connection: Connection, table: Emptiness, column: ColumnType) -> int:
    """Where counting goes on, after the rows that are there."""
    if column.name not in table.counted:
        return 0
    counts = column.data_type in BITS
    what = f"max({quoted(column.name)})" if counts else "count(*)"
    [(last,)] = rows(connection, f"select {what} from {quoted(table.name)}")
    return int(last or 0) + 1


def _counting(column: ColumnType, number: Ints) -> list[str]:
    if column.data_type in BITS:
        return list(map(str, number.tolist()))
    if column.data_type in ("date", "datetime", "timestamp"):
        days = np.datetime64("1990-01-01", "D") + number.astype("timedelta64[D]")
        return np.datetime_as_string(days).tolist()  # type: ignore[no-any-return]
    digits = [_in_letters(each) for each in number.tolist()]
    return [text.encode().hex() for text in digits] if column.is_binary else digits


def _in_letters(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, len(LETTERS))
        text = LETTERS[digit] + text
    return text


def _stamps(lots: Lots, row: Ints, count: int) -> list[str]:
    """Moments of change grow with the rows, several in one second, a few out of order."""
    seconds = (row / count * STAMP_SECONDS).astype(np.int64)
    seconds = np.where(lots("changed again", row) < 0.01, STAMP_SECONDS - seconds // 9, seconds)
    moments = FIRST_STAMP + (seconds // 7 * 7).astype("timedelta64[s]")
    spelled = np.datetime_as_string(moments).astype(object)
    spelled[lots("stamped zero", row) < 0.0005] = "0000-00-00 00:00:00"
    return spelled.tolist()  # type: ignore[no-any-return]


def _drawn(lots: Lots, question: str, values: list[str], row: Ints) -> list[str]:
    places = np.floor(lots(question, row) * POOL).astype(np.int64) % len(values)
    return [values[place] for place in places.tolist()]
