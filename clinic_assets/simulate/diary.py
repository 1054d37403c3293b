"""The clinic's diary: which quarter hours of which physio are still free, and finding one.

Quarters count from 8:00, when the earliest shift begins. The diary does not know patients'
reasons or chances; `bookings` decides what is asked of it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from clinic_assets.simulate.dice import Bools
from clinic_assets.simulate.plan import ClinicPlan
from clinic_assets.simulate.roster import shifts_on

OPENING_HOUR, CLOSING_HOUR = 8, 18
QUARTERS = (CLOSING_HOUR - OPENING_HOUR) * 4
DAYS_SEARCHED = 21


@dataclass(frozen=True)
class Slot:
    """A stretch of quarter hours with one physio."""

    day: date
    physio: int
    quarter: int
    length: int

    @property
    def start(self) -> np.datetime64:
        """The local time at which the slot begins."""
        minutes = OPENING_HOUR * 60 + self.quarter * 15
        return np.datetime64(self.day, "s") + np.timedelta64(minutes, "m")


@dataclass(frozen=True)
class Wish:
    """What a patient asks for; the clinic comes as near to it as its diary allows."""

    patient: int
    slot: Slot
    not_before: np.datetime64
    squeeze_in: bool = False


class Diary:
    """The free time of all physios, day by day."""

    def __init__(self, plan: ClinicPlan) -> None:
        self._plan = plan
        self.physios = plan.practitioners
        self._shifts: dict[date, Bools] = {}
        self._free: dict[date, Bools] = {}
        self._visitors: set[tuple[date, int]] = set()

    def place(self, wish: Wish) -> Slot | None:
        """Give the patient the free slot nearest to the wish, and on no day a second visit.

        When nothing is free for weeks, or the wish says so, the visit doubles another; only
        who already comes every day is turned away.
        """
        found = None if wish.squeeze_in else self._search(wish, self._free)
        slot = found or self._search(wish, self._shifts)
        if slot is not None:
            self._mark(slot, wish.patient, free=False)
        return slot

    def release(self, slot: Slot, patient: int) -> None:
        """Take a visit out of the diary."""
        self._mark(slot, patient, free=True)

    def _search(self, wish: Wish, grids: dict[date, Bools]) -> Slot | None:
        for ahead in range(DAYS_SEARCHED):
            day = wish.slot.day + timedelta(days=ahead)
            self._open(day)
            if (day, wish.patient) not in self._visitors:
                slot = _nearest(grids[day], wish, day)
                if slot is not None:
                    return slot
        return None

    def _open(self, day: date) -> None:
        if day not in self._free:
            grid = np.zeros((self.physios, QUARTERS), dtype=np.bool_)
            for physio, start, end in shifts_on(self._plan, day):
                grid[physio, (start - OPENING_HOUR) * 4 : (end - OPENING_HOUR) * 4] = True
            self._shifts[day], self._free[day] = grid, grid.copy()

    def _mark(self, slot: Slot, patient: int, free: bool) -> None:
        self._open(slot.day)
        taken = slice(slot.quarter, slot.quarter + slot.length)
        self._free[slot.day][slot.physio, taken] = free & self._shifts[slot.day][slot.physio, taken]
        (self._visitors.discard if free else self._visitors.add)((slot.day, patient))


def _nearest(grid: Bools, wish: Wish, day: date) -> Slot | None:
    """The usual physio if possible, else anyone, as near as can be to the wished hour."""
    physio, length = wish.slot.physio, wish.slot.length
    earliest = _first_quarter(wish.not_before, day)
    for team in (range(physio, physio + 1), range(len(grid))):
        views = np.lib.stride_tricks.sliding_window_view(grid[team.start : team.stop], length, 1)
        rows, quarters = np.nonzero(np.all(views, axis=2)[:, earliest:])
        if len(rows):
            best = int(np.argmin(np.abs(quarters + earliest - wish.slot.quarter)))
            return Slot(day, team[int(rows[best])], int(quarters[best]) + earliest, length)
    return None


def _first_quarter(not_before: np.datetime64, day: date) -> int:
    opening = np.datetime64(day, "s") + np.timedelta64(OPENING_HOUR, "h")
    minutes = int((not_before - opening) / np.timedelta64(1, "m"))
    return min(max(0, -(-minutes // 15)), QUARTERS)
