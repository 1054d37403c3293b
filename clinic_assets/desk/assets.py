"""The lists, from all rooms to the desk: who to call tomorrow, what to order today."""

import datetime as dt

import sqlalchemy as sa

from clinic_assets.core import tables as core
from clinic_assets.desk import files, tables
from clinic_assets.inventory import tables as inventory
from clinic_assets.risk import tables as risk
from clinic_assets.settings import settings
from clinic_assets.timing.partitions import today
from clinic_assets.warehouse.days import ONE, Days
from clinic_assets.warehouse.reach import SAME_DAY, Reach
from clinic_assets.warehouse.sql_models import model_text, sql_asset

READ = (core.fct_appointment, inventory.health, risk.cancellation_risk)
"""Tables of other rooms, whose declarations the models need."""

_SAME_PATIENT = Reach(through="core.fct_appointment", on=("clinic_id", "patient_key"))
_SAME_PRACTITIONER = Reach(through="core.fct_appointment", on=("clinic_id", "practitioner_key"))


def _hand_out_reception(engine: sa.Engine, days: Days) -> None:
    for day in (today(), today() + ONE):
        if days.first <= day <= days.last:
            files.write_reception(engine, day)


def _hand_out_procurement(engine: sa.Engine, days: Days) -> None:
    last: dt.date = min(days.last, today())
    if days.first <= last and days.last >= today():
        files.write_procurement(engine, last)


reception_priorities = sql_asset(
    tables.reception_priorities,
    model_text(__file__, "reception_priorities"),
    {"timezone": settings().timezone},
    reaches={
        "core.fct_appointment": [SAME_DAY, _SAME_PATIENT],
        "core.patient_version": [_SAME_PATIENT],
        "core.practitioner_version": [_SAME_PRACTITIONER],
    },
    then=_hand_out_reception,
)
procurement_list = sql_asset(
    tables.procurement_list,
    model_text(__file__, "procurement_list"),
    then=_hand_out_procurement,
)

ASSETS = [reception_priorities, procurement_list]
