"""What starts a run when something happens, and what does not."""

import datetime as dt
import os
import time

import dagster as dg
import pytest
import sqlalchemy as sa

from clinic_assets.timing.partitions import today
from clinic_assets.timing.tags import FILE, HEALS, RANGE_END, RANGE_START, TRIGGER

HEADER = "physio_id,full_name\n"
VISITS = "appointment_id,patient_id,physio_id,appt_start,appt_end,booked_at,status,price_estimate\n"
RAW = "raw.practice_files_physios"
ONE = dt.timedelta(days=1)


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def look(clinic, instance):
    """One look of a sensor: the requests it makes, or the words with which it makes none."""
    from clinic_assets.definitions import defs

    def looks(name):
        told = defs.get_sensor_def(name)(dg.build_sensor_context(instance=instance))
        return told.skip_message if isinstance(told, dg.SkipReason) else told.run_requests

    return looks


def dropped(clinic, day, text=HEADER + "1,Ada\n", name="physios.csv", age=60):
    """A file that was written some seconds ago."""
    path = clinic.drop(f"daily/{day}/{name}", text)
    os.utime(path, (time.time() - age,) * 2)
    return path


def spans(requests):
    return [(r.tags[RANGE_START], r.tags[RANGE_END]) for r in requests]


def test_without_a_file_nothing_is_run(look):
    assert look("new_files") == "No file has changed."


def test_a_new_file_starts_one_run_of_its_day(clinic, look):
    dropped(clinic, "2025-09-01")
    [request] = look("new_files")
    assert spans([request]) == [("2025-09-01", "2025-09-01")]
    assert request.tags[FILE] == "daily/2025-09-01/physios.csv"
    assert request.tags[TRIGGER] == "sensor: new file"
    assert request.asset_selection is None


def test_the_same_files_are_asked_for_under_the_same_key(clinic, look):
    path = dropped(clinic, "2025-09-01")
    [first] = look("new_files")
    [again] = look("new_files")
    path.write_text(HEADER + "1,Bea\n")
    os.utime(path, (time.time() - 30,) * 2)
    [changed] = look("new_files")
    assert first.run_key == again.run_key != changed.run_key


def test_a_file_that_may_still_be_written_is_waited_for(clinic, look):
    dropped(clinic, "2025-09-01", age=0)
    assert look("new_files") == "No file has changed."


def test_a_file_that_a_run_has_seen_starts_none(clinic, look):
    dropped(clinic, "2025-09-01")
    assert clinic.run("2025-09-01", None, RAW).success
    assert look("new_files") == "No file has changed."


def test_a_refused_file_starts_no_run_again_and_again(clinic, look):
    dropped(clinic, "2025-09-01", "physio_id,full_name\n1,Ad")
    assert clinic.run("2025-09-01", None, RAW).success
    assert clinic.one("select count(*) from ops.file_ledger where not is_accepted") == 1
    assert look("new_files") == "No file has changed."


def test_changed_content_is_seen_though_name_and_size_are_the_same(clinic, look):
    path = dropped(clinic, "2025-09-01")
    assert clinic.run("2025-09-01", None, RAW).success
    path.write_text(HEADER + "1,Bea\n")
    os.utime(path, (time.time() - 30,) * 2)
    assert spans(look("new_files")) == [("2025-09-01", "2025-09-01")]


def test_the_files_of_many_days_are_one_run_and_a_gap_makes_two(clinic, look):
    for number in range(1, 31):
        dropped(clinic, f"2025-09-{number:02}")
    dropped(clinic, "2025-10-05")
    first, second = look("new_files")
    assert spans([first, second]) == [("2025-09-01", "2025-09-30"), ("2025-10-05",) * 2]
    assert first.tags[FILE].endswith(" ...") and len(first.tags[FILE]) < 250


def test_a_full_file_without_a_date_is_run_today(clinic, look):
    path = clinic.drop("raw/physios.csv", HEADER + "1,Ada\n")
    os.utime(path, (time.time() - 60,) * 2)
    assert spans(look("new_files")) == [(str(today()),) * 2]


def dated(clinic, day, age=60):
    """The manifest that says of when the full files are."""
    path = clinic.drop("raw/manifest.json", f'{{"as_of": "{day}"}}')
    os.utime(path, (time.time() - age,) * 2)


def test_a_full_file_that_is_only_dated_anew_is_seen_once(clinic, look):
    path = clinic.drop("raw/physios.csv", HEADER + "1,Ada\n")
    os.utime(path, (time.time() - 60,) * 2)
    keys = []
    for day in ("2025-09-01", "2025-09-05", "2025-09-01"):
        dated(clinic, day)
        [request] = look("new_files")
        assert spans([request]) == [(day, day)]
        keys.append(request.run_key)
        assert clinic.run(day, None, RAW).success
        assert look("new_files") == "No file has changed."
    assert len(set(keys)) == 3
    dated(clinic, "2025-09-07", age=0)
    assert look("new_files") == "No file has changed."


