"""The simple methods: each gives one level a period for every series, from known demand alone.

None of them is ever negative, and none sees what is not known: a gap is passed over.
"""

from collections.abc import Callable

import numpy as np

from clinic_assets.inventory.demand.history import Floats, of_rows

SHORT, LONG = 6, 12
ALPHA, BETA, DAMPING = 0.3, 0.1, 0.8
SIZE_ALPHA, CHANCE_ALPHA = 0.2, 0.15
HORIZON = 3
"""Periods ahead that the levels are meant for, and judged by."""


def latest(demand: Floats, count: int) -> Floats:
    """The last so many known values of each row, at the right; NaN where there are fewer."""
    known_last = np.argsort(np.isfinite(demand), axis=1, kind="stable")
    ordered = np.take_along_axis(demand, known_last, axis=1)
    return ordered[:, -count:]


def seed_mean(demand: Floats) -> Floats:
    """The seed's average usage: the mean of all history."""
    return of_rows(np.nanmean, demand)


def six_mean(demand: Floats) -> Floats:
    """The mean of the last six known periods."""
    return of_rows(np.nanmean, latest(demand, SHORT))


def median_6(demand: Floats) -> Floats:
    """The median of the last six known periods: one odd month moves nothing."""
    return of_rows(np.nanmedian, latest(demand, SHORT))


def median_12(demand: Floats) -> Floats:
    """The median of the last twelve known periods."""
    return of_rows(np.nanmedian, latest(demand, LONG))


def exponential(demand: Floats) -> Floats:
    """Simple exponential smoothing, begun at the first known value."""
    level = np.full(len(demand), np.nan)
    for value in demand.T:
        moved = np.where(np.isnan(level), value, level + ALPHA * (value - level))
        level = np.where(np.isnan(value), level, moved)
    return level


def damped_trend(demand: Floats) -> Floats:
    """Level and trend, the trend fading; the mean of the horizon."""
    level, trend = np.full(len(demand), np.nan), np.zeros(len(demand))
    for value in demand.T:
        is_first, known = np.isnan(level), ~np.isnan(value)
        hoped = level + DAMPING * trend
        moved = np.where(is_first, value, hoped + ALPHA * (value - hoped))
        turned = np.where(is_first, 0, BETA * (moved - level) + (1 - BETA) * DAMPING * trend)
        level, trend = np.where(known, moved, level), np.where(known, turned, trend)
    ahead = float(np.mean(np.cumsum(DAMPING ** np.arange(1, HORIZON + 1))))
    return np.asarray(np.maximum(0, level + ahead * trend))


def croston_sba(demand: Floats) -> Floats:
    """Croston by Syntetos and Boylan: size over gap, both smoothed, freed of its bias."""
    size, gap = np.full(len(demand), np.nan), np.full(len(demand), np.nan)
    waited = np.ones(len(demand))
    for value in demand.T:
        known, asked = ~np.isnan(value), value > 0
        size = np.where(asked, _smoothed(size, value, CHANCE_ALPHA), size)
        gap = np.where(asked, _smoothed(gap, waited, CHANCE_ALPHA), gap)
        waited = np.where(asked, 1, waited + known)
    level = (1 - CHANCE_ALPHA / 2) * size / gap
    return _zero_if_never_asked(level, demand)


def tsb(demand: Floats) -> Floats:
    """Teunter, Syntetos and Babai: size times chance, so that what nobody asks for fades."""
    size, chance = np.full(len(demand), np.nan), np.full(len(demand), np.nan)
    for value in demand.T:
        known, asked = ~np.isnan(value), value > 0
        size = np.where(asked, _smoothed(size, value, SIZE_ALPHA), size)
        chance = np.where(known, _smoothed(chance, asked.astype(float), CHANCE_ALPHA), chance)
    return _zero_if_never_asked(size * chance, demand)


def seasonal(demand: Floats, year: int) -> Floats:
    """The same periods a year ago; where they are not known, as smoothed."""
    begin = demand.shape[1] - year
    ago = demand[:, begin : begin + HORIZON] if begin >= 0 else demand[:, :0]
    told = of_rows(np.nanmean, ago)
    return np.where(np.isnan(told), exponential(demand), told)


def middle_combination(levels: dict[str, Floats]) -> Floats:
    """The median of three that weigh the past differently: least wrong by absolute error."""
    three = [levels["median_6"], levels["median_12"], levels["exponential"]]
    middle: Floats = np.median(three, axis=0)
    return middle


def mean_combination(levels: dict[str, Floats]) -> Floats:
    """The mean of three that estimate a mean: what orders need, as medians run short."""
    mean: Floats = np.mean([levels["six_mean"], levels["exponential"], levels["tsb"]], axis=0)
    return mean


SINGLE: tuple[Callable[[Floats], Floats], ...] = (
    seed_mean, six_mean, median_6, median_12, exponential, damped_trend, croston_sba, tsb,
)  # fmt: skip
COMBINED = (middle_combination, mean_combination)
NAMES = tuple(method.__name__ for method in (*SINGLE, seasonal, *COMBINED))


def levels(demand: Floats, year: int) -> Floats:
    """What every method says, in the order of NAMES."""
    said = {method.__name__: method(demand) for method in SINGLE}
    combined = (of_several(said) for of_several in COMBINED)
    return np.array([*said.values(), seasonal(demand, year), *combined])


def _smoothed(before: Floats, value: Floats, alpha: float) -> Floats:
    return np.where(np.isnan(before), value, before + alpha * (value - before))


def _zero_if_never_asked(level: Floats, demand: Floats) -> Floats:
    never = np.isnan(level) & np.isfinite(demand).any(axis=1)
    return np.where(never, 0.0, level)
