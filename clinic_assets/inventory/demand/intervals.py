"""Intervals from how wrong past forecasts were: conformal, apart for small and large levels.

Errors grow about with the root of the level, so they are compared after division by it.
"""

import numpy as np

from clinic_assets.inventory.demand.history import Floats, Ints

COVERED = 0.8
LEVELS = np.array([1.0, 4.0, 15.0, 60.0])
LEAST_POINTS = 50


def group(level: Floats) -> Ints:
    """The group of like levels that a forecast belongs to."""
    return np.asarray(np.searchsorted(LEVELS, level))


def unit(level: Floats) -> Floats:
    """What an error is measured in; not below that of half an item."""
    return np.sqrt(np.maximum(level, 0.5))


def half_widths(level: Floats, past_level: Floats, past_error: Floats) -> Floats:
    """Half the width of each forecast's interval, that of all groups where a group is too small."""
    known = np.isfinite(past_error) & np.isfinite(past_level)
    errors, groups = (past_error / unit(past_level))[known], group(past_level)[known]
    if not len(errors):
        return np.full(len(level), np.nan)
    usual = _quantile(errors)
    widths = np.array(
        [_quantile(errors[groups == g]) if (groups == g).sum() >= LEAST_POINTS else usual
         for g in range(len(LEVELS) + 1)]
    )  # fmt: skip
    return np.asarray(widths[group(level)] * unit(level))


def _quantile(errors: Floats) -> float:
    """The least error that covers the promised share, one more error counted in: conformal."""
    rank = min(len(errors), int(np.ceil(COVERED * (len(errors) + 1))))
    return float(np.partition(errors, rank - 1)[rank - 1])
