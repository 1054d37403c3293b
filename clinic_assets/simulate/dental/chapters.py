"""The life of a practice in chapters: what each adds to its tables, and the truth about it.

The first holds what the practice is set up with, the last what is only known at the end. What
lies between is as long as memory allows, whatever the size of the practice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import NEVER
from clinic_assets.simulate.dental import appointments as apt
from clinic_assets.simulate.dental import records, rows, truth
from clinic_assets.simulate.dental.appointments import appointments, notes, planned
from clinic_assets.simulate.dental.care import Plans, referrals
from clinic_assets.simulate.dental.closing import closing
from clinic_assets.simulate.dental.codes import CLEANINGS
from clinic_assets.simulate.dental.desk import Money, money
from clinic_assets.simulate.dental.diary import Diary
from clinic_assets.simulate.dental.dirt import Dirt
from clinic_assets.simulate.dental.insurance import Insurance
from clinic_assets.simulate.dental.ledger import Ledger
from clinic_assets.simulate.dental.log import log_lines, seals, security_log
from clinic_assets.simulate.dental.lots import Lots
from clinic_assets.simulate.dental.office import office
from clinic_assets.simulate.dental.people import patients
from clinic_assets.simulate.dental.plan import DentalPlan
from clinic_assets.simulate.dental.procedures import procedures
from clinic_assets.simulate.dental.roster import shifts
from clinic_assets.simulate.dental.rows import Tables
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dental.schedule import shift_rows
from clinic_assets.simulate.dice import Times

SHIFTS_AHEAD = 60
"""Days that the roster is known beyond the last one."""


@dataclass(frozen=True)
class Chapter:
    """Rows of tables in OpenDental's columns, and the truth about them in ours."""

    tables: Tables = field(default_factory=dict)
    truth: Tables = field(default_factory=dict)


def chapters(plan: DentalPlan) -> Iterator[Chapter]:
    """Let the practice live from its first to its last day."""
    lots = Lots(plan.seed)
    scene = Scene(plan, lots, Dirt(lots, plan.dirt), patients(plan, lots))
    story = _Story(scene)
    yield Chapter(office(scene))
    for first, last in plan.spans():
        yield story.shifts(first, last)
        yield story.visits(first, last)
    yield story.end()


class _Story:
    """What must be remembered from chapter to chapter."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._diary = Diary(scene.plan, scene.lots, scene.people)
        self._insurance = Insurance.of(scene)
        self._plans = Plans.of(scene)
        self._ledger = Ledger.of(scene)
        nobody = np.full(len(scene.people), NEVER)
        self._seen: dict[str, Times] = {
            "last_cleaning": self._diary.memory.last_cleaning.astype("datetime64[s]"),
            "next_cleaning": nobody,
            "first_visit": nobody.copy(),
        }

    def shifts(self, first: date, last: date) -> Chapter:
        """Who works when, as far as the roster is known."""
        until = min(last, self._scene.plan.last_day + timedelta(days=SHIFTS_AHEAD))
        if until < first:
            return Chapter()
        roster = shifts(self._scene.plan, self._scene.lots, first, until)
        tables = shift_rows(self._scene, roster, first, until)
        return Chapter(tables, {"shifts": truth.shift_truth(tables["schedule"])})

    def visits(self, first: date, last: date) -> Chapter:
        """What was agreed for these days, and all that it led to by now."""
        scene = self._scene
        agreed = self._diary.visits(first, last)
        if agreed.empty or (agreed["created_at"] > scene.plan.now).all():
            return Chapter()
        visits = appointments(scene, agreed)
        visits["no_history"] = records.without_history(scene, visits)
        plans = planned(scene, visits)
        planned_as = plans.set_index("real")["AptNum"]
        visits["NextAptNum"] = planned_as.reindex(visits["AptNum"], fill_value=0).to_numpy()
        procs = procedures(scene, visits)
        procs["PlannedAptNum"] = planned_as.reindex(procs["AptNum"], fill_value=0).to_numpy()
        settled = self._insurance.settle(procs)
        cash = money(scene, visits, procs, settled)
        self._ledger.add(procs, settled.lines, cash)
        self._see(visits)
        kept = pd.concat([visits[~visits["is_gone"]], plans, notes(scene, visits)])
        history = records.history(scene, visits)
        tables = {
            "appointment": rows.diary_rows(scene, kept.sort_values("AptNum")),
            "histappointment": rows.diary_rows(scene, history),
            "procedurelog": rows.procedure_rows(scene, procs),
            "procnote": records.clinical_notes(scene, visits, procs),
            "commlog": records.letters(scene, visits),
            "refattach": referrals(scene, visits),
            **self._plans.told(procs),
            **rows.insurance_rows(scene, settled),
            **rows.money_rows(cash.adjustments, cash.payments, cash.splits),
            **_log(scene, visits, history, procs, cash),
        }
        return Chapter(tables, truth.told(visits, procs, settled, cash))

    def end(self) -> Chapter:
        """What is only known at the end."""
        tables = closing(self._scene, self._ledger, self._insurance, self._seen)
        accounts = self._ledger.accounts()
        money_columns = accounts.columns.drop("Guarantor")
        accounts[money_columns] = accounts[money_columns] / 100
        return Chapter(tables, {"accounts": accounts, "dirt": self._scene.dirt.counts})

    def _see(self, visits: pd.DataFrame) -> None:
        patient, start = (visits["PatNum"] - 1).to_numpy(), visits["start"].to_numpy()
        came = (visits["AptStatus"] == apt.COMPLETE).to_numpy()
        cleaning = visits["kind"].isin(CLEANINGS).to_numpy()
        ahead = (visits["start"] > self._scene.plan.now).to_numpy() & ~visits["is_gone"].to_numpy()
        ahead &= visits["AptStatus"].isin([apt.SCHEDULED, apt.ASAP]).to_numpy()
        seen, cleaned = self._seen, came & cleaning
        np.fmax.at(seen["last_cleaning"], patient[cleaned], start[cleaned])
        np.fmin.at(seen["next_cleaning"], patient[ahead & cleaning], start[ahead & cleaning])
        np.fmin.at(seen["first_visit"], patient[came], start[came])


def _log(
    scene: Scene, visits: pd.DataFrame, history: pd.DataFrame, procs: pd.DataFrame, cash: Money
) -> Tables:
    action = history["HistApptAction"].to_numpy()
    permission = np.where(action == records.CREATED, 25, np.where(action == 1, 26, 27))
    done = procs[procs["ProcStatus"] == 2]
    told = [
        log_lines(history, "HistDateTStamp", permission, "AptNum", "Appointment"),
        log_lines(done, "told_on", 23, "ProcNum", "Procedure set complete"),
        log_lines(cash.payments, "paid_on", 15, "PayNum", "Payment entered"),
        log_lines(cash.adjustments, "paid_on", 17, "AdjNum", "Adjustment entered"),
    ]
    log = security_log(scene, visits, told)
    return {"securitylog": log, "securityloghash": seals(scene, log)}
