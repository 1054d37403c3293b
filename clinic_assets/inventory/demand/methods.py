"""The simple methods: each gives one level a period for every series, from known demand alone.

Asked once for many origins (an origin is how many periods had passed), they answer origin by
series. None of them is ever negative, and none sees what is not known: a gap is passed over.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from clinic_assets.inventory.demand.history import Floats, of_rows

SHORT, LONG = 6, 12
ALPHA, SLOW_ALPHA, BETA, DAMPING = 0.3, 0.1, 0.1, 0.8
SIZE_ALPHA, CHANCE_ALPHA = 0.2, 0.15
HORIZON = 3
"""Periods ahead that the levels are meant for, and judged by."""

Origins = Sequence[int]


def _of_latest(statistic: Callable[..., Any], count: int, demand: Floats, at: Origins) -> Floats:
    return np.array([of_rows(statistic, latest(demand[:, :origin], count)) for origin in at])


def latest(demand: Floats, count: int) -> Floats:
    """The last so many known values of each row, at the right; NaN where there are fewer."""
    known_last = np.argsort(np.isfinite(demand), axis=1, kind="stable")
    ordered = np.take_along_axis(demand, known_last, axis=1)
    return ordered[:, -count:]


six_mean = partial(_of_latest, np.nanmean, SHORT)
median_6 = partial(_of_latest, np.nanmedian, SHORT)
median_12 = partial(_of_latest, np.nanmedian, LONG)


def seed_mean(demand: Floats, at: Origins) -> Floats:
    """The seed's average usage: the mean of all history."""
    return np.array([of_rows(np.nanmean, demand[:, :origin]) for origin in at])


def exponential(demand: Floats, at: Origins, alpha: float = ALPHA) -> Floats:
    """Simple exponential smoothing, begun at the first known value."""
    level, after = np.full(len(demand), np.nan), []
    for value in demand.T:
        level = np.where(np.isnan(value), level, _smoothed(level, value, alpha))
        after.append(level)
    return _at(after, at)


def slow_exponential(demand: Floats, at: Origins) -> Floats:
    """Smoothing that one odd period hardly moves: what orders are made of."""
    return exponential(demand, at, SLOW_ALPHA)


def damped_trend(demand: Floats, at: Origins) -> Floats:
    """Level and trend, the trend fading; the mean of the horizon."""
    level, trend, after = np.full(len(demand), np.nan), np.zeros(len(demand)), []
    ahead = float(np.mean(np.cumsum(DAMPING ** np.arange(1, HORIZON + 1))))
    for value in demand.T:
        is_first, known = np.isnan(level), ~np.isnan(value)
        hoped = level + DAMPING * trend
        moved = np.where(is_first, value, hoped + ALPHA * (value - hoped))
        turned = np.where(is_first, 0, BETA * (moved - level) + (1 - BETA) * DAMPING * trend)
        level, trend = np.where(known, moved, level), np.where(known, turned, trend)
        after.append(np.maximum(0, level + ahead * trend))
    return _at(after, at)


def croston_sba(demand: Floats, at: Origins) -> Floats:
    """Croston by Syntetos and Boylan: size over gap, both smoothed, freed of its bias."""
    size, gap = np.full(len(demand), np.nan), np.full(len(demand), np.nan)
    waited, ever, after = np.ones(len(demand)), np.zeros(len(demand), dtype=bool), []
    for value in demand.T:
        known, asked = ~np.isnan(value), value > 0
        ever = ever | known
        size = np.where(asked, _smoothed(size, value, CHANCE_ALPHA), size)
        gap = np.where(asked, _smoothed(gap, waited, CHANCE_ALPHA), gap)
        waited = np.where(asked, 1, waited + known)
        level = (1 - CHANCE_ALPHA / 2) * size / gap
        after.append(np.where(ever & np.isnan(level), 0.0, level))
    return _at(after, at)


def tsb(demand: Floats, at: Origins) -> Floats:
    """Teunter, Syntetos and Babai: size times chance, so that what nobody asks for fades."""
    size, chance, after = np.full(len(demand), np.nan), np.full(len(demand), np.nan), []
    for value in demand.T:
        known, asked = ~np.isnan(value), value > 0
        size = np.where(asked, _smoothed(size, value, SIZE_ALPHA), size)
        chance = np.where(known, _smoothed(chance, asked.astype(float), CHANCE_ALPHA), chance)
        never_asked = np.isnan(size) & np.isfinite(chance)
        after.append(np.where(never_asked, 0.0, size * chance))
    return _at(after, at)


def seasonal(demand: Floats, at: Origins, year: int) -> Floats:
    """The same periods a year ago; where they are not known, as smoothed."""
    begins = [max(0, origin - year) for origin in at]
    spans = [HORIZON if origin >= year else 0 for origin in at]
    ago = [
        of_rows(np.nanmean, demand[:, begin : begin + span])
        for begin, span in zip(begins, spans, strict=True)
    ]
    return np.where(np.isnan(ago), exponential(demand, at), ago)


def middle_combination(levels: dict[str, Floats]) -> Floats:
    """The median of three that weigh the past differently: least wrong by absolute error."""
    three = [levels["median_6"], levels["median_12"], levels["exponential"]]
    return np.asarray(np.median(three, axis=0))


SINGLE: dict[str, Callable[[Floats, Origins], Floats]] = {
    "seed_mean": seed_mean,
    "six_mean": six_mean,
    "median_6": median_6,
    "median_12": median_12,
    "exponential": exponential,
    "slow_exponential": slow_exponential,
    "damped_trend": damped_trend,
    "croston_sba": croston_sba,
    "tsb": tsb,
}
NAMES = (*SINGLE, "seasonal", "middle_combination")


def levels(demand: Floats, at: Origins, year: int) -> Floats:
    """What every method says: origin by method, in the order of NAMES, by series."""
    said = {name: method(demand, at) for name, method in SINGLE.items()}
    every = [*said.values(), seasonal(demand, at, year), middle_combination(said)]
    return np.stack(every, axis=1)


def _smoothed(before: Floats, value: Floats, alpha: float) -> Floats:
    return np.where(np.isnan(before), value, before + alpha * (value - before))


def _at(after: list[Floats], at: Origins) -> Floats:
    """The levels after so many periods; nothing is known after none."""
    none = np.full_like(after[0], np.nan) if after else np.empty(0)
    return np.array([none, *after])[list(at)]
