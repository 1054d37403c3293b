"""What a dental practice does: procedure codes with prices, and which of them each visit brings.

The codes are those of the American Dental Association; what they are called here is our own.
Prices are in cents, as on the first price list; see `prices` for the later ones.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any

import numpy as np

from clinic_assets.simulate.dice import Floats, Ints


class Kind(IntEnum):
    """What a visit is for."""

    CLEANING = 0
    CHILD_CLEANING = 1
    GUM_CARE = 2
    NEW_PATIENT = 3
    EMERGENCY = 4
    FILLING = 5
    CROWN = 6
    EXTRACTION = 7
    ROOT_CANAL = 8
    SCALING = 9
    CHECK = 10


NEEDS = (Kind.FILLING, Kind.CROWN, Kind.EXTRACTION, Kind.ROOT_CANAL, Kind.SCALING)
"""What an examination may find to be done, with how often."""
NEED_WEIGHTS = (0.55, 0.18, 0.1, 0.07, 0.1)

CLEANINGS = (Kind.CLEANING, Kind.CHILD_CLEANING, Kind.GUM_CARE)

WITH_EXAM = (*CLEANINGS, Kind.NEW_PATIENT, Kind.EMERGENCY)


@dataclass(frozen=True)
class Code:
    """A procedure code. `area`: 0 none, 1 surface, 2 tooth, 3 mouth, 4 quadrant."""

    code: str
    name: str
    cents: int
    cover: int
    """Which part of a plan covers it: 0 none, 1 preventive, 2 basic, 3 major."""
    area: int = 3
    hygiene: bool = False


CODES = (
    Code("D0120", "Periodic examination", 5400, 1),
    Code("D0140", "Examination of one problem", 8200, 1),
    Code("D0150", "First full examination", 9800, 1),
    Code("D0171", "Look at a healing wound", 0, 0),
    Code("D0180", "Examination of the gums", 11611, 1),
    Code("D0210", "X-rays, full set", 14900, 1),
    Code("D0220", "X-ray, single", 3300, 1, 2),
    Code("D0272", "X-rays, two bitewings", 4800, 1),
    Code("D0274", "X-rays, four bitewings", 7100, 1),
    Code("D0330", "X-ray, panorama", 12600, 1),
    Code("D1110", "Cleaning, adult", 10300, 1, 3, True),
    Code("D1120", "Cleaning, child", 7600, 1, 3, True),
    Code("D1206", "Fluoride varnish", 4400, 1, 3, True),
    Code("D1351", "Sealant", 5900, 1, 2, True),
    Code("D2330", "White filling, front, one surface", 17900, 2, 1),
    Code("D2391", "White filling, back, one surface", 19800, 2, 1),
    Code("D2392", "White filling, back, two surfaces", 25200, 2, 1),
    Code("D2393", "White filling, back, three surfaces", 30600, 2, 1),
    Code("D2740", "Ceramic crown", 132000, 3, 2),
    Code("D2950", "Core below a crown", 30800, 3, 2),
    Code("D3330", "Root canal, molar", 121500, 3, 2),
    Code("D4341", "Root scaling, a quadrant", 26400, 2, 4, True),
    Code("D4910", "Gum care after scaling", 14700, 2, 3, True),
    Code("D7140", "Tooth taken out", 20600, 2, 2),
    Code("D7210", "Tooth cut out", 34100, 3, 2),
    Code("D9110", "Pain relief", 13200, 2),
    Code("D9986", "Missed visit", 4000, 0, 0),
    Code("D9987", "Cancelled visit", 0, 0, 0),
)
"""CodeNum is the place in this list, from 1."""

MISSED, CANCELLED = "D9986", "D9987"

BROUGHT: dict[Kind, tuple[tuple[str, float], ...]] = {
    Kind.CLEANING: (("D1110", 1), ("D0120", 0.93), ("D0274", 0.4), ("D1206", 0.12),
                    ("D0330", 0.06)),
    Kind.CHILD_CLEANING: (("D1120", 1), ("D0120", 0.95), ("D1206", 0.85), ("D0272", 0.4),
                          ("D1351", 0.15)),
    Kind.GUM_CARE: (("D4910", 1), ("D0120", 0.5), ("D0180", 0.12)),
    Kind.NEW_PATIENT: (("D0150", 1), ("D0210", 0.6), ("D0274", 0.3), ("D1110", 0.3)),
    Kind.EMERGENCY: (("D0140", 1), ("D0220", 0.9), ("D9110", 0.25)),
    Kind.FILLING: (("D2392", 0.999), ("D2391", 0.45), ("D2393", 0.3), ("D2330", 0.25)),
    Kind.CROWN: (("D2740", 1), ("D2950", 0.55)),
    Kind.EXTRACTION: (("D7140", 1), ("D7210", 0.2)),
    Kind.ROOT_CANAL: (("D3330", 1), ("D0220", 0.8)),
    Kind.SCALING: (("D4341", 1),),
    Kind.CHECK: (("D0171", 1),),
}  # fmt: skip
"""For each visit its procedures, each with how often it is done."""

REPEATED = {"D0220": 3, "D1351": 2, "D4341": 2}
"""Codes that may be done several times at once: UnitQty up to this."""


@cache
def num(code: str) -> int:
    """The CodeNum of a code."""
    return 1 + [each.code for each in CODES].index(code)


def per_code(name: str) -> np.ndarray[Any, Any]:
    """One property of all codes, by CodeNum; the first entry is no code's."""
    values = [getattr(code, name) for code in CODES]
    return np.array([type(values[0])(), *values])


def brought(kind: Kind) -> tuple[Ints, Floats]:
    """CodeNums a visit of the kind may bring, and how often."""
    codes, chances = zip(*BROUGHT[kind], strict=True)
    return np.array([num(code) for code in codes]), np.array(chances, dtype=float)
