"""The shared clinic model, in the order the data flows: versions of people, then facts."""

from clinic_assets.core import tables
from clinic_assets.settings import settings
from clinic_assets.sources.practice_files import tables as practice_files
from clinic_assets.sources.stock_logs import tables as stock_logs
from clinic_assets.warehouse.sql_models import model_text, sql_asset

SOURCES = (practice_files.ROOM, stock_logs.ROOM)
"""The rooms whose clean tables the models read."""

_clinic = {"clinic_id": settings().id}
_zone = {**_clinic, "timezone": settings().timezone}

patient_version = sql_asset(
    tables.patient_version, model_text(__file__, "patient_version"), _clinic
)
practitioner_version = sql_asset(
    tables.practitioner_version, model_text(__file__, "practitioner_version"), _clinic
)
fct_appointment = sql_asset(tables.fct_appointment, model_text(__file__, "fct_appointment"), _zone)
fct_payment = sql_asset(tables.fct_payment, model_text(__file__, "fct_payment"), _clinic)
fct_capacity = sql_asset(tables.fct_capacity, model_text(__file__, "fct_capacity"), _clinic)
fct_stock_day = sql_asset(tables.fct_stock_day, model_text(__file__, "fct_stock_day"), _clinic)

ASSETS = [
    patient_version,
    practitioner_version,
    fct_appointment,
    fct_payment,
    fct_capacity,
    fct_stock_day,
]
