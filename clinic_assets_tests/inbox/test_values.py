"""Single values from their text."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_assets.inbox.values import (
    decimal_mark_of,
    parse_amount,
    parse_date,
    parse_flag,
    parse_number,
    parse_since,
    parse_timestamp,
    parse_whole,
)

BERLIN = ZoneInfo("Europe/Berlin")
PARSERS: dict[str, Callable[[str], object]] = {
    "number": lambda text: parse_number(text, "."),
    "comma number": lambda text: parse_number(text, ","),
    "timestamp": lambda text: parse_timestamp(text, BERLIN),
    "date": parse_date,
    "whole": parse_whole,
    "flag": parse_flag,
}


def reason(parse: Callable[..., object], *args: object) -> str:
    with pytest.raises(ValueError) as caught:
        parse(*args)
    return str(caught.value)


@given(st.decimals(-(10**15) + 1, 10**15 - 1, places=6), st.sampled_from(".,"))
def test_every_plain_number_is_exact_with_either_mark(number: Decimal, mark: str) -> None:
    assert parse_number(f"{number:f}".replace(".", mark), mark) == number


@pytest.mark.parametrize(
    ("text", "number"), [("007", 7), ("+5", 5), ("-.5", "-0.5"), (" 1.50 ", "1.50"), ("-0", 0)]
)
def test_signs_leading_zeros_and_space_around_are_understood(text: str, number: object) -> None:
    assert parse_number(text, ".") == Decimal(str(number))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1E5", "exponent"),
        ("1.5e-3", "exponent"),
        ("nan", "finite"),
        ("-Infinity", "finite"),
        ("1,234", "ambiguous"),
        ("1,5", "ambiguous"),
        ("1,234.50", "ambiguous"),
        ("1 234", "ambiguous"),
        ("1\u00a0234", "ambiguous"),
        ("1'234", "ambiguous"),
        ("€5", "currency"),
        ("5 EUR", "currency"),
        ("1234567890123456", "15 digits"),
        ("5.", "plain"),
        ("--5", "plain"),
        ("1.2.3", "plain"),
        ("٣", "plain"),
        ("0x10", "plain"),
        ("1_000", "plain"),
        ("", "empty"),
        ("  ", "empty"),
        ("+", "plain"),
        (".", "plain"),
    ],
)
def test_a_number_that_could_mean_something_else_is_refused(text: str, why: str) -> None:
    assert why in reason(parse_number, text, ".")


def test_a_point_in_a_comma_file_is_refused_as_ambiguous() -> None:
    assert "ambiguous" in reason(parse_number, "1.234", ",")
    assert "ambiguous" in reason(parse_number, "0.5", ",")
    assert parse_number("1,234", ",") == Decimal("1.234")


@pytest.mark.parametrize(
    ("cells", "delimiter", "mark"),
    [
        (["1,5"], ";", ","),
        (["1,5"], "\t", ","),
        (["1,5"], ",", "."),
        (["x", "", " -0,25 "], ";", ","),
        (["1.234,50"], ";", ","),
        (["1.5", "Miller, Ann", "1,2,3", "a,5"], ";", "."),
        ([], ";", "."),
    ],
)
def test_the_decimal_mark_is_a_comma_only_if_a_cell_shows_it_and_no_column_does(
    cells: list[str], delimiter: str, mark: str
) -> None:
    assert decimal_mark_of(cells, delimiter) == mark


@pytest.mark.parametrize("end", ["", "Z", "+02:00", "-0530", "+01"])
@pytest.mark.parametrize("clock", ["09:30", "09:30:15", "09:30:15.5", "09:30:15.123456789"])
@pytest.mark.parametrize("between", ["T", " "])
def test_iso_date_times_are_understood(between: str, clock: str, end: str) -> None:
    found = parse_timestamp(f"2025-03-04{between}{clock}{end}", BERLIN)
    assert found.tzinfo is BERLIN
    offset = {"Z": "+00:00", "": "+01:00"}.get(end, end)
    assert found == dt.datetime.fromisoformat(f"2025-03-04T{clock}{offset}")


@given(st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2199, 12, 31)))
def test_every_moment_with_an_offset_is_that_moment(moment: dt.datetime) -> None:
    aware = moment.replace(tzinfo=dt.UTC)
    # In UTC: an hour that the clock tells twice equals no moment of another zone.
    assert parse_timestamp(aware.isoformat(), BERLIN).astimezone(dt.UTC) == aware


@given(st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2199, 12, 31)))
def test_a_local_time_keeps_its_clock_or_does_not_exist(moment: dt.datetime) -> None:
    try:
        found = parse_timestamp(moment.isoformat(), BERLIN)
    except ValueError as error:
        assert "clock change" in str(error)
    else:
        assert (found.replace(tzinfo=None), found.fold) == (moment, 0)


def test_a_local_time_that_the_clock_skips_does_not_exist() -> None:
    assert reason(parse_timestamp, "2025-03-30 02:30", BERLIN) == (
        "does not exist on that day (clock change)"
    )
    assert parse_timestamp("2025-03-30 02:30+02:00", BERLIN).hour == 1


def test_a_local_time_that_the_clock_repeats_is_the_first() -> None:
    assert parse_timestamp("2025-10-26 02:30", BERLIN).utcoffset() == dt.timedelta(hours=2)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("03/04/2025", "ambiguous between day and month"),
        ("03/04/2025 09:30", "ambiguous between day and month"),
        ("03.04.2025", "ambiguous between day and month"),
        ("03-04-2025", "ambiguous between day and month"),
        ("45000", "spreadsheet"),
        ("45000.25", "spreadsheet"),
        ("20250304", "is not a date"),
        ("1741080600", "is not a date"),
        ("Tuesday", "is not a date"),
        ("2025-02-29T09:00", "calendar"),
        ("2025-13-01T09:00", "calendar"),
        ("", "empty"),
    ],
)
def test_other_ways_to_write_a_day_are_refused_with_the_expected_form(text: str, why: str) -> None:
    told = reason(parse_timestamp, text, BERLIN)
    assert why in told
    assert "2025-03-04T09:30" in told or not text
    assert why in reason(parse_date, text.split("T")[0] if "-" in text else text)


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-04",
        "2025-03-04T24:00",
        "2025-03-04T09:60",
        "2025-03-04T09:30:60",
        "2025-03-04T09",
        "2025-03-04T09:30+25:00",
        "2025-03-04T09:30+02:60",
        "2025-03-04T09:30 PM",
        "2025-03-04  09:30",
        "2025-W10-2T09:30",
        "٢٠٢٥-03-04T09:30",
        "2025-03-04T09:30\n2025-03-04T09:30",
    ],
)
def test_a_time_that_is_not_whole_is_refused(text: str) -> None:
    assert "2025-03-04T09:30:00" in reason(parse_timestamp, text, BERLIN)


@pytest.mark.parametrize("year", ["0001", "1899", "2201", "9999"])
def test_years_that_cannot_be_meant_are_refused(year: str) -> None:
    assert "1900 to 2200" in reason(parse_date, f"{year}-01-01")
    assert "1900 to 2200" in reason(parse_timestamp, f"{year}-01-01T00:00Z", BERLIN)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31)))
def test_an_iso_date_and_its_midnight_are_that_day(day: dt.date) -> None:
    for end in ("", " 00:00:00", "T00:00", " 00:00:00.000"):
        assert parse_date(f"{day}{end}") == day


@pytest.mark.parametrize("text", ["2025-03-04 00:01", "2025-03-04T00:00Z", "2025-3-4"])
def test_a_date_is_not_cut_out_of_something_else(text: str) -> None:
    assert "2025-03-04" in reason(parse_date, text)


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_every_whole_number_is_itself(number: int) -> None:
    assert parse_whole(f" {number} ") == number


@pytest.mark.parametrize("text", ["", "3.0", "1e3", "1_0", "٣", "1,000", "9" * 16, "-", "0x1"])
def test_anything_else_is_not_whole(text: str) -> None:
    assert reason(parse_whole, text)


@pytest.mark.parametrize("text", ["1", "true", "True", "YES", " yes "])
def test_one_true_and_yes_are_true(text: str) -> None:
    assert parse_flag(text) is True


@pytest.mark.parametrize("text", ["0", "false", "FALSE", "No"])
def test_zero_false_and_no_are_false(text: str) -> None:
    assert parse_flag(text) is False


@pytest.mark.parametrize("text", ["", "2", "y", "ja", "on", "1.0", "-1", "truee"])
def test_anything_else_is_no_flag(text: str) -> None:
    assert reason(parse_flag, text)


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize(
    "text", ["Kanarien", "4711-4711", "47,11.4711", "2025-47-11T47:11", "2025-47-11", "4711/47/11"]
)
def test_a_reason_never_quotes_the_text(name: str, text: str) -> None:
    try:
        PARSERS[name](text)
    except ValueError as error:
        assert not any(part in str(error) for part in ("Kanarien", "47"))
        assert error.__suppress_context__ or error.__context__ is None


@pytest.mark.parametrize("name", PARSERS)
def test_any_text_is_a_value_or_a_value_error(name: str) -> None:
    @given(st.one_of(st.text(), st.text(alphabet="0123456789-+.,:TZ eE/")))
    def holds(text: str) -> None:
        try:
            PARSERS[name](text)
        except ValueError as error:
            assert str(error)

    holds()


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("Europe/Berlin", "2025-07-01", "2025-07-01T00:00:00+02:00"),
        ("Africa/Cairo", "2024-04-26", "2024-04-26T01:00:00+03:00"),
    ],
    ids=["midnight", "a clock change skips midnight"],
)
def test_a_plain_date_of_a_booking_is_the_start_of_that_day_there(zone, day, start) -> None:
    assert parse_since(day, ZoneInfo(zone)).isoformat() == start
    assert "ambiguous" in reason(parse_since, "01.07.2025", BERLIN)


@pytest.mark.parametrize(
    ("text", "mark"),
    [("1,200", ","), ("1.200", "."), ("-12.000", "."), ("1,234.50", "."), ("1.234,50", ",")],
)
def test_an_amount_that_may_mean_thousands_is_refused_and_not_guessed(text, mark) -> None:
    assert "ambiguous" in reason(parse_amount, text, mark)
    assert parse_amount("1200.50", ".") == Decimal("1200.50")
    assert parse_amount("0.500", ".") == parse_amount("0,5", ",") == Decimal("0.5")
