"""The truth about a practice, kept outside its database: what each appointment really meant.

Times are local to the clinic and without a zone. `kpis` adds up the days.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import day_of
from clinic_assets.simulate.dental import appointments as apt
from clinic_assets.simulate.dental.brought import DONE, PLANNED
from clinic_assets.simulate.dental.codes import CANCELLED, MISSED, num
from clinic_assets.simulate.dental.desk import Money
from clinic_assets.simulate.dental.fates import Fate
from clinic_assets.simulate.dental.insurance import RECEIVED, SUPPLEMENTAL, Settled
from clinic_assets.simulate.dental.kpis import schedule_kpis
from clinic_assets.simulate.dental.plan import DentalPlan
from clinic_assets.simulate.dental.procedures import charge
from clinic_assets.simulate.dental.rows import Tables
from clinic_assets.simulate.dental.words import definitions, said_to_be_confirmed
from clinic_assets.simulate.dice import Texts

TIMES = {"created_at", "cancelled_at", "start_at", "end_at", "day", "paid_on"}
TABLES = ("appointments", "payments", "shifts", "accounts", "dirt", "rows")


@dataclass(frozen=True)
class Truth:
    """What a test may know and the clinic's platform may not."""

    plan: DentalPlan
    appointments: pd.DataFrame
    payments: pd.DataFrame
    shifts: pd.DataFrame
    accounts: pd.DataFrame
    dirt: pd.DataFrame
    rows: pd.DataFrame
    """How many rows each table of the database has."""

    def schedule_kpis(
        self,
        first: date,
        last: date,
        notice_hours: int = 24,
        broken_means: str = "unresolved",
    ) -> pd.DataFrame:
        """The schedule's daily numbers by clinic and practitioner, as they have to come out."""
        named = self.appointments["status"].replace("unresolved", broken_means)
        visits = self.appointments.assign(status=named)
        return schedule_kpis(
            self.plan, visits, self.payments, self.shifts, (first, last), notice_hours
        )

    @classmethod
    def read(cls, folder: Path) -> "Truth":
        """Read what `TruthFolder` wrote."""
        told: dict[str, Any] = json.loads((folder / "plan.json").read_text())
        for name in ("first_day", "last_day"):
            told[name] = date.fromisoformat(told[name])
        tables = {}
        for name in TABLES:
            head = pd.read_csv(folder / f"{name}.csv", nrows=0).columns
            tables[name] = pd.read_csv(
                folder / f"{name}.csv", parse_dates=[each for each in head if each in TIMES]
            )
        return cls(DentalPlan(**told), **tables)


class TruthFolder:
    """Where the truth goes, piece by piece."""

    def __init__(self, folder: Path, plan: DentalPlan) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.csv"):
            old.unlink()
        self._folder = folder
        (folder / "plan.json").write_text(json.dumps(asdict(plan), default=str))

    def add(self, tables: Tables) -> None:
        """Append rows to each table's file."""
        for name, rows in tables.items():
            path = self._folder / f"{name}.csv"
            rows.to_csv(path, mode="a", header=not path.exists(), index=False)


def told(visits: pd.DataFrame, procs: pd.DataFrame, settled: Settled, money: Money) -> Tables:
    """The truth about a span of visits and their payments."""
    return {
        "appointments": _appointments(visits, procs),
        "payments": _payments(procs, settled, money),
    }


