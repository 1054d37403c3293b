"""When each visit was agreed, and what becomes of it.

Every visit has its own lots, and all else follows from them. What has not happened by the
plan's last evening is cut later.
"""

from enum import IntEnum
from typing import Any

import numpy as np

from clinic_assets.simulate.clock import (
    NEVER,
    awake,
    day_of,
    days_apart,
    seconds,
    shifted,
    weekday,
)
from clinic_assets.simulate.dental.codes import Kind
from clinic_assets.simulate.dental.lots import Lots, among
from clinic_assets.simulate.dice import Bools, Floats, Ints, Times

REFILLED = 0.45
AGREED_AT_DESK = {
    Kind.CLEANING: 0.72, Kind.CHILD_CLEANING: 0.66, Kind.GUM_CARE: 0.8,
    Kind.EMERGENCY: 0.0, Kind.CHECK: 0.0, Kind.NEW_PATIENT: 0.0,
}  # fmt: skip
"""How often the next visit is agreed when leaving the last one."""
TREATMENT_AGREED_AT_DESK = 0.5
LEAD_DAYS = {Kind.EMERGENCY: 0.5, Kind.NEW_PATIENT: 5.0, Kind.CHECK: 7.0}
USUAL_LEAD_DAYS = 11.0
CANCELS, CANCELS_BY_LEAD = 0.035, 0.02
UNEXPLAINED, SHELVED, FORGOTTEN, DELETED = 0.12, 0.2, 0.015, 0.01


Columns = dict[str, np.ndarray[Any, Any]]
"""A table as its columns: quicker than a frame where tables are small and many."""


class Fate(IntEnum):
    """What becomes of a visit, as OpenDental's tables can tell it."""

    KEPT = 0
    MISSED = 1
    CANCELLED = 2
    UNEXPLAINED = 3
    """Broken, and nobody noted why."""
    SHELVED = 4
    """Cancelled and put on the unscheduled list."""
    FORGOTTEN = 5
    """Took place, but nobody closed it."""
    DELETED = 6
    """Removed from the diary; only the history knows."""


BROKEN = (Fate.MISSED, Fate.CANCELLED, Fate.UNEXPLAINED)


def agreed(lots: Lots, visits: Columns) -> Times:
    """When each visit was agreed: at the end of the last one, or by a call some days before."""
    key, kind, start = (visits[name] for name in ("key", "kind", "start"))
    mean = np.array([LEAD_DAYS.get(each, USUAL_LEAD_DAYS) for each in Kind])[kind]
    called_on = shifted(day_of(start), -np.floor(lots.waits("lead", mean, key)).astype("m8[D]"))
    clock = seconds(lots.whole("calls at", 8 * 3600, 17 * 3600, key))
    called = np.minimum(shifted(called_on, clock), shifted(start, -np.timedelta64(30, "m")))
    at_desk = shifted(visits["last_end"], seconds(lots.whole("desk", 120, 900, key)))
    chance = np.array([AGREED_AT_DESK.get(each, TREATMENT_AGREED_AT_DESK) for each in Kind])[kind]
    stays = days_apart(start, at_desk) > 1
    made = np.where(stays & (lots("at the desk", key) < chance), at_desk, called)
    # Nobody agrees before being registered, a treatment before it was found to be needed, another
    # visit before the last one was broken, or for a place that is not free yet.
    known = shifted(visits["registered_at"], np.timedelta64(300, "s"))
    needed = np.where(among(kind, (Kind.EMERGENCY, Kind.NEW_PATIENT)), NEVER, at_desk)
    ended = np.fmax(visits["free_since"], visits["last_broken"])
    earliest = np.fmax(np.fmax(known, needed), shifted(ended, np.timedelta64(600, "s")))
    return np.asarray(np.fmax(made, earliest))


def outcomes(lots: Lots, visits: Columns) -> dict[str, Ints | Times | Floats]:
    """What becomes of the visits, the risk behind it, and when the broken ones were broken."""
    key, start = visits["key"], visits["start"]
    lead = np.maximum(0.0, days_apart(start, visits["created_at"]))
    risk = true_risk(visits["unreliability"], lead, start)
    cancels = CANCELS + CANCELS_BY_LEAD * np.log1p(lead)
    share = lots("outcome", key)
    fate = np.select(
        [share < risk, share < risk + cancels], [Fate.MISSED, Fate.CANCELLED], Fate.KEPT
    )
    odd = lots("odd", key)
    fate = np.where((fate != Fate.KEPT) & (odd < UNEXPLAINED), Fate.UNEXPLAINED, fate)
    fate = np.where((fate == Fate.CANCELLED) & (odd > 1 - SHELVED), Fate.SHELVED, fate)
    fate = np.where((fate == Fate.KEPT) & (odd < FORGOTTEN), Fate.FORGOTTEN, fate)
    fate = np.where((fate == Fate.KEPT) & (odd > 1 - DELETED), Fate.DELETED, fate)
    return {
        "fate": fate,
        "true_risk": risk,
        "broken_at": _broken_at(lots, visits, fate, share < risk, lead),
    }


def true_risk(unreliability: Floats, lead_days: Floats, start: Times) -> Floats:
    """The chance that the patient does not come and does not call."""
    score = -4.5 + 0.42 * np.log1p(lead_days) + 1.2 * unreliability + 0.3 * (weekday(start) == 0)
    return np.asarray(1 / (1 + np.exp(-score)))


def _broken_at(
    lots: Lots, visits: Columns, fate: Ints, is_missed: Bools, lead_days: Floats
) -> Times:
    """Missed visits are noted the same day after their start, others some time before it."""
    key, start = visits["key"], visits["start"]
    noted = shifted(start, seconds(lots.whole("noted after", 900, 4 * 3600, key)))
    ahead = lead_days * 86_400 * lots("notice", key) ** 3
    cancelled = awake(shifted(start, -seconds(np.maximum(300, ahead).astype(np.int64))))
    cancelled = np.fmax(cancelled, visits["created_at"] + np.timedelta64(60, "s"))
    ended = among(fate, (*BROKEN, Fate.SHELVED, Fate.DELETED))
    return np.where(ended, np.where(is_missed, noted, cancelled), NEVER)
