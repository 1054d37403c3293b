"""A source that changes its definition is followed: nothing breaks, nothing is lost unsaid."""

import pytest

from clinic_assets.replica.books.ledger import standing_of
from clinic_assets.replica.mapping.target import evolution, target_of
from clinic_assets.replica.source.discover import discover
from clinic_assets_tests.replica.practice import practice as practice

FEES = """
create table fee (id int primary key, n smallint, amount float, note varchar(20), old int);
insert into fee values (1, 7, 0.1, 'a', 5), (2, null, null, null, null)
"""


@pytest.fixture
def fees(practice):
    """A copied table of two fees."""
    practice.sql(FEES)
    practice.load("fee")
    return practice


def evolved(practice):
    """What has become of the table since it was copied."""
    with practice.clinic.engine.connect() as connection:
        standing = standing_of(connection, practice.name, "fee")
    table = target_of(discover(practice.server, ["fee"])[0], practice.name)
    return evolution(standing.columns, standing.key, table)


def test_an_unchanged_table_stays_as_it_is(fees):
    found = evolved(fees)
    assert not found.needs_reload and not found.statements and not found.notices


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("modify n int", "integer"),
        ("modify n bigint unsigned", "numeric(20,0)"),
        ("modify amount double", "double precision"),
    ],
)
def test_a_wider_type_is_widened_in_place_without_a_reload(fees, change, kind):
    fees.sql(f"alter table fee {change}")
    found = evolved(fees)
    assert not found.needs_reload and len(found.notices) == 1
    for statement in found.statements:
        fees.write(statement)
    column = change.split()[1]
    assert fees.copied(
        "select format_type(atttypid, atttypmod) from pg_attribute"
        f" where attrelid = 'fee'::regclass and attname = '{column}'"
    ) == [(kind,)]
    assert fees.is_equal("fee")


def test_a_text_that_may_be_longer_changes_nothing(fees):
    fees.sql("alter table fee modify note longtext character set latin1")
    assert not evolved(fees).needs_reload and not evolved(fees).statements


@pytest.mark.parametrize(
    ("change", "notice"),
    [
        ("add extra int default 3", "extra is new"),
        ("modify note int", "note is now integer"),
        ("modify n varchar(9)", "n is now text"),
        ("drop primary key, add primary key (id, n)", "the key has changed"),
    ],
)
def test_what_cannot_be_done_in_place_is_reloaded_with_a_notice(fees, change, notice):
    fees.sql(f"set sql_mode = '';\nalter table fee {change}")
    assert evolved(fees).needs_reload
    assert notice in fees.load("fee").notices
    assert notice in fees.standing("fee")["notice"]
    assert fees.is_equal("fee")
    assert not evolved(fees).needs_reload


def test_a_dropped_column_is_kept_and_null_from_then_on_and_comes_back(fees):
    fees.sql("alter table fee drop old;\ninsert into fee (id) values (3)")
    assert not evolved(fees).needs_reload
    assert fees.load("fee").notices == ("old is gone from the source; kept, null from now on",)
    assert fees.copied("select id, old from fee order by id") == [(1, None), (2, None), (3, None)]
    assert fees.load("fee").notices == ("old is gone from the source; kept, null from now on",)
    assert fees.copied("select count(*), count(old) from fee") == [(3, 0)]
    fees.sql("alter table fee add old varchar(9) default 'new'")
    fees.load("fee")
    assert fees.copied("select distinct old from fee") == [("new",)]


def test_a_copy_says_what_is_spelled_differently_in_it(fees):
    [[said]] = fees.copied("select obj_description('fee'::regclass)")
    assert "0000-00-00" in said and "U+2400" in said
