"""When things run by themselves. All are on from the start, but the reminders."""

import dagster as dg

from clinic_assets.settings import settings
from clinic_assets.timing.jobs import daily_job, evening_job
from clinic_assets.timing.partitions import named_days, today
from clinic_assets.timing.tags import range_tags
from clinic_assets.warehouse.days import ONE


@dg.schedule(
    job=daily_job,
    cron_schedule="30 5 * * *",
    execution_timezone=settings().timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Yesterday's outcomes, today and tomorrow's lists, before the clinic opens.",
)
def every_morning(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Yesterday to tomorrow."""
    return _request(context, "morning", back=1)


@dg.schedule(
    job=evening_job,
    cron_schedule="15 18 * * *",
    execution_timezone=settings().timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Tomorrow's lists as known at 18:00.",
)
def every_evening(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Today and tomorrow."""
    return _request(context, "evening", back=0)


def _request(context: dg.ScheduleEvaluationContext, name: str, back: int) -> dg.RunRequest:
    day = context.scheduled_execution_time.astimezone(settings().zone).date()
    last = min(day, today()) + ONE
    days = named_days(day - ONE * back, last)
    return dg.RunRequest(
        run_key=f"{name} {day}", tags=range_tags(days, "schedule", schedule=f"{name} {day}")
    )


SCHEDULES = [every_morning, every_evening]
