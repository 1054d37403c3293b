"""Patients with their families, providers, rooms and shifts, and in which clinic they all are."""

import datetime as dt

import pytest

from clinic_assets.settings import settings
from clinic_assets_tests.sources.opendental.practice import SCHEDULED, UNSCHEDULED, publish_days

DAY = "2025-03-03"
PATIENTS = ("clean.opendental_patients", "core.patient_version")
SHIFTS = ("clean.opendental_shifts", "core.fct_capacity")
UTC = dt.UTC


def told(practice, tables, select):
    publish_days(practice.clinic, tables, DAY)
    return practice.clinic.rows(select)


@pytest.fixture
def two_clinics(practice, monkeypatch):
    """ClinicNum 2 is north, every other number the home clinic."""
    monkeypatch.setenv("CLINIC_OPENDENTAL_CLINICS", "2=north")
    settings.cache_clear()
    return practice


def test_a_family_is_known_by_who_pays(practice) -> None:
    ada = practice.add("patient", FName="Ada", LName="Roth", Guarantor=1)
    practice.add("patient", FName="Bo", LName="Roth", Guarantor=ada)
    practice.add("patient", FName="Cy", Guarantor=0)
    found = told(practice, PATIENTS, "select patient_key, first_name, guarantor_key"
                                     " from core.dim_patient where is_current order by 1")  # fmt: skip
    assert found == [
        ("opendental:1", "Ada", "opendental:1"),
        ("opendental:2", "Bo", "opendental:1"),
        ("opendental:3", "Cy", None),
    ]


def test_consent_to_texts_is_yes_no_or_unknown(practice) -> None:
    for answer in (0, 1, 2):
        practice.add("patient", TxtMsgOk=answer)
    found = told(practice, PATIENTS,
                 "select has_consent, consent_raw from core.patient_version order by patient_key")  # fmt: skip
    assert found == [(None, None), (True, "Yes"), (False, "No")]


def test_the_phone_is_the_wireless_one_else_home_else_work(practice) -> None:
    practice.add("patient", WirelessPhone="1", HmPhone="2", WkPhone="3")
    practice.add("patient", WirelessPhone="", HmPhone=" 2 ", WkPhone="3")
    practice.add("patient", WirelessPhone=None, WkPhone="3")
    practice.add("patient")
    found = told(practice, PATIENTS, "select phone from core.patient_version order by patient_key")
    assert [phone for (phone,) in found] == ["1", "2", "3", None]


def test_a_patient_was_entered_at_the_beginning_of_a_day_or_nobody_knows_when(practice) -> None:
    practice.add("patient", SecDateEntry="2024-07-01")
    practice.add("patient", SecDateEntry=None)
    practice.add("patient")
    found = told(practice, PATIENTS,
                 "select created_at from core.patient_version order by patient_key")  # fmt: skip
    assert [at for (at,) in found] == [dt.datetime(2024, 6, 30, 22, tzinfo=UTC), None, None]


def test_a_patient_is_known_in_every_clinic_they_visit(two_clinics) -> None:
    here = two_clinics.add("patient", ClinicNum=0)
    there = two_clinics.add("patient", ClinicNum=2)
    two_clinics.visit(PatNum=here, ClinicNum=2, AptStatus=SCHEDULED)
    two_clinics.visit(PatNum=here, ClinicNum=1, AptStatus=SCHEDULED)
    two_clinics.visit(PatNum=there, ClinicNum=0, AptStatus=UNSCHEDULED)
    found = told(two_clinics, PATIENTS[:1], "select patient_id, clinic_id, is_home from"
                                            " clean.opendental_patients order by 1, 2")  # fmt: skip
    assert found == [(1, "clinic", True), (1, "north", False), (2, "north", True)]


