"""A file that is far smaller than its weekday waits for a person's word, in any order of arrival."""

import datetime as dt
import random
import shutil

import pytest

from clinic_assets.sources.practice_files.files import appointments as kind
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.intake import take_in
from clinic_assets.warehouse.publish import Author
from clinic_assets_tests.warehouse.makings import appointments, say

WEEK = dt.timedelta(weeks=1)
MONDAYS = [dt.date(2025, 3, 3) + WEEK * n for n in range(11)]
QUIET = MONDAYS[8]
BOOKS = ("ops.file_ledger, ops.source_day, ops.touched_day, ops.load_day, ops.load_ledger,"
         " raw.practice_files_appointments")  # fmt: skip


def name(day: dt.date) -> str:
    return f"daily/{day}/appointments.csv"


def drop(clinic, day: dt.date, rows: int) -> None:
    told = [f"A{day:%m%d}{n} P{n} {day} {n % 12 + 8} booked 60" for n in range(rows)]
    clinic.drop(name(day), appointments(*told))


def run(clinic, first: dt.date, last: dt.date | None = None, consent: tuple[str, ...] = ()) -> None:
    take_in(clinic.engine, kind, Days(first, last or first), Author("run", 1), consent)


def heal(clinic) -> None:
    """Run the raw days that are due until none is."""
    due = "select day from ops.touched_day where asset = 'raw.practice_files_appointments'"
    for _ in range(50):
        for (day,) in clinic.rows(due):
            run(clinic, day)
    assert clinic.rows(due) == []


def waiting(clinic) -> set[dt.date]:
    """Days whose file waits for a word."""
    told = clinic.rows(
        "select distinct on (name) as_of, is_accepted from ops.file_ledger"
        " order by name, file_id desc"
    )
    return {day for day, is_accepted in told if not is_accepted}


def forget(clinic) -> None:
    with clinic.engine.begin() as connection:
        connection.exec_driver_sql(f"truncate {BOOKS}")


def orders(days: list[dt.date], seed: int) -> list[list[dt.date]]:
    dice = random.Random(seed)
    found = [days, days[::-1], *(dice.sample(days, len(days)) for _ in range(2))]
    say(f"seed {seed}: {[[day.strftime('%d.%m') for day in order] for order in found]}")
    return found


def test_the_order_in_which_days_are_run_does_not_decide(clinic) -> None:
    for day in MONDAYS:
        drop(clinic, day, 8 if day in (QUIET, MONDAYS[2]) else 20)
    for order in orders(MONDAYS, seed=5):
        for day in order:
            run(clinic, day)
        heal(clinic)
        assert waiting(clinic) == {QUIET}, order
        forget(clinic)
    run(clinic, MONDAYS[0], MONDAYS[-1])
    assert waiting(clinic) == {QUIET}


def test_files_that_come_out_of_order_end_as_those_in_order_once_all_questions_are_answered(
    clinic,
) -> None:
    rows = [20, 20, 12, 20, 12, 12, 20, 12, 9, 5, 16]
    for day, count in zip(MONDAYS, rows, strict=True):
        drop(clinic, day, count)
    run(clinic, MONDAYS[0], MONDAYS[-1])
    asked_at_once = waiting(clinic)
    assert asked_at_once == {MONDAYS[9]}
    kept = (clinic.data / "daily").rename(clinic.data / "kept")
    for order in orders(MONDAYS, seed=11):
        forget(clinic)
        for day in order:
            shutil.copytree(kept / str(day), clinic.data / "daily" / str(day))
            run(clinic, day)
            heal(clinic)
        assert waiting(clinic) <= asked_at_once, order
        for day in waiting(clinic):
            run(clinic, day, consent=("appointments.csv",))
        told = "select as_of from ops.file_ledger where is_current order by 1"
        assert [day for (day,) in clinic.rows(told)] == MONDAYS
        shutil.rmtree(clinic.data / "daily")


def test_a_refused_file_comes_in_when_later_files_say_that_its_weekday_is_small(clinic) -> None:
    for day in MONDAYS[:4]:
        drop(clinic, day, 20)
    drop(clinic, QUIET, 9)
    run(clinic, MONDAYS[0], QUIET)
    assert waiting(clinic) == {QUIET}
    for day in MONDAYS[4:8]:
        drop(clinic, day, 12)
        run(clinic, day)
    heal(clinic)
    assert waiting(clinic) == set()


