"""What is known of demand: one row a series (an item at a site), one column a period.

A shelf that stood empty hides demand, and a silent site says nothing: neither is zero use.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LEAST_SHARE_OF_DAYS = 0.25
"""A period with stock, and reports, on fewer of its days says too little to be scaled up."""


@dataclass(frozen=True)
class History:
    """Demand and issues of each period, and the stock left at its end; NaN is not known.

    `year` is how many periods a year has.
    """

    demand: Floats
    issued: Floats
    left: Floats
    year: int = 12

    def until(self, period: int) -> "History":
        """What was known when so many periods had passed."""
        demand, issued, left = (v[:, :period] for v in (self.demand, self.issued, self.left))
        return History(demand, issued, left, self.year)

    @property
    def periods(self) -> int:
        """How many periods have passed."""
        return int(self.demand.shape[1])


def adjusted_consumption(issued: Floats, days_out: Floats, days: float) -> Floats:
    """OpenLMIS: N = ceil(C * D / (D - X)), whole items; C itself if no day or every day was out."""
    return np.ceil(np.round(_scaled_up(issued, days_out, days), 9))


def known_demand(issued: Floats, days_out: Floats, days: float, usable: Floats) -> Floats:
    """Consumption as adjusted, where enough was seen; NaN where nothing could be handed out.

    Not rounded up: a slow item would be wanted twice as much by it.
    """
    seen = (usable > 0) & (days - np.minimum(days_out, days) >= LEAST_SHARE_OF_DAYS * days)
    return np.where(seen, np.maximum(0, _scaled_up(issued, days_out, days)), np.nan)


def carried(values: Floats) -> Floats:
    """Each row's last known value, carried over what is not known."""
    place = np.where(np.isnan(values), -1, np.arange(values.shape[1]))
    last = np.maximum.accumulate(place, axis=1)
    held = np.take_along_axis(values, np.maximum(last, 0), axis=1)
    return np.where(last < 0, np.nan, held)


def naive_scale(values: Floats) -> Floats:
    """MASE's yardstick: the mean step from a known value to the next; NaN with fewer than two."""
    before = carried(values)[:, :-1]
    return of_rows(np.nanmean, np.abs(values[:, 1:] - before))


def of_rows(statistic: Callable[..., Any], values: Floats) -> Floats:
    """A statistic, such as nanmean, of what is known in each row; NaN where nothing is."""
    told = np.full(len(values), np.nan)
    kept = np.isfinite(values).any(axis=1)
    if kept.any():
        told[kept] = statistic(values[kept], axis=1)
    return told


def _scaled_up(issued: Floats, days_out: Floats, days: float) -> Floats:
    out = np.minimum(days_out, days)
    return np.where(out < days, issued * days / np.where(out < days, days - out, days), issued)
