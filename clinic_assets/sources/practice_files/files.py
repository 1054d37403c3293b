"""Which files the practice drops: their columns, what a row is about, and how it is typed."""

from clinic_assets.inbox.contract import Field, FileContract
from clinic_assets.sources.practice_files import clean, tables
from clinic_assets.warehouse.kinds import Kind


def _contract(*names: str, optional: tuple[str, ...] = ()) -> FileContract:
    return FileContract((*map(Field, names), *(Field(name, required=False) for name in optional)))


patients = Kind(
    source=tables.ROOM,
    name="patients",
    contract=_contract(
        "patient_id", "first_name", "last_name", "phone", "consent_form_received", "created_at"
    ),
    raw=tables.raw_patients,
    clean=tables.clean_patients,
    keys=("patient_id",),
    typed=clean.patients,
    event_day=None,
)
physios = Kind(
    source=tables.ROOM,
    name="physios",
    contract=_contract("physio_id", "full_name"),
    raw=tables.raw_physios,
    clean=tables.clean_physios,
    keys=("physio_id",),
    typed=clean.physios,
    event_day=None,
)
appointments = Kind(
    source=tables.ROOM,
    name="appointments",
    contract=_contract(
        "appointment_id",
        "patient_id",
        "physio_id",
        "appt_start",
        "appt_end",
        "booked_at",
        "status",
        "price_estimate",
        optional=("cancelled_at",),
    ),
    raw=tables.raw_appointments,
    clean=tables.clean_appointments,
    keys=("appointment_id",),
    typed=clean.appointments,
    event_day="day",
    tells_completeness=True,
)
payments = Kind(
    source=tables.ROOM,
    name="payments",
    contract=_contract("payment_id", "appointment_id", "amount", "paid_at", "method"),
    raw=tables.raw_payments,
    clean=tables.clean_payments,
    keys=("payment_id",),
    typed=clean.payments,
    event_day="day",
)
shifts = Kind(
    source=tables.ROOM,
    name="shifts",
    contract=FileContract(
        (
            Field("practitioner", aliases=("physio_id",)),
            Field("starts_at", aliases=("start",)),
            Field("ends_at", aliases=("end",)),
        )
    ),
    raw=tables.raw_shifts,
    clean=tables.clean_shifts,
    keys=("practitioner", "starts_at"),
    typed=clean.shifts,
    event_day="day",
)

KINDS = (patients, physios, appointments, payments, shifts)
