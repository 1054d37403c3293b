"""Every type of MySQL crosses exactly; what Postgres cannot hold is spelled by rule and counted."""

import datetime as dt
import random
import struct

import pytest

from clinic_assets.replica.mapping.names import source_quoted
from clinic_assets.replica.mapping.target import target_of
from clinic_assets.replica.mapping.types import crossing, source_line, target_line
from clinic_assets.replica.source.catalog import SourceColumn
from clinic_assets.replica.source.discover import discover
from clinic_assets.replica.source.server import Server
from clinic_assets_tests.replica.practice import practice as practice

both_drivers = pytest.mark.parametrize("driver_name", ["mysqlclient", "pymysql"])

EVERY_TYPE = {
    # Definition in MySQL: type in Postgres, and values as MySQL is given them.
    "tinyint": ("smallint", "-128, 127, 0, null"),
    "tinyint unsigned": ("smallint", "0, 255, 1, null"),
    "tinyint(1)": ("smallint", "0, 1, 7, null"),
    "smallint": ("smallint", "-32768, 32767, 0, null"),
    "smallint unsigned": ("integer", "0, 65535, 1, null"),
    "mediumint": ("integer", "-8388608, 8388607, 0, null"),
    "mediumint unsigned": ("integer", "0, 16777215, 1, null"),
    "int": ("integer", "-2147483648, 2147483647, 0, null"),
    "int(8) zerofill": ("bigint", "0, 42, 4294967295, null"),
    "int unsigned": ("bigint", "0, 4294967295, 1, null"),
    "bigint": ("bigint", "-9223372036854775808, 9223372036854775807, 0, null"),
    "bigint unsigned": ("numeric(20,0)", "0, 18446744073709551615, 9223372036854775808, null"),
    "decimal(65,30)": ("numeric(65,30)", "-1.5, 12345678901234567890123456789012345.000000000000000000000000000001, 0, null"),
    "decimal(10,2)": ("numeric(10,2)", "-0.01, 99999999.99, 0.10, null"),
    "decimal(8,3) zerofill": ("numeric(8,3)", "0, 1.5, 99999.999, null"),
    "double(12,2)": ("double precision", "-0.01, 1234567890.12, 0, null"),
    "double zerofill": ("double precision", "0.5, 1e300, 0, null"),
    "date": ("date", "'0001-01-01', '9999-12-31', '2024-02-29', null"),
    "datetime": ("timestamp(0) without time zone", "'0001-01-01', '9999-12-31 23:59:59', '2024-03-31 02:30:00', null"),
    "datetime(3)": ("timestamp(3) without time zone", "'2024-01-01 10:00:00.120', '2024-01-01 10:00:00', '1970-01-01', null"),
    "datetime(6)": ("timestamp(6) without time zone", "'2024-01-01 10:00:00.000001', '9999-12-31 23:59:59.999999', '2024-01-01', null"),
    "timestamp null": ("timestamp(0) with time zone", "'1970-01-01 00:00:01', '2038-01-19 03:14:07', '2024-10-27 01:30:00', null"),
    "timestamp(6) null": ("timestamp(6) with time zone", "'1970-01-01 00:00:01.000001', '2024-01-01 10:00:00.5', '2024-10-27 02:30:00', null"),
    "time": ("interval", "'-838:59:59', '838:59:59', '-00:00:01', null"),
    "time(6)": ("interval", "'-838:59:59.999999', '25:00:00.5', '00:00:00', null"),
    "year": ("smallint", "1901, 2155, 0, null"),
    "char(5)": ("text", "'', 'ab', '\\\\N', null"),
    "varchar(40)": ("text", "'', ' both ends ', 'null', null"),
    "tinytext": ("text", "'tab\\tand\\nlines\\r\\n', '\\\\', '\\\\.', null"),
    "text": ("text", "'😀 € ␀', '\"quoted\" ''twice''', 'NULL', null"),
    "mediumtext": ("text", "'a', '', 'b', null"),
    "longtext": ("text", "'a', repeat('long ', 20000), '', null"),
    "varchar(20) character set latin1": ("text", "'müde', '€', '', null"),
    "varchar(20) character set utf8mb3": ("text", "'müde', '€', '', null"),
    "varchar(20) character set utf16": ("text", "'müde', '😀', '', null"),
    "varchar(20) character set cp1251": ("text", "'ж', 'a', '', null"),
    "varchar(20) character set ascii": ("text", "'a', 'b', '', null"),
    "varchar(20) collate utf8mb4_unicode_ci": ("text", "'ä', 'b', '', null"),
    "varchar(20) character set utf8mb3 collate utf8mb3_czech_ci": ("text", "'ä', 'b', '', null"),
    "varchar(20) collate utf8mb4_bin": ("text", "'ä', 'b', '', null"),
    "enum('a','b c','')": ("text", "'a', 'b c', '', null"),
    "enum('ü','x') character set latin1": ("text", "'ü', 'x', 'none of them', null"),
    "set('a','b','c')": ("text", "'', 'a', 'a,c', null"),
    "json": ("text", "'{\"a\": [1, 2]}', '[]', '\"\\\\\\\\n\"', null"),
    "binary(4)": ("bytea", "'', 'ab', x'00ff5c0a', null"),
    "varbinary(20)": ("bytea", "'', x'00010203', x'5c5c', null"),
    "tinyblob": ("bytea", "'', x'00', 'text', null"),
    "blob": ("bytea", "'', x'0a0d09', x'ffff', null"),
    "mediumblob": ("bytea", "'', x'01', x'02', null"),
    "longblob": ("bytea", "'', repeat(x'0001', 50000), x'03', null"),
    "point": ("bytea", "point(1, 2), st_geomfromtext('POINT(1 2)', 4326), point(-1, 1e300), null"),
    "geometry": ("bytea", "point(0, 0), linestring(point(0, 0), point(1, 1)), point(1, 0), null"),
    "uuid": ("text", "'f47ac10b-58cc-4372-a567-0e02b2c3d479', '00000000-0000-0000-0000-000000000000', uuid(), null"),
    "inet6": ("text", "'::1', '2001:db8::ff00:42:8329', '::', null"),
    "inet4": ("text", "'127.0.0.1', '0.0.0.0', '255.255.255.255', null"),
}  # fmt: skip


