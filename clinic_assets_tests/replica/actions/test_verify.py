"""Verification: every row is compared on both servers, and exactly what differs is found."""

import random

import pytest

from clinic_assets.replica.compare import checksums
from clinic_assets.replica.compare.checksums import parts_of
from clinic_assets.replica.sync.pair import Task, seen
from clinic_assets_tests.replica.practice import practice as practice
from clinic_assets_tests.replica.practice import visited as visited

UNSTAMPED = "update visit set note = 'corrected by hand', stamp = stamp where {}"


@pytest.fixture
def in_parts(monkeypatch):
    """Tables are large from 50 rows on."""
    monkeypatch.setattr(checksums, "ROWS", 50)


def found(done):
    return done.rows_compared, done.rows_differing, done.ranges_healed


def test_a_quiet_source_equals_its_copy(visited, in_parts):
    assert found(visited.verify()) == (300, 0, 0)
    standing = visited.standing()
    assert (standing["rows_compared"], standing["rows_differing"]) == (300, 0)
    assert standing["verified_at"] is not None


@pytest.mark.parametrize("size", [50, 100_000])
def test_changes_without_a_stamp_deletions_and_strangers_are_found(visited, monkeypatch, size):
    monkeypatch.setattr(checksums, "ROWS", size)
    visited.sql(UNSTAMPED.format("id in (1, 120)") + ";\ndelete from visit where id in (7, 300)")
    visited.write("delete from visit where id = 50; insert into visit (id, patient, fee, stamp)"
                  " values (-3, 1, 1, now()), (2000, 1, 1, now())")  # fmt: skip
    assert visited.follow().oddity
    done = visited.verify()
    assert visited.is_equal()
    assert done.rows_differing == 0 if size == 100_000 else done.rows_compared == 298


@pytest.mark.parametrize("row", [1, 50, 51, 100, 101, 250, 251, 300])
@pytest.mark.parametrize("damage", [UNSTAMPED, "delete from visit where {}"])
def test_a_row_at_either_end_of_a_part_is_found(visited, in_parts, row, damage):
    visited.write(f"update visit set note = 'not so' where id = {row}")
    visited.sql(damage.format(f"id = {row}"))
    done = visited.verify()
    assert (done.rows_differing, done.ranges_healed, visited.is_equal()) == (1, 1, True)


def test_neighbouring_parts_are_healed_as_one_range(visited, in_parts):
    visited.sql(UNSTAMPED.format("id between 60 and 140 or id = 290"))
    assert found(visited.verify()) == (300, 82, 2)
    assert visited.is_equal()


def test_looking_alone_counts_and_changes_nothing(visited, in_parts):
    visited.sql(UNSTAMPED.format("id = 9") + ";\ndelete from visit where id = 8")
    before = visited.copied_rows()
    assert found(visited.verify(heals=False)) == (300 - 1, 2, 1)
    assert visited.copied_rows() == before
    standing = visited.standing()
    assert (standing["rows_differing"], standing["rows"]) == (2, 300)
    assert visited.verify().integrity == pytest.approx(1 - 2 / 299)


def test_what_a_live_source_does_meanwhile_comes_and_is_no_damage(visited, in_parts):
    visited.sql(UNSTAMPED.format("id = 250"))
    heard = []

    def practising(table, rows):
        if rows == 100 and not heard:
            heard.append(rows)
            visited.sql("update visit set note = 'today' where id in (5, 105, 295)")

    done = visited.verify(progress=practising)
    assert heard and visited.is_equal()
    assert done.rows_differing == 1


def test_a_comparison_can_be_stopped(visited, in_parts):
    def stopping(table, rows):
        if rows >= 100:
            raise InterruptedError

    before = visited.standing()
    with pytest.raises(InterruptedError):
        visited.verify(progress=stopping)
    assert visited.standing()["verified_at"] == before["verified_at"]
    assert found(visited.verify()) == (300, 0, 0)


# Keys of every kind


def damaged(practice, table, change):
    """Heal a change that no stamp tells of; what was found."""
    practice.load(table)
    assert found(practice.verify(table))[1] == 0
    practice.sql(change)
    done = practice.verify(table)
    assert practice.is_equal(table)
    return done.rows_differing


def test_keys_far_apart_below_zero_and_beyond_63_bits_fall_into_parts(practice, in_parts):
    practice.sql(
        "create table far (id bigint unsigned primary key, x int);\n"
        "insert into far select seq * 100000000000000, seq from seq_1_to_120;\n"
        "insert into far select 18446744073709551615 - seq, seq from seq_0_to_120;\n"
        "create table near (id int primary key, x int);\n"
        "insert into near select cast(seq as signed) - 100, seq from seq_1_to_200"
    )
    assert damaged(practice, "near", "update near set x = 0 where id in (-99, 100, 0)") == 3
    assert damaged(practice, "far", "delete from far where id > 18446744073709551613") == 2


def test_a_key_of_several_columns(practice, in_parts):
    practice.sql("create table pair (a int, b varchar(9), x int, primary key (a, b));\n"
                 "insert into pair select seq % 3, concat('k', seq), 1 from seq_1_to_300")  # fmt: skip
    change = "update pair set x = 2 where b in ('k1', 'k299');\ndelete from pair where b = 'k30'"
    assert damaged(practice, "pair", change) == 3


