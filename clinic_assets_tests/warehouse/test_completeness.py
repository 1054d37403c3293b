"""Which days a source has told: always what the files that count now say together."""

import datetime as dt

import pytest

from clinic_assets.sources.practice_files.files import appointments as kind
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.intake import take_in
from clinic_assets.warehouse.publish import Author
from clinic_assets_tests.warehouse.makings import another, appointments

FULL = appointments(
    "A1 P1 2025-03-03 9 completed 60",
    "A2 P1 2025-03-06 9 completed 60",
    "A3 P1 2025-03-09 9 booked 60",
)
LESS = appointments("A1 P1 2025-03-04 9 completed 60", "A2 P1 2025-03-05 9 completed 60")
SLICE = dt.date(2025, 3, 12)


def march(day: int) -> dt.date:
    return dt.date(2025, 3, day)


def run(clinic) -> None:
    take_in(clinic.engine, kind, Days(SLICE, SLICE), Author("run", 1))


def date_it(clinic, day: int | None) -> None:
    manifest = clinic.drop("raw/manifest.json", f'{{"as_of": "2025-03-{day or 0:02}"}}')
    if day is None:
        manifest.unlink()


def told(clinic) -> set[int]:
    found = clinic.rows("select day from ops.source_day where is_complete")
    return {day.day for (day,) in found}


def test_an_undated_full_file_tells_the_days_it_has_outcomes_of_and_a_dated_one_up_to_its_date(
    clinic,
) -> None:
    clinic.drop("raw/appointments.csv", FULL)
    run(clinic)
    assert told(clinic) == {3, 4, 5, 6}
    date_it(clinic, 9)
    run(clinic)
    assert told(clinic) == {3, 4, 5, 6, 7, 8, 9}


@pytest.mark.parametrize("dates", [[9, 5, 14], [None, 14, 9], [14, None, 8, 2]])
def test_a_full_file_dated_anew_tells_what_it_would_have_told_from_the_start(clinic, dates) -> None:
    clinic.drop("raw/appointments.csv", FULL)
    clinic.drop(f"daily/{SLICE}/appointments.csv", appointments("B P1 2025-03-12 9 booked 60"))
    for day in dates:
        date_it(clinic, day)
        run(clinic)
        with another(clinic) as fresh:
            run(fresh)
            expected = told(fresh)
        assert told(clinic) == expected
        assert SLICE.day in expected


def test_a_full_file_that_tells_less_takes_back_what_only_the_one_before_told(clinic) -> None:
    for text, days in ((FULL, {3, 4, 5, 6}), (LESS, {4, 5}), (FULL, {3, 4, 5, 6})):
        clinic.drop("raw/appointments.csv", text)
        run(clinic)
        assert told(clinic) == days


def test_a_refused_full_file_takes_nothing_back(clinic) -> None:
    clinic.drop("raw/appointments.csv", FULL)
    run(clinic)
    clinic.drop("raw/appointments.csv", FULL[:-5])
    run(clinic)
    assert told(clinic) == {3, 4, 5, 6}


def test_a_day_taken_back_makes_due_who_reads_whether_it_was_told(clinic) -> None:
    clinic.drop("raw/appointments.csv", FULL)
    date_it(clinic, 9)
    assert clinic.run("2025-03-03", "2025-03-12").success
    assert clinic.one("select count(*) from ops.touched_day") == 0
    date_it(clinic, 7)
    run(clinic)
    due = "select day from ops.touched_day where asset = 'mart.schedule_kpi_daily' order by 1"
    assert {8, 9} <= {day.day for (day,) in clinic.rows(due)} <= {7, 8, 9}
