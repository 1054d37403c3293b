"""Which days of which clean tables a change of the copy reaches, and what finds them quickly.

Every clean table is asked here of each copied table that its model reads: given the keys that
changed, on which days do its rows stand now? What a model joins beside its own rows is a way of
several steps: a changed code reaches the visits of its procedures.
"""

import re
from dataclasses import dataclass

from clinic_assets.replica.downstream.touched import Dated
from clinic_assets.sources.opendental.declaring import ROOM
from clinic_assets.sources.opendental.instances import over


@dataclass(frozen=True)
class _Days:
    """The day of a row at the end of a way, and which rows count."""

    of: str
    only: str = "true"


NO_DAY = "date '0001-01-01'"
UNDATED = _Days(NO_DAY)
VISIT = _Days('appointment."AptDateTime"::date', 'appointment."AptStatus" in (1, 2, 4, 5)')
BROKEN = _Days('appointment."AptDateTime"::date', 'appointment."AptStatus" = 5')
BROKEN_THAT_DAY = _Days(
    'appointment."AptDateTime"::date',
    'appointment."AptStatus" = 5 and procedurelog."AptNum" = 0'
    ' and procedurelog."ProcDate" = appointment."AptDateTime"::date',
)
VISITOR_ELSEWHERE = _Days(
    NO_DAY,
    'appointment."AptStatus" in (1, 2, 4, 5) and appointment."ClinicNum" <> patient."ClinicNum"',
)
PROCEDURE = _Days(
    f'case when procedurelog."ProcDate" > {NO_DAY} then procedurelog."ProcDate"'
    ' else procedurelog."DateTP" end'
)
SPLIT = _Days('paysplit."DatePay"', 'paysplit."SplitAmt" <> 0')
CARRIERS = _Days('claimproc."DateCP"', 'claimproc."Status" in (1, 4)')
CLAIM = _Days('claim."DateService"')
CLAIMED = _Days('claimproc."ProcDate"')
ADJUSTMENT = _Days('adjustment."AdjDate"')
PLANNED = _Days('procedurelog."DateTP"')
PRESENTED = _Days('treatplan."DateTP"', 'treatplan."TPStatus" = 0')
BLOCK = _Days('schedule."SchedDate"', 'schedule."SchedType" = 1')
RECALL = _Days('recall."DateDue"')
REFERRAL = _Days(
    f'case when refattach."RefDate" > {NO_DAY} then refattach."RefDate" else {NO_DAY} end'
)
CONTACT = _Days('commlog."CommDateTime"::date')

