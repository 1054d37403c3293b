"""What stock logs become: raw text as it came, and clean typed rows."""

import sqlalchemy as sa

from clinic_assets.warehouse.contracts import QUANTITY, column
from clinic_assets.warehouse.kinds import declare_clean, declare_raw

ROOM = "stock_logs"

raw_stock_logs = declare_raw(
    ROOM,
    "daily",
    "One row per row of an accepted stock log, as text.",
    {
        "location_id": "plain",
        "log_date": "plain",
        "item_name": "plain",
        "opening_stock": "plain",
        "received_qty": "plain",
        "issued_qty": "plain",
        "closing_stock": "plain",
        "lead_time_days": "plain",
    },
)
clean_stock_logs = declare_clean(
    ROOM,
    "daily",
    "One row per day, location and item, of the newest file that tells of it.",
    column("location_id", sa.Text, primary_key=True),
    column("item", sa.Text, primary_key=True),
    column("opening_qty", QUANTITY, nullable=False),
    column("received_qty", QUANTITY, nullable=False),
    column("issued_qty", QUANTITY, nullable=False),
    column("closing_qty", QUANTITY, nullable=False),
    column("lead_time_days", sa.Numeric(8, 2), "Days from order to delivery."),
    sa.CheckConstraint(
        "least(opening_qty, received_qty, issued_qty, closing_qty) >= 0", name="not_negative"
    ),
    moves_by=("location_id", "item", "day"),
)
