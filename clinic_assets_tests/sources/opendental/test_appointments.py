"""Which appointments count, what became of them, when and whose they are, by OpenDental's codes."""

import datetime as dt
from decimal import Decimal

import pytest

from clinic_assets.settings import settings
from clinic_assets_tests.sources.opendental.practice import (
    ASAP,
    BROKEN,
    COMPLETE,
    D9986,
    D9987,
    NOTE,
    PLANNED,
    PLANNED_PROCEDURE,
    SCHEDULED,
    UNSCHEDULED,
    publish_days,
)

DAY = "2025-03-03"
APPOINTMENTS = "clean.opendental_appointments"


def told(practice, columns, first=DAY, last=None, by="appointment_id"):
    publish_days(practice.clinic, [APPOINTMENTS], first, last)
    return practice.clinic.rows(f"select {columns} from {APPOINTMENTS} order by {by}")


def one(practice, columns):
    [row] = told(practice, columns)
    return row if len(row) > 1 else row[0]


def test_only_appointments_with_a_time_that_are_visits_count(practice) -> None:
    for status in (SCHEDULED, COMPLETE, UNSCHEDULED, ASAP, BROKEN, PLANNED, NOTE, NOTE + 1):
        practice.visit(AptStatus=status)
    practice.visit("0001-01-01", AptStatus=SCHEDULED)
    assert told(practice, "status_raw") == [("Scheduled",), ("Complete",), ("ASAP",), ("Broken",)]


def test_complete_is_completed_and_scheduled_is_booked(practice) -> None:
    practice.visit(AptStatus=SCHEDULED)
    practice.visit(AptStatus=COMPLETE)
    practice.visit(AptStatus=ASAP)
    assert [s for (s,) in told(practice, "status")] == ["booked", "completed", "booked"]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("Appointment Confirmed", "confirmed"),
        ("eConfirm call", "confirmed"),
        ("Unconfirmed", "booked"),
        ("Not confirmed, call again", "booked"),
        ("Left message", "booked"),
    ],
)
def test_a_visit_is_confirmed_when_the_practices_own_word_says_so(practice, name, status) -> None:
    practice.visit(Confirmed=practice.add("definition", ItemName=name))
    assert one(practice, "status, status_raw") == (status, f"Scheduled, {name}")


@pytest.mark.parametrize(
    ("arrived", "status"),
    [
        ("2025-03-03 08:55", "arrived"),
        ("2025-03-03 00:00", "booked"),
        ("2025-03-02 08:55", "booked"),
        ("0001-01-01 00:00", "booked"),
        (None, "booked"),
    ],
)
def test_who_came_on_the_day_at_a_time_has_arrived(practice, arrived, status) -> None:
    practice.visit(DateTimeArrived=arrived)
    practice.visit(DateTimeArrived=arrived, AptStatus=COMPLETE)
    assert [s for (s,) in told(practice, "status")] == [status, "completed"]


@pytest.mark.parametrize(
    ("code", "status"), [(D9986, "no_show"), (D9987, "cancelled_patient"), (1, "unresolved")]
)
def test_a_code_on_the_broken_appointment_says_why(practice, code, status) -> None:
    broken = practice.visit(AptStatus=BROKEN)
    practice.procedure(AptNum=broken, CodeNum=code)
    raw = f"Broken D998{code + 4}" if code > 1 else "Broken"
    assert one(practice, "status, status_raw") == (status, raw)


def test_a_code_on_no_appointment_but_of_the_patients_day_says_it_too(practice) -> None:
    practice.visit(AptStatus=BROKEN, PatNum=1)
    practice.visit(AptStatus=BROKEN, PatNum=2)
    practice.visit(AptStatus=BROKEN, PatNum=3)
    practice.procedure(DAY, PatNum=1, CodeNum=D9986)
    practice.procedure("2025-03-04", PatNum=2, CodeNum=D9986)
    practice.procedure(DAY, PatNum=3, AptNum=99, CodeNum=D9986)
    assert [s for (s,) in told(practice, "status")] == ["no_show", "unresolved", "unresolved"]


