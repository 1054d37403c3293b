"""A practice's copy made by hand: OpenDental's own tables and columns, in Postgres' types."""

import datetime as dt
from collections.abc import Sequence
from itertools import count
from typing import Any

import sqlalchemy as sa

from clinic_assets.core import assets as core
from clinic_assets.sources.opendental.clean_assets import select_of
from clinic_assets.sources.opendental.tables import TABLES
from clinic_assets.warehouse import books
from clinic_assets.warehouse.contracts import metadata
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.publish import Author, Published, publish

TYPES = {
    "big": ("bigint", "0"),
    "int": ("integer", "0"),
    "tiny": ("smallint", "0"),
    "text": ("text", "''"),
    "money": ("double precision", "0"),
    "date": ("date", "'0001-01-01'"),
    "datetime": ("timestamp without time zone", "'0001-01-01'"),
    "stamp": ("timestamp with time zone", "now()"),
    "time": ("interval", "'00:00'"),
}
COLUMNS = {
    "patient": "PatNum LName:text FName:text HmPhone:text WkPhone:text WirelessPhone:text"
    " Guarantor:big PatStatus:tiny TxtMsgOk:tiny ClinicNum:big SecDateEntry:date",
    "provider": "ProvNum Abbr:text LName:text FName:text IsSecondary:tiny IsHidden:tiny",
    "operatory": "OperatoryNum OpName:text Abbrev:text IsHidden:tiny IsHygiene:tiny ClinicNum:big",
    "appointment": "AptNum PatNum:big AptStatus:tiny Pattern:text Confirmed:big Op:big ProvNum:big"
    " ProvHyg:big AptDateTime:datetime ClinicNum:big IsHygiene:tiny DateTimeArrived:datetime"
    " AppointmentTypeNum:big SecDateTEntry:datetime",
    "histappointment": "HistApptNum HistDateTStamp:datetime AptNum:big AptStatus:tiny",
    "appointmenttype": "AppointmentTypeNum AppointmentTypeName:text",
    "definition": "DefNum Category:tiny ItemName:text",
    "schedule": "ScheduleNum SchedDate:date StartTime:time StopTime:time SchedType:tiny ProvNum:big"
    " Status:tiny ClinicNum:big",
    "scheduleop": "ScheduleOpNum ScheduleNum:big OperatoryNum:big",
    "procedurelog": "ProcNum PatNum:big AptNum:big ProcDate:date ProcFee:money ProcStatus:tiny"
    " ProvNum:big ClinicNum:big CodeNum:big UnitQty:int BaseUnits:int DateTP:date",
    "procedurecode": "CodeNum ProcCode:text Descript:text",
    "fee": "FeeNum Amount:money FeeSched:big CodeNum:big ClinicNum:big ProvNum:big",
    "feesched": "FeeSchedNum Description:text",
    "payment": "PayNum PayType:big",
    "paysplit": "SplitNum SplitAmt:money PatNum:big PayNum:big DatePay:date ProcNum:big"
    " ClinicNum:big",
    "claim": "ClaimNum PatNum:big DateService:date DateSent:date ClaimStatus:text DateReceived:date"
    " PlanNum:big ProvTreat:big ClaimFee:money InsPayEst:money InsPayAmt:money DedApplied:money"
    " ClaimType:text WriteOff:money ClinicNum:big",
    "claimproc": "ClaimProcNum ProcNum:big ClaimNum:big PatNum:big FeeBilled:money InsPayEst:money"
    " Status:tiny InsPayAmt:money PlanNum:big DateCP:date WriteOff:money AllowedOverride:money"
    " ProcDate:date InsEstTotal:money InsEstTotalOverride:money ClinicNum:big InsSubNum:big",
    "adjustment": "AdjNum AdjDate:date AdjAmt:money PatNum:big AdjType:big ProvNum:big ProcNum:big"
    " ClinicNum:big",
    "insplan": "PlanNum GroupName:text PlanType:text CarrierNum:big",
    "carrier": "CarrierNum CarrierName:text",
    "inssub": "InsSubNum PlanNum:big Subscriber:big DateEffective:date DateTerm:date",
    "patplan": "PatPlanNum PatNum:big Ordinal:tiny Relationship:tiny InsSubNum:big",
    "treatplan": "TreatPlanNum PatNum:big DateTP:date TPStatus:tiny DateTSigned:datetime",
    "treatplanattach": "TreatPlanAttachNum TreatPlanNum:big ProcNum:big",
    "proctp": "ProcTPNum TreatPlanNum:big PatNum:big ProcNumOrig:big ProcCode:text FeeAmt:money"
    " PriInsAmt:money SecInsAmt:money PatAmt:money ProvNum:big ClinicNum:big",
    "recall": "RecallNum PatNum:big DateDue:date DatePrevious:date RecallStatus:big IsDisabled:tiny"
    " RecallTypeNum:big DateScheduled:date",
    "recalltype": "RecallTypeNum Description:text",
    "referral": "ReferralNum LName:text FName:text",
    "refattach": "RefAttachNum ReferralNum:big PatNum:big ItemOrder:tiny RefDate:date RefType:tiny"
    " RefToStatus:tiny ProcNum:big",
    "commlog": "CommlogNum PatNum:big CommDateTime:datetime CommType:big Mode_:tiny"
    " SentOrReceived:tiny CommSource:tiny",
}
"""The columns that the models read; the first is the key."""

