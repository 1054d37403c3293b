"""How visits get into the diary: who comes on each day, for what, and since when it was agreed.

The days are walked through in order, because who is due depends on who came before. What becomes
of a visit is drawn in `fates`; the diary only remembers it.
"""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import NEVER, seconds, shifted
from clinic_assets.simulate.dental import fates
from clinic_assets.simulate.dental.codes import CLEANINGS, NEED_WEIGHTS, NEEDS, WITH_EXAM, Kind
from clinic_assets.simulate.dental.fates import Columns, Fate
from clinic_assets.simulate.dental.lots import Lots, among
from clinic_assets.simulate.dental.plan import DentalPlan
from clinic_assets.simulate.dental.roster import UNIT, is_hygienist, places, shifts
from clinic_assets.simulate.dice import Bools, Floats, Ints, Times

DUE_AFTER, NOISE, TARDY_DAYS = 165, 60.0, 30.0
GUM_CARE_FACTOR = 1.9
CHILD_UNTIL = 14
NEED_FOUND, NEED_AT_EMERGENCY, NEED_AT_START = 0.38, 0.6, 0.2
LONGEST_TREATMENT = 3
TREATMENT_SHARE, DENTIST_BOOKED = 0.75, 0.9
CHECKS = 0.12
NONE = -1


@dataclass
class Memory:
    """What the practice knows of each patient, by PatNum - 1."""

    last_end: Times
    last_broken: Times
    last_cleaning: Times
    exam_on: Times
    need: Ints
    visits_left: Ints
    rests_until: Times

    @classmethod
    def of(cls, lots: Lots, people: pd.DataFrame, first_day: date) -> "Memory":
        """Those who are there at the start were last seen some time in the year before."""
        key = people["key"].to_numpy()
        day = np.datetime64(first_day, "D")
        seen = day - lots.whole("last seen", 1, 215, key).astype("timedelta64[D]")
        is_old = people["registered_at"].to_numpy() < seen
        seen = np.where(is_old, seen, np.datetime64("NaT", "D"))
        has_need = is_old & (lots("need at the start", key) < NEED_AT_START)
        return cls(
            last_end=shifted(seen.astype("datetime64[s]"), np.timedelta64(15, "h")),
            last_broken=np.full(len(key), NEVER),
            last_cleaning=seen,
            exam_on=seen,
            need=np.where(has_need, _needs(lots, key, np.zeros_like(key)), NONE),
            visits_left=np.where(has_need, lots.whole("visits", 1, LONGEST_TREATMENT, key), 0),
            rests_until=np.full(len(key), np.datetime64("NaT", "D")),
        )


