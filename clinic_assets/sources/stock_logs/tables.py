"""What the stock keeper's files become: raw text as it came, and clean typed rows."""

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

raw_items = declare_raw(
    ROOM,
    "items",
    "One row per row of an accepted item list, as text.",
    dict.fromkeys(("item_name", "pack_size", "least_order", "unit_cost"), "plain"),
)
raw_locations = declare_raw(
    ROOM,
    "locations",
    "One row per row of an accepted list of locations, as text.",
    dict.fromkeys(("location_id", "latitude", "longitude"), "plain"),
)
raw_orders = declare_raw(
    ROOM,
    "orders",
    "One row per row of an accepted list of orders, as text.",
    dict.fromkeys(
        (
            "order_id",
            "location_id",
            "item_name",
            "ordered_on",
            "quantity",
            "expected_on",
            "received_on",
            "expires_on",
        ),
        "plain",
    ),
)
raw_service_items = declare_raw(
    ROOM,
    "service_items",
    "One row per row of an accepted bill of materials, as text.",
    dict.fromkeys(("service", "item_name", "quantity"), "plain"),
)
clean_items = declare_clean(
    ROOM,
    "items",
    "One row per item and declared date of a file that tells of it (0001-01-01: undated).",
    column("item", sa.Text, primary_key=True),
    column("pack_size", QUANTITY, "Orders are whole packs; null: not said."),
    column("least_order", QUANTITY, "The least that the supplier sends; null: not said."),
    column("unit_cost", sa.Numeric(14, 4), "Of one item, in the clinic's currency."),
    sa.CheckConstraint("pack_size > 0 and least_order >= 0", name="can_be_ordered"),
    moves_by=("item", "day"),
)
clean_locations = declare_clean(
    ROOM,
    "locations",
    "One row per location and declared date of a file that tells of it (0001-01-01: undated).",
    column("location_id", sa.Text, primary_key=True),
    column("latitude", sa.Numeric(9, 6), "Degrees north.", nullable=False),
    column("longitude", sa.Numeric(9, 6), "Degrees east.", nullable=False),
    moves_by=("location_id", "day"),
)
clean_orders = declare_clean(
    ROOM,
    "orders",
    "One row per order of one item for one location, on the day it was ordered, of the newest file"
    " that tells of it.",
    column("order_id", sa.Text, primary_key=True),
    column("location_id", sa.Text, nullable=False),
    column("item", sa.Text, nullable=False),
    column("quantity", QUANTITY, "0: it was cancelled.", nullable=False),
    column("expected_on", sa.Date, "When the supplier promised it."),
    column("received_on", sa.Date, "Null: it has not come."),
    column("expires_on", sa.Date, "Of the delivered lot."),
    sa.CheckConstraint("quantity >= 0", name="not_negative"),
    sa.CheckConstraint("received_on >= day", name="received_after_ordered"),
    moves_by=("order_id",),
)
clean_service_items = declare_clean(
    ROOM,
    "service_items",
    "One row per service, item and declared date of a file that tells of it.",
    column("service", sa.Text, "Service type, procedure code, or * for any visit.",
           primary_key=True),
    column("item", sa.Text, primary_key=True),
    column("quantity", QUANTITY, "Used by one visit or procedure; 0: no longer used.",
           nullable=False),
    sa.CheckConstraint("quantity >= 0", name="not_negative"),
    moves_by=("service", "item", "day"),
)  # fmt: skip
