"""What would make us distrust the stock and its orders: items that nobody has reported for long,
orders that do not come.
"""

from clinic_assets.inventory import tables
from clinic_assets.warehouse.checks import WARN, Check
from clinic_assets.warehouse.rules import rows_are_as_written

_items_are_reported = Check(
    "items_are_reported",
    tables.health,
    "On the last day asked for, every item has been counted recently.",
    """
    select day, count(*) as bad_rows
    from mart.inventory_health
    where status = 'STALE' and day = :last_named_day
    group by day
    """,
    WARN,
    counted="items",
)

_forecast_beats_the_seed = Check(
    "forecast_beats_the_seed",
    tables.forecast,
    "On the last day asked for, the forecasts have been less wrong in sum than the mean of all"
    " history.",
    """
    select day, count(*) as bad_rows
    from mart.demand_forecast
    where day = :last_named_day
    group by day
    having sum(backtest_error) > sum(seed_error)
    """,
    WARN,
    counted="items",
)

_orders_come = Check(
    "orders_come",
    tables.plan,
    "On the last day asked for, nothing on order is two weeks later than was promised.",
    """
    select day, count(*) as bad_rows
    from mart.reorder_plan
    where expected_on < day - 14 and day = :last_named_day
    group by day
    """,
    WARN,
    counted="items",
)

_tomorrow_has_what_it_needs = Check(
    "tomorrow_has_what_it_needs",
    tables.for_bookings,
    "All that the visits booked for the next day use is there.",
    """
    select day, count(*) as bad_rows, string_agg(item, ', ' order by item) as detail
    from mart.stock_for_bookings
    where short_tomorrow_qty > 0 and day between :first_day and :last_day
    group by day
    """,
    WARN,
    counted="items",
)

CHECKS = (
    rows_are_as_written(tables.health),
    _items_are_reported,
    rows_are_as_written(tables.forecast),
    _forecast_beats_the_seed,
    rows_are_as_written(tables.transfers),
    rows_are_as_written(tables.plan),
    _orders_come,
    rows_are_as_written(tables.for_bookings),
    _tomorrow_has_what_it_needs,
)