def sides(practice, table):
    """Every value of the source as another driver reads it, and of the copy."""
    names = [c.name for c in discover(practice.server, [table])[0].columns]
    columns = ", ".join(f'"{name}"' for name in names)
    source = practice.asked(f"select {columns.replace(chr(34), '`')} from {source_quoted(table)}")
    return source, practice.copied(f'select {columns} from "{table}"')


def told(value):
    """Alike for both: a moment in UTC."""
    is_zoned = isinstance(value, dt.datetime) and value.tzinfo
    return value.astimezone(dt.UTC).replace(tzinfo=None) if is_zoned else value


@both_drivers
def test_every_type_arrives_value_by_value(practice, driver_name):
    columns = ", ".join(f"`c {n}` {kind}" for n, kind in enumerate(EVERY_TYPE))
    practice.sql(f"create table every (id int primary key, {columns})")
    for row in range(4):
        values = ", ".join(split(values)[row] for _, values in EVERY_TYPE.values())
        practice.sql(f"insert into every values ({row}, {values})")
    practice.server = Server(practice.mariadb.url(practice.name), driver_name=driver_name)
    loaded = practice.load("every")
    assert loaded.rows == 4 and not loaded.normalised and not loaded.notices
    source, copy = sides(practice, "every")
    assert [tuple(map(told, row)) for row in copy] == [tuple(map(told, row)) for row in source]
    kinds = practice.copied(
        "select format_type(atttypid, atttypmod) from pg_attribute where attrelid ="
        " 'every'::regclass and attnum > 1 order by attnum"
    )
    assert [kind for (kind,) in kinds] == [kind for kind, _ in EVERY_TYPE.values()]
    assert lines(practice, "every", careful=False) == lines(practice, "every", careful=True)


def split(values):
    """The values of a list, commas inside of brackets and quotes being theirs."""
    found, depth, is_quoted = [""], 0, False
    for letter in values:
        is_quoted ^= letter == "'"
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth and not is_quoted:
            found.append("")
        else:
            found[-1] += letter
    return found


def lines(practice, table, *, careful):
    """One row as one text on the source; it must be the same as on the copy."""
    [found] = discover(practice.server, [table])
    crossings = target_of(found, practice.name).crossings
    key = found.key[0]
    with practice.server.session() as session:
        rows = session.rows(
            f"select {source_line(crossings, careful=careful)} from"
            f" {source_quoted(table)} order by {source_quoted(key)}"
        )
    copied = practice.copied(f'select {target_line(crossings)} from "{table}" order by "{key}"')
    assert [row[0].decode() for row in rows] == [line for (line,) in copied]
    return copied