def test_a_code_that_is_only_planned_says_nothing(practice) -> None:
    broken = practice.visit(AptStatus=BROKEN)
    practice.procedure(AptNum=broken, CodeNum=D9986, ProcStatus=PLANNED_PROCEDURE)
    assert one(practice, "status") == "unresolved"


def test_missed_wins_over_cancelled(practice) -> None:
    broken = practice.visit(AptStatus=BROKEN)
    practice.procedure(AptNum=broken, CodeNum=D9987)
    practice.procedure(AptNum=broken, CodeNum=D9986)
    assert one(practice, "status, status_raw") == ("no_show", "Broken D9986 D9987")


def test_the_practice_says_which_codes_and_what_broken_means_without(practice, monkeypatch) -> None:
    monkeypatch.setenv("CLINIC_OPENDENTAL_MISSED_CODES", "D1110")
    monkeypatch.setenv("CLINIC_OPENDENTAL_CANCELLED_CODES", "")
    monkeypatch.setenv("CLINIC_OPENDENTAL_BROKEN_MEANS", "cancelled_patient")
    settings.cache_clear()
    missed, late = practice.visit(AptStatus=BROKEN), practice.visit(AptStatus=BROKEN)
    practice.procedure(AptNum=missed)
    practice.procedure(AptNum=late, CodeNum=D9986)
    assert [s for (s,) in told(practice, "status")] == ["no_show", "cancelled_patient"]


def test_it_is_cancelled_since_it_was_broken_for_good(practice) -> None:
    cancelled = practice.visit(AptStatus=BROKEN)
    practice.procedure(AptNum=cancelled, CodeNum=D9987)
    for hour, status in ((8, SCHEDULED), (9, BROKEN), (10, SCHEDULED), (11, BROKEN), (12, BROKEN)):
        practice.add("histappointment", AptNum=cancelled, AptStatus=status,
                     HistDateTStamp=f"2025-03-01 {hour}:00")  # fmt: skip
    assert one(practice, "cancelled_at") == dt.datetime(2025, 3, 1, 10, tzinfo=dt.UTC)


def test_without_history_or_after_a_change_of_mind_nobody_knows_since_when(practice) -> None:
    silent, changed = practice.visit(AptStatus=BROKEN), practice.visit(AptStatus=BROKEN)
    missed = practice.visit(AptStatus=BROKEN)
    for number in (silent, changed):
        practice.procedure(AptNum=number, CodeNum=D9987)
    practice.procedure(AptNum=missed, CodeNum=D9986)
    for number, status in ((changed, BROKEN), (changed, SCHEDULED), (missed, BROKEN)):
        practice.add("histappointment", AptNum=number, AptStatus=status,
                     HistDateTStamp="2025-03-01 08:00")  # fmt: skip
    assert [t for (t,) in told(practice, "cancelled_at")] == [None, None, None]


def test_it_ends_five_minutes_later_for_each_mark_of_its_pattern(practice) -> None:
    for pattern in ("//XXXX//", "", None):
        practice.visit(Pattern=pattern)
    lengths = told(practice, "extract(epoch from end_at - start_at)::int / 60")
    assert [minutes for (minutes,) in lengths] == [40, 0, 0]


def test_the_hygienist_of_a_hygiene_visit_sees_the_patient(practice) -> None:
    practice.visit(ProvNum=1, ProvHyg=2, IsHygiene=0)
    practice.visit(ProvNum=1, ProvHyg=2, IsHygiene=1)
    practice.visit(ProvNum=1, ProvHyg=0, IsHygiene=1)
    practice.visit(ProvNum=0)
    assert [p for (p,) in told(practice, "provider_id")] == [1, 2, 1, None]
    publish_days(practice.clinic, ["core.fct_appointment"], DAY)
    keys = practice.clinic.rows("select practitioner_key from core.fct_appointment order by 1")
    assert [key for (key,) in keys] == ["opendental:1", "opendental:1", "opendental:2", "unknown"]


