"""Any schema is filled: every type, every key, the awkward values, the profile's proportions."""

import pandas as pd
import pytest

from clinic_assets.simulate.dental import fill_like_real
from clinic_assets.simulate.dental.database import connect, rows
from clinic_assets.simulate.dental.filling import rows_of_profile

TYPES = """
create table every_type (
    id bigint unsigned not null auto_increment primary key, tiny tinyint, tiny_u tinyint unsigned,
    small smallint not null, medium mediumint, whole int unsigned, big bigint, flag bit(5), money
    double not null, real_ float, exact decimal(9,3), day date, day_not_null date not null,
    at_ datetime, at_micro datetime(6), stamp timestamp not null default current_timestamp() on
    update current_timestamp(), span time, anno year, c char(3), v varchar(255) not null,
    latin varchar(20) character set latin1, four varchar(40) character set utf8mb4, t text,
    m mediumtext, l longtext, b blob, vb varbinary(8), e enum('one','it''s'), s set('a','b'),
    made int as (small + 1) stored
) character set utf8mb3;
create table by_text (code varchar(9) not null primary key, what text);
create table by_two (kind tinyint not null, number int not null, primary key (kind, number));
create table twice (id int primary key, code varchar(12) unique, other bigint, unique (other, id));
create table small_key (id tinyint primary key, v varchar(3));
create table keyless (a int, b varchar(10));
create table `a"; drop table x;--` (`id` int primary key, `b``; --` varchar(5));
create table nobody (id int primary key);
"""
PROFILE = {
    "every_type": 3000, "by_text": 500, "by_two": 500, "twice": 400, "small_key": 900,
    "keyless": 300, 'a"; drop table x;--': 40, "nobody": 0, "not_there": 77,
}  # fmt: skip


@pytest.fixture(scope="module")
def filled(mariadb):
    url = mariadb.database("any_schema")
    mariadb.run(TYPES, "any_schema")
    added = fill_like_real(url, PROFILE, with_control=True)
    return url, added


def counts(url):
    connection = connect(url)
    try:
        names = [name for (name,) in rows(connection, "show tables")]
        return {
            name: rows(connection, f"select count(*) from `{name}`")[0][0] for name in names
        }  # fmt: skip
    finally:
        connection.close()


def column(url, name):
    connection = connect(url)
    try:
        return [value for (value,) in rows(connection, f"select {name} from every_type")]
    finally:
        connection.close()


def test_every_table_has_the_rows_of_the_profile_as_far_as_its_key_reaches(filled):
    url, added = filled
    assert counts(url) == added | {"nobody": 0}
    wanted = PROFILE | {"small_key": 127}
    assert added == {name: wanted[name] for name in wanted if name not in ("nobody", "not_there")}


@pytest.mark.parametrize(
    ("name", "awkward"),
    [
        ("tiny", {"-128", "127", "0"}),
        ("tiny_u", {"255"}),
        ("whole", {"4294967295"}),
        ("big", {"-9223372036854775808", "9223372036854775807"}),
        ("day", {"0000-00-00", "0001-01-01", "9999-12-31", "2000-02-29"}),
        ("at_", {"0000-00-00 00:00:00", "0001-01-01 00:00:00"}),
        ("span", {"838:59:59", "-838:59:59", "24:00:00"}),
        ("v", {"", "北京", "tab\there", "C:\\scans", "NULL", "\\N", "nul\0inside"}),
        ("four", {"🦷"}),
        ("t", {"line\nbreak", "return\r\n", 'the "other" one', "one\x01two\x03three"}),
        ("e", {"one", "it's"}),
        ("c", {"", "rec"}),
    ],
)
def test_a_column_holds_the_awkward_values_of_its_type(filled, name, awkward):
    binary = f"cast({name} as char)"
    assert awkward <= set(column(filled[0], binary))


def test_columns_are_null_now_and_then_only_where_that_may_be(filled):
    shares = {
        name: pd.Series(column(filled[0], f"{name} is null")).mean()
        for name in ("tiny", "day", "at_", "t", "b", "flag", "exact", "small", "v", "money")
    }
    assert all(
        0.005 < shares[name] < 0.06 for name in shares if name not in ("small", "v", "money")
    )
    assert shares["small"] == shares["v"] == shares["money"] == 0


def test_moments_of_change_grow_with_the_key_and_share_seconds(filled):
    stamps = pd.Series(column(filled[0], "unix_timestamp(stamp)")).astype(int)
    assert (stamps == 0).sum() < 20
    assert (stamps.diff().dropna() >= 0).mean() > 0.95
    assert 100 < stamps.nunique() <= 3000


def test_filling_again_goes_on_after_the_keys_that_are_there(mariadb):
    url = mariadb.database("filled_again")
    mariadb.run(TYPES, "filled_again")
    some = {name: 20 for name in PROFILE if name != "nobody"}
    first, second = fill_like_real(url, some), fill_like_real(url, some, seed=8)
    assert counts(url) == {name: first[name] + second[name] for name in first} | {"nobody": 0}


def test_equal_seeds_fill_alike_and_the_factor_scales(mariadb):
    sums = []
    for name, factor, seed in (("one", 0.1, 7), ("two", 0.1, 7), ("three", 0.1, 9)):
        url = mariadb.database(name)
        mariadb.run(TYPES, name)
        added = fill_like_real(url, PROFILE, factor, seed)
        assert added["every_type"] == 300 and added["keyless"] == 30 and added["by_text"] == 50
        connection = connect(url)
        sums.append([total for _, total in rows(connection, "checksum table every_type, keyless")])
        connection.close()
    assert sums[0] == sums[1] != sums[2]


def test_a_profile_is_a_file_of_tables_and_rows(tmp_path):
    path = tmp_path / "profile.csv"
    path.write_text("table_name,estimated_rows,size\nappointment,86729,45.4\nclinic,0,0\nodd,,\n")
    assert rows_of_profile(path) == {"appointment": 86729, "clinic": 0, "odd": 0}
    path.write_text("table_name,rows\nappointment,12\n")
    assert rows_of_profile(path) == {"appointment": 12}
