"""When a day is complete: every source that has to has told of it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from clinic_assets.schedule import tables
from clinic_assets.schedule.assets import KPIS, bound
from clinic_assets.settings import settings
from clinic_assets.warehouse import books
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.publish import Author, Select, publish

URL = "mysql://reader:secret@host/practice"
FIRST, LAST = dt.date(2025, 3, 3), dt.date(2025, 3, 5)
DAYS = [3, 4, 5]


@pytest.fixture
def complete_days(clinic: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """A visit on each of three days; which of them are complete, when sources have told of some."""
    with clinic.engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into core.fct_appointment (clinic_id, appointment_key, source, patient_key,"
            " practitioner_key, start_at, end_at, day, status, status_raw)"
            " select 'clinic', day::text, 'practice_files', 'p', 'd', day, day, day, 'booked', ''"
            " from generate_series(date '2025-03-03', '2025-03-05', interval '1 day') as day"
        )

    def found(setting: dict[str, str], **told: list[int]) -> list[int]:
        for name, value in setting.items():
            monkeypatch.setenv(f"CLINIC_{name}", value)
        settings.cache_clear()
        with clinic.engine.begin() as connection:
            for source, days in told.items():
                connection.execute(
                    sa.text("insert into ops.source_day select :source, day, true"
                            " from unnest(cast(:days as date[])) as day"),
                    {"source": source, "days": [FIRST.replace(day=day) for day in days]},
                )  # fmt: skip
        fence = books.take_fence(clinic.engine, "by hand", None)
        select = Select(KPIS, bound())
        publish(
            clinic.engine, tables.kpi_daily, Days(FIRST, LAST), Author("by hand", fence), select
        )
        rows = clinic.rows("select day from mart.schedule_kpi_daily where is_complete order by day")
        return [day.day for (day,) in rows]

    return found


def test_files_alone_have_to_tell(complete_days) -> None:
    assert complete_days({}, practice_files=[3, 5]) == [3, 5]


def test_every_inbox_has_to_tell(complete_days) -> None:
    two = {"PRACTICE_FILES": "practice_files=.,north=north"}
    assert complete_days(two, practice_files=DAYS, north=[4]) == [4]


def test_beside_a_copied_practice_an_inbox_that_never_told_is_not_waited_for(complete_days) -> None:
    assert complete_days({"OPENDENTAL_URL": URL}, opendental=[3, 4]) == [3, 4]


def test_nor_is_one_before_the_first_day_that_it_tells_of(complete_days) -> None:
    url = {"OPENDENTAL_URL": URL}
    assert complete_days(url, opendental=DAYS, practice_files=[4]) == [3, 4]


def test_a_copied_practice_has_to_tell_of_every_day(complete_days) -> None:
    two = {"OPENDENTAL_URL": f"{URL} north={URL}", "PRACTICE_FILES": ""}
    assert complete_days(two, opendental=DAYS, north=[5], practice_files=DAYS) == [5]
