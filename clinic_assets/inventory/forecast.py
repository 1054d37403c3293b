"""What will be wanted, and what will be issued, of each item at each site.

Two questions, two forecasts. Orders need the mean of demand, freed of the days without stock. What
the books will show are issues: demand that meets an empty shelf is not seen.
"""

from dataclasses import dataclass

import numpy as np

from clinic_assets.inventory.demand.choice import MEAN, MIDDLE, Backtest, chosen
from clinic_assets.inventory.demand.history import (
    Floats,
    History,
    Ints,
    carried,
    naive_scale,
    of_rows,
)
from clinic_assets.inventory.demand.intervals import half_widths
from clinic_assets.inventory.demand.methods import HORIZON, NAMES
from clinic_assets.inventory.demand.shelf import cover_class, issued_shares

SCALE_FLOOR = 0.05
"""Series that hardly move do not outweigh all others: no scale is below this part of the median."""


@dataclass(frozen=True)
class Forecast:
    """One entry a series, and for issues one column a period ahead; NaN where nothing is known."""

    method: tuple[str, ...]
    level: Floats
    low: Floats
    high: Floats
    error: Floats
    seed_error: Floats


def demand_forecast(history: History) -> Forecast:
    """The mean demand of a period over the horizon, its 80 % interval, the seed's error beside."""
    backtest = Backtest.of(history)
    serving = chosen(backtest, MEAN)
    levels = _served(backtest, serving)
    errors = _horizon_errors(backtest, levels)
    seed = backtest.said[:, NAMES.index("seed_mean")]
    width = half_widths(levels[-1], levels[: len(errors)].ravel(), errors.ravel())
    return Forecast(
        _names(serving[-1], levels[-1]),
        levels[-1],
        np.maximum(0, levels[-1] - width),
        levels[-1] + width,
        of_rows(np.nanmean, errors.T),
        of_rows(np.nanmean, _horizon_errors(backtest, seed).T),
    )


def issue_forecast(history: History, steps: int = HORIZON) -> Forecast:
    """What will be issued in each period ahead, least wrong by absolute error; 80 % intervals.

    What lies further ahead than the horizon that methods are judged by is told as its last period.
    """
    backtest = Backtest.of(history)
    serving = chosen(backtest, MIDDLE)
    levels = _with_idle(backtest, _served(backtest, serving))
    told = np.array([_issues(backtest, levels, step) for step in range(HORIZON)])
    ahead = np.minimum(np.arange(steps), HORIZON - 1)
    level, width = told[ahead, 0].T, told[ahead, 1].T
    low, high = np.maximum(0, level - width), level + width
    unknown = np.full(len(level), np.nan)
    return Forecast(_names(serving[-1], levels[-1]), level, low, high, unknown, unknown)


def _issues(backtest: Backtest, levels: Floats, step: int) -> tuple[Floats, Floats]:
    """Level and half interval of the issues of one period ahead, learned where it is past."""
    history = backtest.history
    held = np.nan_to_num(carried(history.left), nan=np.inf)
    classes = np.array(
        [cover_class(held[:, origin - 1], level)
         for origin, level in zip(backtest.origins, levels, strict=True)]
    )  # fmt: skip
    past = [origin for origin in backtest.origins if origin + step < history.periods]
    count = len(past)
    issued = np.array([history.issued[:, origin + step] for origin in past])
    scale = np.array([_floored(naive_scale(history.issued[:, :origin])) for origin in past])
    shares = issued_shares(classes[:count], levels[:count], issued, scale)
    said = shares[classes] * levels
    errors = np.abs(issued - said[:count])
    return said[-1], half_widths(levels[-1], levels[:count].ravel(), errors.ravel())


def _served(backtest: Backtest, serving: Ints) -> Floats:
    """The level of the serving method: origin by series."""
    return np.take_along_axis(backtest.said, serving[:, None], axis=1)[:, 0]


def _with_idle(backtest: Backtest, levels: Floats) -> Floats:
    """Zero for series that reported without ever having had stock: they issue nothing so far."""
    issued = backtest.history.issued
    reported = np.array([np.isfinite(issued[:, :o]).any(axis=1) for o in backtest.origins])
    return np.where(np.isnan(levels) & reported, 0.0, levels)


def _horizon_errors(backtest: Backtest, levels: Floats) -> Floats:
    """How far the mean demand of each past horizon was from the level: origin by series."""
    actual = [
        of_rows(np.nanmean, backtest.history.demand[:, origin : origin + HORIZON])
        for origin in backtest.past
    ]
    return np.abs(np.array(actual).reshape(-1, levels.shape[1]) - levels[: len(actual)])


def _floored(scale: Floats) -> Floats:
    moving = scale[scale > 0]
    return np.maximum(scale, SCALE_FLOOR * np.median(moving)) if len(moving) else scale


def _names(serving: Ints, level: Floats) -> tuple[str, ...]:
    known = np.isfinite(level)
    return tuple(NAMES[m] if k else "" for m, k in zip(serving, known, strict=True))
