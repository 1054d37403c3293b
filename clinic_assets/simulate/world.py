"""The simulated clinic as a whole: the history of every table, and the truth behind it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from clinic_assets.simulate import lives, people, slices, stock
from clinic_assets.simulate.bookings import bookings
from clinic_assets.simulate.clock import day_of
from clinic_assets.simulate.dice import Floats
from clinic_assets.simulate.keys import KEYS
from clinic_assets.simulate.outcomes import fates, outcomes, true_risk
from clinic_assets.simulate.payments import entered_late, payments
from clinic_assets.simulate.plan import ClinicPlan
from clinic_assets.simulate.roster import shift_history
from clinic_assets.simulate.slices import Tables
from clinic_assets.simulate.supply import supply_history


@dataclass(frozen=True)
class World:
    """Everything that happened until the last day; times are local to the clinic."""

    plan: ClinicPlan
    histories: Tables
    risks: pd.DataFrame
    stock_ledger: pd.DataFrame
    late_rows: pd.DataFrame

    @cached_property
    def final(self) -> Tables:
        """Each table as it stood at the end of the last day."""
        return {table: slices.final(rows, KEYS[table]) for table, rows in self.histories.items()}

    def exported_on(self, day: date) -> Tables:
        """What was created or changed on a day, as it stood that evening, where anything was."""
        changed = {
            table: rows[rows["slice_day"] == pd.Timestamp(day)]
            for table, rows in self.histories.items()
        }
        return {
            table: slices.final(rows, KEYS[table]) for table, rows in changed.items() if len(rows)
        }

    @cached_property
    def truth(self) -> Tables:
        """What a test may know and the clinic's platform may not."""
        visits = self.final["appointments"].merge(self.risks, on="appointment_id")
        visits.insert(len(visits.columns) - 1, "day", day_of(visits["appt_start"].to_numpy()))
        told = ("payments", "shifts", "patients")
        return {
            "appointments": visits,
            **{table: self.final[table] for table in told},
            "stock": self.stock_ledger,
            "late_rows": self.late_rows,
        }


def simulate(plan: ClinicPlan) -> World:
    """Let the clinic live from its first to its last day."""
    everyone, physios = people.patients(plan), people.physio_ids(plan)
    book, fate, risk = _visits(plan, everyone)
    ends = outcomes(book, fate, risk)
    paid = payments(book, fate, ends)
    ledger, orders = stock.stock_rooms(plan)
    histories = {
        "patients": people.patient_history(plan, everyone),
        "physios": people.physio_history(plan),
        "appointments": lives.appointment_history(plan, book, ends, physios),
        "payments": paid,
        "shifts": shift_history(plan, physios),
        "stock_logs": _stock_logs(stock.reported(plan, ledger)),
        **supply_history(plan, orders),
    }
    late = pd.concat([lives.told_late(book, ends), entered_late(paid)])
    return World(
        plan=plan,
        histories={name: slices.until(rows, plan.last_day) for name, rows in histories.items()},
        risks=pd.DataFrame({"appointment_id": book["appointment_id"], "true_risk": risk.round(4)}),
        stock_ledger=ledger,
        late_rows=slices.until(late, plan.last_day),
    )


def _visits(plan: ClinicPlan, everyone: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, Floats]:
    """The visits that reach into the plan's days, with their fates and risks."""
    book = bookings(plan, everyone)
    fate, risk = fates(plan, book), true_risk(plan, book, everyone)
    told = lives.worth_telling(plan, book, outcomes(book, fate, risk))
    kept = lives.with_keys(book[told], everyone)
    return kept, fate[told].reset_index(drop=True), risk[told]


def _stock_logs(ledger: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "LOG_DATE": ledger["log_date"],
            "LOCATION_ID": ledger["location_id"],
            "ITEM_NAME": ledger["item_name"],
            "OPENING_STOCK": ledger["opening"],
            "RECEIVED_QTY": ledger["received"],
            "ISSUED_QTY": ledger["issued"],
            "CLOSING_STOCK": ledger["closing"],
            "LEAD_TIME_DAYS": ledger["lead_time_days"],
            "slice_day": ledger["log_date"],
        }
    )
