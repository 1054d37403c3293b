"""Treatment plans, recalls, referrals and communications."""

import datetime as dt
from decimal import Decimal

from clinic_assets.settings import settings
from clinic_assets.warehouse.days import UNDATED
from clinic_assets_tests.sources.opendental.practice import PLANNED_PROCEDURE, publish_days

DAY = "2025-03-03"
PATIENTS = "clean.opendental_patients"


def told(practice, name, select, first=DAY, last=None):
    clean, core = name
    publish_days(practice.clinic, [PATIENTS, f"clean.opendental_{clean}", f"core.{core}"],
                 first, last)  # fmt: skip
    return practice.clinic.rows(f"select {select} from core.{core} order by 1")


def test_an_item_of_a_current_plan_stands_on_the_day_it_was_proposed(practice) -> None:
    proposed = practice.procedure("0001-01-01", ProcStatus=PLANNED_PROCEDURE, DateTP=DAY)
    active = practice.add("treatplan", PatNum=1, TPStatus=1)
    inactive = practice.add("treatplan", PatNum=1, TPStatus=2, DateTSigned="2025-03-04 10:00")
    saved = practice.add("treatplan", PatNum=1, TPStatus=0)
    for plan in (active, inactive, saved):
        practice.add("treatplanattach", TreatPlanNum=plan, ProcNum=proposed)
    found = told(practice, ("treatment_plan_items", "fct_treatment_plan_item"),
                 "item_key, plan_key, procedure_key, plan_status, fee_amount, is_signed")  # fmt: skip
    fee = Decimal(80)
    assert found == [
        ("opendental:attached:1", "opendental:1", "opendental:1", "active", fee, False),
        ("opendental:attached:2", "opendental:2", "opendental:1", "inactive", fee, True),
    ]


def test_an_item_of_a_saved_plan_stands_as_it_was_presented(practice) -> None:
    saved = practice.add("treatplan", PatNum=1, TPStatus=0, DateTP=DAY)
    active = practice.add("treatplan", PatNum=1, TPStatus=1, DateTP=DAY)
    for plan in (saved, active):
        practice.add("proctp", TreatPlanNum=plan, PatNum=1, ProcNumOrig=9, ProcCode="D1110",
                     FeeAmt=80, PriInsAmt=30, SecInsAmt=10, PatAmt=40)  # fmt: skip
    found = told(practice, ("treatment_plan_items", "fct_treatment_plan_item"),
                 "item_key, procedure_key, code, plan_status, insurance_estimate, patient_amount")  # fmt: skip
    row = ("opendental:saved:1", "opendental:9", "D1110", "saved", Decimal(40), Decimal(40))
    assert found == [row]


def test_a_recall_stands_on_the_day_it_is_due(practice) -> None:
    kind = practice.add("recalltype", Description="Cleaning")
    texted = practice.add("definition", ItemName="Texted")
    practice.add("recall", PatNum=1, DateDue=DAY, RecallTypeNum=kind, RecallStatus=texted,
                 DatePrevious="2024-09-03", DateScheduled="2025-03-10")  # fmt: skip
    practice.add("recall", PatNum=1, DateDue="0001-01-01")
    practice.add("recall", PatNum=1, DateDue=DAY, IsDisabled=1)
    found = told(practice, ("recalls", "fct_recall"),
                 "recall_key, kind, status, previous_on, scheduled_on, is_disabled")  # fmt: skip
    before, visit = dt.date(2024, 9, 3), dt.date(2025, 3, 10)
    assert found == [
        ("opendental:1", "Cleaning", "Texted", before, visit, False),
        ("opendental:3", None, None, None, None, True),
    ]


def test_a_referral_without_a_date_is_kept_for_ever(practice) -> None:
    who = practice.add("referral", FName="Dr", LName="Frei")
    practice.add("refattach", PatNum=1, ReferralNum=who, RefType=1, RefDate=DAY)
    practice.add("refattach", PatNum=1, ReferralNum=who, RefType=0, RefDate=None, RefToStatus=5)
    practice.add("refattach", PatNum=1, ReferralNum=0, RefType=2, RefDate="2019-01-01")
    found = told(practice, ("referrals", "fct_referral"),
                 "referral_key, referrer_key, referrer_name, direction, status, day")  # fmt: skip
    assert found == [
        ("opendental:1", "opendental:1", "Dr Frei", "from", None, dt.date(2025, 3, 3)),
        ("opendental:2", "opendental:1", "Dr Frei", "to", "complete", UNDATED),
    ]


def test_a_contact_says_how_and_in_which_direction_but_never_what(practice) -> None:
    kind = practice.add("definition", ItemName="Recall")
    practice.add("commlog", PatNum=1, CommDateTime=f"{DAY} 10:00", CommType=kind, Mode_=5,
                 SentOrReceived=1, CommSource=3)  # fmt: skip
    practice.add("commlog", PatNum=1, CommDateTime=f"{DAY} 23:59")
    practice.add("commlog", PatNum=0, CommDateTime=f"{DAY} 10:00")
    practice.add("commlog", PatNum=1, CommDateTime="2025-03-04 00:00")
    practice.add("commlog", PatNum=1, CommDateTime=None)
    found = told(practice, ("communications", "fct_communication"),
                 "communication_key, kind, mode, direction, origin, occurred_at")  # fmt: skip
    assert found == [
        (
            "opendental:1",
            "Recall",
            "text",
            "sent",
            "reminder",
            dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC),
        ),
        ("opendental:2", None, None, None, "user", dt.datetime(2025, 3, 3, 22, 59, tzinfo=dt.UTC)),
    ]


def test_a_contact_is_in_the_clinic_that_the_patient_belongs_to(practice, monkeypatch) -> None:
    monkeypatch.setenv("CLINIC_OPENDENTAL_CLINICS", "2=north")
    settings.cache_clear()
    there = practice.add("patient", ClinicNum=2)
    practice.visit(PatNum=there, ClinicNum=0)
    for patient in (there, 99):
        practice.add("commlog", PatNum=patient, CommDateTime=f"{DAY} 10:00")
        practice.add("recall", PatNum=patient, DateDue=DAY)
        practice.add("refattach", PatNum=patient, RefDate=DAY)
    for name in (("communications", "fct_communication"), ("recalls", "fct_recall"),
                 ("referrals", "fct_referral")):  # fmt: skip
        found = told(practice, name, "patient_key, clinic_id")
        assert found == [("opendental:1", "north"), ("opendental:99", "clinic")]
