"""Stock health and demand from the stock days of the clinic's locations; then what moves between
them, what is ordered, and whether it lasts for the visits that are booked.
"""

from clinic_assets.inventory import serve, shelves, tables
from clinic_assets.inventory.checks import CHECKS
from clinic_assets.inventory.measures import (
    BOOKED_DAYS,
    MAX_STOCK_DAYS,
    STALE_AFTER_DAYS,
    WINDOW_DAYS,
)
from clinic_assets.settings import settings
from clinic_assets.warehouse.frame_models import frame_asset
from clinic_assets.warehouse.reach import SAME_DAY, Reach
from clinic_assets.warehouse.sql_models import model_text, sql_asset

health = sql_asset(
    tables.health,
    model_text(__file__, "inventory_health"),
    {
        "window_days": WINDOW_DAYS,
        "stale_after_days": STALE_AFTER_DAYS,
        "max_stock_days": MAX_STOCK_DAYS,
        "review_days": settings().review_days,
        "service_z": settings().service_z,
        "pack_size": settings().pack_size,
    },
    reaches={"core.fct_stock_day": [Reach(back=WINDOW_DAYS - 1)]},
    checks=CHECKS,
)
forecast = frame_asset(
    tables.forecast,
    serve.forecasts_of_days,
    {"core.fct_stock_day": [Reach(back=serve.FORECAST_REACH, ahead=-1)]},
    code_version="2",
    checks=CHECKS,
)

_OF_SHELVES = {
    "mart.inventory_health": [SAME_DAY],
    "mart.demand_forecast": [SAME_DAY],
    "core.fct_stock_order": [Reach(back=shelves.ORDER_DAYS)],
    "core.item_version": [Reach(to_the_end=True)],
}

transfers = frame_asset(
    tables.transfers,
    shelves.transfers_of_days,
    {**_OF_SHELVES, "core.location_version": [Reach(to_the_end=True)]},
    code_version="1",
    checks=CHECKS,
)
plan = frame_asset(
    tables.plan,
    shelves.plan_of_days,
    {**_OF_SHELVES, "mart.stock_transfers": [SAME_DAY]},
    code_version="1",
    checks=CHECKS,
)

_BOOKED_VISIT = ("clinic_id", "appointment_key")

for_bookings = sql_asset(
    tables.for_bookings,
    model_text(__file__, "stock_for_bookings"),
    {"timezone": settings().timezone, "week": BOOKED_DAYS},
    reaches={
        "core.fct_appointment": [Reach(back=-1, ahead=BOOKED_DAYS)],
        "core.fct_procedure": [
            Reach(-1, BOOKED_DAYS, through="core.fct_appointment", on=_BOOKED_VISIT)
        ],
        "core.service_item_version": [Reach(to_the_end=True)],
    },
    checks=CHECKS,
)

ASSETS = [health, forecast, transfers, plan, for_bookings]
