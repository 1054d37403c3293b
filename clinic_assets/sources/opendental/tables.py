"""What a copied practice becomes: typed rows in the clinic's vocabulary, one table for each thing.

Its money is next door, in tables_money.py. The copy itself keeps the source's own names in a schema
of its own and is declared nowhere.
"""

import sqlalchemy as sa

from clinic_assets.sources.opendental.declaring import (
    declared,
    key,
    own_clinic,
    patient,
    reference,
)
from clinic_assets.sources.opendental.tables_money import (
    adjustments,
    claim_procedures,
    claims,
    fees,
    insurance,
    payments,
)
from clinic_assets.warehouse.contracts import MOMENT, MONEY, clinic_column, column

patients = declared(
    "patients",
    "One row per patient and clinic that they belong to or have visits in.",
    clinic_column(),
    key("patient_id"),
    column("is_home", sa.Boolean, "The clinic they belong to.", nullable=False),
    reference("guarantor_id", "The head of the family; families share it.", "pseudonym"),
    column("first_name", sa.Text, None, "phi"),
    column("last_name", sa.Text, None, "phi"),
    column("phone", sa.Text, "Wireless, else home, else work.", "phi"),
    column("has_consent", sa.Boolean, "To text messages; null: unknown."),
    column("consent_raw", sa.Text),
    column("status", sa.Text, "patient, inactive, archived, deceased, prospective, ..."),
    column("created_at", MOMENT, "Beginning of the day on which they were entered."),
)
providers = declared(
    "providers",
    "One row per provider and clinic; the source does not say in which ones they work.",
    clinic_column(),
    key("provider_id", "plain"),
    column("full_name", sa.Text),
    column("is_hygienist", sa.Boolean, nullable=False),
    column("is_hidden", sa.Boolean, nullable=False),
)
operatories = declared(
    "operatories",
    "One row per operatory: a room with a chair.",
    key("operatory_id", "plain"),
    own_clinic(),
    column("name", sa.Text),
    column("is_hygiene", sa.Boolean, nullable=False),
    column("is_hidden", sa.Boolean, nullable=False),
)
appointments = declared(
    "appointments",
    "One row per appointment with a time: neither unscheduled nor planned ones, nor notes.",
    key("appointment_id"),
    own_clinic(),
    patient(),
    reference("provider_id", "The hygienist of a hygiene visit, else the provider; null: none."),
    reference("operatory_id"),
    column("service_type", sa.Text, "The appointment type's name."),
    column("created_at", MOMENT, "When it was booked."),
    column("start_at", MOMENT, nullable=False),
    column("end_at", MOMENT, "Start and 5 minutes for each mark of the pattern.", nullable=False),
    column("pattern", sa.Text, "Five minutes a mark; X: the provider's own time.", nullable=False),
    column("status", sa.Text, "The clinic's word.", nullable=False),
    column("status_raw", sa.Text, "The source's: status, how confirmed, code of a broken one.",
           nullable=False),
    column("cancelled_at", MOMENT, "Since when it has been broken, for those cancelled."),
    column("price_amount", MONEY, "Fees of its procedures; null: none are planned."),
    reference("referral_id", "Who sent the patient."),
    sa.CheckConstraint("end_at >= start_at", name="ends_after_start"),
    day="Clinic-local date of the start.",
    moves_by=("appointment_id",),
)  # fmt: skip
shifts = declared(
    "shifts",
    "One row per unbroken time that a provider works on a day.",
    clinic_column(),
    key("provider_id", "plain"),
    column("start_at", MOMENT, primary_key=True),
    column("end_at", MOMENT, nullable=False),
    sa.CheckConstraint("end_at > start_at", name="ends_after_start"),
    day="Clinic-local date.",
)
procedures = declared(
    "procedures",
    "One row per procedure planned, done or referred; neither deleted nor existing work.",
    key("procedure_id"),
    own_clinic(),
    patient(),
    reference("provider_id"),
    reference("appointment_id", None, "pseudonym"),
    column("code", sa.Text, "As the source spells it, for example D1110."),
    column("description", sa.Text),
    column("status", sa.Text, "planned, planned_inactive, completed or referred.", nullable=False),
    column("fee_amount", MONEY, "Fee times units.", nullable=False),
    column("insurance_estimate", MONEY, "What carriers are expected to pay; null: not insured."),
    column("insurance_paid", MONEY, "What they have paid."),
    column("write_off_amount", MONEY, "What is not asked of anybody."),
    column("planned_on", sa.Date, "When it was proposed."),
    day="Date of the procedure; of a planned one without, of the proposal.",
    moves_by=("procedure_id",),
)
treatment_plan_items = declared(
    "treatment_plan_items",
    "One row per procedure on a treatment plan, current or as it was presented.",
    key("item_id", kind=sa.Text),
    own_clinic(),
    patient(),
    reference("plan_id", None, "pseudonym"),
    reference("procedure_id", None, "pseudonym"),
    reference("provider_id"),
    column("code", sa.Text),
    column("plan_status", sa.Text, "active, inactive, or saved: as presented.", nullable=False),
    column("fee_amount", MONEY, nullable=False),
    column("insurance_estimate", MONEY, "Of a saved plan; else see the procedure."),
    column("patient_amount", MONEY, "Of a saved plan."),
    column("is_signed", sa.Boolean, "The patient has signed the plan.", nullable=False),
    day="Date of the saved plan, else the day the procedure was proposed.",
    moves_by=("item_id",),
)
recalls = declared(
    "recalls",
    "One row per patient and kind of recall that is due some day.",
    key("recall_id"),
    patient(),
    column("kind", sa.Text, "The source's recall type."),
    column("status", sa.Text, "How far the patient has been reached, in the source's words."),
    column("previous_on", sa.Date, "The visit that it counts from."),
    column("scheduled_on", sa.Date, "The visit that serves it."),
    column("is_disabled", sa.Boolean, nullable=False),
    day="Date on which it is due.",
    moves_by=("recall_id",),
)
referrals = declared(
    "referrals",
    "One row per referral of a patient to the practice or away from it.",
    key("attachment_id"),
    patient(),
    reference("referral_id", "Who refers, or is referred to."),
    column("name", sa.Text, "Theirs.", "phi"),
    column("direction", sa.Text, "from, to or custom.", nullable=False),
    column(
        "status", sa.Text, "Of one away: declined, scheduled, consulted, in_treatment, complete."
    ),
    reference("procedure_id", None, "pseudonym"),
    day="Date of the referral; 0001-01-01: not said.",
    moves_by=("attachment_id",),
)
communications = declared(
    "communications",
    "One row per contact with a patient, without what was said.",
    key("communication_id"),
    patient(),
    column("kind", sa.Text, "The source's type: appointment, insurance, ..."),
    column("mode", sa.Text, "email, mail, phone, in_person, text, ..."),
    column("direction", sa.Text, "sent, received, or null: neither."),
    column("origin", sa.Text, "user, reminder, ...: what wrote it."),
    column("occurred_at", MOMENT, nullable=False),
    day="Clinic-local date.",
    moves_by=("communication_id",),
)

TABLES = (
    patients, providers, operatories, appointments, shifts, procedures, fees, payments, claims,
    claim_procedures, adjustments, insurance, treatment_plan_items, recalls, referrals,
    communications,
)  # fmt: skip