def test_a_refused_full_file_that_is_dated_anew_is_seen_once(clinic, look):
    path = clinic.drop("raw/physios.csv", HEADER + "1,Ad")
    os.utime(path, (time.time() - 60,) * 2)
    for day in ("2025-09-01", "2025-09-05"):
        dated(clinic, day)
        assert spans(look("new_files")) == [(day, day)]
        assert clinic.run(day, None, RAW).success
        assert look("new_files") == "No file has changed."


def test_content_that_comes_back_after_another_is_asked_for_under_another_key(clinic, look):
    """Dagster makes no second run of a key it knows."""
    keys = []
    for text in ("1,Ada\n", "1,Bea\n", "1,Ada\n"):
        dropped(clinic, "2025-09-01", HEADER + text)
        [request] = look("new_files")
        keys.append(request.run_key)
        assert clinic.run("2025-09-01", None, RAW).success
    assert len(set(keys)) == 3


def note(clinic, asset, *days):
    """As if a write had reached these days."""
    with clinic.engine.begin() as connection:
        for day in days:
            connection.execute(
                sa.text(
                    "insert into ops.touched_day (asset, day, cause, noted)"
                    " values (:a, :d, 'test', nextval('ops.write_order'))"
                ),
                {"a": asset, "d": day},
            )


def test_touched_days_are_run_as_ranges_of_exactly_what_they_reach(clinic, look):
    assert look("touched_days") == "No day is touched."
    note(clinic, "mart.schedule_kpi_daily", "2025-09-01", "2025-09-02", "2025-09-09")
    requests = look("touched_days")
    assert spans(requests) == [("2025-09-01", "2025-09-02"), ("2025-09-09",) * 2]
    for request in requests:
        assert request.asset_selection == [dg.AssetKey(["mart", "schedule_kpi_daily"])]
        assert request.tags[TRIGGER] == "sensor: touched days" and request.tags[HEALS]


def test_nothing_is_healed_while_a_run_is_under_way(clinic, look, instance):
    note(clinic, "mart.schedule_kpi_daily", "2025-09-01")
    run = ended(instance, dg.DagsterRunStatus.STARTED)
    for name in ("touched_days", "missing_days"):
        assert "Another run is under way" in look(name)
    instance.report_run_failed(run)
    assert len(look("touched_days")) == 1


def ended(instance, status, **tags):
    """A run that stands so."""
    from clinic_assets.definitions import defs

    job = defs.resolve_job_def("reminders")
    return instance.create_run_for_job(job_def=job, tags=tags, status=status)


@pytest.mark.parametrize(
    ("ends", "is_hopeless"),
    [
        (["FAILURE"], False),
        (["FAILURE", "SUCCESS"], False),
        (["FAILURE", "FAILURE"], True),
        (["CANCELED"], True),
    ],
)
def test_two_failures_or_a_persons_cancel_end_the_healing_with_words(
    clinic, look, instance, ends, is_hopeless
):
    note(clinic, "mart.schedule_kpi_daily", "2025-09-01")
    [request] = look("touched_days")
    for status in ends:
        ended(instance, dg.DagsterRunStatus[status], **{HEALS: request.tags[HEALS]})
    told = look("touched_days")
    if is_hopeless:
        assert "1 ranges are due but failed twice or were cancelled" in told
        assert "clinic status" in told and "clinic run --day" in told
    else:
        assert len(told) == 1


def test_hopeless_days_do_not_keep_others_from_being_healed(clinic, look, instance):
    note(clinic, "mart.schedule_kpi_daily", "2025-09-01", "2025-09-05")
    first, second = look("touched_days")
    ended(instance, dg.DagsterRunStatus.CANCELED, **{HEALS: first.tags[HEALS]})
    assert [r.tags[HEALS] for r in look("touched_days")] == [second.tags[HEALS]]


def test_days_with_files_that_no_run_has_written_are_missing(clinic, look):
    assert look("missing_days") == "No day is missing."
    yesterday = today() - ONE
    dropped(clinic, "2025-09-01", VISITS, "appointments.csv")
    dropped(clinic, "2025-09-02", VISITS, "appointments.csv")
    dropped(clinic, yesterday)
    dropped(clinic, today())
    requests = look("missing_days")
    assert spans(requests) == [("2025-09-01", "2025-09-02"), (str(yesterday), str(today() + ONE))]
    assert all(r.tags[TRIGGER] == "sensor: missing days" for r in requests)
    assert all(r.asset_selection is None for r in requests)


def test_after_the_first_file_the_lists_of_today_and_tomorrow_are_made_once(clinic, look):
    dropped(clinic, "2025-09-01", VISITS, "appointments.csv")
    assert clinic.run("2025-09-01").success
    [request] = look("missing_days")
    assert spans([request]) == [(str(today()), str(today() + ONE))]
    assert clinic.run(str(today()), str(today() + ONE)).success
    assert look("missing_days") == "No day is missing."
