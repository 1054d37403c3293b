"""What examinations note beside what visits bring: refused treatments, other dentists' work."""

from typing import Any

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import day_of
from clinic_assets.simulate.dental import appointments as apt
from clinic_assets.simulate.dental.brought import (
    CONDITION,
    CURRENT,
    DELETED,
    ELSEWHERE,
    FOUND_PLACE,
    NOTHING,
    OLD_PLACE,
    PLACES,
    PLANNED,
    SHELVED,
    brought_by,
    key_of,
)
from clinic_assets.simulate.dental.codes import NEED_WEIGHTS, NEEDS, WITH_EXAM, Kind, num
from clinic_assets.simulate.dental.diary import LONGEST_TREATMENT
from clinic_assets.simulate.dental.habits import leaning
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dice import Ints

FOUND_ONLY, RELUCTANT = 0.25, 1.5
WHAT_BECOMES, HOW_OFTEN = (PLANNED, SHELVED, DELETED), (0.7, 0.2, 0.1)
OLD_WORK = (3, 6)


def found_only(scene: Scene, visits: pd.DataFrame) -> pd.DataFrame:
    """Treatments found to be needed at examinations, and never agreed to: as many visits, and all
    that they bring, as of those that are.
    """
    key = visits["key"].to_numpy()
    reluctance = scene.people["reluctance"].to_numpy()[visits["patient"]]
    refused = scene.lots("finds only", key) < leaning(FOUND_ONLY, RELUCTANT * reluctance)
    finds = visits["kind"].isin(WITH_EXAM) & (visits["AptStatus"] == apt.COMPLETE) & refused
    finds &= not scene.plan.is_chance
    need = np.array(NEEDS)[scene.lots.which("found", NEED_WEIGHTS, key)]
    length = scene.lots.whole("visits found", 1, LONGEST_TREATMENT, key)
    parts = []
    for number in range(LONGEST_TREATMENT):
        kinds, first = np.where(finds & (length > number), need, NOTHING), _place_of(number)
        at, place, code = brought_by(scene, visits, kinds, first)
        status = np.array(WHAT_BECOMES)[scene.lots.which("kept", HOW_OFTEN, key[at])]
        parts.append(_beside(visits, at, first + place, code, status))
    return pd.concat(parts)


def _place_of(number: int) -> int:
    """Where the procedures of a refused treatment's visit begin."""
    return FOUND_PLACE + number * (PLACES - FOUND_PLACE) // LONGEST_TREATMENT


def old_work(scene: Scene, visits: pd.DataFrame) -> pd.DataFrame:
    """What a new patient's teeth show of other dentists' work."""
    key = visits["key"].to_numpy()
    new = (visits["kind"] == Kind.NEW_PATIENT) & (visits["AptStatus"] == apt.COMPLETE)
    at = np.flatnonzero(new)
    at = np.repeat(at, scene.lots.whole("old work", *OLD_WORK, key[at]))
    code = np.array([num("D2392"), num("D2740"), num("D7140")])
    place = np.asarray(pd.Series(at).groupby(at).cumcount(), dtype=np.int64)
    which = scene.lots.which("old", (0.7, 0.15, 0.15), key[at], place)
    status = np.array([ELSEWHERE, CURRENT, CONDITION])[which]
    return _beside(visits, at, OLD_PLACE + place, code[which], status)


def _beside(visits: pd.DataFrame, at: Ints, place: Any, code: Ints, status: Ints) -> pd.DataFrame:
    """Procedures noted at a visit without being part of it."""
    day = day_of(visits["start"].to_numpy()[at])
    key = key_of(visits["key"].to_numpy()[at], np.asarray(place))
    rows = {"key": key, "visit": at, "CodeNum": code, "ProcStatus": status, "AptNum": 0}
    return pd.DataFrame({**rows, "DateTP": day, "ProcDate": day})
