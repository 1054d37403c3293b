"""How a table is followed is decided by the types of its columns and by its key, never by luck."""

import pytest

from clinic_assets.replica.planning.classify import plan_of, strategy_of
from clinic_assets.replica.planning.traits import TEMPORAL, size_class_of, words
from clinic_assets_tests.replica.tables import PRACTICE, column, edited, key, table

MIB = 1 << 20


def test_a_stamp_that_the_server_moves_tells_what_changed():
    assert strategy_of(table("t", key("N"), edited("Whatever"))) == ("changed_since", ("Whatever",))


def test_a_number_is_no_stamp_whatever_it_is_called():
    numbers = table("t", key("N"), column("DateTStamp", "bigint"), column("SecDateTEdit", "int"))
    assert strategy_of(numbers) == ("full_compare", ())


@pytest.mark.parametrize("kind", ["date", "time", "year", "varchar(20)"])
def test_what_holds_no_moment_is_no_stamp(kind):
    assert strategy_of(table("t", key("N"), column("SecDateTEdit", kind)))[0] == "full_compare"


def test_a_moving_stamp_that_starts_at_zero_is_joined_by_the_entry():
    zero = column("Edited", "timestamp", "on update current_timestamp()", default="0000-00-00")
    entered = column("SecDateTEntry", "datetime")
    assert strategy_of(table("t", key("N"), zero, entered))[1] == ("Edited", "SecDateTEntry")


def test_a_stamp_that_a_program_moves_is_followed_with_the_entry():
    found = strategy_of(
        table("t", key("N"), column("DateTimeEdited", "datetime"), column("CreatedAt", "datetime"))
    )
    assert found == ("changed_since", ("DateTimeEdited", "CreatedAt"))


def test_rows_that_only_arrive_are_found_by_a_growing_key():
    assert strategy_of(table("t", key("N"), column("LogDateTime", "datetime"))) == (
        "append_by_key",
        ("N",),
    )


def test_a_key_that_does_not_grow_is_not_followed():
    arrived = column("SecDateTEntry", "datetime")
    random = table("t", column("N", "bigint(20)"), arrived, key=("N",))
    double = table("t", key("N"), column("M", "int"), arrived, key=("N", "M"))
    text = table("t", column("N", "char(36)", "auto_increment"), arrived)
    assert {strategy_of(t)[0] for t in (random, double, text)} == {"full_compare"}


def test_a_changed_row_without_a_key_cannot_be_placed():
    assert strategy_of(table("t", column("Note", "text"), edited())) == ("full_compare", ())


def test_without_stamps_a_short_table_is_compared_and_a_long_one_appended():
    columns = key("N"), column("Note", "text")
    assert strategy_of(table("t", *columns, rows=9_000))[0] == "full_compare"
    assert strategy_of(table("t", *columns, rows=200_000))[0] == "append_by_key"


@pytest.mark.parametrize(
    ("rows", "size", "found"),
    [(0, 0, "tiny"), (9_999, MIB, "tiny"), (10, 20 * MIB, "small"), (10_000, 0, "small"),
     (100_000, 0, "medium"), (999, 600 * MIB, "large"), (1_000_000, 0, "large")],
)  # fmt: skip
def test_the_size_class_goes_by_rows_and_by_bytes(rows, size, found):
    assert size_class_of(table("t", key("N"), rows=rows, size=size)) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [("SecDateTEdit", "sec date t edit"), ("CreditType", "credit type"), ("AptDateTime",
      "apt date time"), ("date_edited", "date edited"), ("IPAddress", "ip address")],
)  # fmt: skip
def test_a_name_is_read_word_by_word(name, found):
    assert words(name) == set(found.split())


def test_a_moment_is_only_ever_compared_with_a_moment_and_a_key_with_itself():
    for each in plan_of("practice", PRACTICE).tables:
        types = {each.table.column(name).data_type for name in each.watermarks}
        if each.strategy == "changed_since":
            assert types and types <= set(TEMPORAL)
        if each.strategy == "append_by_key":
            assert each.watermarks == each.table.key


def test_what_our_models_read_is_watched_however_small_it_is():
    alerts = {p.table.name: p.alert_on_failure for p in plan_of("p", PRACTICE, {"clinic"}).tables}
    assert alerts["clinic"] and not alerts["feesched"]
