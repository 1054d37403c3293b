"""The shared clinic model, in the order the data flows: versions of people, rooms, then facts."""

import sqlalchemy as sa

from clinic_assets.core import tables, tables_treatment
from clinic_assets.core.checks import CHECKS
from clinic_assets.settings import settings
from clinic_assets.sources.opendental import declaring
from clinic_assets.sources.opendental import tables as opendental
from clinic_assets.sources.practice_files import tables as practice_files
from clinic_assets.sources.stock_logs import tables as stock_logs
from clinic_assets.warehouse.contracts import is_present
from clinic_assets.warehouse.publish import Select
from clinic_assets.warehouse.reach import SAME_DAY, Reach
from clinic_assets.warehouse.sql_models import model_text, sql_asset

SOURCES = (practice_files.ROOM, stock_logs.ROOM, declaring.ROOM)
"""The rooms whose clean tables the models read."""

TABLES = (
    tables.patient_version,
    tables.practitioner_version,
    tables_treatment.room_version,
    tables.fct_appointment,
    tables.fct_payment,
    tables.fct_capacity,
    *tables_treatment.FACTS,
    tables.fct_stock_day,
    tables.fct_stock_order,
    tables.item_version,
    tables.location_version,
    tables.service_item_version,
)


def _with_their_patients(contacts: sa.Table) -> dict[str, list[Reach]]:
    """What names no clinic is in its patient's, and moves with them."""
    same_patient = Reach(through=contacts.fullname, on=("source", "patient_id"))
    return {contacts.fullname: [SAME_DAY], opendental.patients.fullname: [same_patient]}


REACHES = {
    tables_treatment.fct_recall: _with_their_patients(opendental.recalls),
    tables_treatment.fct_referral: _with_their_patients(opendental.referrals),
    tables_treatment.fct_communication: _with_their_patients(opendental.communications),
}


def select_of(table: sa.Table) -> Select:
    """The rows of a table of the model, of all sources."""
    bound = {"clinic_id": settings().id, "timezone": settings().timezone}
    return Select(model_text(__file__, table.name), bound)


ASSETS = [
    sql_asset(
        table,
        select_of(table).text,
        select_of(table).bound,
        REACHES.get(table),
        checks=CHECKS,
    )
    for table in TABLES
    if is_present(table)
]
