"""What was done, what it costs, who pays for it and when: fees, payments, claims, adjustments."""

import datetime as dt
from decimal import Decimal

import pytest

from clinic_assets.settings import settings
from clinic_assets_tests.sources.opendental.practice import (
    PLANNED_PROCEDURE,
    UNSCHEDULED,
    publish_days,
)

DAY = "2025-03-03"
PAYMENTS = ("clean.opendental_payments", "core.fct_payment")
PROCEDURES = ("clean.opendental_procedures", "core.fct_procedure")
EUR = Decimal


def told(practice, tables, select, first=DAY, last=None):
    publish_days(practice.clinic, tables, first, last)
    return practice.clinic.rows(select)


def paid(practice, day=DAY, **values):
    card = practice.add("definition", ItemName="Card")
    payment = practice.add("payment", PayType=card)
    usual = {"PatNum": 1, "PayNum": payment, "DatePay": day, "SplitAmt": 40}
    return practice.add("paysplit", **(usual | values))


def insured(practice, status, **values):
    usual = {"PatNum": 1, "ProcDate": DAY, "DateCP": DAY, "Status": status, "FeeBilled": 80,
             "AllowedOverride": -1, "InsEstTotalOverride": -1}  # fmt: skip
    return practice.add("claimproc", **(usual | values))


def test_a_payment_is_a_split_with_money_and_pays_for_its_procedures_visit(practice) -> None:
    visit = practice.visit()
    procedure, other = practice.procedure(AptNum=visit), practice.procedure(AptNum=0)
    paid(practice, ProcNum=procedure, SplitAmt=40.005)
    paid(practice, ProcNum=other, SplitAmt=-10)
    paid(practice, ProcNum=0)
    paid(practice, ProcNum=99)
    paid(practice, SplitAmt=0)
    paid(practice, day="0001-01-01")
    paid(practice, day=None)
    found = told(practice, PAYMENTS, "select payment_key, appointment_key, amount, method"
                                     " from core.fct_payment order by 1")  # fmt: skip
    assert found == [
        ("opendental:paysplit:1", "opendental:1", EUR("40.01"), "Card"),
        ("opendental:paysplit:2", None, EUR("-10.00"), "Card"),
        ("opendental:paysplit:3", None, EUR("40.00"), "Card"),
        ("opendental:paysplit:4", None, EUR("40.00"), "Card"),
    ]


def test_what_is_no_visit_or_older_than_the_first_day_is_not_paid_for(practice) -> None:
    """A deposit on planned work, and a carrier's answer to a visit that is not kept."""
    visit, old = practice.visit(), practice.visit("2019-03-03 09:00")
    unscheduled = practice.visit(AptStatus=UNSCHEDULED)
    for appointment in (visit, old, unscheduled, 99):
        paid(practice, ProcNum=practice.procedure(AptNum=appointment))
    found = told(practice, PAYMENTS, "select appointment_key from core.fct_payment"
                                     " order by payment_key")  # fmt: skip
    assert [key for (key,) in found] == ["opendental:1", None, None, "opendental:99"]


def test_a_payment_is_paid_at_the_beginning_of_its_day(practice) -> None:
    paid(practice, day="2025-07-01")
    paid(practice, day="2025-03-04")
    found = told(practice, PAYMENTS, "select paid_at, day, patient_key from core.fct_payment",
                 "2025-06-01", "2025-07-01")  # fmt: skip
    begins = dt.datetime(2025, 6, 30, 22, tzinfo=dt.UTC)
    assert found == [(begins, dt.date(2025, 7, 1), "opendental:1")]


@pytest.mark.parametrize(("status", "is_paid"), [(s, s in (1, 4)) for s in range(10)])
def test_a_carrier_has_paid_what_is_received_or_supplemental(practice, status, is_paid) -> None:
    visit = practice.visit()
    procedure = practice.procedure(AptNum=visit)
    insured(practice, status, ProcNum=procedure, InsPayAmt=33.33, DateCP="2025-03-05")
    insured(practice, status, ProcNum=procedure, InsPayAmt=0, DateCP="2025-03-05")
    found = told(practice, PAYMENTS, "select payment_key, appointment_key, amount, method, day"
                                     " from core.fct_payment", DAY, "2025-03-05")  # fmt: skip
    day = dt.date(2025, 3, 5)
    row = ("opendental:claimproc:1", "opendental:1", EUR("33.33"), "insurance", day)
    assert found == ([row] if is_paid else [])


