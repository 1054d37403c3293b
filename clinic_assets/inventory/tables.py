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
