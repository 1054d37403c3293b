"""The known figures of a real clinic's files, from raw text to the lists on the desk.

The files are not ours to keep: CLINIC_SHARED names the folder they lie under (`make acceptance`).
"""

import csv
import datetime as dt
import os
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from clinic_assets.settings import settings

FIRST, LAST, TOMORROW = "2025-08-14", "2025-09-04", dt.date(2025, 9, 4)
DAYS = 22


NEW_TO_US_ONLY = {"539", "541", "548"}
"""Visits of patients who so far missed all that they booked: new to us, as nobody has met them yet;
known to the practice's old script, which took any outcome for a visit."""


@pytest.fixture
def real_files():
    folder = Path(os.environ.get("CLINIC_SHARED", "../shared")) / "data"
    assert folder.is_dir(), f"no real files in {folder}: make acceptance SHARED=/their/folder"
    return folder


@pytest.fixture
def physiotherapy(clinic, real_files):
    """The real practice's four files, and the whole graph over the days they tell of."""
    shutil.copytree(
        real_files / "clinic_files" / "data" / "raw", clinic.data / "raw", dirs_exist_ok=True
    )
    assert clinic.run(FIRST, LAST).success
    return clinic


def seed_list(real_files):
    path = real_files / "clinic_files" / "example_outputs" / f"priorities_{TOMORROW}.csv"
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        return reader.fieldnames, {row["appointment_id"]: row for row in reader}


FIGURES = {
    "bookings": 565,
    "completed": 421,
    "cancellations": 86,
    "no_shows": 58,
    "show_rate_num": 421,
    "show_rate_den": 479,
    "kept_rate_num": 421,
    "kept_rate_den": 565,
    "booked_minutes": 25_470,
    "delivered_appointment_minutes": 18_870,
    "delivered_minutes": 15_555,
    "gross_booked_value": 38_400,
    "revenue_estimate": 28_485,
    "revenue_paid_service_day": 28_380,
    "revenue_paid_payment_day": 28_380,
}
"""Sums over all days; delivered_minutes by the clock, overlapping visits once."""


def test_the_days_add_up_to_what_the_practice_counted(physiotherapy):
    listed = ", ".join(f"sum({column})" for column in FIGURES)
    [found] = physiotherapy.rows(f"select {listed} from mart.schedule_kpi_daily")
    assert dict(zip(FIGURES, found, strict=True)) == FIGURES
    assert physiotherapy.one("select count(distinct day) from mart.schedule_kpi_daily") == DAYS


def test_the_checks_find_what_is_implausible_in_the_files(physiotherapy):
    from clinic_assets.definitions import CHECKS
    from clinic_assets.timing.partitions import named_days
    from clinic_assets.warehouse.checks import findings

    days = named_days(dt.date.fromisoformat(FIRST), dt.date.fromisoformat(LAST))
    found = Counter()
    for finding in findings(physiotherapy.engine, CHECKS, days):
        found[finding.check] += finding.bad_rows
    assert found["appointments_do_not_overlap"] == 139
    assert found["patients_exist_before_booking"] == 56


def test_the_reception_gets_the_list_it_knows(physiotherapy, real_files):
    from clinic_assets.desk.files import PRIORITIES, priorities, write_reception

    header, seed = seed_list(real_files)
    ours = {row["appointment_id"]: row for row in priorities(physiotherapy.engine, TOMORROW)}
    written = write_reception(physiotherapy.engine, TOMORROW)[0].read_text().splitlines()

    assert list(PRIORITIES) == header == next(csv.reader(written))
    assert len(written) - 1 == len(ours) == 30
    assert ours.keys() == seed.keys()
    for column in ("missing_phone", "missing_consent"):
        told = {key: str(row[column]) for key, row in ours.items()}
        assert told == {key: row[column] for key, row in seed.items()}, column
    newer = {
        key
        for key, row in ours.items()
        if str(row["is_new_patient"]) != seed[key]["is_new_patient"]
    }
    assert newer == NEW_TO_US_ONLY and all(ours[key]["is_new_patient"] for key in newer)
    for column in ("patient_id", "patient_name", "phone", "physio_name"):
        told = {key: row[column] for key, row in ours.items()}
        assert told == {key: row[column] for key, row in seed.items()}, column
    for row in ours.values():
        assert row["priority_score"] == pytest.approx(
            by_the_known_formula(row), abs=Decimal("0.0001")
        )


def by_the_known_formula(row):
    hour = row["appt_start"].astimezone(settings().zone).hour
    return (
        100 * row["is_new_patient"]
        + 80 * row["risk_score"]
        + 40 * row["missing_phone"]
        + 30 * row["missing_consent"]
        + 10 * (hour < 10 or hour >= 17)
    )


@pytest.mark.parametrize(
    ("log", "answers"),
    [
        ("daily_stock_logs.csv", "expected_health.csv"),
        ("seed_text_rows.csv", "seed_text_expected.csv"),
    ],
)
def test_stock_logs_give_the_answers_their_formulas_promise(clinic, real_files, log, answers):
    stock = real_files / "stock_healthsync"
    clinic.drop("raw/stock_logs.csv", (stock / log).read_bytes())
    ran = clinic.run("2023-10-01", "2023-10-03")
    assert ran.success, [
        f"{e.step_key}: {e.step_failure_data.error.cause}"
        for e in ran.all_events
        if e.is_step_failure
    ]

    with (stock / answers).open(newline="") as file:
        header, *expected = csv.reader(file)
    columns = clinic.rows(
        "select column_name from information_schema.columns where table_schema = 'public'"
        " and table_name = 'inventory_health_metrics' order by ordinal_position"
    )
    shown = [
        [str(cell) for cell in row]
        for row in clinic.rows("select * from public.inventory_health_metrics")
    ]
    assert [name for (name,) in columns] == header
    assert sorted(shown) == sorted(expected)
