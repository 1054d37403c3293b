"""The practice's rows fit together, but for the dirt, and the dirt is counted."""

import pytest

from clinic_assets.simulate.dental.schema import TABLES

REFERENCES = {
    "patient": "PatNum PatNum Guarantor Subscriber ResponsParty",
    "appointment": "AptNum AptNum NextAptNum PlannedAptNum",
    "procedurelog": "ProcNum ProcNum ProcNumOrig",
    "procedurecode": "CodeNum CodeNum",
    "provider": "ProvNum ProvNum ProvHyg PriProv SecProv ProvTreat ProvBill ProvDentist ProvHygienist",
    "operatory": "OperatoryNum Op OperatoryNum",
    "clinic": "ClinicNum ClinicNum",
    "schedule": "ScheduleNum ScheduleNum",
    "claim": "ClaimNum ClaimNum",
    "claimpayment": "ClaimPaymentNum ClaimPaymentNum",
    "payment": "PayNum PayNum",
    "insplan": "PlanNum PlanNum InsPlan1 InsPlan2",
    "inssub": "InsSubNum InsSubNum",
    "carrier": "CarrierNum CarrierNum",
    "employer": "EmployerNum EmployerNum",
    "feesched": "FeeSchedNum FeeSched",
    "treatplan": "TreatPlanNum TreatPlanNum",
    "referral": "ReferralNum ReferralNum",
    "recalltype": "RecallTypeNum RecallTypeNum",
    "appointmenttype": "AppointmentTypeNum AppointmentTypeNum",
    "securitylog": "SecurityLogNum SecurityLogNum",
    "userod": "UserNum UserNum HistUserNum SecUserNumEntry UserNumPresenter",
    "definition": "DefNum AdjType PayType UnearnedType Confirmed CommType BillingType Priority Dx"
    " RecallStatus UnschedStatus BlockoutType Specialty ProcCat",
}
"""Table, its key, and the columns elsewhere that hold it; 0 is nothing."""

PHANTOMS = {
    ("procedurelog", "AptNum"): "phantom_appointment",
    ("paysplit", "ProcNum"): "phantom_procedure",
    ("commlog", "PatNum"): "phantom_patient",
}
NO_KEY = {("appointment", "Priority"), ("recall", "Priority")}
"""An enumeration of the same name."""

HOLDERS = [
    (table, column.name, target, names.split()[0])
    for target, names in REFERENCES.items()
    for table, declared in TABLES.items()
    for column in declared.columns
    if column.name in names.split()[1:] and table != target and (table, column.name) not in NO_KEY
]


def test_every_key_names_a_row_but_the_counted_phantoms(practice):
    assert len(HOLDERS) > 100
    for table, column, target, key in HOLDERS:
        lost = practice.one(
            f"select count(*) from `{table}` one left join `{target}` other"
            f" on one.`{column}` = other.`{key}` where one.`{column}` <> 0 and other.`{key}` is null"
        )
        if (table, column) == ("histappointment", "AptNum"):
            gone = practice.one(
                "select count(distinct AptNum) from histappointment where HistApptAction = 4"
            )
            assert 0 < gone <= lost, "the history also knows deleted appointments"
            continue
        kind = PHANTOMS.get((table, column))
        assert lost == (practice.dirt(kind) if kind else 0), (table, column)


def test_every_line_of_a_claim_has_its_claim_and_its_procedure(practice):
    lines = practice.table("claimproc")
    assert ((lines["ClaimNum"] == 0) == (lines["Status"] == 6)).all(), "only estimates have none"
    assert (lines["ProcNum"] == 0).sum() == practice.dirt("paid_as_total")
    assert set(lines["Status"]) == {0, 1, 2, 4, 6}
    strangers = practice.one(
        "select count(*) from claimproc l join claim c using (ClaimNum) where l.PatNum <> c.PatNum"
    )
    assert strangers == 0
    assert practice.one("select count(*) from claim where ClaimNum not in (select ClaimNum from claimproc)") == 0  # fmt: skip


@pytest.mark.parametrize(
    ("table", "key", "amount", "part", "parts"),
    [
        ("payment", "PayNum", "PayAmt", "SplitAmt", "paysplit"),
        ("claimpayment", "ClaimPaymentNum", "CheckAmt", "InsPayAmt", "claimproc"),
        ("claim", "ClaimNum", "InsPayAmt", "InsPayAmt", "claimproc"),
        ("claim", "ClaimNum", "ClaimFee", "FeeBilled", "claimproc"),
    ],
)
def test_a_whole_is_the_sum_of_its_parts(practice, table, key, amount, part, parts):
    wholes = practice.table(f"select {key}, {amount} as amount from {table}").set_index(key)
    summed = practice.table(f"select {key}, sum({part}) as amount from {parts} group by {key}")
    off = wholes["amount"] - summed.set_index(key)["amount"].reindex(wholes.index)
    assert len(wholes) > 20 and off.abs().max() < 0.005


