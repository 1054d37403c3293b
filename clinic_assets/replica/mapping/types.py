"""How each type crosses from MySQL to Postgres: the target's type, the text that is carried, how
long that can be, and the text both servers can make of a value to compare it.

All texts are SQL over the quoted column alone (`...` there, "..." here): a select that uses them
names one table, without an alias. On Postgres they suppose `datestyle` ISO and UTC.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clinic_assets.replica.mapping.names import column_name, quoted, source_quoted
from clinic_assets.replica.source.catalog import SourceColumn

INTEGERS = {
    "tinyint": ("smallint", "smallint"),
    "smallint": ("smallint", "integer"),
    "mediumint": ("integer", "integer"),
    "int": ("integer", "bigint"),
    "bigint": ("bigint", "numeric(20)"),
}
"""Signed and unsigned."""
TEXTS = {"char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"}
BYTES = {"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"}
LONG = {"mediumtext", "longtext", "json"}
"""Compared by hash: many of them at once would be more than a server takes."""
SHAPES = {
    "geometry",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
    "geomcollection",
}
DATES = {
    "date": "date",
    "datetime": "timestamp without time zone",
    "timestamp": "timestamp with time zone",
}
SPELLED = {"uuid", "inet4", "inet6"}
UNICODE = {"utf8mb4", "utf8mb3", "utf8"}
"""Character sets whose bytes are UTF-8 as they are."""

LENGTHS = {"tinytext": 2**8, "text": 2**16, "tinyblob": 2**9, "blob": 2**17}
"""Bytes of values whose type does not declare them."""
UNBOUNDED = {"mediumtext", "longtext", "json", "mediumblob", "longblob", *SHAPES}
UNBOUNDED_BYTES = 2**26

NUL = "␀"
"""U+2400 stands for the NUL character, which no text of Postgres can hold."""
FIRST_DATE = "'0001-01-01'"
"""MySQL's dates before it have a year, month or day of 0 and are no dates."""
NULL, SEPARATOR = "\x02", "\x01"
"""In a line to compare: what stands for null, and between two values."""


@dataclass(frozen=True)
class Crossing:
    """One column's way."""

    column: SourceColumn
    target_type: str
    """For example numeric(20)."""
    text: str
    """SQL on the source: the value as text that Postgres reads; null stays null."""
    check: str
    """SQL on the source: the value as the target can spell it too."""
    target_check: str
    """SQL on the target: the same text, made of the copied value."""
    careful_check: str | None = None
    """As `check`, with what is spelled differently in the copy spelled so; None: as `check`."""
    is_date: bool = False
    """Can hold what is no date, and becomes null."""
    is_raw: bool = False
    """Bytes, which the client can spell itself when the server cannot."""
    notice: str | None = None

    @property
    def name(self) -> str:
        """The column in Postgres."""
        return column_name(self.column.name)

    @property
    def source(self) -> str:
        """The column, quoted for MySQL."""
        return source_quoted(self.column.name)

    @property
    def target(self) -> str:
        """The column, quoted for Postgres."""
        return quoted(self.name)


def crossing(column: SourceColumn) -> Crossing:
    """How a column crosses; a type that nobody knows crosses as text, with a notice."""
    kind, c, t = column.data_type, source_quoted(column.name), quoted(column_name(column.name))
    if kind in INTEGERS:
        plain = f"({c} + 0)" if "zerofill" in column.column_type else c
        return Crossing(column, INTEGERS[kind][column.is_unsigned], plain, plain, f"{t}::text")
    if kind in DATES:
        return _date(column, c, t)
    if kind in TEXTS or kind == "json":
        return _text(column, c, t)
    if kind in ("float", "double"):
        return _floating(column, c, t)
    if kind == "decimal":
        plain = f"({c} + 0)" if "zerofill" in column.column_type else c
        return Crossing(column, f"numeric({_size(column)})", plain, plain, f"{t}::text")
    if kind in BYTES or kind in SHAPES:
        return _bytes(column, c, t)
    if kind == "time":
        return Crossing(column, "interval", c, _trimmed(column, c), f"{t}::text")
    if kind == "year":
        return Crossing(column, "smallint", f"({c} + 0)", f"({c} + 0)", f"{t}::text")
    if kind == "bit":
        bits = f"lpad(bin({c} + 0), {_size(column)}, '0')"
        return Crossing(column, f"bit({_size(column)})", bits, bits, f"{t}::text")
    spelled, unknown = f"cast({c} as char)", f"{column.name}: type {kind} is copied as text"
    return Crossing(
        column, "text", spelled, spelled, t, notice=None if kind in SPELLED else unknown
    )