def _appointments(visits: pd.DataFrame, procs: pd.DataFrame) -> pd.DataFrame:
    shown = (apt.SCHEDULED, apt.ASAP, apt.COMPLETE, apt.BROKEN_STATUS)
    has_day = visits["AptDateTime"].to_numpy() >= np.datetime64("1880-01-01")
    rows = visits[visits["AptStatus"].isin(shown) & ~visits["is_gone"] & has_day]
    hygienist = (rows["IsHygiene"] == 1) & (rows["ProvHyg"] > 0)
    known = (rows["AptStatus"] == apt.BROKEN_STATUS) & ~rows["no_history"]
    return pd.DataFrame(
        {
            "apt_num": rows["AptNum"],
            "pat_num": rows["PatNum"],
            "clinic_num": rows["ClinicNum"],
            "prov_num": rows["ProvHyg"].where(hygienist, rows["ProvNum"]),
            "day": day_of(rows["start"].to_numpy()),
            "start_at": rows["start"],
            "end_at": rows["end"],
            "status": _statuses(rows, procs),
            "created_at": rows["SecDateTEntry"],
            "cancelled_at": rows["broken_at"].where(known),
            "price_amount": _prices(procs).reindex(rows["AptNum"], fill_value=0).to_numpy() / 100,
            "is_squeezed": rows["is_squeezed"],
            "true_risk": rows["true_risk"].round(4),
        }
    )


def _statuses(rows: pd.DataFrame, procs: pd.DataFrame) -> Texts:
    noted = procs["CodeNum"].isin([num(MISSED), num(CANCELLED)]) & (procs["ProcStatus"] == DONE)
    is_noted = rows.index.isin(procs["visit"][noted])
    words = definitions().set_index("DefNum")["ItemName"]
    confirmed = rows["Confirmed"].map(words.map(said_to_be_confirmed)).astype(bool)
    arrived = rows["DateTimeArrived"].notna() & (
        rows["DateTimeArrived"] > rows["start"].dt.normalize()
    )
    broken = rows["AptStatus"] == apt.BROKEN_STATUS
    return np.select(
        [
            rows["AptStatus"] == apt.COMPLETE,
            broken & is_noted & (rows["fate"] == Fate.MISSED),
            broken & is_noted & (rows["fate"] == Fate.CANCELLED),
            broken,
            arrived,
            confirmed,
        ],
        ["completed", "no_show", "cancelled_patient", "unresolved", "arrived", "confirmed"],
        default="booked",
    )


def _prices(procs: pd.DataFrame) -> pd.Series:
    """What is done or planned at each appointment costs, in cents; not what broken ones cost."""
    counts = procs["ProcStatus"].isin([PLANNED, DONE])
    counts &= ~procs["CodeNum"].isin([num(MISSED), num(CANCELLED)])
    kept = procs[counts]
    return pd.Series(charge(kept), index=kept["AptNum"].to_numpy()).groupby(level=0).sum()


def _payments(procs: pd.DataFrame, settled: Settled, money: Money) -> pd.DataFrame:
    """Every split and insurance line with money and a day, with the appointment it pays for."""
    splits = money.splits[money.splits["DatePay"].notna()]
    lines = settled.lines
    lines = lines[lines["Status"].isin([RECEIVED, SUPPLEMENTAL]) & (lines["paid"] != 0)]
    attached = procs.set_index("ProcNum")["AptNum"]
    parts = [
        pd.DataFrame(
            {
                "payment": f"{table}:" + rows[key].astype(str),
                "clinic_num": rows["ClinicNum"],
                "apt_num": attached.reindex(rows["ProcNum"]).fillna(0).astype(int).to_numpy(),
                "amount": rows[amount] / 100,
                "day": rows["paid_on"].astype("datetime64[s]"),
            }
        )
        for table, rows, key, amount in (
            ("paysplit", splits, "SplitNum", "amount"),
            ("claimproc", lines, "ClaimProcNum", "paid"),
        )
    ]
    return pd.concat(parts, ignore_index=True)


def shift_truth(schedule: pd.DataFrame) -> pd.DataFrame:
    """The shifts among schedule rows."""
    rows = schedule[schedule["is_shift"]]
    day = rows["SchedDate"].to_numpy().astype("datetime64[s]")
    return pd.DataFrame(
        {
            "clinic_num": rows["clinic"].astype(int),
            "prov_num": rows["ProvNum"],
            "day": day,
            "start_at": day + rows["StartTime"].to_numpy().astype("timedelta64[s]"),
            "end_at": day + rows["StopTime"].to_numpy().astype("timedelta64[s]"),
        }
    )
