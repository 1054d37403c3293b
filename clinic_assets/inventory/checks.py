"""What would make us distrust the stock and its orders: items that nobody has reported for long,
orders that do not come.
"""

from clinic_assets.core import tables as core
from clinic_assets.inventory import tables
from clinic_assets.warehouse.checks import WARN, Check
from clinic_assets.warehouse.rules import rows_are_as_written, volume_is_usual

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

_stock_adds_up = Check(
    "stock_adds_up",
    core.fct_stock_day,
    "What is left is what was there, plus what came, less what was handed out.",
    """
    select day, count(*) as bad_rows
    from core.fct_stock_day
    where unexplained_qty <> 0 and day between :first_day and :last_day
    group by day
    """,
    WARN,
    counted="items",
)

_stock_opens_as_it_closed = Check(
    "stock_opens_as_it_closed",
    core.fct_stock_day,
    "An item starts the day with what it was closed with the evening before.",
    """
    select today.day, count(*) as bad_rows
    from core.fct_stock_day as today
    join core.fct_stock_day as yesterday
        on yesterday.clinic_id = today.clinic_id and yesterday.location_id = today.location_id
        and yesterday.item = today.item and yesterday.day = today.day - 1
    where today.opening_qty <> yesterday.closing_qty
        and today.day between :first_day and :last_day
    group by today.day
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

CHECKS = (
    rows_are_as_written(core.fct_stock_day),
    volume_is_usual(core.fct_stock_day, "stock reports"),
    _stock_adds_up,
    _stock_opens_as_it_closed,
    rows_are_as_written(tables.health),
    _items_are_reported,
    rows_are_as_written(tables.forecast),
    _forecast_beats_the_seed,
    rows_are_as_written(tables.transfers),
    rows_are_as_written(tables.plan),
    _orders_come,
)
