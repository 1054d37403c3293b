"""Which file a stock keeper drops: its columns, what a row is about, and how it is typed."""

from clinic_assets.inbox.contract import Field, FileContract
from clinic_assets.sources.stock_logs import clean, tables
from clinic_assets.warehouse.kinds import Kind

stock_logs = Kind(
    source=tables.ROOM,
    name="stock_logs",
    contract=FileContract(
        tuple(
            map(
                Field,
                (
                    "log_date",
                    "location_id",
                    "item_name",
                    "opening_stock",
                    "received_qty",
                    "issued_qty",
                    "closing_stock",
                    "lead_time_days",
                ),
            )
        )
    ),
    raw=tables.raw_stock_logs,
    clean=tables.clean_stock_logs,
    keys=("location_id", "item_name", "log_date"),
    typed=clean.stock_days,
    event_day="day",
    tells_completeness=True,
)

KINDS = (stock_logs,)
