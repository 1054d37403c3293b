"""The lists, from all rooms to the desk: who to call tomorrow, which sessions may book more, what
to order today.
"""

from clinic_assets.core import tables as core
from clinic_assets.desk import files, tables
from clinic_assets.desk.checks import CHECKS
from clinic_assets.desk.overbooking import sessions
from clinic_assets.inventory import tables as inventory
from clinic_assets.risk import tables as risk
from clinic_assets.settings import settings
from clinic_assets.warehouse.frame_models import frame_asset
from clinic_assets.warehouse.reach import SAME_DAY, Reach
from clinic_assets.warehouse.sql_models import model_text, sql_asset

READ = (core.fct_appointment, inventory.health, inventory.plan, risk.cancellation_risk)
"""Tables of other rooms, whose declarations the models need."""

_PATIENT = ("clinic_id", "patient_key")
_SAME_PATIENT = Reach(through="core.fct_appointment", on=_PATIENT)
_SAME_PRACTITIONER = Reach(through="core.fct_appointment", on=("clinic_id", "practitioner_key"))


reception_priorities = sql_asset(
    tables.reception_priorities,
    model_text(__file__, "reception_priorities"),
    {"timezone": settings().timezone},
    reaches={
        "core.fct_appointment": [SAME_DAY, _SAME_PATIENT],
        "core.patient_version": [_SAME_PATIENT],
        "core.practitioner_version": [_SAME_PRACTITIONER],
    },
    then=files.hand_out_reception,
    checks=CHECKS,
)
procurement_list = sql_asset(
    tables.procurement_list,
    model_text(__file__, "procurement_list"),
    then=files.hand_out_procurement,
    checks=CHECKS,
)
overbooking = frame_asset(
    tables.overbooking,
    sessions.sessions_of_days,
    {
        "score.cancellation_risk": [Reach(back=sessions.READ_DAYS)],
        "core.fct_appointment": [
            Reach(back=sessions.READ_DAYS),
            Reach(back=sessions.GROUP_DAYS, through="core.fct_appointment", on=_PATIENT),
        ],
        "core.fct_capacity": [Reach(back=sessions.QUARTER_DAYS)],
        "core.practitioner_version": [_SAME_PRACTITIONER],
    },
    code_version="1",
    then=files.hand_out_overbooking,
    checks=CHECKS,
)

ASSETS = [reception_priorities, procurement_list, overbooking]