def test_a_payment_is_in_the_clinic_of_the_visit_else_in_its_own(practice, monkeypatch) -> None:
    monkeypatch.setenv("CLINIC_OPENDENTAL_CLINICS", "2=north")
    settings.cache_clear()
    visit = practice.visit(ClinicNum=2)
    paid(practice, ProcNum=practice.procedure(AptNum=visit), ClinicNum=0)
    paid(practice, ClinicNum=2)
    paid(practice, ClinicNum=1)
    found = told(practice, PAYMENTS, "select clinic_id from core.fct_payment order by payment_key")
    assert [clinic for (clinic,) in found] == ["north", "north", "clinic"]


def test_a_procedure_is_planned_done_or_referred_and_nothing_else_is_work(practice) -> None:
    for status in range(1, 9):
        practice.procedure(ProcStatus=status)
    found = told(practice, PROCEDURES,
                 "select procedure_key, status from core.fct_procedure order by 1")  # fmt: skip
    assert found == [
        ("opendental:1", "planned"),
        ("opendental:2", "completed"),
        ("opendental:5", "referred"),
        ("opendental:8", "planned_inactive"),
    ]


def test_a_planned_procedure_without_a_date_is_of_the_day_it_was_proposed(practice) -> None:
    planned = {"ProcStatus": PLANNED_PROCEDURE, "DateTP": DAY}
    practice.procedure("0001-01-01", **planned)
    practice.procedure(None, **planned)
    practice.procedure("2025-03-09", **planned)
    practice.procedure("0001-01-01", ProcStatus=PLANNED_PROCEDURE)
    found = told(practice, PROCEDURES, "select procedure_key, planned_on = day from"
                                       " core.fct_procedure order by 1")  # fmt: skip
    assert found == [("opendental:1", True), ("opendental:2", True)]


def test_a_procedure_says_its_code_its_units_and_whom_it_belongs_to(practice) -> None:
    practice.procedure(AptNum=4, ProvNum=0, UnitQty=3, ProcFee=10.1)
    found = told(practice, PROCEDURES, "select code, description, fee_amount, appointment_key,"
                                       " practitioner_key from core.fct_procedure")  # fmt: skip
    assert found == [("D1110", "About D1110", EUR("30.30"), "opendental:4", "unknown")]


def test_what_carriers_are_expected_to_pay_and_have_paid_is_added_up(practice) -> None:
    bare, one, two = (practice.procedure() for _ in range(3))
    insured(practice, 6, ProcNum=one, InsEstTotal=50, InsEstTotalOverride=-1)
    insured(practice, 6, ProcNum=one, InsEstTotal=50, InsEstTotalOverride=20)
    insured(practice, 1, ProcNum=two, InsPayEst=60, InsPayAmt=55, WriteOff=5, InsEstTotal=99)
    insured(practice, 4, ProcNum=two, InsPayAmt=3)
    insured(practice, 2, ProcNum=two, InsPayEst=500)
    found = told(practice, PROCEDURES,
                 "select insurance_estimate, insurance_paid, write_off_amount"
                 " from core.fct_procedure order by procedure_key")  # fmt: skip
    assert bare and found == [
        (None, None, None),
        (EUR(70), None, None),
        (EUR(60), EUR(58), EUR(5)),
    ]


def test_a_claim_says_how_far_it_is_and_who_is_to_pay(practice) -> None:
    carrier = practice.add("carrier", CarrierName="Delta")
    plan = practice.add("insplan", CarrierNum=carrier)
    nobody = practice.add("insplan", CarrierNum=0)
    usual = {"PatNum": 1, "DateService": DAY, "ClaimType": "P"}
    for status in "UHWPSRI?":
        practice.add("claim", **usual, ClaimStatus=status, PlanNum=plan)
    practice.add("claim", **(usual | {"ClaimType": "PreAuth"}), ClaimStatus="R", PlanNum=nobody,
                 DateSent="2025-03-04", DateReceived="2025-03-20", ClaimFee=80, InsPayEst=40,
                 InsPayAmt=30, WriteOff=20, DedApplied=10)  # fmt: skip
    found = told(practice, ["clean.opendental_claims", "core.fct_claim"],
                 "select status, kind, carrier, sent_on from core.fct_claim order by claim_key")  # fmt: skip
    words = ["unsent", "held", "waiting", "sent", "sent", "received", "held", "unknown"]
    assert found[:8] == [(word, "primary", "Delta", None) for word in words]
    assert found[8] == ("received", "preauthorisation", None, dt.date(2025, 3, 4))
    amounts = practice.clinic.rows("select claimed_amount, insurance_estimate, insurance_paid,"
                                   " write_off_amount, deductible_amount from core.fct_claim"
                                   " where claim_key = 'opendental:9'")  # fmt: skip
    assert amounts == [(EUR(80), EUR(40), EUR(30), EUR(20), EUR(10))]


