"""The shared facts that only a practice's own system tells: treatment, claims, contacts, rooms.

Beside them stand those of tables.py, which any source may tell. Where no such system is configured
these are declared and empty, and no asset.
"""

from typing import Any

import sqlalchemy as sa

from clinic_assets.sources.opendental.declaring import IS_PRESENT
from clinic_assets.warehouse.contracts import (
    MOMENT,
    MONEY,
    clinic_column,
    column,
    day_column,
    declare,
)


def _fact(name: str, comment: str, key: str, day: str, *columns: Any) -> sa.Table:
    return declare(
        "core",
        name,
        comment,
        clinic_column(),
        column(key, sa.Text, "Source instance and its id.", "pseudonym", primary_key=True),
        column("source", sa.Text, "Source instance.", nullable=False),
        column("patient_key", sa.Text, None, "pseudonym", nullable=False, index=True),
        *columns,
        day_column(day),
        sa.UniqueConstraint("clinic_id", key),
        sa.Index(f"ix_{name}_day", "day"),
        room="core",
        moves_by=("clinic_id", key),
        is_present=IS_PRESENT,
    )


def _practitioner() -> Any:
    return column("practitioner_key", sa.Text, "'unknown', never null.", nullable=False)


def _procedure() -> Any:
    return column("procedure_key", sa.Text, None, "pseudonym")


fct_procedure = _fact(
    "fct_procedure",
    "One row per procedure that was planned, done or referred.",
    "procedure_key",
    "Date of the procedure; of a planned one without, of the proposal.",
    _practitioner(),
    column("appointment_key", sa.Text, None, "pseudonym", index=True),
    column("code", sa.Text, "Of the source's list, for example D1110."),
    column("description", sa.Text),
    column("status", sa.Text, "planned, planned_inactive, completed, referred.", nullable=False),
    column("fee_amount", MONEY, "Before insurance and adjustments.", nullable=False),
    column("insurance_estimate", MONEY, "What carriers are expected to pay; null: not insured."),
    column("insurance_paid", MONEY, "What they have paid."),
    column("write_off_amount", MONEY, "What is not asked of anybody."),
    column("planned_on", sa.Date, "When it was proposed."),
)
fct_claim = _fact(
    "fct_claim",
    "One row per claim on an insurance carrier.",
    "claim_key",
    "Date of service.",
    _practitioner(),
    column("carrier", sa.Text, "Null: not said."),
    column("kind", sa.Text, "primary, secondary, preauthorisation, capitation, other."),
    column("status", sa.Text, "unsent, held, waiting, sent, received, unknown.", nullable=False),
    column("claimed_amount", MONEY, nullable=False),
    column("insurance_estimate", MONEY, nullable=False),
    column("insurance_paid", MONEY, nullable=False),
    column("write_off_amount", MONEY, nullable=False),
    column("deductible_amount", MONEY, nullable=False),
    column("sent_on", sa.Date),
    column("received_on", sa.Date),
)
fct_adjustment = _fact(
    "fct_adjustment",
    "One row per discount, charge or correction in a patient's account.",
    "adjustment_key",
    "Date of the adjustment.",
    _practitioner(),
    _procedure(),
    column("kind", sa.Text, "In the source's word."),
    column("amount", MONEY, "Negative: the patient owes less.", nullable=False),
)
fct_treatment_plan_item = _fact(
    "fct_treatment_plan_item",
    "One row per procedure on a treatment plan, current or as it was presented.",
    "item_key",
    "Date of a saved plan, else the day the procedure was proposed.",
    _practitioner(),
    column("plan_key", sa.Text, None, "pseudonym", nullable=False),
    _procedure(),
    column("code", sa.Text),
    column("plan_status", sa.Text, "active, inactive, or saved: as presented.", nullable=False),
    column("fee_amount", MONEY, nullable=False),
    column("insurance_estimate", MONEY, "Of a saved plan; else see the procedure."),
    column("patient_amount", MONEY, "Of a saved plan."),
    column("is_signed", sa.Boolean, "The patient has signed the plan.", nullable=False),
)
fct_recall = _fact(
    "fct_recall",
    "One row per patient and kind of recall.",
    "recall_key",
    "Date on which it is due.",
    column("kind", sa.Text, "In the source's word."),
    column("status", sa.Text, "How far the patient has been reached, in the source's words."),
    column("previous_on", sa.Date, "The visit that it counts from."),
    column("scheduled_on", sa.Date, "The visit that serves it."),
    column("is_disabled", sa.Boolean, nullable=False),
)
fct_communication = _fact(
    "fct_communication",
    "One row per contact with a patient, without what was said.",
    "communication_key",
    "Clinic-local date.",
    column("kind", sa.Text, "In the source's word."),
    column("mode", sa.Text, "email, mail, phone, in_person, text, ..."),
    column("direction", sa.Text, "sent, received, or null: neither."),
    column("origin", sa.Text, "user, reminder, ...: what wrote it."),
    column("occurred_at", MOMENT, nullable=False),
)
fct_referral = _fact(
    "fct_referral",
    "One row per referral of a patient to the clinic or away from it.",
    "referral_key",
    "Date of the referral; 0001-01-01: not said.",
    column("referrer_key", sa.Text, "Who refers, or is referred to."),
    column("referrer_name", sa.Text, None, "phi"),
    column("direction", sa.Text, "from, to or custom.", nullable=False),
    column("status", sa.Text, "How far one away has come."),
    _procedure(),
)
room_version = declare(
    "core",
    "room_version",
    "One row per room and day on which a source told of it; dim_room is the view over it.",
    clinic_column(),
    column("room_key", sa.Text, primary_key=True),
    day_column("Valid from this day; 0001-01-01: from the beginning of time."),
    column("source", sa.Text, nullable=False),
    column("room_name", sa.Text),
    column("is_in_use", sa.Boolean, nullable=False),
    room="core",
    is_present=IS_PRESENT,
)

FACTS = (
    fct_procedure, fct_claim, fct_adjustment, fct_treatment_plan_item, fct_recall,
    fct_communication, fct_referral,
)  # fmt: skip
TABLES = (*FACTS, room_version)
