"""Stock health and demand from the stock days of the clinic's locations."""

import dagster as dg

from clinic_assets.inventory import serve, tables
from clinic_assets.inventory.measures import MAX_STOCK_DAYS, STALE_AFTER_DAYS, WINDOW_DAYS
from clinic_assets.settings import settings
from clinic_assets.timing.partitions import ONE_RUN, daily, days_of
from clinic_assets.warehouse.contracts import kept_as
from clinic_assets.warehouse.reach import Reach, reads
from clinic_assets.warehouse.resource import TRANSIENT_RETRIES, Warehouse
from clinic_assets.warehouse.sql_models import (
    AsAsset,
    Materialized,
    dependency,
    model_text,
    sql_asset,
)

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
)

_STOCK_DAYS = {"core.fct_stock_day": [Reach(back=serve.FORECAST_REACH, ahead=-1)]}
reads(tables.forecast.fullname, _STOCK_DAYS)

_as_asset: AsAsset = dg.asset(
    **kept_as(tables.forecast),
    deps=[dependency(parent, reaches) for parent, reaches in _STOCK_DAYS.items()],
    partitions_def=daily,
    backfill_policy=ONE_RUN,
    retry_policy=TRANSIENT_RETRIES,
    code_version="1",
)


@_as_asset
def forecast(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Materialized:
    """Write the forecasts of the range."""
    days = days_of(context)
    return warehouse.write(context, days, lambda now: serve.forecasts_of_days(now, days))


ASSETS = [health, forecast]
