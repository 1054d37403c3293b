"""What would make us distrust the stock's health: items that nobody has reported for long."""

from clinic_assets.inventory import tables
from clinic_assets.warehouse.checks import WARN, Check, rows_are_as_written

_items_are_reported = Check(
    "items_are_reported",
    tables.health,
    "On the last day asked for, every item has been counted recently.",
    """
    select day, count(*) as bad_rows
    from mart.inventory_health
    where status = 'STALE' and day = :last_named_day
    group by day
    """,
    WARN,
    counted="items",
)

CHECKS = (rows_are_as_written(tables.health), _items_are_reported)