def test_what_was_let_in_is_not_thrown_out_by_files_that_come_later(clinic) -> None:
    drop(clinic, QUIET, 8)
    run(clinic, QUIET)
    for day in MONDAYS[:8]:
        drop(clinic, day, 20)
    run(clinic, MONDAYS[0], QUIET)
    assert waiting(clinic) == set()
    assert clinic.one("select count(*) from ops.touched_day") == 0


def test_five_small_weekdays_of_eight_are_the_new_usual(clinic) -> None:
    for number, day in enumerate(MONDAYS):
        drop(clinic, day, 30 if number < 4 else 12)
    run(clinic, MONDAYS[0], MONDAYS[-1])
    assert waiting(clinic) == set(MONDAYS[4:8])


def test_a_truncated_day_is_refused_though_none_of_its_weekday_was_run_before(clinic) -> None:
    for day in MONDAYS[4:8]:
        drop(clinic, day, 20)
    drop(clinic, QUIET, 9)
    run(clinic, QUIET)
    assert waiting(clinic) == {QUIET}


@pytest.mark.parametrize("spoilt", ["not a file of ours\n", "PK\x03\x04", ""])
def test_a_file_that_cannot_be_read_is_no_yardstick(clinic, spoilt) -> None:
    for day in MONDAYS[4:8]:
        drop(clinic, day, 20)
    clinic.drop(name(MONDAYS[6]), spoilt)
    drop(clinic, QUIET, 9)
    run(clinic, QUIET)
    assert waiting(clinic) == set()


def test_a_version_that_shrank_is_held_against_the_one_before_and_stays_no_yardstick(
    clinic,
) -> None:
    for day in MONDAYS[4:8]:
        drop(clinic, day, 20)
    run(clinic, MONDAYS[4], MONDAYS[7])
    for day in MONDAYS[4:8]:
        drop(clinic, day, 3)
    run(clinic, MONDAYS[4], MONDAYS[7])
    drop(clinic, QUIET, 9)
    run(clinic, QUIET)
    assert waiting(clinic) == {*MONDAYS[4:8], QUIET}


def test_a_dated_full_file_is_neither_weighed_nor_a_yardstick(clinic) -> None:
    for day in MONDAYS[:8]:
        drop(clinic, day, 12)
    full = [f"F{n} P{n} 2025-02-03 9 booked 60" for n in range(200)]
    clinic.drop("raw/appointments.csv", appointments(*full))
    clinic.drop("raw/manifest.json", f'{{"as_of": "{MONDAYS[7]}"}}')
    drop(clinic, QUIET, 7)
    run(clinic, MONDAYS[0], QUIET)
    assert waiting(clinic) == set()
    clinic.drop("raw/appointments.csv", appointments(*full[:120]))
    clinic.drop("raw/manifest.json", f'{{"as_of": "{MONDAYS[6]}"}}')
    run(clinic, QUIET)
    assert waiting(clinic) == set()


def test_a_consent_is_given_once(clinic) -> None:
    for day in MONDAYS[:8]:
        drop(clinic, day, 20)
    drop(clinic, QUIET, 6)
    drop(clinic, MONDAYS[9], 0)
    clinic.drop(name(MONDAYS[10]), appointments("A1 P1 2025-05-12 9 booked 60").rstrip("\n"))
    run(clinic, MONDAYS[0], MONDAYS[-1])
    assert waiting(clinic) == set(MONDAYS[8:])
    run(clinic, QUIET, MONDAYS[-1], consent=("appointments.csv",))
    lines = clinic.one("select count(*) from ops.file_ledger")
    run(clinic, MONDAYS[0], MONDAYS[-1])
    assert waiting(clinic) == set() and clinic.one("select count(*) from ops.file_ledger") == lines


def test_a_slice_of_the_last_day_of_the_calendar_harms_nobody(clinic) -> None:
    last = dt.date.max
    clinic.drop(name(last), appointments("A1 P1 2025-03-03 9 booked 60"))
    take_in(clinic.engine, kind, Days(QUIET, QUIET, is_open=True), Author("run", 1))
    assert waiting(clinic) == set()