def test_a_key_of_text_however_each_server_would_sort_it(practice, in_parts):
    practice.sql(
        "create table word (w varchar(40) collate utf8mb4_unicode_ci primary key, x int);\n"
        "insert into word select concat(elt(seq % 5 + 1, 'a', 'Ä', 'ß', 'Z', '漢'), seq, ' '), 1"
        " from seq_1_to_300;\n"
        "insert into word values ('', 1), ('a\\\\b', 1), ('it''s', 1), ('😀', 1), ('tab\\t', 1)"
    )
    change = (
        "update word set x = 2 where w in ('😀', '', 'a\\\\b');\ndelete from word where w = 'ß2'"
    )
    assert damaged(practice, "word", change) == 4
    assert damaged(practice, "word", "update word set w = 'A5 ' where w = 'a5 '") == 2


def test_a_key_of_bytes(practice, in_parts):
    practice.sql("create table raw (k varbinary(20) primary key, x int);\n"
                 "insert into raw select unhex(md5(seq)), 1 from seq_1_to_120")  # fmt: skip
    assert damaged(practice, "raw", "update raw set x = 2 where k = unhex(md5(7))") == 1


def test_a_date_in_the_key_that_is_none(practice):
    practice.sql("create table dated (d date, n int, x int, primary key (d, n));\n"
                 "insert into dated values ('0000-00-00', 1, 1), ('2025-01-01', 1, 1)")  # fmt: skip
    assert damaged(practice, "dated", "update dated set x = 2 where d = '0000-00-00'") == 2


def test_rows_without_a_key_are_compared_as_a_bag(practice, in_parts):
    practice.sql("create table tally (w varchar(9), n double);\n"
                 "insert into tally select 'x', seq % 4 from seq_1_to_200")  # fmt: skip
    assert damaged(practice, "tally", "delete from tally where n = 3 limit 7") == 7
    change = "update tally set w = 'y' where n = 2 limit 1;\ninsert into tally values (null, null)"
    assert damaged(practice, "tally", change) == 3


# Values that both servers spell differently


AWKWARD = """
create table odd (
    id int primary key, d double, f float, n decimal(12, 4), day date, at datetime(3),
    span time, t text, b varbinary(9), u bigint unsigned, y year, e enum('a', ''), z bit(3));
insert into odd values
    (1, 0.00007680386598696251, 0.1, 1.5, '0000-00-00', '0000-00-00', '-838:59:59', 'a\\0b', x'00ff',
     18446744073709551615, 2025, 'a', b'101'),
    (2, 1.7976931348623157e308, 3.4e38, -0.0001, '2025-00-10', '2025-01-01 10:00:00.120', '26:00',
     'back\\\\slash\\n', x'', 0, 0, '', b'0'),
    (3, -0.0, 1e-45, 0, '0001-01-01', null, '00:00', '', null, 1, null, null, null),
    (4, 123456789012345680, 16777217, 99999999.9999, '2025-02-31', null, null, null, x'01', 2, 1999,
     'a', b'111')
"""


def test_values_that_are_spelled_differently_are_equal_where_the_copy_is_right(practice):
    practice.sql(AWKWARD)
    practice.load("odd")
    assert found(practice.verify("odd"))[1] == 0


@pytest.mark.parametrize("change", [
    "d = 0.00007680386598696252 where id = 1",
    "d = 1.7976931348623155e308 where id = 2",
    "d = 0.0 where id = 3",
    "d = 123456789012345696 where id = 4",
    "f = 0.10000001 where id = 1",
    "f = 16777220 where id = 4",
    "day = '2025-01-10' where id = 2",
    "at = '2025-01-01 10:00:00.121' where id = 2",
    "span = '26:00:01' where id = 2",
    "t = 'a b' where id = 1",
    "t = null where id = 3",
    "b = x'0100' where id = 4",
    "z = b'110' where id = 4",
])  # fmt: skip
def test_the_least_change_of_any_value_is_found(practice, change):
    practice.sql(AWKWARD)
    practice.load("odd")
    practice.sql(f"update odd set {change}")
    expected = 0 if change.startswith("d = 0.0 ") else 1
    assert practice.verify("odd").rows_differing == expected
    assert found(practice.verify("odd"))[1] == 0


# The parts themselves


def test_every_row_is_in_one_part_on_both_servers(practice, in_parts):
    numbers = random.Random(7).sample(range(-(10**12), 10**12), 400)
    practice.sql("create table spread (id bigint primary key)")
    practice.sql(f"insert into spread values {', '.join(f'({n})' for n in numbers)}")
    practice.load("spread")
    task = Task(practice.server, practice.clinic.engine, practice.plan("spread"), practice.name)
    with seen(task) as pair:
        parts = parts_of(pair)
    counted = [
        (practice.asked(f"select count(*) from spread where {p.on_source}")[0][0],
         practice.copied(f"select count(*) from spread where {p.on_target}")[0][0])
        for p in parts
    ]  # fmt: skip
    assert counted == [(50, 50)] * 8
