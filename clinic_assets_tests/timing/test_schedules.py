"""What runs by itself and when: the morning, the evening, and not the reminders."""

import datetime as dt

import dagster as dg
import pytest

from clinic_assets.settings import settings
from clinic_assets.timing.partitions import newest_day, today
from clinic_assets.timing.schedules import every_evening, every_morning
from clinic_assets.timing.tags import RANGE_END, RANGE_START, TRIGGER

ONE = dt.timedelta(days=1)


def asked(schedule, day, hour, minute):
    at = dt.datetime.combine(day, dt.time(hour, minute), settings().zone)
    context = dg.build_schedule_context(
        instance=dg.DagsterInstance.ephemeral(), scheduled_execution_time=at
    )
    return schedule(context)


@pytest.mark.parametrize(
    ("schedule", "hour", "minute", "back", "job"),
    [(every_morning, 5, 30, 1, "daily"), (every_evening, 18, 15, 0, "evening")],
)
def test_morning_is_yesterday_to_tomorrow_and_evening_today_and_tomorrow(
    schedule, hour, minute, back, job
):
    request = asked(schedule, today(), hour, minute)
    assert request.tags[RANGE_START] == str(today() - ONE * back)
    assert request.tags[RANGE_END] == str(today() + ONE) == str(newest_day())
    assert request.tags[TRIGGER] == "schedule"
    assert schedule.job_name == job
    assert schedule.cron_schedule == f"{minute} {hour} * * *"
    assert schedule.execution_timezone == settings().timezone


def test_one_moment_is_run_once(clinic):
    keys = {asked(every_morning, today() - ONE * back, 5, 30).run_key for back in (0, 0, 1)}
    assert len(keys) == 2


@pytest.mark.parametrize("day", [dt.date(2025, 3, 30), dt.date(2025, 10, 26)])
def test_the_days_that_are_an_hour_shorter_or_longer_are_whole_days(day):
    request = asked(every_morning, day, 5, 30)
    assert (request.tags[RANGE_START], request.tags[RANGE_END]) == (str(day - ONE), str(day + ONE))


def test_all_are_on_from_the_start_but_the_reminders():
    from clinic_assets.definitions import defs

    on = {s.name: s.default_status.value for s in defs.get_repository_def().schedule_defs}
    assert on == {
        "every_morning": "RUNNING",
        "every_evening": "RUNNING",
        "reminders_for_tomorrow": "STOPPED",
    }
    sensors = {s.name: s.default_status.value for s in defs.get_repository_def().sensor_defs}
    assert set(sensors.values()) == {"RUNNING"}
    assert {
        "new_files",
        "touched_days",
        "missing_days",
        "files_refused",
        "run_failed",
    } <= sensors.keys()
