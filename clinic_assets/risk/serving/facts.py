"""Appointments as the risk verbs want them: dated facts only, nothing that names or describes a
person.
"""

import datetime as dt

import pandas as pd
import sqlalchemy as sa

from clinic_assets.risk.recipe.asof import HISTORY_DAYS
from clinic_assets.settings import settings
from clinic_assets.warehouse.frames import frame_of

FACTS = """
    select
        clinic_id, appointment_key, patient_key, practitioner_key, service_type,
        created_at, start_at, end_at, day, status, cancelled_at, cancelled_known_at,
        price_amount::float as price_amount,
        extract(hour from start_at at time zone :timezone)::int as local_hour,
        extract(isodow from start_at at time zone :timezone)::int - 1 as local_weekday
    from core.fct_appointment
    where day between :first_day and :last_day {more}
    order by clinic_id, appointment_key
"""
OF_THESE_PATIENTS = """
    and (clinic_id, patient_key) in (
        select clinic_id, patient_key from core.fct_appointment
        where day between :from_day and :last_day
    )
"""
MOMENTS = ("created_at", "start_at", "end_at", "cancelled_at", "cancelled_known_at")


def facts_between(connection: sa.Connection, first: dt.date, last: dt.date) -> pd.DataFrame:
    """All appointments of a range of service days."""
    return _frame(connection, FACTS.format(more=""), first_day=first, last_day=last)


def facts_with_history(connection: sa.Connection, first: dt.date, last: dt.date) -> pd.DataFrame:
    """Appointments of a range and, of the same patients, those of the window before it."""
    since = _earlier(first, HISTORY_DAYS * 2)
    statement = FACTS.format(more=OF_THESE_PATIENTS)
    return _frame(connection, statement, first_day=since, last_day=last, from_day=first)


def _earlier(day: dt.date, days: int) -> dt.date:
    return dt.date.fromordinal(max(1, day.toordinal() - days))


def _frame(connection: sa.Connection, statement: str, **bound: dt.date) -> pd.DataFrame:
    wanted = {"timezone": settings().timezone, **bound}
    frame = frame_of(connection.execute(sa.text(statement), wanted))
    for name in MOMENTS:
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame
