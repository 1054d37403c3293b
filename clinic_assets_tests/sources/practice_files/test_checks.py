"""Refused files, rows in quarantine, lost rows and missing days of the practice, as dropped."""

import datetime as dt

import pytest
import sqlalchemy as sa

from clinic_assets.sources.practice_files.checks import CHECKS
from clinic_assets.warehouse.checks import findings
from clinic_assets.warehouse.days import UNDATED, Days

HEADER = "appointment_id,patient_id,physio_id,appt_start,appt_end,booked_at,status,price_estimate"
PATIENTS = "patient_id,first_name,last_name,phone,consent_form_received,created_at"
RAW, CLEAN = "raw.practice_files_appointments", "clean.practice_files_appointments"
FIRST, LAST = dt.date(2025, 9, 1), dt.date(2025, 9, 5)
BAD_DAY = dt.date(2025, 9, 3)


def visits(day, *ends, status="completed"):
    rows = [
        f"{day:%d}{n},1,1,{day}T09:00:00,{day}{end},2025-08-01T09:00:00,{status},60"
        for n, end in enumerate(ends)
    ]
    return "\n".join([HEADER, *rows, ""])


def drop(clinic, day, *ends):
    clinic.drop(f"daily/{day}/appointments.csv", visits(day, *(ends or ("T10:00:00",))))


def a_week(clinic, without=()):
    for n in range(5):
        day = FIRST + dt.timedelta(days=n)
        if day not in without:
            drop(clinic, day)


def take_in(clinic):
    assert clinic.run("2025-09-01", "2025-09-05", RAW, CLEAN).success


def found(clinic, first=FIRST, last=LAST):
    told = findings(clinic.engine, CHECKS, Days(first, last))
    return [(f.table, f.check, f.day, f.bad_rows, f.detail) for f in told]


def test_whole_files_of_every_day_pass(clinic):
    a_week(clinic)
    take_in(clinic)
    assert found(clinic) == []


def test_a_refused_file_is_told_with_its_reason_until_a_good_one_comes(clinic):
    a_week(clinic)
    name = f"daily/{BAD_DAY}/appointments.csv"
    clinic.drop(name, "appointment_id,patient\n1,Ada Canary\n")
    take_in(clinic)
    refused, missing = sorted(found(clinic), key=lambda f: f[1], reverse=True)
    assert refused[:4] == (RAW, "files_were_accepted", BAD_DAY, 1)
    assert name in refused[4] and "missing columns" in refused[4]
    assert "Canary" not in refused[4]
    assert missing == (RAW, "every_day_was_told", BAD_DAY, 1, "practice_files")
    assert found(clinic, LAST, LAST) == []
    drop(clinic, BAD_DAY)
    take_in(clinic)
    assert found(clinic) == []


def test_a_refused_undated_file_belongs_to_every_range(clinic):
    clinic.drop("raw/patients.csv", "nothing\n")
    clinic.run("2025-09-05", None, "raw.practice_files_patients")
    [told] = found(clinic, LAST, LAST)
    assert told[:4] == ("raw.practice_files_patients", "files_were_accepted", UNDATED, 1)


def test_rows_in_quarantine_are_told_by_reason_until_corrected(clinic):
    a_week(clinic)
    drop(clinic, BAD_DAY, "T10:00:00", "T08:00:00", "T07:00:00", "Tomorrow Canary")
    take_in(clinic)
    [told] = found(clinic)
    assert told[:4] == (RAW, "no_row_in_quarantine", BAD_DAY, 3)
    assert told[4].startswith("2 x appt_end lies before the start; 1 x appt_end is not")
    assert "Canary" not in told[4]
    with clinic.engine.begin() as connection:
        connection.execute(sa.text("update ops.quarantine set corrected_at = now()"))
    assert found(clinic) == []


def test_rows_in_quarantine_of_a_replaced_file_no_longer_count(clinic):
    a_week(clinic)
    drop(clinic, BAD_DAY, "T08:00:00")
    take_in(clinic)
    assert [f[1] for f in found(clinic)] == ["no_row_in_quarantine"]
    drop(clinic, BAD_DAY)
    take_in(clinic)
    assert found(clinic) == []


@pytest.mark.parametrize(("table", "check"), [(RAW, "files_are_kept_whole"),
                                              (CLEAN, "rows_are_as_written")])  # fmt: skip
def test_a_row_that_vanished_is_told(clinic, table, check):
    a_week(clinic)
    take_in(clinic)
    with clinic.engine.begin() as connection:
        connection.execute(sa.text(f"delete from {table} where day = '2025-09-03'"))
    [told] = found(clinic)
    assert told[:4] == (table, check, BAD_DAY, 1)


def test_the_same_content_under_two_names_is_kept_once_and_whole(clinic):
    a_week(clinic)
    clinic.drop("daily/2025-09-04/appointments.csv", visits(BAD_DAY, "T10:00:00"))
    take_in(clinic)
    assert clinic.one("select sum(rows_deduplicated) from ops.file_ledger") == 1
    assert found(clinic) == []


def test_a_day_without_files_is_told_once_a_later_day_is_known(clinic):
    a_week(clinic, without=(BAD_DAY, LAST))
    take_in(clinic)
    assert found(clinic) == [(RAW, "every_day_was_told", BAD_DAY, 1, "practice_files")]
    assert found(clinic, LAST, LAST) == []


def tell(clinic, source, first, days, is_left_out=lambda day: False):
    with clinic.engine.begin() as connection:
        for n in range(days):
            day = first + dt.timedelta(days=n)
            if not is_left_out(day):
                connection.execute(
                    sa.text(
                        "insert into ops.source_day (source, day, is_complete)"
                        " values (:source, :day, true)"
                    ),
                    {"source": source, "day": day},
                )


def missing(clinic, first, last):
    return [f[2] for f in found(clinic, first, last) if f[1] == "every_day_was_told"]


def test_weekdays_that_never_bring_files_are_not_missed_for_ever(clinic):
    first = dt.date(2025, 6, 2)
    tell(clinic, "practice_files", first, 90, lambda day: day.weekday() == 6)
    told = missing(clinic, first, first + dt.timedelta(days=89))
    assert told == [dt.date(2025, 6, 8)]


def test_a_long_silence_is_missed_whole_when_another_source_goes_on(clinic):
    first = dt.date(2025, 6, 2)
    tell(clinic, "practice_files", first, 40)
    tell(clinic, "stock_logs", first, 90)
    told = missing(clinic, first, first + dt.timedelta(days=89))
    assert told == [first + dt.timedelta(days=n) for n in range(40, 90)]
    assert missing(clinic, dt.date(2025, 5, 1), dt.date(2025, 6, 1)) == []


def test_verdicts_of_a_run_never_hold_a_patient(clinic):
    clinic.drop("daily/2025-09-03/appointments.csv", visits(BAD_DAY, "T08:00:00", status="Canary"))
    rows = [
        "1,Canary,,0170 5550199,Canary,2025-01-01T09:00:00",
        "2,,,0170 5550199,1,Canary",
        "3,Canary",
    ]
    clinic.drop("daily/2025-09-03/patients.csv", "\n".join([PATIENTS, *rows, ""]))
    clinic.drop("daily/2025-09-04/patients.csv", "Canary,0170 5550199\n")
    done = clinic.run(
        "2025-09-03", "2025-09-04", RAW, CLEAN, "raw.practice_files_patients",
        "clean.practice_files_patients", "core.patient_version", checks=True,
    )  # fmt: skip
    told = done.get_asset_check_evaluations()
    failed = {e.check_name for e in told if not e.passed}
    assert failed == {"no_row_in_quarantine", "files_were_accepted", "consent_is_yes_or_no"}
    for evaluation in told:
        text = f"{evaluation.description} {evaluation.metadata}"
        assert "Canary" not in text and "5550199" not in text
