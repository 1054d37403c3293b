"""Two instances of one source: two practices with the same numbers for different people."""

from typing import Any

import pytest

from clinic_assets.settings import settings
from clinic_assets_tests.warehouse.makings import APPOINTMENTS, appointments, patients

PATIENTS = ("raw.practice_files_patients", "clean.practice_files_patients", "core.patient_version")


@pytest.fixture
def two(clinic: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("CLINIC_PRACTICE_FILES", "practice_files,north=north")
    settings.cache_clear()
    return clinic


def test_patient_17_here_is_not_patient_17_there(two) -> None:
    two.drop("daily/2025-03-03/patients.csv", patients("17 Ana Roth 0170"))
    two.drop("north/daily/2025-03-03/patients.csv", patients("17 Bo Alt 0171"))
    two.drop("daily/2025-03-03/appointments.csv", appointments("A1 17 2025-03-03 9 booked 60"))
    two.drop("north/daily/2025-03-03/appointments.csv",
             appointments("A1 17 2025-03-04 9 completed 75"))  # fmt: skip
    assert two.run("2025-03-01", "2025-03-05", *PATIENTS, *APPOINTMENTS).success
    assert two.rows("select patient_key, last_name from core.dim_patient order by 1") == [
        ("north:17", "Alt"),
        ("practice_files:17", "Roth"),
    ]
    assert two.rows(
        "select appointment_key, patient_key, status from core.fct_appointment order by 1"
    ) == [
        ("north:A1", "north:17", "completed"),
        ("practice_files:A1", "practice_files:17", "booked"),
    ]


def test_a_file_that_one_instance_cannot_use_costs_the_other_nothing(two) -> None:
    good = appointments("A1 P1 2025-03-03 9 booked 60")
    two.drop("daily/2025-03-03/appointments.csv", good)
    two.drop("north/daily/2025-03-03/appointments.csv", good[:-10])
    assert two.run("2025-03-03", None, *APPOINTMENTS).success
    assert two.rows("select appointment_key from core.fct_appointment") == [("practice_files:A1",)]
    assert two.rows("select source, day from ops.source_day")[0][0] == "practice_files"


def test_the_same_file_in_both_instances_is_two_files_and_nothing_is_lost(two) -> None:
    text = appointments("A1 P1 2025-03-03 9 booked 60", "A2 P1 2025-03-03 9 booked sixty")
    two.drop("daily/2025-03-03/appointments.csv", text)
    two.drop("north/daily/2025-03-03/appointments.csv", text)
    assert two.run("2025-03-03", None, *APPOINTMENTS).success
    assert two.one("select count(*) from core.fct_appointment") == 2
    told = two.rows("select source, rows_quarantined from ops.file_ledger order by 1")
    assert told == [("north", 1), ("practice_files", 1)]
    there = two.rows("select source, count(*) from ops.quarantine group by 1 order by 1")
    assert there == told
