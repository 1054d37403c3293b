"""Stock health from the stock days of the clinic's locations."""

from clinic_assets.inventory import tables
from clinic_assets.inventory.measures import MAX_STOCK_DAYS, STALE_AFTER_DAYS, WINDOW_DAYS
from clinic_assets.settings import settings
from clinic_assets.warehouse.reach import Reach
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
)

ASSETS = [health]
