"""Forecasts of the days that are asked for, from the stock days that are in the warehouse.

A day's forecast knows the whole weeks before it, the last of which ends on a Sunday: so it is the
same for seven days, and the same whichever range of days it is made with.
"""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
import sqlalchemy as sa

from clinic_assets.inventory.demand.weeks import WEEK, daily, weekly
from clinic_assets.inventory.forecast import demand_forecast
from clinic_assets.inventory.policy import daily_spread
from clinic_assets.inventory.tables import forecast
from clinic_assets.warehouse.days import ONE, Days
from clinic_assets.warehouse.frames import frame_of

HISTORY_WEEKS = 104
REPORTED_WEEKS = 13
FORECAST_REACH = HISTORY_WEEKS * WEEK + WEEK - 1
"""Days back from a day to the oldest stock day its forecast may have read."""
SERIES = ["clinic_id", "location_id", "item"]

STOCK_DAYS = """
    select clinic_id, location_id, item, day, issued_qty::float, closing_qty::float
    from core.fct_stock_day
    where day between :first_day and :last_day
    order by clinic_id, location_id, item, day
"""


def forecasts_of_days(connection: sa.Connection, days: Days) -> pd.DataFrame:
    """Of every item heard of within ninety days at a location, repeated for each of its days."""
    first, last = _sunday_before(days.first), _sunday_before(days.last)
    found = connection.execute(
        sa.text(STOCK_DAYS),
        {"first_day": first - (HISTORY_WEEKS * WEEK - 1) * ONE, "last_day": last},
    )
    rows = frame_of(found)
    columns = [column.name for column in forecast.columns]
    told = [
        week.assign(day=day)
        for sunday, served in _weeks(days)
        for week in _of_clinics(rows, sunday)
        for day in served
    ]
    return pd.concat(told)[columns] if told else pd.DataFrame(columns=columns)


def forecasts_of_week(rows: pd.DataFrame, sunday: dt.date) -> pd.DataFrame:
    """One clinic's forecasts by the stock days of the weeks until a Sunday."""
    earliest = sunday - (HISTORY_WEEKS * WEEK - 1) * ONE
    series, issued, closing = daily(rows, SERIES, earliest, sunday)
    weeks = weekly(issued, closing)
    told = demand_forecast(weeks)
    heard = np.isfinite(weeks.issued[:, -REPORTED_WEEKS:]).any(axis=1)
    frame = series.assign(
        as_of=sunday,
        method=told.method,
        mean_per_day=told.level / WEEK,
        low_per_day=told.low / WEEK,
        high_per_day=told.high / WEEK,
        spread_per_day=daily_spread(weeks.demand, told.level),
        backtest_error=told.error / WEEK,
        seed_error=told.seed_error / WEEK,
        weeks_known=np.isfinite(weeks.demand).sum(axis=1),
    )
    return frame.round(3)[heard & np.isfinite(told.level)]


def _of_clinics(rows: pd.DataFrame, sunday: dt.date) -> Iterator[pd.DataFrame]:
    earliest = sunday - (HISTORY_WEEKS * WEEK - 1) * ONE
    known = rows[(rows["day"] >= earliest) & (rows["day"] <= sunday)]
    for _, of_clinic in known.groupby("clinic_id"):
        yield forecasts_of_week(of_clinic, sunday)


def _weeks(days: Days) -> Iterator[tuple[dt.date, list[dt.date]]]:
    """The Sundays before the days asked for, each with the days that it serves."""
    sundays = sorted({_sunday_before(day) for day in days.listed()})
    for sunday in sundays:
        yield sunday, [day for day in days.listed() if _sunday_before(day) == sunday]


def _sunday_before(day: dt.date) -> dt.date:
    return day - day.isoweekday() * ONE
