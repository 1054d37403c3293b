"""From stock days to weeks: what was reported, what nobody told, and when a site is closed."""

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinic_assets.inventory.demand.history import (
    Bools,
    Floats,
    History,
    carried,
    known_demand,
)

WEEK, WEEKS_OF_YEAR = 7, 52


def daily(
    rows: pd.DataFrame, by: list[str], first: dt.date, last: dt.date
) -> tuple[pd.DataFrame, Floats, Floats]:
    """The series, and their issues and stock left: a column a day, NaN where nobody told.

    On a weekday on which a location never tells of anything it is closed: nothing is used, and what
    was there stays there.
    """
    groups = rows.groupby(by)
    series = groups.size().reset_index()[by]
    row, day = groups.ngroup().to_numpy(), np.array([(day - first).days for day in rows["day"]])
    issued = np.full((len(series), (last - first).days + 1), np.nan)
    closing = issued.copy()
    issued[row, day], closing[row, day] = rows["issued_qty"], rows["closing_qty"]
    closed = np.isnan(issued) & _closed(issued, series["location_id"].to_numpy(), first.weekday())
    return series, np.where(closed, 0.0, issued), np.where(closed, carried(closing), closing)


def weekly(issued: Floats, closing: Floats) -> History:
    """Days gathered into weeks that end on the last day.

    A day that ended without stock, or that nobody told of, hides demand: its week is scaled up from
    the others. A week without any report is not known.
    """
    weeks = issued.shape[1] // WEEK
    days = (len(issued), weeks, WEEK)
    issues, at_end = (v[:, v.shape[1] - weeks * WEEK :].reshape(days) for v in (issued, closing))
    told, in_stock = np.isfinite(issues), at_end > 0
    total = np.where(told.any(axis=2), np.nansum(issues, axis=2), np.nan)
    hidden = WEEK - in_stock.sum(axis=2).astype(float)
    demand = known_demand(total, hidden, WEEK, in_stock.any(axis=2).astype(float))
    left = carried(closing)[:, ::-1][:, ::WEEK][:, :weeks][:, ::-1]
    return History(demand, total, left, WEEKS_OF_YEAR)


def _closed(issued: Floats, locations: npt.NDArray[np.object_], first_weekday: int) -> Bools:
    """Whether each series' location never reports on that day's weekday."""
    _, location = np.unique(locations.astype(str), return_inverse=True)
    weekday = (first_weekday + np.arange(issued.shape[1])) % WEEK
    is_open = np.zeros((location.max(initial=-1) + 1, WEEK), dtype=bool)
    row, day = np.nonzero(np.isfinite(issued))
    is_open[location[row], weekday[day]] = True
    return ~is_open[location][:, weekday]
