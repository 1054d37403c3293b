"""What the practice's files become: raw text as it came, and clean typed rows."""

import sqlalchemy as sa

from clinic_assets.warehouse.contracts import MOMENT, MONEY, column
from clinic_assets.warehouse.kinds import declare_clean, declare_raw

ROOM = "practice_files"

raw_patients = declare_raw(
    ROOM,
    "patients",
    "One row per row of an accepted patients file, as text.",
    {
        "patient_id": "pseudonym",
        "first_name": "phi",
        "last_name": "phi",
        "phone": "phi",
        "consent_form_received": "plain",
        "created_at": "plain",
    },
)
raw_physios = declare_raw(
    ROOM,
    "physios",
    "One row per row of an accepted physios file, as text.",
    {"physio_id": "plain", "full_name": "plain"},
)
raw_appointments = declare_raw(
    ROOM,
    "appointments",
    "One row per row of an accepted appointments file, as text.",
    {
        "appointment_id": "pseudonym",
        "patient_id": "pseudonym",
        "physio_id": "plain",
        "appt_start": "plain",
        "appt_end": "plain",
        "booked_at": "plain",
        "status": "plain",
        "price_estimate": "plain",
        "cancelled_at": "plain",
    },
)
raw_payments = declare_raw(
    ROOM,
    "payments",
    "One row per row of an accepted payments file, as text.",
    {
        "payment_id": "pseudonym",
        "appointment_id": "pseudonym",
        "amount": "plain",
        "paid_at": "plain",
        "method": "plain",
    },
)
raw_shifts = declare_raw(
    ROOM,
    "shifts",
    "One row per row of an accepted shifts file, as text.",
    {"practitioner": "plain", "starts_at": "plain", "ends_at": "plain"},
)

clean_patients = declare_clean(
    ROOM,
    "patients",
    "One row per patient and declared date of a file that tells of them (0001-01-01: undated).",
    column("patient_id", sa.Text, None, "pseudonym", primary_key=True),
    column("first_name", sa.Text, None, "phi"),
    column("last_name", sa.Text, None, "phi"),
    column("phone", sa.Text, None, "phi"),
    column("has_consent", sa.Boolean, "Null: the file says neither yes nor no."),
    column("consent_raw", sa.Text, "As the file says it."),
    column("created_at", MOMENT, "When the practice entered the patient."),
    moves_by=("patient_id", "day"),
)
clean_physios = declare_clean(
    ROOM,
    "physios",
    "One row per practitioner and declared date of a file that tells of them.",
    column("physio_id", sa.Text, primary_key=True),
    column("full_name", sa.Text),
    moves_by=("physio_id", "day"),
)
clean_appointments = declare_clean(
    ROOM,
    "appointments",
    "One row per appointment, of the newest file that tells of it.",
    column("appointment_id", sa.Text, None, "pseudonym", primary_key=True),
    column("patient_id", sa.Text, None, "pseudonym", nullable=False),
    column("physio_id", sa.Text, nullable=False),
    column("start_at", MOMENT, nullable=False),
    column("end_at", MOMENT, nullable=False),
    column("created_at", MOMENT, "When it was booked."),
    column("status_raw", sa.Text, "The practice's word.", nullable=False),
    column("status", sa.Text, "The clinic's word; unresolved if no map knows it.", nullable=False),
    column("cancelled_at", MOMENT),
    column("price_amount", MONEY, "Expected price."),
    sa.CheckConstraint("end_at >= start_at", name="ends_after_start"),
    moves_by=("appointment_id",),
)
clean_payments = declare_clean(
    ROOM,
    "payments",
    "One row per payment, of the newest file that tells of it.",
    column("payment_id", sa.Text, None, "pseudonym", primary_key=True),
    column("appointment_id", sa.Text, None, "pseudonym"),
    column("amount", MONEY, "Negative: a refund.", nullable=False),
    column("paid_at", MOMENT, nullable=False),
    column("method", sa.Text),
    moves_by=("payment_id",),
)
clean_shifts = declare_clean(
    ROOM,
    "shifts",
    "One row per shift of a practitioner.",
    column("practitioner", sa.Text, primary_key=True),
    column("start_at", MOMENT, primary_key=True),
    column("end_at", MOMENT, nullable=False),
    sa.CheckConstraint("end_at > start_at", name="ends_after_start"),
    moves_by=("practitioner", "start_at", "day"),
)