WAYS: dict[str, tuple[tuple[str, _Days], ...]] = {
    "patients": (
        ("patient(PatNum)", UNDATED),
        ("appointment(AptNum) patient(PatNum)", VISITOR_ELSEWHERE),
    ),
    "providers": (("provider(ProvNum)", UNDATED),),
    "operatories": (("operatory(OperatoryNum)", UNDATED),),
    "appointments": (
        ("appointment(AptNum)", VISIT),
        ("histappointment(HistApptNum) appointment(AptNum)", BROKEN),
        ("procedurelog(ProcNum) appointment(AptNum)", VISIT),
        ("procedurelog(ProcNum) appointment(PatNum)", BROKEN_THAT_DAY),
        ("procedurecode(CodeNum) procedurelog(CodeNum) appointment(AptNum)", VISIT),
        ("procedurecode(CodeNum) procedurelog(CodeNum) appointment(PatNum)", BROKEN_THAT_DAY),
        ("definition(DefNum) appointment(Confirmed=DefNum)", VISIT),
        ("appointmenttype(AppointmentTypeNum) appointment(AppointmentTypeNum)", VISIT),
        ("refattach(RefAttachNum) appointment(PatNum)", VISIT),
    ),
    "shifts": (
        ("schedule(ScheduleNum)", BLOCK),
        ("scheduleop(ScheduleOpNum) schedule(ScheduleNum)", BLOCK),
        ("operatory(OperatoryNum) scheduleop(OperatoryNum) schedule(ScheduleNum)", BLOCK),
    ),
    "procedures": (
        ("procedurelog(ProcNum)", PROCEDURE),
        ("claimproc(ClaimProcNum) procedurelog(ProcNum)", PROCEDURE),
        ("procedurecode(CodeNum) procedurelog(CodeNum)", PROCEDURE),
    ),
    "fees": (
        ("fee(FeeNum)", UNDATED),
        ("feesched(FeeSchedNum)", UNDATED),
        ("procedurecode(CodeNum) fee(CodeNum)", UNDATED),
    ),
    "payments": (
        ("paysplit(SplitNum)", SPLIT),
        ("claimproc(ClaimProcNum)", CARRIERS),
        ("payment(PayNum) paysplit(PayNum)", SPLIT),
        ("definition(DefNum) payment(PayType=DefNum) paysplit(PayNum)", SPLIT),
        ("procedurelog(ProcNum) paysplit(ProcNum)", SPLIT),
        ("procedurelog(ProcNum) claimproc(ProcNum)", CARRIERS),
        ("appointment(AptNum) procedurelog(AptNum) paysplit(ProcNum)", SPLIT),
        ("appointment(AptNum) procedurelog(AptNum) claimproc(ProcNum)", CARRIERS),
    ),
    "claims": (
        ("claim(ClaimNum)", CLAIM),
        ("insplan(PlanNum) claim(PlanNum)", CLAIM),
        ("carrier(CarrierNum) insplan(CarrierNum) claim(PlanNum)", CLAIM),
    ),
    "claim_procedures": (
        ("claimproc(ClaimProcNum)", CLAIMED),
        ("procedurelog(ProcNum) claimproc(ProcNum)", CLAIMED),
        ("inssub(InsSubNum) claimproc(InsSubNum)", CLAIMED),
    ),
    "adjustments": (
        ("adjustment(AdjNum)", ADJUSTMENT),
        ("definition(DefNum) adjustment(AdjType=DefNum)", ADJUSTMENT),
        ("procedurelog(ProcNum) adjustment(ProcNum)", ADJUSTMENT),
    ),
    "insurance": (
        ("patplan(PatPlanNum)", UNDATED),
        ("inssub(InsSubNum)", UNDATED),
        ("insplan(PlanNum)", UNDATED),
        ("carrier(CarrierNum)", UNDATED),
    ),
    "treatment_plan_items": (
        ("treatplanattach(TreatPlanAttachNum) procedurelog(ProcNum)", PLANNED),
        ("procedurelog(ProcNum) treatplanattach(ProcNum)", PLANNED),
        ("procedurecode(CodeNum) procedurelog(CodeNum) treatplanattach(ProcNum)", PLANNED),
        ("treatplan(TreatPlanNum) treatplanattach(TreatPlanNum) procedurelog(ProcNum)", PLANNED),
        ("treatplan(TreatPlanNum)", PRESENTED),
        ("proctp(ProcTPNum) treatplan(TreatPlanNum)", PRESENTED),
    ),
    "recalls": (
        ("recall(RecallNum)", RECALL),
        ("recalltype(RecallTypeNum) recall(RecallTypeNum)", RECALL),
        ("definition(DefNum) recall(RecallStatus=DefNum)", RECALL),
    ),
    "referrals": (
        ("refattach(RefAttachNum)", REFERRAL),
        ("referral(ReferralNum) refattach(ReferralNum)", REFERRAL),
    ),
    "communications": (
        ("commlog(CommlogNum)", CONTACT),
        ("definition(DefNum) commlog(CommType=DefNum)", CONTACT),
    ),
}
"""For each clean table the ways to its rows, from the changed table first named: each step is a
table with the column that meets the step before, which has it under the same name or the other.
"""
STEP = re.compile(r"(\w+)\((\w+)(?:=(\w+))?\)")

NEEDED_INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    "adjustment": (("AdjDate",), ("ProcNum",)),
    "appointment": (("AptDateTime",), ("PatNum",)),
    "claim": (("DateService",),),
    "claimproc": (("ProcNum",), ("ProcDate",), ("DateCP",)),
    "commlog": (("CommDateTime",),),
    "histappointment": (("AptNum",),),
    "payment": (("PayType",),),
    "paysplit": (("DatePay",), ("ProcNum",), ("PayNum",)),
    "procedurelog": (("AptNum",), ("PatNum", "ProcDate"), ("ProcDate",), ("DateTP",)),
    "recall": (("DateDue",),),
    "refattach": (("PatNum",),),
    "schedule": (("SchedDate",),),
    "scheduleop": (("ScheduleNum",),),
    "treatplan": (("DateTP",),),
    "treatplanattach": (("ProcNum",), ("TreatPlanNum",)),
}
"""Columns of copied tables, beside their keys, by which the models and the ways above search."""


def dated(instance: str) -> tuple[Dated, ...]:
    """What every change of one practice's copy reaches."""
    return tuple(
        _dated(f"clean.{ROOM}_{name}", way, days, instance)
        for name, ways in WAYS.items()
        for way, days in ways
    )


def _dated(reader: str, way: str, days: _Days, instance: str) -> Dated:
    steps = STEP.findall(way)
    changed, *joined = (table for table, _, _ in steps)
    sql, before = f"select distinct {days.of} as day from changed_keys", "changed_keys"
    for table, column, other in steps:
        met = f'{table}."{column}" = {before}."{other or column}"'
        sql += f" join opendental.{table} on {met}"
        before = table
    return Dated(reader, changed, over(f"{sql} where {days.only}", [instance]), tuple(joined))