def test_a_claimed_procedure_says_what_is_allowed_and_how_long_the_cover_lasts(practice) -> None:
    cover = practice.add("inssub", DateTerm="2024-12-31")
    procedure = practice.procedure(UnitQty=2)
    insured(practice, 1, ProcNum=procedure, ClaimNum=5, InsSubNum=cover, AllowedOverride=70)
    insured(practice, 6, ProcNum=0, DateCP="0001-01-01")
    insured(practice, 3, ProcNum=procedure)
    insured(practice, 9, ProcNum=procedure)
    found = told(practice, ["clean.opendental_claim_procedures"],
                 "select status, claim_id, procedure_id, procedure_amount, allowed_amount,"
                 " covered_to, paid_on from clean.opendental_claim_procedures order by 1 desc")  # fmt: skip
    day = dt.date(2025, 3, 3)
    assert found == [
        ("received", 5, 1, EUR(160), EUR(70), dt.date(2024, 12, 31), day),
        ("estimate", None, None, None, None, None, None),
    ]


def test_an_adjustment_says_its_kind_and_what_it_adjusts(practice) -> None:
    discount = practice.add("definition", ItemName="Discount")
    procedure = practice.procedure(ProcFee=0)
    practice.add("adjustment", AdjDate=DAY, AdjAmt=-12.5, AdjType=discount, PatNum=1, ProvNum=2,
                 ProcNum=procedure)  # fmt: skip
    practice.add("adjustment", AdjDate=DAY, AdjAmt=1, PatNum=1)
    found = told(
        practice, ["clean.opendental_adjustments", "core.fct_adjustment"],
        "select kind, amount, practitioner_key, procedure_key from core.fct_adjustment order by 2",
    )  # fmt: skip
    assert found == [
        ("Discount", EUR("-12.50"), "opendental:2", "opendental:1"),
        (None, EUR(1), "unknown", None),
    ]


def test_a_price_list_says_for_whom_a_price_holds(practice) -> None:
    schedule = practice.add("feesched", Description="Standard")
    practice.add("fee", FeeSched=schedule, CodeNum=1, Amount=116.11)
    practice.add("fee", FeeSched=schedule, CodeNum=1, Amount=99, ClinicNum=3, ProvNum=2)
    found = told(practice, ["clean.opendental_fees"], "select schedule, code, clinic_id,"
                 " provider_id, amount from clean.opendental_fees order by fee_id")  # fmt: skip
    assert found == [
        ("Standard", "D1110", None, None, EUR("116.11")),
        ("Standard", "D1110", "clinic", 2, EUR(99)),
    ]


def test_who_is_covered_by_which_plan_and_when(practice) -> None:
    carrier = practice.add("carrier", CarrierName="Delta")
    plan = practice.add("insplan", CarrierNum=carrier, GroupName="UPS", PlanType="p")
    cover = practice.add("inssub", PlanNum=plan, Subscriber=1, DateEffective="2024-01-01")
    practice.add("patplan", PatNum=1, InsSubNum=cover, Ordinal=1, Relationship=0)
    practice.add("patplan", PatNum=2, InsSubNum=cover, Ordinal=2, Relationship=2)
    found = told(practice, ["clean.opendental_insurance"], "select patient_id, subscriber_id,"
                 " carrier, group_name, plan_type, rank, relationship, covered_from, covered_to"
                 " from clean.opendental_insurance order by 1")  # fmt: skip
    common = (1, "Delta", "UPS", "ppo")
    assert found == [
        (1, *common, 1, "self", dt.date(2024, 1, 1), None),
        (2, *common, 2, "child", dt.date(2024, 1, 1), None),
    ]
