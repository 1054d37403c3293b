"""Which procedures visits of each kind bring, and how procedures are told apart."""

from typing import Any

import numpy as np
import pandas as pd

from clinic_assets.simulate.dental.codes import Kind, brought
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dice import Ints

PLANNED, DONE, CURRENT, ELSEWHERE, REFERRED, DELETED, CONDITION, SHELVED = range(1, 9)
CODE_PLACE, OLD_PLACE, FOUND_PLACE, PLACES = 12, 14, 20, 32
"""Where a visit's procedures stand in its keys; what it brings comes first."""
NOTHING = -1
"""The kind of a visit that brings none."""


def brought_by(
    scene: Scene, visits: pd.DataFrame, kinds: Ints, first_place: int
) -> tuple[Ints, Ints, Ints]:
    """Rows, places and codes of what visits of these kinds bring."""
    found = []
    for kind in Kind:
        at = np.flatnonzero(kinds == kind)
        code_nums, chances = brought(kind)
        place = np.arange(len(code_nums))
        keys = key_of(visits["key"].to_numpy()[at][:, None], first_place + place)
        row, chosen = np.nonzero(scene.lots("brought", keys) < chances)
        found.append((at[row], chosen, code_nums[chosen]))
    rows, places, codes = (np.concatenate(each) for each in zip(*found, strict=True))
    return rows, places, codes


def key_of(visit: Ints, place: Any) -> Ints:
    """A procedure's key: of a visit's key and its place there."""
    return np.asarray(visit * PLACES + place)
