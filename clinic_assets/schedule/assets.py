"""The schedule in numbers: its facts, added up by its measures."""

from typing import Any

from clinic_assets.schedule import tables
from clinic_assets.schedule.checks import CHECKS
from clinic_assets.schedule.measures import MEASURES
from clinic_assets.settings import settings
from clinic_assets.warehouse.measures import select_of
from clinic_assets.warehouse.reach import SAME_DAY, Reach
from clinic_assets.warehouse.sql_models import model_text, sql_asset

KPIS = select_of(
    MEASURES,
    model_text(__file__, "schedule_facts"),
    grain=("clinic_id", "day", "practitioner_key"),
)


def bound() -> dict[str, Any]:
    """What the select's parameters stand for.

    `sources` have to tell of a day before it is complete. The inbox is there by default, and who
    copies a practice may never drop a file: beside a practice it counts once it has told of a day.
    """
    practices, inboxes = sorted(settings().opendentals()), sorted(settings().practice_files)
    return {
        "notice_hours": settings().notice_hours,
        "sources": practices or inboxes,
        "inboxes": inboxes if practices else [],
    }


kpi_daily = sql_asset(
    tables.kpi_daily,
    KPIS,
    bound(),
    reaches={
        # A payment counts on the day it was paid and on the day of the visit it pays for.
        "core.fct_payment": [
            SAME_DAY,
            Reach(through="core.fct_appointment", on=("clinic_id", "appointment_key")),
        ],
        # A visit that moves to another practitioner takes its payments along, whenever paid.
        "core.fct_appointment": [
            SAME_DAY,
            Reach(through="core.fct_payment", on=("clinic_id", "appointment_key")),
        ],
        "ops.source_day": [Reach(ahead=1)],
    },
    checks=CHECKS,
)

ASSETS = [kpi_daily]