SCHEDULED, COMPLETE, UNSCHEDULED, ASAP, BROKEN, PLANNED, NOTE = 1, 2, 3, 4, 5, 6, 7
PLANNED_PROCEDURE, DONE = 1, 2
D1110, D9986, D9987 = 1, 2, 3
CODES = {D1110: "D1110", D9986: "D9986", D9987: "D9987"}
_runs = count(1)


def key_of(table: str) -> str:
    """A table's key column."""
    return COLUMNS[table].split()[0]


class Practice:
    """One practice's copy in a clinic's database; empty but for three procedure codes."""

    def __init__(self, clinic: Any, name: str = "opendental") -> None:
        self.clinic, self.name = clinic, name
        self.numbers: dict[str, count[int]] = {}
        made = [f"create table {name}.{table} ({_ddl(told)})" for table, told in COLUMNS.items()]
        self._run(f"drop schema if exists {name} cascade; create schema {name}; {'; '.join(made)}")
        for code in CODES.values():
            self.add("procedurecode", ProcCode=code, Descript=f"About {code}")

    def add(self, table: str, **values: Any) -> int:
        """Add a row, everything not named at its default, and return its number: 1, 2, ..."""
        number = next(self.numbers.setdefault(table, count(1)))
        row = {key_of(table): number, **values}
        names, places = ", ".join(f'"{n}"' for n in row), ", ".join(f":{n}" for n in row)
        self._run(f"insert into {self.name}.{table} ({names}) values ({places})", **row)
        return number

    def put(self, table: str, number: int, **values: Any) -> None:
        """Change a row in place."""
        named = ", ".join(f'"{name}" = :{name}' for name in values)
        self._run(f'update {self.name}.{table} set {named} where "{key_of(table)}" = :number',
                  number=number, **values)  # fmt: skip

    def drop(self, table: str, number: int) -> None:
        """Delete a row."""
        self._run(f'delete from {self.name}.{table} where "{key_of(table)}" = :number',
                  number=number)  # fmt: skip

    def _run(self, statement: str, **bound: Any) -> None:
        with self.clinic.engine.begin() as connection:
            connection.execute(sa.text(statement), bound)

    def visit(self, start: str = "2025-03-03 09:00", **values: Any) -> int:
        """Add an appointment: scheduled, an hour long, of patient and provider 1."""
        usual = {"PatNum": 1, "ProvNum": 1, "AptStatus": SCHEDULED, "Pattern": "X" * 12}
        return self.add("appointment", AptDateTime=start, **(usual | values))

    def procedure(self, day: str = "2025-03-03", **values: Any) -> int:
        """Add a procedure: a cleaning done, once, for 80."""
        usual = {"PatNum": 1, "ProvNum": 1, "ProcFee": 80, "ProcStatus": DONE, "CodeNum": D1110,
                 "UnitQty": 1}  # fmt: skip
        return self.add("procedurelog", ProcDate=day, **(usual | values))


def _ddl(columns: str) -> str:
    first, *rest = columns.split()
    lines = [f'"{first}" bigint primary key']
    for token in rest:
        name, _, kind = token.partition(":")
        sql_type, default = TYPES[kind]
        lines.append(f'"{name}" {sql_type} default {default}')
    return ", ".join(lines)


def emptied(clinic: Any) -> Any:
    """The clinic without rows, as for a test of its own; making it anew takes longer."""
    names = [t.fullname for t in metadata.tables.values() if t.schema in ("clean", "core", "mart")]
    names += ["ops.load_day", "ops.load_ledger", "ops.touched_day", "ops.source_day"]
    with clinic.engine.begin() as connection:
        connection.exec_driver_sql("; ".join(f"delete from {name}" for name in names))
    return clinic


def publish_days(
    clinic: Any,
    names: Sequence[str],
    first: str | dt.date,
    last: str | dt.date | None = None,
    practices: tuple[str, ...] = ("opendental",),
) -> dict[str, Published]:
    """Write clean and core tables of a range of days, each named as schema.table, in that order."""
    days = Days(_day(first), _day(last or first))
    return {name: _publish(clinic, metadata.tables[name], days, practices) for name in names}


def _publish(clinic: Any, table: sa.Table, days: Days, practices: tuple[str, ...]) -> Published:
    run = f"by hand {next(_runs)}"
    author = Author(run, books.take_fence(clinic.engine, run, None))
    select = select_of(table, practices) if table in TABLES else core.select_of(table)
    return publish(clinic.engine, table, days, author, select)


def _day(told: str | dt.date) -> dt.date:
    return told if isinstance(told, dt.date) else dt.date.fromisoformat(told)
