"""What the inventory room promises."""

import sqlalchemy as sa

from clinic_assets.inventory.measures import MEASURES, STATUSES
from clinic_assets.warehouse.contracts import (
    QUANTITY,
    clinic_column,
    column,
    day_column,
    declare,
)


def _measure(name: str, kind: object, **more: object) -> sa.Column[object]:
    return column(name, kind, MEASURES[name].described, **more)  # type: ignore[arg-type]


health = declare(
    "mart",
    "inventory_health",
    "One row per day, location and item reported within 90 days: how long the shelf lasts.",
    clinic_column(),
    day_column(),
    column("location_id", sa.Text, primary_key=True),
    column("item", sa.Text, primary_key=True),
    _measure("current_stock", QUANTITY, nullable=False),
    _measure("burn_rate", sa.Numeric(14, 3)),
    _measure("burn_rate_raw", sa.Numeric(14, 3)),
    _measure("days_in_stock", sa.Integer, nullable=False),
    _measure("is_low_confidence", sa.Boolean, nullable=False),
    _measure("lead_time_days", sa.Numeric(8, 2)),
    _measure("days_remaining", sa.Numeric(14, 2)),
    _measure("status", sa.Text, nullable=False),
    _measure("reorder_qty", QUANTITY),
    _measure("last_report_day", sa.Date, nullable=False),
    sa.CheckConstraint(f"status in {STATUSES}", name="known_status"),
    sa.CheckConstraint("days_remaining >= 0 and reorder_qty >= 0", name="not_negative"),
    sa.Index("ix_inventory_health_day", "day"),
    room="inventory",
)

PER_DAY = sa.Numeric(14, 3)

forecast = declare(
    "mart",
    "demand_forecast",
    "One row per day, location and item reported within 90 days: the demand to expect, as known"
    " from the whole weeks before the day.",
    clinic_column(),
    day_column(),
    column("location_id", sa.Text, primary_key=True),
    column("item", sa.Text, primary_key=True),
    column("as_of", sa.Date, "The Sunday that ends the last week read.", nullable=False),
    column("method", sa.Text, "What serves this item here, by its own back-test.", nullable=False),
    _measure("mean_per_day", PER_DAY, nullable=False),
    _measure("low_per_day", PER_DAY),
    _measure("high_per_day", PER_DAY),
    _measure("backtest_error", PER_DAY),
    _measure("seed_error", PER_DAY),
    _measure("weeks_known", sa.Integer, nullable=False),
    sa.CheckConstraint(
        "low_per_day >= 0 and mean_per_day between low_per_day and high_per_day",
        name="within_its_interval",
    ),
    sa.Index("ix_demand_forecast_day", "day"),
    room="inventory",
)
