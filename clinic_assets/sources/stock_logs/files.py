"""Which files a stock keeper drops: their columns, what a row is about, and how it is typed."""

from clinic_assets.inbox.contract import Field, FileContract
from clinic_assets.sources.stock_logs import clean, tables
from clinic_assets.warehouse.kinds import Kind


def _contract(*names: str, optional: tuple[str, ...] = ()) -> FileContract:
    return FileContract((*map(Field, names), *(Field(name, required=False) for name in optional)))


stock_logs = Kind(
    source=tables.ROOM,
    name="stock_logs",
    contract=_contract(
        "log_date",
        "location_id",
        "item_name",
        "opening_stock",
        "received_qty",
        "issued_qty",
        "closing_stock",
        "lead_time_days",
    ),
    raw=tables.raw_stock_logs,
    clean=tables.clean_stock_logs,
    keys=("location_id", "item_name", "log_date"),
    typed=clean.stock_days,
    event_day="day",
    tells_completeness=True,
)
stock_items = Kind(
    source=tables.ROOM,
    name="stock_items",
    contract=_contract("item_name", optional=("pack_size", "least_order", "unit_cost")),
    raw=tables.raw_items,
    clean=tables.clean_items,
    keys=("item_name",),
    typed=clean.items,
    event_day=None,
)
stock_locations = Kind(
    source=tables.ROOM,
    name="stock_locations",
    contract=_contract("location_id", "latitude", "longitude"),
    raw=tables.raw_locations,
    clean=tables.clean_locations,
    keys=("location_id",),
    typed=clean.locations,
    event_day=None,
)
stock_orders = Kind(
    source=tables.ROOM,
    name="stock_orders",
    contract=_contract(
        "order_id",
        "location_id",
        "item_name",
        "ordered_on",
        "quantity",
        optional=("expected_on", "received_on", "expires_on"),
    ),
    raw=tables.raw_orders,
    clean=tables.clean_orders,
    keys=("order_id",),
    typed=clean.orders,
    event_day="day",
)
service_items = Kind(
    source=tables.ROOM,
    name="service_items",
    contract=_contract("service", "item_name", "quantity"),
    raw=tables.raw_service_items,
    clean=tables.clean_service_items,
    keys=("service", "item_name"),
    typed=clean.service_items,
    event_day=None,
)

KINDS = (stock_logs, stock_items, stock_locations, stock_orders, service_items)
