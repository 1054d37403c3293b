"""Which method serves a series: each is tried on the series' own past, origin after origin.

A combination serves unless another method has clearly done better there. Few origins prove little,
so a series' errors are shrunk to what the methods are worth over all series.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clinic_assets.inventory.demand.history import Floats, History, Ints
from clinic_assets.inventory.demand.methods import HORIZON, NAMES, levels

FIRST_ORIGIN = 6
MOST_ORIGINS = 36
PRIOR_ORIGINS = 12
CLEARLY = 0.9
"""Another method serves where its shrunk error is below so much of the combination's."""


@dataclass(frozen=True)
class Loss:
    """What a forecast is for: its default method, those that may replace it, the error's power."""

    default: str
    rivals: tuple[str, ...]
    power: int


MIDDLE = Loss(
    "middle_combination",
    ("seed_mean", "six_mean", "median_6", "median_12", "exponential", "damped_trend",
     "croston_sba", "tsb", "seasonal"),
    1,
)  # fmt: skip
MEAN = Loss(
    "slow_exponential",
    ("seed_mean", "six_mean", "exponential", "damped_trend", "croston_sba", "tsb", "seasonal"),
    2,
)


@dataclass(frozen=True)
class Backtest:
    """What every method said at each origin, the last of them today."""

    history: History
    origins: tuple[int, ...]
    said: Floats

    @classmethod
    def of(cls, history: History) -> "Backtest":
        """Ask every method again and again, each time as if nothing later were known."""
        first = max(FIRST_ORIGIN, history.periods - MOST_ORIGINS)
        origins = (*range(first, history.periods), history.periods)
        return cls(history, origins, levels(history.demand, origins, history.year))

    @cached_property
    def past(self) -> tuple[int, ...]:
        """Origins whose whole horizon is known."""
        return tuple(o for o in self.origins if o + HORIZON <= self.history.periods)

    def errors(self, power: int) -> Floats:
        """Mean error over the horizon: origin by method by series; NaN where nothing was known."""
        said = self.said[: len(self.past)]
        total, known = np.zeros(said.shape), np.zeros(said.shape)
        for ahead in range(HORIZON):
            actual = self.history.demand[:, [origin + ahead for origin in self.past]].T[:, None]
            wrong = np.abs(actual - said) ** power
            total, known = total + np.nan_to_num(wrong), known + np.isfinite(wrong)
        return np.where(known > 0, total / np.maximum(known, 1), np.nan)


def chosen(backtest: Backtest, loss: Loss) -> Ints:
    """Places in NAMES: what serves each series at each origin, by what was known then."""
    names = (loss.default, *loss.rivals)
    places = np.array([NAMES.index(name) for name in names])
    errors = backtest.errors(loss.power)[:, places]
    tried = np.isfinite(errors).all(axis=1, keepdims=True)
    sums = np.cumsum(np.where(tried, errors, 0), axis=0)
    counts = np.cumsum(tried, axis=0)
    serving = np.zeros((len(backtest.origins), len(backtest.history.demand)), dtype=np.int64)
    for place, origin in enumerate(backtest.origins):
        judged = sum(o + HORIZON <= origin for o in backtest.past)
        if judged:
            serving[place] = _clear_winner(sums[judged - 1], counts[judged - 1], loss.power)
    return np.asarray(places[serving])


def _clear_winner(sums: Floats, counts: Ints, power: int) -> Ints:
    """The least shrunk error wins, if it is clearly less than the default's (place 0)."""
    own = sums[0] / np.maximum(counts[0], 1)
    usual = np.array([_ratio(s, sums[0]) for s in sums])
    shrunk = (sums + PRIOR_ORIGINS * usual[:, None] * own) / (counts + PRIOR_ORIGINS)
    best = shrunk.argmin(axis=0)
    is_clear = shrunk.min(axis=0) < CLEARLY**power * shrunk[0]
    return np.where(is_clear, best, 0)


def _ratio(sums: Floats, default: Floats) -> float:
    """What a method's error usually is, the default's taken as one; never tried counts as poor."""
    known = default > 0
    return float(np.median(sums[known] / default[known])) if known.any() else 1.0