def test_balances_add_up_for_every_family(practice):
    accounts = practice.truth.accounts
    found = practice.table(
        """
        select p.Guarantor, sum(amount) as balance from patient p join (
            select PatNum, ProcFee * greatest(1, BaseUnits + UnitQty) as amount
            from procedurelog where ProcStatus = 2
            union all select PatNum, AdjAmt from adjustment
            union all select PatNum, -SplitAmt from paysplit
            union all select PatNum, -InsPayAmt - WriteOff from claimproc where Status in (1, 4)
        ) booked using (PatNum) group by p.Guarantor
        """
    ).set_index("Guarantor")["balance"]
    told = accounts.set_index("Guarantor")
    off = told["balance"] - found.reindex(told.index, fill_value=0.0)
    assert off.abs().max() < 0.005
    sides = told["procedures"] + told["adjustments"] - told["payments"] - told["insurance"]
    assert (sides - told["write_offs"] - told["balance"]).abs().max() < 0.005
    assert (told["balance"] > 0).any() and (told["balance"] < 0).any()
    for side in ("procedures", "adjustments", "payments", "insurance", "write_offs"):
        assert told[side].abs().sum() > 0, side


def test_patients_carry_their_balance_and_its_age(practice):
    patients = practice.table("patient")
    family = patients.groupby("Guarantor")["EstBalance"].sum()
    heads = patients[patients["PatNum"] == patients["Guarantor"]].set_index("PatNum")
    assert (family - heads["BalTotal"]).abs().max() < 0.005
    aged = heads[["Bal_0_30", "Bal_31_60", "Bal_61_90", "BalOver90"]]
    owing = heads["BalTotal"] > 0
    assert (aged.sum(axis=1) - heads["BalTotal"])[owing].abs().max() < 0.005
    assert (aged[~owing].sum(axis=1) == 0).all()
    assert (aged["Bal_0_30"] > 0).any() and (aged["Bal_31_60"] > 0).any()


@pytest.fixture(scope="module")
def live(practice):
    """The appointments that take or took place, each with who treats, from when to when."""
    rows = practice.table(
        "select AptNum, PatNum, Op, if(IsHygiene or Op % 3 = 0, ProvHyg, ProvNum) as provider,"
        " AptDateTime as since, AptDateTime + interval 5 * length(Pattern) minute as till"
        " from appointment where AptStatus in (1, 2, 4) and AptDateTime > '1880-01-01'"
    )
    return rows.assign(day=rows["since"].dt.date)


def at_once(live, what):
    """Pairs of appointments that overlap and have the same patient, chair or provider."""
    pairs = live.merge(live, on=[what, "day"])
    pairs = pairs[pairs["AptNum_x"] < pairs["AptNum_y"]]
    return pairs[(pairs["since_x"] < pairs["till_y"]) & (pairs["since_y"] < pairs["till_x"])]


@pytest.mark.parametrize("what", ["PatNum", "Op"])
def test_nobody_is_in_two_chairs_at_once_and_no_chair_holds_two(live, what):
    assert len(live) > 500 and at_once(live, what).empty


def test_a_provider_has_two_patients_at_once_only_where_one_was_squeezed_in(practice, live):
    doubled = at_once(live, "provider")
    squeezed = practice.truth.appointments.query("is_squeezed")["apt_num"]
    assert len(doubled) > 0
    assert (doubled["AptNum_x"].isin(squeezed) | doubled["AptNum_y"].isin(squeezed)).all()


def test_time_runs_forward(practice):
    backwards = {
        "booked after the start": "appointment where SecDateTEntry > AptDateTime and AptStatus = 2",
        "seated after leaving": "appointment where DateTimeSeated > DateTimeDismissed",
        "done in the future": "procedurelog join procedurecode using (CodeNum) where ProcStatus = 2"
        f" and ProcDate > '{practice.plan.last_day}' and ProcCode <> 'D9987'",
        "planned after it was done": "procedurelog where DateTP > ProcDate and ProcStatus = 2",
        "paid before it was agreed": "paysplit where DatePay > DateEntry",
        "received before it was sent": "claim where ClaimStatus = 'R' and DateReceived < DateSent",
        "told in the future": f"histappointment where HistDateTStamp > '{practice.plan.now}'",
        "logged in the future": f"securitylog where LogDateTime > '{practice.plan.now}'",
        "changed in the future": f"appointment where DateTStamp > '{practice.plan.now}'",
    }  # fmt: skip
    for what, where in backwards.items():
        assert practice.one(f"select count(*) from {where}") == 0, what