def test_times_are_the_clinics_wall_clock(practice) -> None:
    """An hour shown twice is the first one, as in the practice's files; one left out moves on."""
    practice.visit("2025-03-30 02:30")
    practice.visit("2025-10-26 02:30")
    practice.visit("2025-10-26 03:00", SecDateTEntry="2025-07-01 12:00")
    found = told(practice, "start_at, created_at", "2025-03-30", "2025-10-26")
    assert found == [
        (dt.datetime(2025, 3, 30, 1, 30, tzinfo=dt.UTC), None),
        (dt.datetime(2025, 10, 26, 0, 30, tzinfo=dt.UTC), None),
        (dt.datetime(2025, 10, 26, 2, tzinfo=dt.UTC), dt.datetime(2025, 7, 1, 10, tzinfo=dt.UTC)),
    ]


def test_a_visit_at_either_end_of_the_day_is_of_that_day(practice) -> None:
    for time in ("2025-03-02 23:59:59", "2025-03-03 00:00", "2025-03-03 23:59:59", "2025-03-04"):
        practice.visit(time)
    assert [n for (n,) in told(practice, "appointment_id")] == [2, 3]


def test_the_price_is_what_its_procedures_planned_or_done_cost(practice) -> None:
    number, free = practice.visit(), practice.visit()
    practice.procedure(AptNum=number, ProcFee=80.1)
    practice.procedure(AptNum=number, ProcFee=20.2, ProcStatus=PLANNED_PROCEDURE, UnitQty=3)
    practice.procedure(AptNum=number, ProcFee=5, UnitQty=0, BaseUnits=2)
    practice.procedure(AptNum=number, ProcFee=7, UnitQty=0)
    practice.procedure(AptNum=number, ProcFee=1000, ProcStatus=6)
    practice.procedure(AptNum=number, ProcFee=1000, CodeNum=D9986)
    practice.procedure(AptNum=0, ProcFee=1000)
    practice.procedure(AptNum=number, ProcFee=1, CodeNum=77)
    assert told(practice, "price_amount") == [(Decimal("158.70"),), (None,)]
    assert free


def test_who_sent_the_patient_and_the_kind_of_visit(practice) -> None:
    kind = practice.add("appointmenttype", AppointmentTypeName="Check-up")
    practice.visit(AppointmentTypeNum=kind, Op=4)
    practice.visit(PatNum=2)
    for who, order, direction in ((7, 3, 1), (8, 2, 1), (9, 1, 0)):
        practice.add("refattach", PatNum=1, ReferralNum=who, ItemOrder=order, RefType=direction)
    assert told(practice, "service_type, referral_id, operatory_id") == [
        ("Check-up", 8, 4),
        (None, None, None),
    ]


def test_a_visit_that_moves_to_another_day_is_on_that_day_only(practice) -> None:
    number = practice.visit("2025-03-03 09:00")
    told(practice, "day")
    practice.put("appointment", number, AptDateTime="2025-03-05 09:00")
    assert told(practice, "day", "2025-03-05") == [(dt.date(2025, 3, 5),)]


def test_two_practices_share_the_tables_and_each_keeps_its_own(practice) -> None:
    from clinic_assets_tests.sources.opendental.practice import Practice

    north = Practice(practice.clinic, "north")
    practice.visit()
    north.visit(AptStatus=BROKEN)
    north.procedure(PatNum=1, CodeNum=D9987)
    publish_days(practice.clinic, [APPOINTMENTS, "core.fct_appointment"], DAY,
                 practices=("north", "opendental"))  # fmt: skip
    assert practice.clinic.rows(
        "select appointment_key, patient_key, status from core.fct_appointment order by 1"
    ) == [
        ("north:1", "north:1", "cancelled_patient"),
        ("opendental:1", "opendental:1", "booked"),
    ]