def test_every_bit_of_a_double_and_of_a_float_arrives(practice):
    dice = random.Random(7)
    doubles = [0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e15, 1e-4, 123456.7]
    doubles += [struct.unpack("d", dice.randbytes(8))[0] for _ in range(2000)]
    doubles += [dice.uniform(-1, 1) * 10 ** dice.randint(-6, 18) for _ in range(2000)]
    rows = [(n, d, *struct.unpack("f", struct.pack("f", f)))
            for n, (d, f) in enumerate((d, d if abs(d) < 3e38 else 0.1) for d in doubles)
            if d == d and abs(d) != float("inf")]  # fmt: skip
    practice.sql("create table dose (id int primary key, d double not null, n double, f float)")
    practice.sql(
        f"insert into dose values {', '.join(f'({n}, {d!r}, {d!r}, {f!r})' for n, d, f in rows)}"
    )
    practice.load("dose")
    copied = practice.copied("select id, d, n, f::float8 from dose order by id")
    assert copied == [(n, d, d, f) for n, d, f in rows]
    lines(practice, "dose", careful=False)


def test_bits_arrive_as_bits(practice):
    practice.sql("create table flags (id int primary key, a bit(1), b bit(10), c bit(64) not null)")
    practice.sql("insert into flags values (1, 1, 5, 18446744073709551615), (2, null, 1023, 0)")
    practice.load("flags")
    assert practice.copied("select a::text, b::text, c::text from flags order by id") == [
        ("1", "0000000101", "1" * 64), (None, "1111111111", "0" * 64)
    ]  # fmt: skip
    lines(practice, "flags", careful=False)


def test_computed_and_hidden_columns_are_copied_as_what_they_hold(practice):
    practice.sql(
        "create table fee (id int primary key, net decimal(8,2), gross decimal(8,2) as (net * 1.2)"
        " stored, half double as (net / 2) virtual, note varchar(9) invisible default 'hidden')"
    )
    practice.sql("insert into fee (id, net) values (1, 10), (2, null)")
    practice.load("fee")
    assert [tuple(map(str, row)) for row in practice.copied("select * from fee order by id")] == [
        ("1", "10.00", "12.00", "5.0", "hidden"), ("2", "None", "None", "None", "hidden")
    ]  # fmt: skip


# What is no date

DATES = "id int primary key, d date not null, n date, t datetime(3) not null, s timestamp null"


def test_a_zero_date_becomes_null_and_is_counted(practice):
    practice.sql(f"create table visit ({DATES})")
    practice.sql(
        "insert into visit values (1, '0000-00-00', null, '0000-00-00', '0000-00-00'),"
        " (2, '0001-01-01', '0000-00-00', '0001-01-01', '2024-01-01 10:00:00')"
    )
    loaded = practice.load()
    assert loaded.normalised == {"no_date": 4}
    assert practice.standing()["normalised"] == {"no_date": 4}
    first = dt.date(1, 1, 1)
    assert practice.copied("select * from visit order by id") == [
        (1, None, None, None, None),
        (2, first, None, dt.datetime(1, 1, 1), dt.datetime(2024, 1, 1, 10, tzinfo=dt.UTC)),
    ]
    lines(practice, "visit", careful=False)


@both_drivers
@pytest.mark.parametrize("no_date", ["2024-00-10", "2024-01-00", "0000-01-01", "2024-02-31"])
def test_a_date_that_no_calendar_has_becomes_null_and_is_counted(practice, no_date, driver_name):
    practice.server = Server(practice.mariadb.url(practice.name), driver_name=driver_name)
    practice.sql(f"create table visit ({DATES})")
    practice.sql(
        "set sql_mode = 'allow_invalid_dates';\n"
        f"insert into visit values (1, '{no_date}', '{no_date}', '{no_date} 10:00:00.5', null),"
        " (2, '2024-01-01', null, '2024-01-01', null)"
    )
    assert practice.load().normalised == {"no_date": 3}
    assert practice.copied("select id, d, n, t from visit order by id") == [
        (1, None, None, None), (2, dt.date(2024, 1, 1), None, dt.datetime(2024, 1, 1))
    ]  # fmt: skip
    lines(practice, "visit", careful=True)


# Characters


@both_drivers
def test_a_nul_character_becomes_a_visible_sign_and_is_counted(practice, driver_name):
    practice.server = Server(practice.mariadb.url(practice.name), driver_name=driver_name)
    practice.sql("create table note (id int primary key, a text, b longtext, c varchar(9), d blob)")
    practice.sql(
        "insert into note values (1, 'a\\0b\\0', '\\0', '\\0', 'x\\0'), (2, '', '', '', '')"
    )
    assert practice.load("note").normalised == {"nul_character": 4}
    assert practice.copied("select a, b, c, d from note order by id") == [
        ("a␀b␀", "␀", "␀", b"x\0"), ("", "", "", b"")
    ]  # fmt: skip
    lines(practice, "note", careful=True)


def test_a_type_that_nobody_knows_is_copied_as_text_with_a_notice():
    found = crossing(SourceColumn("embedding", "vector", "vector(3)"))
    assert found.target_type == "text" and found.notice
