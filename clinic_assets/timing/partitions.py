"""The one daily partition of the whole graph. Tomorrow exists, and is open to the right.

Schedules and sensors are next door; what a day's write does is in warehouse/.
"""

import datetime as dt

import dagster as dg

from clinic_assets.settings import settings
from clinic_assets.warehouse.days import Days

daily = dg.DailyPartitionsDefinition(
    start_date=settings().first_day.isoformat(), timezone=settings().timezone, end_offset=2
)
"""From the first day in the settings to tomorrow, in the clinic's time zone."""

ONE_RUN = dg.BackfillPolicy.single_run()
"""A year is one run: every asset works over its whole range at once."""


def newest_day() -> dt.date:
    """Tomorrow: the partition that also holds every later day."""
    key = daily.get_last_partition_key()
    assert key is not None  # noqa: S101 - the first day lies in the past
    return dt.date.fromisoformat(key)


def days_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Days:
    """The range of days a run is asked for, open to the right when it includes the newest."""
    keys = context.partition_key_range
    return named_days(dt.date.fromisoformat(keys.start), dt.date.fromisoformat(keys.end))


def named_days(first: dt.date, last: dt.date) -> Days:
    """A range by its first and last day."""
    return Days(first, last, is_open=last >= newest_day())


def today() -> dt.date:
    """The clinic's today."""
    return dt.datetime.now(settings().zone).date()


def window(back: int, ahead: int = 0) -> dg.TimeWindowPartitionMapping:
    """A day reads the parent's days from `back` days before it to `ahead` days after it."""
    return dg.TimeWindowPartitionMapping(
        start_offset=-back, end_offset=ahead, allow_nonexistent_upstream_partitions=True
    )
