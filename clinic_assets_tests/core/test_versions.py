"""Versions of people: undated files hold from the beginning of time, dated slices from their day."""

import datetime as dt
from typing import Any

from clinic_assets_tests.warehouse.makings import appointments, heal, patients

PATIENTS = ("raw.practice_files_patients", "clean.practice_files_patients", "core.patient_version")
APPOINTMENTS = ("raw.practice_files_appointments", "clean.practice_files_appointments",
                "core.fct_appointment")  # fmt: skip


def versions(clinic: Any, key: str = "P1") -> list[tuple[str, str, str, bool]]:
    return clinic.rows(
        "select last_name, valid_from::text, valid_to::text, is_current from core.dim_patient"
        f" where patient_key = 'practice_files:{key}' order by valid_from"
    )


def run(clinic: Any, first: str, last: str, *assets: str) -> None:
    assert clinic.run(first, last, *assets).success


def test_an_undated_version_holds_from_the_beginning_until_a_slice_tells_else(clinic) -> None:
    clinic.drop("raw/patients.csv", patients("P1 Ana Roth 0170", "P2 Bo Alt 0171"))
    clinic.drop("daily/2025-03-03/patients.csv", patients("P1 Ana Frei 0170"))
    clinic.drop("daily/2025-03-05/patients.csv", patients("P1 Ana Frei 0179"))
    run(clinic, "2025-03-01", "2025-03-06", *PATIENTS)
    assert versions(clinic) == [
        ("Roth", "-infinity", "2025-03-02", False),
        ("Frei", "2025-03-03", "2025-03-04", False),
        ("Frei", "2025-03-05", "infinity", True),
    ]
    assert versions(clinic, "P2") == [("Alt", "-infinity", "infinity", True)]


def test_a_version_that_says_the_same_as_the_one_before_is_none(clinic) -> None:
    for day in (3, 4, 5):
        name = "Roth" if day < 5 else "Frei"
        clinic.drop(f"daily/2025-03-0{day}/patients.csv", patients(f"P1 Ana {name} 0170"))
    run(clinic, "2025-03-01", "2025-03-06", *PATIENTS)
    assert versions(clinic) == [
        ("Roth", "2025-03-03", "2025-03-04", False),
        ("Frei", "2025-03-05", "infinity", True),
    ]


def test_every_day_has_exactly_one_version_of_whoever_is_known(clinic) -> None:
    clinic.drop("raw/patients.csv", patients("P1 Ana A 0170"))
    for day, name in ((2, "B"), (3, "B"), (5, "C"), (6, "A")):
        clinic.drop(f"daily/2025-03-0{day}/patients.csv", patients(f"P1 Ana {name} 0170"))
    run(clinic, "2025-03-01", "2025-03-07", *PATIENTS)
    names = clinic.rows(
        "select string_agg(last_name, '' order by last_name) from generate_series("
        "date '2025-03-01', date '2025-03-07', interval '1 day') as day"
        " join core.dim_patient on day::date between valid_from and valid_to group by day"
        " order by day"
    )
    assert "".join(name for (name,) in names) == "ABBBCAA"
    assert clinic.rows("select count(*) from core.dim_patient where is_current") == [(1,)]


def test_slices_win_over_an_undated_full_file_whichever_came_first(clinic) -> None:
    clinic.drop("daily/2025-03-03/appointments.csv",
                appointments("A1 P1 2025-03-03 9 completed 60"))  # fmt: skip
    run(clinic, "2025-03-01", "2025-03-05", *APPOINTMENTS)
    full = appointments("A1 P1 2025-03-04 9 booked 60", "A2 P2 2025-03-04 9 booked 60")
    clinic.drop("raw/appointments.csv", full)
    run(clinic, "2025-03-01", "2025-03-05", *APPOINTMENTS)
    assert clinic.rows(
        "select appointment_key, day, status from core.fct_appointment order by 1"
    ) == [
        ("practice_files:A1", dt.date(2025, 3, 3), "completed"),
        ("practice_files:A2", dt.date(2025, 3, 4), "booked"),
    ]


def test_a_full_file_with_a_manifest_is_as_new_as_that_says(clinic) -> None:
    clinic.drop("daily/2025-03-03/appointments.csv",
                appointments("A1 P1 2025-03-03 9 booked 60"))  # fmt: skip
    clinic.drop("raw/manifest.json", '{"as_of": "2025-03-04"}')
    clinic.drop("raw/appointments.csv", appointments("A1 P1 2025-03-03 9 completed 60"))
    run(clinic, "2025-03-01", "2025-03-05", *APPOINTMENTS)
    assert clinic.one("select status from core.fct_appointment") == "completed"


def test_a_manifest_that_comes_after_its_file_gives_it_its_date(clinic) -> None:
    clinic.drop("daily/2025-03-03/appointments.csv",
                appointments("A1 P1 2025-03-03 9 booked 60"))  # fmt: skip
    clinic.drop("raw/appointments.csv", appointments("A1 P1 2025-03-03 9 completed 60"))
    run(clinic, "2025-03-01", "2025-03-05", *APPOINTMENTS)
    assert clinic.one("select status from core.fct_appointment") == "booked"
    clinic.drop("raw/manifest.json", '{"as_of": "2025-03-04"}')
    run(clinic, "2025-03-01", "2025-03-05", *APPOINTMENTS)
    assert clinic.one("select status from core.fct_appointment") == "completed"


def test_a_full_file_alone_fills_its_days_and_days_it_says_nothing_of_are_empty(clinic) -> None:
    clinic.drop("raw/appointments.csv",
                appointments("A1 P1 2025-03-02 9 completed 60", "A2 P1 2025-03-04 9 no_show 60"))  # fmt: skip
    clinic.drop("raw/patients.csv", patients("P1 Ana Roth 0170"))
    assert clinic.run("2025-03-01", "2025-03-05").success
    told = dict(
        clinic.rows("select day, rows from ops.load_day where asset = 'core.fct_appointment'")
    )
    assert [told[dt.date(2025, 3, n)] for n in range(1, 6)] == [0, 1, 0, 1, 0]
    complete = "select day from mart.schedule_kpi_daily where is_complete order by day"
    assert [day.day for (day,) in clinic.rows(complete)] == [2, 4]
    assert clinic.one("select patient_name from desk.reception_priorities limit 1") == "Ana Roth"


def test_a_day_without_any_file_runs_and_is_empty(clinic) -> None:
    assert clinic.run("2025-03-02").success
    assert clinic.one("select sum(rows) from ops.load_day where asset not like 'score%'") == 0
    heal(clinic)