def test_the_last_change_of_an_appointment_is_how_it_stands(practice):
    off = practice.table(
        "select a.AptNum, a.AptStatus, h.AptStatus as told from appointment a join histappointment h"
        " using (AptNum) where h.HistApptNum = (select HistApptNum from histappointment x where"
        " x.AptNum = a.AptNum order by HistDateTStamp desc, HistApptNum desc limit 1)"
        " and a.AptStatus <> h.AptStatus"
    )
    no_history = practice.dirt("broken_without_history")
    known = off[~((off["AptStatus"] == 5) | (off["AptStatus"] == 4))]
    assert known.empty
    assert (off["AptStatus"] == 5).sum() <= no_history


COUNTED = {
    "birthdate_zero": "patient where Birthdate = '0000-00-00'",
    "birthdate_none": "patient where Birthdate = '0001-01-01'",
    "employer_in_other_case": "employer where binary EmpName not in"
    " ('UPS', 'Boeing', 'County Schools', 'Harbor Foods', 'City of Salem', 'Timber & Sons')",
    "subscriber_terminated_but_paid": "inssub where DateTerm > '0001-01-01' and InsSubNum in"
    " (select InsSubNum from claimproc where InsPayAmt > 0 and DateCP > DateTerm + interval 3 year)",
    "plan_without_carrier": "insplan where CarrierNum = 0",
    "claim_without_carrier": "claim join insplan using (PlanNum) where CarrierNum = 0",
    "converted_without_entry": "appointment where SecDateTEntry = '0001-01-01' and AptStatus < 6",
    "appointment_without_date": "appointment where AptDateTime = '0001-01-01' and AptStatus = 1",
    "appointment_at_zero_date": "appointment where AptDateTime = '0000-00-00'",
    "empty_pattern": "appointment where Pattern = '' and AptStatus < 6",
    "asap_status": "appointment where AptStatus = 4",
    "hygiene_unflagged": "appointment where IsHygiene = 0 and Op % 3 = 0 and Op > 0 and AptStatus < 6",
    "arrived_at_midnight": "appointment where time(DateTimeArrived) = '00:00' and"
    " DateTimeArrived > '0001-01-01' and AptStatus < 6",
    "deleted_broken_code": "procedurelog join procedurecode using (CodeNum) where ProcStatus = 6"
    " and ProcCode in ('D9986', 'D9987')",
    "planned_at_zero_date": "procedurelog where DateTP = '0000-00-00'",
    "phantom_appointment": "procedurelog where AptNum >= 9000000000",
    "allowed_typed_twice": "claimproc where AllowedOverride > FeeBilled * 900",
    "estimate_above_fee": "claimproc where InsPayEst > FeeBilled * 7 and FeeBilled > 0",
    "paid_as_total": "claimproc where ProcNum = 0",
    "adjustment_on_zero_fee": "adjustment join procedurelog using (ProcNum) where ProcFee = 0",
    "payment_at_zero_date": "payment where PayDate = '0000-00-00'",
    "split_without_date": "paysplit where DatePay = '0001-01-01'",
    "unearned_swapped": "paysplit join payment using (PayNum) where PayType = 0 and SplitAmt < 0"
    " and paysplit.ProcNum = 0 and UnearnedType = 0",
    "letter_at_zero_date": "commlog where CommDateTime = '0000-00-00'",
    "shift_ends_before_start": "schedule where SchedType = 1 and StopTime <= StartTime",
    "shift_of_nobody": "schedule where SchedType = 1 and ProvNum = 0",
    "referred_at_zero_date": "refattach where RefDate = '0000-00-00'",
}  # fmt: skip


@pytest.mark.parametrize("kind", COUNTED)
def test_every_kind_of_dirt_is_there_as_often_as_it_is_told(practice, kind):
    assert practice.one(f"select count(*) from {COUNTED[kind]}") == practice.dirt(kind) > 0


def test_fees_a_hundred_times_too_high_are_counted(practice):
    [found] = practice.table(
        "select count(*) from procedurelog join fee on FeeSched = 1 and fee.CodeNum ="
        " procedurelog.CodeNum where ProcFee > 99 * Amount and Amount > 0"
    ).iloc[0]
    assert found == practice.dirt("fee_100x") > 0


def test_some_broken_appointments_leave_no_word_and_some_broke_twice(practice):
    silent = practice.one(
        "select count(*) from appointment where AptStatus = 5 and AptNum not in"
        " (select AptNum from histappointment where AptStatus = 5)"
    )
    assert silent == practice.dirt("broken_without_history") > 0
    assert practice.dirt("broken_twice") > 0
    assert not set(practice.truth.dirt["kind"]) - {
        *COUNTED, "fee_100x", "broken_without_history", "broken_twice", "phantom_procedure",
        "phantom_patient",
    }  # fmt: skip


def test_the_rows_of_every_table_are_as_many_as_told(practice):
    told = dict(zip(practice.truth.rows["table"], practice.truth.rows["rows"], strict=True))
    assert told == practice.rows and set(told) == set(TABLES)
    for table, rows in told.items():
        assert practice.one(f"select count(*) from `{table}`") == rows, table
    assert [table for table, rows in told.items() if rows == 0] == ["clinic"]