class Diary:
    """Made up day by day, never backwards."""

    def __init__(self, plan: DentalPlan, lots: Lots, people: pd.DataFrame) -> None:
        self._plan, self._lots, self._people = plan, lots, people
        self._key = people["key"].to_numpy()
        self._leaves = people["leaves_on"].to_numpy().astype("datetime64[D]")
        self._born = people["born"].to_numpy().astype("datetime64[D]")
        self._gums = people["has_gum_trouble"].to_numpy()
        self._registered = people["registered_at"].to_numpy()
        self._unreliability = people["unreliability"].to_numpy()
        self._tardiness = people["tardiness"].to_numpy()
        self._team = people["team"].to_numpy()
        self.memory = Memory.of(lots, people, plan.first_day)

    def visits(self, first: date, last: date) -> pd.DataFrame:
        """All visits of these days that were ever agreed, whenever that was."""
        free = places(self._plan, self._lots, shifts(self._plan, self._lots, first, last))
        days = free.pop("day").to_numpy().astype("datetime64[D]")
        columns = {str(name): column.to_numpy() for name, column in free.items()}
        columns["free_since"] = np.full(len(days), NEVER)
        cuts = [0, *(np.flatnonzero(np.diff(days)) + 1), len(days)]
        made = [
            booked
            for start, end in pairwise(cuts)
            if start < end
            for booked in self._day(days[start], _taken(columns, slice(start, end)))
        ]
        names = made[0] if made else {}
        return pd.DataFrame({name: np.concatenate([day[name] for day in made]) for name in names})

    def _day(self, day: np.datetime64, free: Columns) -> list[Columns]:
        """The day's visits, then those that took the places of cancelled ones."""
        busy = np.zeros(len(self._key), dtype=bool)
        booked = self._book(day, free, busy)
        sooner = booked["broken_at"] < booked["start"] - np.timedelta64(3, "h")
        refilled = sooner & (self._lots("refilled", booked["key"]) < fates.REFILLED)
        again = _taken(booked, refilled & ~booked["is_squeezed"])
        again |= {"key": again["key"] + 2, "free_since": again["broken_at"]}
        again = {name: again[name] for name in free}
        return [booked, self._book(day, again, busy)]

    def _book(self, day: np.datetime64, free: Columns, busy: Bools) -> Columns:
        """Give places to patients, draw what becomes of the visits, and remember it."""
        at, patient, kind = self._chosen(day, free, busy)
        visits = _taken(free, at)
        start = day.astype("datetime64[s]") + seconds(visits["minute"] * 60)
        visits |= {
            "patient": patient,
            "kind": kind,
            "start": start,
            "end": start + seconds(visits["length"] * UNIT * 60),
            "last_end": self.memory.last_end[patient],
            "last_broken": self.memory.last_broken[patient],
            "exam_on": self.memory.exam_on[patient],
            "registered_at": self._registered[patient],
            "unreliability": self._unreliability[patient],
        }
        visits["created_at"] = fates.agreed(self._lots, visits)
        visits |= fates.outcomes(self._lots, visits)
        self._remember(day, visits)
        return visits

    def _chosen(self, day: np.datetime64, free: Columns, busy: Bools) -> tuple[Ints, Ints, Ints]:
        """Which places are given to whom, and for what."""
        hygiene = is_hygienist(free["provider"])
        known = self._free_patients(day, busy)
        places = self._shuffled(free, np.flatnonzero(hygiene))
        cleaned = self._due(day, known)[: len(places)]
        busy[cleaned] = True
        others = self._shuffled(free, np.flatnonzero(~hygiene))
        treated, kinds = self._for_dentist(day, known[~busy[known]], len(others))
        busy[treated] = True
        places, others = places[: len(cleaned)], others[: len(treated)]
        at = [self._with_their_team(places, free, cleaned),
              self._with_their_team(others, free, treated)]  # fmt: skip
        patients, why = [cleaned, treated], [self._cleaning(day, cleaned), kinds]
        return np.concatenate(at), np.concatenate(patients), np.concatenate(why)

    def _with_their_team(self, at: Ints, free: Columns, patients: Ints) -> Ints:
        """The places in the order in which most patients are with their own team."""
        found = np.empty_like(at)
        offered = at[np.argsort(free["provider"][at], kind="stable")]
        found[np.argsort(self._team[patients], kind="stable")] = offered
        return found

    def _free_patients(self, day: np.datetime64, busy: Bools) -> Ints:
        known = np.searchsorted(self._registered, day.astype("datetime64[s]"))
        rests = self.memory.rests_until[:known] > day
        return np.flatnonzero(~busy[:known] & ~rests & (self._leaves[:known] > day))

    def _shuffled(self, free: Columns, at: Ints) -> Ints:
        return at[np.argsort(self._lots("place", free["key"][at]))]

    def _since(self, day: np.datetime64, last: Times) -> Floats:
        """Days since then; never is nan."""
        days = (day - last).astype("timedelta64[D]").astype(float)
        days[np.isnat(last)] = np.nan
        return days

    def _due(self, day: np.datetime64, known: Ints) -> Ints:
        """Who is due for a cleaning or deep scaling, the longest overdue first."""
        since = self._since(day, self.memory.last_cleaning[known])
        since = since * np.where(self._gums[known], GUM_CARE_FACTOR, 1.0)
        since = since - TARDY_DAYS * self._tardiness[known]
        scaled = self.memory.need[known] == Kind.SCALING
        since = np.where(scaled, 300 + self._since(day, self.memory.exam_on[known]), since)
        score = since + NOISE * self._lots("due", self._key[known], day.astype(np.int64))
        is_due = score > DUE_AFTER + NOISE / 2
        return known[is_due][np.argsort(-score[is_due], kind="stable")]

    def _cleaning(self, day: np.datetime64, patient: Ints) -> Ints:
        age = (day - self._born[patient]).astype("timedelta64[D]").astype(np.int64) / 365.25
        usual = np.where(self._gums[patient], Kind.GUM_CARE, Kind.CLEANING)
        usual = np.where(age < CHILD_UNTIL, Kind.CHILD_CLEANING, usual)
        return np.where(self.memory.need[patient] == Kind.SCALING, Kind.SCALING, usual)

    def _for_dentist(self, day: np.datetime64, known: Ints, count: int) -> tuple[Ints, Ints]:
        """Patients with treatment ahead, then new ones, then whoever has trouble today."""
        memory, order = self.memory, self._lots("today", self._key[known], day.astype(np.int64))
        waits = self._since(day, memory.exam_on[known]) + NOISE * order
        needs = (memory.need[known] > NONE) & (memory.need[known] != Kind.SCALING)
        needs &= memory.exam_on[known] < day - np.timedelta64(2, "D")
        treated = known[needs][np.argsort(-waits[needs], kind="stable")]
        treated = treated[: round(count * TREATMENT_SHARE)]
        new = known[np.isnat(memory.last_end[known])][: round(count * 0.25)]
        left = round(count * DENTIST_BOOKED) - len(treated) - len(new)
        troubled = known[np.argsort(order, kind="stable")]
        troubled = troubled[~np.isin(troubled, treated) & ~np.isin(troubled, new)][: max(0, left)]
        is_check = self._lots("check", self._key[troubled], day.astype(np.int64)) < CHECKS
        kinds = [
            memory.need[treated],
            np.full(len(new), Kind.NEW_PATIENT),
            np.where(is_check, Kind.CHECK, Kind.EMERGENCY),
        ]
        found = np.concatenate([treated, new, troubled])[:count]
        return found, np.concatenate(kinds).astype(np.int64)[:count]

    def _remember(self, day: np.datetime64, visits: Columns) -> None:
        """Who came was seen and examined; who did not rests for a while."""
        memory, lots = self.memory, self._lots
        patient, key, kind = visits["patient"], visits["key"], visits["kind"]
        came = among(visits["fate"], (Fate.KEPT, Fate.FORGOTTEN))
        rest = lots.whole("rest", 5, 70, key).astype("timedelta64[D]")
        memory.rests_until[patient[~came]] = day + rest[~came]
        memory.last_broken[patient[~came]] = visits["broken_at"][~came]
        memory.last_end[patient[came]] = visits["end"][came]
        cleaned = came & among(kind, CLEANINGS)
        memory.last_cleaning[patient[cleaned]] = day
        memory.last_cleaning[patient[came & (kind == Kind.NEW_PATIENT)]] = day - 150
        treated = came & among(kind, NEEDS)
        memory.visits_left[patient[treated]] -= 1
        memory.need[patient[treated & (memory.visits_left[patient] <= 0)]] = NONE
        examined = came & among(kind, WITH_EXAM)
        memory.exam_on[patient[examined]] = day
        chance = np.where(kind == Kind.EMERGENCY, NEED_AT_EMERGENCY, NEED_FOUND)
        finds = examined & (memory.need[patient] == NONE) & (lots("need", key) < chance)
        memory.need[patient[finds]] = _needs(lots, key, key)[finds]
        memory.visits_left[patient[finds]] = lots.whole("visits", 1, LONGEST_TREATMENT, key)[finds]


def _needs(lots: Lots, key: Ints, visit: Ints) -> Ints:
    return np.array([int(need) for need in NEEDS])[lots.which("need for", NEED_WEIGHTS, key, visit)]


def _taken(columns: Columns, at: Any) -> Columns:
    return {name: column[at] for name, column in columns.items()}
