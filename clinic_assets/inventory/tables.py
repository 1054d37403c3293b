"""What the inventory room promises."""

import sqlalchemy as sa

from clinic_assets.core import tables as core
from clinic_assets.core import tables_treatment as core_treatment
from clinic_assets.inventory.measures import MEASURES, STATUSES
from clinic_assets.inventory.ordering.lead_time import SOURCES
from clinic_assets.warehouse.contracts import (
    MONEY,
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

READ = (core.fct_appointment, core_treatment.fct_procedure)
"""Tables of the core whose declarations the models need."""

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
    _measure("spread_per_day", PER_DAY),
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

transfers = declare(
    "mart",
    "stock_transfers",
    "One row per day, item and pair of locations between which it should move before any is"
    " ordered.",
    clinic_column(),
    day_column(),
    column("item", sa.Text, primary_key=True),
    column("from_location_id", sa.Text, "Has more than its own need.", primary_key=True),
    column("to_location_id", sa.Text, "Is below its reorder point.", primary_key=True),
    column("quantity", QUANTITY, "Whole units.", nullable=False),
    column("expires_on", sa.Date, "The soonest of what moves; null: nobody said."),
    column("distance_km", sa.Numeric(10, 3), "As the crow flies; null: not known."),
    sa.CheckConstraint("quantity > 0 and from_location_id <> to_location_id", name="moves"),
    sa.Index("ix_stock_transfers_day", "day"),
    room="inventory",
)

plan = declare(
    "mart",
    "reorder_plan",
    "One row per day, location and item reported within 90 days: what to order on the day, after"
    " transfers, and why.",
    clinic_column(),
    day_column(),
    column("location_id", sa.Text, primary_key=True),
    column("item", sa.Text, primary_key=True),
    column("status", sa.Text, "As in mart.inventory_health.", nullable=False),
    column("last_report_day", sa.Date, nullable=False),
    column("current_stock", QUANTITY, "Counted at the last report.", nullable=False),
    _measure("usable_qty", QUANTITY, nullable=False),
    _measure("expiring_qty", QUANTITY, nullable=False),
    _measure("on_order_qty", QUANTITY, nullable=False),
    column("expected_on", sa.Date, "The earliest that was promised of what is on order."),
    column("transfer_in_qty", QUANTITY, "Comes from other locations.", nullable=False),
    column("transfer_out_qty", QUANTITY, "Goes to other locations.", nullable=False),
    _measure("daily_demand", PER_DAY),
    _measure("daily_spread", PER_DAY),
    column("demand_method", sa.Text, "Of mart.demand_forecast; burn_rate without one, or unknown.",
           nullable=False),
    column("lead_time_days", sa.Numeric(8, 3),
           "From order to delivery: measured, else as the last report says; null: not known."),
    _measure("lead_time_spread", sa.Numeric(8, 3), nullable=False),
    column("lead_time_source", sa.Text, "Whence it is known.", nullable=False),
    _measure("safety_stock_qty", QUANTITY),
    _measure("reorder_point_qty", QUANTITY),
    _measure("order_up_to_qty", QUANTITY),
    _measure("position_qty", QUANTITY, nullable=False),
    _measure("order_qty", QUANTITY),
    column("pack_size", QUANTITY, "Orders are whole packs of it.", nullable=False),
    column("least_order", QUANTITY, "The least that is sent.", nullable=False),
    column("order_cost", MONEY, "order_qty x unit cost; null: no cost is known."),
    _measure("avoided_stockout_days", sa.Numeric(8, 3)),
    _measure("seed004_qty", QUANTITY, nullable=False),
    column("reason", sa.Text, "Why so much, or nothing.", nullable=False),
    sa.CheckConstraint(f"status in {STATUSES}", name="known_status"),
    sa.CheckConstraint(f"lead_time_source in {SOURCES}", name="known_lead_time_source"),
    sa.CheckConstraint("order_qty >= 0 and usable_qty >= 0", name="not_negative"),
    sa.CheckConstraint("transfer_out_qty <= usable_qty", name="gives_what_it_has"),
    sa.Index("ix_reorder_plan_day", "day"),
    room="inventory",
)  # fmt: skip

for_bookings = declare(
    "mart",
    "stock_for_bookings",
    "One row per day and item that visits use: what the bookings ahead take of it, as known that"
    " evening, against what all locations have.",
    clinic_column(),
    day_column(),
    column("item", sa.Text, primary_key=True),
    _measure("visits_week", sa.Integer, nullable=False),
    _measure("needed_tomorrow_qty", QUANTITY, nullable=False),
    _measure("needed_week_qty", QUANTITY, nullable=False),
    column("usable_qty", QUANTITY, "Of all locations that are not silent; null: nobody counts it."),
    _measure("short_tomorrow_qty", QUANTITY, nullable=False),
    _measure("short_week_qty", QUANTITY, nullable=False),
    sa.CheckConstraint(
        "needed_tomorrow_qty between 0 and needed_week_qty"
        " and short_tomorrow_qty between 0 and short_week_qty",
        name="tomorrow_is_of_the_week",
    ),
    sa.Index("ix_stock_for_bookings_day", "day"),
    room="inventory",
)