def _text(column: SourceColumn, c: str, t: str) -> Crossing:
    is_json = column.data_type == "json"
    plain = c if column.charset in UNICODE else f"convert({c} using utf8mb4)"
    plain = f"cast({c} as char)" if is_json else plain
    told = f"replace({plain}, char(0 using utf8mb4), '{NUL}')"
    target = f"{t}::text" if is_json else t
    hashed = "md5({})" if column.data_type in LONG else "{}"
    return Crossing(
        column,
        "json" if is_json else "text",
        plain,
        hashed.format(plain),
        hashed.format(target),
        careful_check=hashed.format(told),
    )


def _date(column: SourceColumn, c: str, t: str) -> Crossing:
    kind = DATES[column.data_type]
    precise = kind.replace("timestamp", f"timestamp({_size(column) or 0})")
    target = f"({t} at time zone 'UTC')::text" if column.data_type == "timestamp" else f"{t}::text"
    return Crossing(column, precise, c, _trimmed(column, c), target, is_date=True)


def _floating(column: SourceColumn, c: str, t: str) -> Crossing:
    """Texts of a double are equal on both servers where neither writes an exponent; elsewhere
    its bits are compared. A float's own text would lose digits; a double(M,D) is what it shows.
    """
    is_float = column.data_type == "float"
    is_plain = "(" not in column.column_type and "zerofill" not in column.column_type
    x = c if is_plain else f"(concat({c}) * 1e0)"
    x = f"({c} * 1e0)" if is_float else x
    y = f"{t}::float8" if is_float else t
    usual = "{0} = 0 or (abs({0}) >= 1e-4 and abs({0}) < 1e15)"
    bits = f"hex(left(reverse(st_asbinary(point(0, {x}))), 8))"
    same = f"upper(encode(float8send({y}), 'hex'))"
    return Crossing(
        column,
        "real" if is_float else "double precision",
        x,
        f"if({usual.format(x)}, {x}, {bits})",
        f"case when {usual.format(y)} then {y}::text else {same} end",
    )


def _bytes(column: SourceColumn, c: str, t: str) -> Crossing:
    is_shape = column.data_type in SHAPES
    check, target = f"md5({c})", f"md5({t})"
    if is_shape:
        check, target = f"md5(hex({c}))", f"md5(upper(encode({t}, 'hex')))"
    return Crossing(column, "bytea", rf"concat('\\x', hex({c}))", check, target, is_raw=True)


def _size(column: SourceColumn) -> str:
    """What stands in the type's parentheses."""
    found = re.search(r"\(([\d,]+)\)", column.column_type)
    return found[1] if found else ""


def _trimmed(column: SourceColumn, c: str) -> str:
    """Without the zeros at the end of a fraction, as Postgres writes it."""
    if not _size(column).strip("0"):
        return c
    return f"trim(trailing '.' from trim(trailing '0' from {c}))"


def is_real_date(c: str) -> str:
    """SQL on the source: whether a date has no 0 in it and is in the calendar."""
    return f"({c} >= {FIRST_DATE} and {c} + interval 0 day = {c})"


def source_line(crossings: Sequence[Crossing], *, careful: bool = False) -> str:
    """SQL on the source: one row as one text, equal to `target_line` of its copy.

    The quick line takes dates with a 0 in them, days that no month has and NUL characters as they
    are; where it differs the careful one decides.
    """
    return f"concat_ws('{SEPARATOR}', {', '.join(_source_value(c, careful) for c in crossings)})"


def _source_value(crossing: Crossing, careful: bool) -> str:
    check = (careful and crossing.careful_check) or crossing.check
    if crossing.is_date:
        real = is_real_date(crossing.source) if careful else f"{crossing.source} >= {FIRST_DATE}"
        return f"if({real}, {check}, '{NULL}')"
    return f"ifnull({check}, '{NULL}')" if crossing.column.is_nullable else check


ARGUMENTS = 99
"""The most that a function of Postgres takes, less the separator."""


def target_line(crossings: Sequence[Crossing]) -> str:
    """SQL on the target: one row as one text, equal to `source_line`."""
    values = [f"coalesce({c.target_check}, E'\\x02')" for c in crossings]
    while len(values) > ARGUMENTS:
        values = [_joined(values[i : i + ARGUMENTS]) for i in range(0, len(values), ARGUMENTS)]
    return _joined(values)


def _joined(values: list[str]) -> str:
    return f"concat_ws(E'\\x01', {', '.join(values)})"


def most_bytes(column: SourceColumn) -> int:
    """The most bytes of a value as it is carried: a character can take four."""
    if column.data_type in UNBOUNDED:
        return UNBOUNDED_BYTES
    if column.data_type in LENGTHS:
        return LENGTHS[column.data_type]
    declared = re.search(r"\((\d+)", column.column_type)
    return max(32, 4 * int(declared[1]) if declared else len(column.column_type))
