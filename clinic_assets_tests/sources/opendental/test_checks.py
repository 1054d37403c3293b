"""Each rule of a practice's rows: a practice that keeps them all, and one breach for each."""

import datetime as dt

import pytest

from clinic_assets.settings import settings
from clinic_assets.sources.opendental import checks
from clinic_assets.sources.opendental.instances import over
from clinic_assets.sources.opendental.tables import TABLES
from clinic_assets.warehouse.checks import Check, findings
from clinic_assets.warehouse.days import UNDATED, Days
from clinic_assets_tests.sources.opendental.practice import BROKEN, D9986, publish_days

DAY = dt.date(2025, 3, 3)


def copied(check: Check, text: str) -> Check:
    """A check of the copy as it is declared where a practice is configured."""
    table = "appointment" if "appointment" in text else "paysplit"
    return Check(check.name, check.table, check.words,
                 checks.LEFT_OUT.format(over(text, ["opendental"])), check.severity,
                 bound=check.bound, copies=(f"opendental.{table}",))  # fmt: skip


RULES = [
    *(check for check in checks.ALL if not check.copies and "left_out" not in check.sql),
    copied(checks.NOTHING_IS_TOO_EARLY, checks.TOO_EARLY),
    copied(checks.PAYMENTS_HAVE_A_DATE, checks.UNDATED_SPLITS),
]


def found(practice):
    publish_days(practice.clinic, [table.fullname for table in TABLES], DAY)
    told = findings(practice.clinic.engine, RULES, Days(DAY, DAY))
    return [(f.check, f.day, f.bad_rows) for f in told]


@pytest.fixture
def kept(practice):
    """A visit with a cleaning for 80, claimed from a carrier that may pay half, the rest paid."""
    carrier = practice.add("carrier", CarrierName="Delta")
    plan = practice.add("insplan", CarrierNum=carrier)
    cover = practice.add("inssub", PlanNum=plan, DateTerm="2025-03-03")
    for amount in (70, 80, 90):
        practice.add("fee", CodeNum=1, Amount=amount)
    visit = practice.visit(AptStatus=2, Op=1)
    done = practice.procedure(AptNum=visit)
    claim = practice.add("claim", PatNum=1, DateService=DAY, ClaimStatus="R", PlanNum=plan)
    practice.add("claimproc", ProcNum=done, ClaimNum=claim, PatNum=1, Status=1, ProcDate=DAY,
                 DateCP=DAY, InsPayEst=40, InsPayAmt=40, WriteOff=10, AllowedOverride=70,
                 FeeBilled=80, InsSubNum=cover)  # fmt: skip
    practice.add("adjustment", AdjDate=DAY, AdjAmt=-5, PatNum=1, ProcNum=done)
    practice.add("paysplit", PatNum=1, ProcNum=done, DatePay=DAY, SplitAmt=30)
    return practice


def test_a_practice_that_keeps_the_rules_passes(kept) -> None:
    assert found(kept) == []


def test_a_broken_appointment_without_a_code(kept) -> None:
    kept.visit(AptStatus=BROKEN)
    said = kept.visit(AptStatus=BROKEN)
    kept.procedure(AptNum=said, CodeNum=D9986)
    assert found(kept) == [("broken_appointments_say_why", DAY, 1)]


@pytest.mark.parametrize(
    ("pattern", "values", "is_odd"),
    [
        ("XXXX", {"Op": 2}, True),
        ("///X", {"Op": 2}, True),
        ("////", {"Op": 2}, False),
        ("XXXX", {"Op": 1}, False),
        ("XXXX", {"Op": 2, "ProvNum": 2}, False),
        ("XXXX", {"Op": 2, "AptStatus": BROKEN}, False),
        ("XXXX", {"Op": 2, "AptDateTime": "2025-03-03 10:00"}, False),
    ],
)
def test_a_provider_whose_own_time_is_in_two_chairs_at_once(kept, pattern, values, is_odd) -> None:
    start = values.pop("AptDateTime", "2025-03-03 09:40")
    kept.visit(start, Pattern=pattern, **values)
    expected = [("one_chair_at_a_time", DAY, 1)] if is_odd else []
    assert [f for f in found(kept) if f[0] == "one_chair_at_a_time"] == expected


def test_a_fee_without_its_decimal_point(kept) -> None:
    kept.procedure(ProcFee=8000)
    kept.procedure(ProcFee=3999)
    assert found(kept) == [("fees_are_plausible", DAY, 1)]


def test_a_price_without_its_decimal_point(kept) -> None:
    kept.add("fee", CodeNum=1, Amount=8000)
    assert found(kept) == [("prices_are_plausible", UNDATED, 1)]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"InsPayEst": 70.01}, ["the_patients_share_is_not_negative"]),
        ({"InsPayEst": 70}, []),
        ({"AllowedOverride": 801}, ["allowed_amounts_fit_the_fee"]),
        ({"AllowedOverride": 800}, []),
        ({"ProcDate": "2025-03-03", "InsSubNum": 2}, ["cover_has_not_ended"]),
        ({"InsSubNum": 2, "InsPayAmt": 0}, []),
    ],
)
def test_what_a_carrier_allows_and_pays(kept, values, told) -> None:
    kept.add("inssub", DateTerm="2025-03-02")
    kept.put("claimproc", 1, **values)
    assert found(kept) == [(name, DAY, 1) for name in told]


def test_a_claim_on_nobody(kept) -> None:
    kept.add("claim", PatNum=1, DateService=DAY, ClaimStatus="U")
    assert found(kept) == [("claims_name_their_carrier", DAY, 1)]
    [detail] = [f.detail for f in findings(kept.clinic.engine, RULES, Days(DAY, DAY))]
    assert detail == "50 % of 2"


def test_an_adjustment_of_what_costs_nothing(kept) -> None:
    free = kept.procedure(ProcFee=0)
    kept.add("adjustment", AdjDate=DAY, AdjAmt=-5, PatNum=1, ProcNum=free)
    assert found(kept) == [("what_is_adjusted_costs_something", DAY, 1)]


def test_what_is_on_no_day_is_counted(kept) -> None:
    first = settings().first_day
    kept.visit(f"{first - dt.timedelta(days=1)} 23:59")
    kept.visit(f"{first} 00:00")
    kept.visit("0001-01-01")
    kept.visit("2019-01-01", AptStatus=6)
    for paid in (None, "0001-01-01"):
        kept.add("paysplit", PatNum=1, SplitAmt=1, DatePay=paid)
    assert found(kept) == [
        ("no_appointment_is_too_early", UNDATED, 1),
        ("payments_have_a_date", UNDATED, 2),
    ]


def test_a_practice_that_is_not_copied_yet_is_not_judged(clinic) -> None:
    assert findings(clinic.engine, RULES, Days(DAY, DAY)) == []
