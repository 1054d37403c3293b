"""From stock days to weeks by hand, and the forecasts of a simulated clinic in Postgres."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from clinic_assets.inventory.demand.weeks import daily, weekly

MONDAY = dt.date(2024, 1, 1)


def told(location, *days, item="Tape", left=9.0):
    """Rows of (day of the first Monday's month, issued)."""
    return pd.DataFrame(
        [(location, item, dt.date(2024, 1, day), issued, left) for day, issued in days],
        columns=["location_id", "item", "day", "issued_qty", "closing_qty"],
    )


def weeks_of(rows, days):
    last = MONDAY + dt.timedelta(days=days - 1)
    _, issued, closing = daily(rows, ["location_id", "item"], MONDAY, last)
    return weekly(issued, closing)


def test_a_weekday_on_which_a_location_never_reports_is_closed_and_not_silent():
    weekdays = [(day, 2.0) for day in range(1, 15) if day not in (6, 7, 13, 14)]
    assert weeks_of(told("MAIN", *weekdays), 14).demand.tolist() == [[10, 10]]
    one_saturday = told("MAIN", *weekdays, (13, 2.0))
    assert weeks_of(one_saturday, 14).demand.tolist() == [[pytest.approx(10 * 7 / 6), 12]]


def test_a_silent_week_is_not_known_and_a_half_told_one_is_scaled_up():
    whole = [(day, 1.0) for day in range(1, 8)]
    rows = told("MAIN", *whole, *[(day, 1.0) for day in range(16, 20)])
    demand = weeks_of(rows, 21).demand
    assert np.array_equal(demand, [[7, np.nan, 7]], equal_nan=True)


def test_a_closed_day_after_an_empty_one_hides_demand_too():
    rows = told("MAIN", *[(day, 3.0) for day in range(1, 6)])
    rows.loc[rows["day"] == dt.date(2024, 1, 5), "closing_qty"] = 0
    assert weeks_of(rows, 7).demand.tolist() == [[pytest.approx(15 * 7 / 4)]]


TOLD = ("select location_id, item, day, as_of, method, mean_per_day, low_per_day, high_per_day,"
        " backtest_error, seed_error, weeks_known from mart.demand_forecast"
        " where day between '{}' and '{}' order by 1, 2, 3")  # fmt: skip


STOCKED = """
    insert into core.fct_stock_day (clinic_id, location_id, item, day, source, opening_qty,
        received_qty, issued_qty, adjusted_qty, closing_qty, unexplained_qty)
    select 'clinic', location, item, day::date, 'stock_logs', 50, 0,
        mod(extract(doy from day)::int * 7 + length(item) + length(location), 5), 0, 50, 0
    from generate_series(date '2024-01-01', date '2024-03-06', interval '1 day') as day,
        unnest(array['MAIN', 'NORTH']) as location, unnest(array['Tape', 'Gloves']) as item
"""


def test_a_day_knows_the_weeks_before_it_only_and_is_the_same_in_every_range(clinic):
    with clinic.engine.begin() as connection:
        connection.exec_driver_sql(STOCKED)
    assert clinic.run("2024-01-01", "2024-03-06", "mart.demand_forecast").success
    before = clinic.rows(TOLD.format("2024-02-27", "2024-03-04"))
    assert {row[2] - row[3] for row in before} == {dt.timedelta(days=n) for n in range(1, 8)}
    assert len(before) == 4 * 7

    with clinic.engine.begin() as connection:
        connection.exec_driver_sql(
            "update core.fct_stock_day set issued_qty = issued_qty + 50 where day >= '2024-02-26'"
        )
    assert clinic.run("2024-02-28", "2024-03-06", "mart.demand_forecast").success
    assert clinic.rows(TOLD.format("2024-02-27", "2024-03-03")) == [
        row for row in before if row[2] < dt.date(2024, 3, 4)
    ]
    changed = clinic.rows(TOLD.format("2024-03-04", "2024-03-06"))
    assert changed and all(row[5] > 4 for row in changed)
