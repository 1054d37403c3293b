"""What people are like, which no table tells: whether they come, agree, pay and return in time.

A trait is normally distributed and weighs as much as the plan's `causes` say; at 0 all are alike,
and what becomes of them is chance.
"""

import numpy as np
import pandas as pd

from clinic_assets.simulate.dental.lots import Lots
from clinic_assets.simulate.dice import Floats


def traits(causes: float, lots: Lots, everyone: pd.DataFrame) -> dict[str, Floats]:
    """Everyone's traits: a family pays in one way, all else is one's own."""
    key, family = everyone["key"].to_numpy(), everyone["family"].to_numpy()
    return {
        "unreliability": causes * lots.normal("unreliability", key),
        "reluctance": causes * lots.normal("reluctance", key),
        "tardiness": causes * lots.normal("tardiness", key),
        "slowness": causes * lots.normal("slowness", family),
    }


def leaning(chance: float | Floats, by: Floats) -> Floats:
    """The chance with its odds multiplied by e to the power of `by`."""
    odds = np.asarray(chance) / (1 - np.asarray(chance)) * np.exp(by)
    return np.asarray(odds / (1 + odds))