def test_a_provider_is_known_in_every_clinic_by_name(two_clinics) -> None:
    two_clinics.add("provider", FName="Eva", LName="Alt", Abbr="EA")
    two_clinics.add("provider", FName="", LName="", Abbr="HYG")
    found = told(
        two_clinics, ["clean.opendental_providers", "core.practitioner_version"],
        "select clinic_id, practitioner_key, full_name from core.practitioner_version order by 1,2",
    )  # fmt: skip
    assert found == [
        ("clinic", "opendental:1", "Eva Alt"),
        ("clinic", "opendental:2", "HYG"),
        ("north", "opendental:1", "Eva Alt"),
        ("north", "opendental:2", "HYG"),
    ]
    clinics = two_clinics.clinic.rows("select clinic_id, timezone from core.dim_clinic order by 1")
    assert clinics == [("clinic", "Europe/Berlin"), ("north", "Europe/Berlin")]


def test_a_room_is_an_operatory_and_one_that_is_hidden_is_not_in_use(two_clinics) -> None:
    two_clinics.add("operatory", OpName="Chair 1", Abbrev="C1")
    two_clinics.add("operatory", Abbrev="C2", ClinicNum=2, IsHidden=1)
    found = told(
        two_clinics, ["clean.opendental_operatories", "core.room_version"],
        "select clinic_id, room_key, room_name, is_in_use from core.dim_room order by room_key",
    )  # fmt: skip
    assert found == [
        ("clinic", "opendental:1", "Chair 1", True),
        ("north", "opendental:2", "C2", False),
    ]


def shift(practice, start, stop, day=DAY, **values):
    usual = {"SchedType": 1, "ProvNum": 1}
    return practice.add("schedule", SchedDate=day, StartTime=start, StopTime=stop,
                        **(usual | values))  # fmt: skip


def hours(practice, day=DAY):
    publish_days(practice.clinic, SHIFTS, day)
    return practice.clinic.rows(
        "select practitioner_key, extract(hour from start_at at time zone 'Europe/Berlin')::int,"
        " extract(hour from end_at at time zone 'Europe/Berlin')::int"
        " from core.fct_capacity order by 1, 2"
    )


def test_blocks_of_a_provider_that_overlap_or_touch_are_one_shift(practice) -> None:
    shift(practice, "08:00", "12:00")
    shift(practice, "11:00", "13:00")
    shift(practice, "13:00", "14:00")
    shift(practice, "15:00", "17:00")
    shift(practice, "13:00", "16:00", ProvNum=2)
    assert hours(practice) == [
        ("opendental:1", 8, 14),
        ("opendental:1", 15, 17),
        ("opendental:2", 13, 16),
    ]


def test_only_open_blocks_of_providers_are_shifts(practice) -> None:
    shift(practice, "08:00", "12:00", SchedType=2)
    shift(practice, "08:00", "12:00", SchedType=0, ProvNum=0)
    shift(practice, "08:00", "12:00", SchedType=3)
    shift(practice, "08:00", "12:00", Status=2)
    shift(practice, "08:00", "12:00", ProvNum=0)
    shift(practice, "12:00", "08:00")
    shift(practice, "08:00", "08:00")
    shift(practice, "08:00", "12:00", day="2025-03-04")
    assert hours(practice) == []


def test_a_shift_within_the_hour_that_summer_time_leaves_out_is_none(practice) -> None:
    shift(practice, "02:10", "03:00", day="2025-03-30")
    assert hours(practice, "2025-03-30") == []


def test_a_shift_is_in_the_clinic_of_its_chairs(two_clinics) -> None:
    chair = two_clinics.add("operatory", ClinicNum=2)
    placed = shift(two_clinics, "08:00", "12:00")
    two_clinics.add("scheduleop", ScheduleNum=placed, OperatoryNum=chair)
    shift(two_clinics, "12:00", "14:00")
    shift(two_clinics, "14:00", "16:00", ClinicNum=2)
    found = told(two_clinics, SHIFTS, "select clinic_id, extract(hour from start_at)::int"
                                      " from core.fct_capacity order by 2")  # fmt: skip
    assert found == [("north", 7), ("clinic", 11), ("north", 13)]
