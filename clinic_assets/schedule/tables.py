"""What the schedule promises to other rooms and tools."""

import sqlalchemy as sa

from clinic_assets.schedule.measures import MEASURES
from clinic_assets.warehouse.contracts import clinic_column, column, day_column, declare

kpi_daily = declare(
    "mart",
    "schedule_kpi_daily",
    "One row per day, clinic and practitioner with a visit, a shift or a payment: the schedule in"
    " numbers. Sum the counts, then divide; never average a rate.",
    clinic_column(),
    day_column(),
    column("practitioner_key", sa.Text, "'unknown', never null.", primary_key=True),
    *[measure.as_column() for measure in MEASURES],
    sa.CheckConstraint("show_rate between 0 and 1 and kept_rate between 0 and 1", name="rates"),
    sa.CheckConstraint("delivered_in_shift_minutes <= available_minutes", name="within_shift"),
    sa.Index("ix_schedule_kpi_daily_day", "day"),
    room="schedule",
)
