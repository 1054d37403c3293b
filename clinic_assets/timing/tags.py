"""How a run says which days it is for and what began it."""

from clinic_assets.warehouse.days import Days

RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"
TRIGGER = "clinic/trigger"
FILE = "clinic/file"
HEALS = "clinic/heals"
COPY = "clinic/copy"
"""On an asset: a table of a copied database, which has no days and no place in a range of them."""
WATCHED = "clinic/watched"
"""On a run: a sensor tells which of its tables failed or are late, so its failure is not mailed."""


def range_tags(days: Days, trigger: str, **more: str) -> dict[str, str]:
    """The tags of one run over a range of days."""
    return {
        RANGE_START: days.first.isoformat(),
        RANGE_END: days.last.isoformat(),
        TRIGGER: trigger,
        **{f"clinic/{name}": value for name, value in more.items()},
    }
