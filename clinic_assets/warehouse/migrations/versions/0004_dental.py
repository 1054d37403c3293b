"""What a copied dental practice becomes: its clean tables, its facts in core, rooms and families."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)
MONEY = sa.Numeric(precision=14, scale=2)

# A wall clock's time as a moment: an hour that the clock shows twice is the first of the two (as
# the files are read), one that it leaves out is as if it had not been moved yet. Postgres alone
# takes the second of the two.
LOCAL_MOMENT = """
create function ops.moment(shown timestamp, zone text) returns timestamptz
language sql stable as $$
    select case
        when ((shown - interval '1 day') at time zone zone + interval '24 hours')
            at time zone zone = shown
            then (shown - interval '1 day') at time zone zone + interval '24 hours'
        else shown at time zone zone
    end
$$
"""

VERSIONED = """
create view core.{view} as
with told as (
    select *,
        lag(day) over each is null
        or row({attributes}) is distinct from lag(row({attributes})) over each as is_new
    from core.{table}
    window each as (partition by clinic_id, {key} order by day)
),
version as (
    select *, lead(day) over (partition by clinic_id, {key} order by day) as next_day
    from told
    where is_new
)
select clinic_id, {key}, source, {attributes},
    case when day = date '0001-01-01' then date '-infinity' else day end as valid_from,
    coalesce(next_day - 1, date 'infinity') as valid_to,
    next_day is null as is_current
from version
"""
OF_PATIENT = "first_name, last_name, phone, has_consent, consent_raw, created_at"

CLINIC = """
create view core.dim_clinic as
select clinic_id, timezone, currency, date '-infinity' as valid_from, date 'infinity' as valid_to,
    true as is_current
from ops.platform
"""
CLINICS = """
create view core.dim_clinic as
with used as (
    select clinic_id from ops.platform
    union select clinic_id from core.practitioner_version
    union select clinic_id from core.fct_appointment
)
select used.clinic_id, platform.timezone, platform.currency, date '-infinity' as valid_from,
    date 'infinity' as valid_to, true as is_current
from used cross join ops.platform as platform
"""
TABLES = (
    "core.room_version",
    "core.fct_treatment_plan_item",
    "core.fct_referral",
    "core.fct_recall",
    "core.fct_procedure",
    "core.fct_communication",
    "core.fct_claim",
    "core.fct_adjustment",
    "clean.opendental_treatment_plan_items",
    "clean.opendental_shifts",
    "clean.opendental_referrals",
    "clean.opendental_recalls",
    "clean.opendental_providers",
    "clean.opendental_procedures",
    "clean.opendental_payments",
    "clean.opendental_patients",
    "clean.opendental_operatories",
    "clean.opendental_insurance",
    "clean.opendental_fees",
    "clean.opendental_communications",
    "clean.opendental_claims",
    "clean.opendental_claim_procedures",
    "clean.opendental_appointments",
    "clean.opendental_adjustments",
)


def upgrade() -> None:
    op.execute(LOCAL_MOMENT)
    _clean_and_core()
    _retell_dimensions(f"{OF_PATIENT}, guarantor_key", CLINICS)
    op.execute(
        VERSIONED.format(
            view="dim_room", table="room_version", key="room_key", attributes="room_name, is_in_use"
        )
    )


def _retell_dimensions(of_patient: str, clinic: str) -> None:
    op.execute("drop view if exists core.dim_patient")
    op.execute("drop view core.dim_clinic")
    op.execute(
        VERSIONED.format(
            view="dim_patient", table="patient_version", key="patient_key", attributes=of_patient
        )
    )
    op.execute(clinic)


def _clean_and_core() -> None:
    op.create_table(
        "opendental_adjustments",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("adjustment_id", sa.BigInteger(), nullable=False),
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="By ClinicNum."),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=True),
        sa.Column("procedure_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True, comment="The source's adjustment type."),
        sa.Column("amount", MONEY, nullable=False, comment="Negative: the patient owes less."),
        sa.Column(
            "procedure_amount", MONEY, nullable=True, comment="Fee of the procedure it adjusts."
        ),
        sa.Column("day", sa.Date(), nullable=False, comment="Date of the adjustment."),
        sa.PrimaryKeyConstraint(
            "source", "adjustment_id", "day", name=op.f("pk_opendental_adjustments")
        ),
        sa.UniqueConstraint(
            "source", "adjustment_id", name=op.f("uq_opendental_adjustments_source_adjustment_id")
        ),
        schema="clean",
        comment="One row per discount, charge or correction in a patient's account.",
        info={"room": "opendental", "moves_by": ("source", "adjustment_id"), "is_present": False},
    )
    op.create_index(
        "ix_opendental_adjustments_day",
        "opendental_adjustments",
        ["day"],
        unique=False,
        schema="clean",
    )
    op.create_table(
        "opendental_appointments",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("appointment_id", sa.BigInteger(), nullable=False),
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="By ClinicNum."),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "provider_id",
            sa.BigInteger(),
            nullable=True,
            comment="The hygienist of a hygiene visit, else the provider; null: none.",
        ),
        sa.Column("operatory_id", sa.BigInteger(), nullable=True),
        sa.Column("service_type", sa.Text(), nullable=True, comment="The appointment type's name."),
        sa.Column("created_at", MOMENT, nullable=True, comment="When it was booked."),
        sa.Column("start_at", MOMENT, nullable=False),
        sa.Column(
            "end_at",
            MOMENT,
            nullable=False,
            comment="Start and 5 minutes for each mark of the pattern.",
        ),
        sa.Column(
            "pattern",
            sa.Text(),
            nullable=False,
            comment="Five minutes a mark; X: the provider's own time.",
        ),
        sa.Column("status", sa.Text(), nullable=False, comment="The clinic's word."),
        sa.Column(
            "status_raw",
            sa.Text(),
            nullable=False,
            comment="The source's: status, how confirmed, code of a broken one.",
        ),
        sa.Column(
            "cancelled_at",
            MOMENT,
            nullable=True,
            comment="Since when it has been broken, for those cancelled.",
        ),
        sa.Column(
            "price_amount",
            MONEY,
            nullable=True,
            comment="Fees of its procedures; null: none are planned.",
        ),
        sa.Column("referral_id", sa.BigInteger(), nullable=True, comment="Who sent the patient."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date of the start."),
        sa.CheckConstraint(
            "end_at >= start_at", name=op.f("ck_opendental_appointments_ends_after_start")
        ),
        sa.PrimaryKeyConstraint(
            "source", "appointment_id", "day", name=op.f("pk_opendental_appointments")
        ),
        sa.UniqueConstraint(
            "source",
            "appointment_id",
            name=op.f("uq_opendental_appointments_source_appointment_id"),
        ),
        schema="clean",
        comment="One row per appointment with a time: neither unscheduled nor planned ones, nor notes.",
        info={"room": "opendental", "moves_by": ("source", "appointment_id"), "is_present": False},
    )
    op.create_index(
        "ix_opendental_appointments_day",
        "opendental_appointments",
        ["day"],
        unique=False,
        schema="clean",
    )
    op.create_table(
        "opendental_claim_procedures",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("claim_procedure_id", sa.BigInteger(), nullable=False),
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="By ClinicNum."),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=True, comment="Null: estimated only."),
        sa.Column(
            "procedure_id",
            sa.BigInteger(),
            nullable=True,
            comment="Null: paid for the claim as a whole.",
        ),
        sa.Column("plan_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "status",
            sa.Text(),
            nullable=False,
            comment="The source's, for example estimate or received.",
        ),
        sa.Column(
            "procedure_amount",
            MONEY,
            nullable=True,
            comment="The procedure's fee times units; null: no procedure.",
        ),
        sa.Column("billed_amount", MONEY, nullable=False),
        sa.Column(
            "allowed_amount", MONEY, nullable=True, comment="By the carrier; null: not said."
        ),
        sa.Column("insurance_estimate", MONEY, nullable=False),
        sa.Column("insurance_paid", MONEY, nullable=False),
        sa.Column("write_off_amount", MONEY, nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column(
            "covered_to",
            sa.Date(),
            nullable=True,
            comment="Last day of the subscriber's cover; null: open.",
        ),
        sa.Column("day", sa.Date(), nullable=False, comment="Date of the procedure."),
        sa.PrimaryKeyConstraint(
            "source", "claim_procedure_id", "day", name=op.f("pk_opendental_claim_procedures")
        ),
        sa.UniqueConstraint(
            "source",
            "claim_procedure_id",
            name=op.f("uq_opendental_claim_procedures_source_claim_procedure_id"),
        ),
        schema="clean",
        comment="One row per procedure and plan: what the carrier is asked for, allows and pays.",
        info={
            "room": "opendental",
            "moves_by": ("source", "claim_procedure_id"),
            "is_present": False,
        },
    )
    op.create_index(
        "ix_opendental_claim_procedures_day",
        "opendental_claim_procedures",
        ["day"],
        unique=False,
        schema="clean",
    )
    op.create_table(
        "opendental_claims",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="By ClinicNum."),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=True, comment="Who treated."),
        sa.Column("plan_id", sa.BigInteger(), nullable=True),
        sa.Column("carrier", sa.Text(), nullable=True, comment="Null: the plan names none."),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=True,
            comment="primary, secondary, preauthorisation, capitation or other.",
        ),
        sa.Column(
            "status", sa.Text(), nullable=False, comment="unsent, held, waiting, sent or received."
        ),
        sa.Column("claimed_amount", MONEY, nullable=False),
        sa.Column("insurance_estimate", MONEY, nullable=False),
        sa.Column("insurance_paid", MONEY, nullable=False),
        sa.Column("write_off_amount", MONEY, nullable=False),
        sa.Column("deductible_amount", MONEY, nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False, comment="Date of service."),
        sa.PrimaryKeyConstraint("source", "claim_id", "day", name=op.f("pk_opendental_claims")),
        sa.UniqueConstraint(
            "source", "claim_id", name=op.f("uq_opendental_claims_source_claim_id")
        ),
        schema="clean",
        comment="One row per claim on a carrier.",
        info={"room": "opendental", "moves_by": ("source", "claim_id"), "is_present": False},
    )
    op.create_index(
        "ix_opendental_claims_day", "opendental_claims", ["day"], unique=False, schema="clean"
    )
    op.create_table(
        "opendental_communications",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("communication_id", sa.BigInteger(), nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=True,
            comment="The source's type: appointment, insurance, ...",
        ),
        sa.Column(
            "mode", sa.Text(), nullable=True, comment="email, mail, phone, in_person, text, ..."
        ),
        sa.Column(
            "direction", sa.Text(), nullable=True, comment="sent, received, or null: neither."
        ),
        sa.Column(
            "origin", sa.Text(), nullable=True, comment="user, reminder, ...: what wrote it."
        ),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date."),
        sa.PrimaryKeyConstraint(
            "source", "communication_id", "day", name=op.f("pk_opendental_communications")
        ),
        sa.UniqueConstraint(
            "source",
            "communication_id",
            name=op.f("uq_opendental_communications_source_communication_id"),
        ),
        schema="clean",
        comment="One row per contact with a patient, without what was said.",
        info={
            "room": "opendental",
            "moves_by": ("source", "communication_id"),
            "is_present": False,
        },
    )
    op.create_index(
        "ix_opendental_communications_day",
        "opendental_communications",
        ["day"],
        unique=False,
        schema="clean",
    )
    op.create_table(
        "opendental_fees",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("fee_id", sa.BigInteger(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=True, comment="The fee schedule's name."),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("clinic_id", sa.Text(), nullable=True, comment="Null: any clinic."),
        sa.Column("provider_id", sa.BigInteger(), nullable=True, comment="Null: any provider."),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="0001-01-01: no day of its own."),
        sa.PrimaryKeyConstraint("source", "fee_id", "day", name=op.f("pk_opendental_fees")),
        schema="clean",
        comment="One row per price of a code in a fee schedule.",
        info={"room": "opendental", "moves_by": (), "is_present": False},
    )
    op.create_table(
        "opendental_insurance",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("cover_id", sa.BigInteger(), nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "subscriber_id",
            sa.BigInteger(),
            nullable=True,
            comment="The patient whose insurance it is.",
        ),
        sa.Column("plan_id", sa.BigInteger(), nullable=True),
        sa.Column("carrier", sa.Text(), nullable=True),
        sa.Column("group_name", sa.Text(), nullable=True),
        sa.Column(
            "plan_type", sa.Text(), nullable=True, comment="percentage, ppo, copay or capitation."
        ),
        sa.Column("rank", sa.Integer(), nullable=False, comment="1: pays first."),
        sa.Column(
            "relationship",
            sa.Text(),
            nullable=True,
            comment="To the subscriber: self, spouse, child or other.",
        ),
        sa.Column("covered_from", sa.Date(), nullable=True, comment="Null: always."),
        sa.Column("covered_to", sa.Date(), nullable=True, comment="Null: open."),
        sa.Column("day", sa.Date(), nullable=False, comment="0001-01-01: no day of its own."),
        sa.PrimaryKeyConstraint("source", "cover_id", "day", name=op.f("pk_opendental_insurance")),
        schema="clean",
        comment="One row per patient and insurance plan that covers them, and when.",
        info={"room": "opendental", "moves_by": (), "is_present": False},
    )
    op.create_table(
        "opendental_operatories",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("operatory_id", sa.BigInteger(), nullable=False),
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="By ClinicNum."),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("is_hygiene", sa.Boolean(), nullable=False),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="0001-01-01: no day of its own."),
        sa.PrimaryKeyConstraint(
            "source", "operatory_id", "day", name=op.f("pk_opendental_operatories")
        ),
        schema="clean",
        comment="One row per operatory: a room with a chair.",
        info={"room": "opendental", "moves_by": (), "is_present": False},
    )
    op.create_table(
        "opendental_patients",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("is_home", sa.Boolean(), nullable=False, comment="The clinic they belong to."),
        sa.Column(
            "guarantor_id",
            sa.BigInteger(),
            nullable=True,
            comment="The head of the family; families share it.",
        ),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True, comment="Wireless, else home, else work."),
        sa.Column(
            "has_consent", sa.Boolean(), nullable=True, comment="To text messages; null: unknown."
        ),
        sa.Column("consent_raw", sa.Text(), nullable=True),
        sa.Column(
            "status",
            sa.Text(),
            nullable=True,
            comment="patient, inactive, archived, deceased, prospective, ...",
        ),
        sa.Column(
            "created_at",
            MOMENT,
            nullable=True,
            comment="Beginning of the day on which they were entered.",
        ),
        sa.Column("day", sa.Date(), nullable=False, comment="0001-01-01: no day of its own."),
        sa.PrimaryKeyConstraint(
            "source", "clinic_id", "patient_id", "day", name=op.f("pk_opendental_patients")
        ),
        schema="clean",
        comment="One row per patient and clinic that they belong to or have visits in.",
        info={"room": "opendental", "moves_by": (), "is_present": False},
    )
    op.create_table(
        "opendental_payments",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column(
            "clinic_id",
            sa.Text(),
            nullable=False,
            comment="That of the visit paid for, else by ClinicNum.",
        ),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("procedure_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "appointment_id",
            sa.BigInteger(),
            nullable=True,
            comment="What it pays for, through the procedure.",
        ),
        sa.Column("amount", MONEY, nullable=False, comment="Negative: a refund."),
        sa.Column(
            "method",
            sa.Text(),
            nullable=True,
            comment="The source's payment type; insurance for a carrier's.",
        ),
        sa.Column("paid_at", MOMENT, nullable=False, comment="Beginning of the day."),
        sa.Column("day", sa.Date(), nullable=False, comment="Date of the payment."),
        sa.PrimaryKeyConstraint("source", "payment_id", "day", name=op.f("pk_opendental_payments")),
        sa.UniqueConstraint(
            "source", "payment_id", name=op.f("uq_opendental_payments_source_payment_id")
        ),
        schema="clean",
        comment="One row per split of a patient's payment and per payment of a carrier for a procedure.",
        info={"room": "opendental", "moves_by": ("source", "payment_id"), "is_present": False},
    )
    op.create_index(
        "ix_opendental_payments_day", "opendental_payments", ["day"], unique=False, schema="clean"
    )
    op.create_table(
        "opendental_procedures",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("procedure_id", sa.BigInteger(), nullable=False),
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="By ClinicNum."),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=True),
        sa.Column("appointment_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "code", sa.Text(), nullable=True, comment="As the source spells it, for example D1110."
        ),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column(
            "status",
            sa.Text(),
            nullable=False,
            comment="planned, planned_inactive, completed or referred.",
        ),
        sa.Column("fee_amount", MONEY, nullable=False, comment="Fee times units."),
        sa.Column(
            "insurance_estimate",
            MONEY,
            nullable=True,
            comment="What carriers are expected to pay; null: not insured.",
        ),
        sa.Column("insurance_paid", MONEY, nullable=True, comment="What they have paid."),
        sa.Column(
            "write_off_amount", MONEY, nullable=True, comment="What is not asked of anybody."
        ),
        sa.Column("planned_on", sa.Date(), nullable=True, comment="When it was proposed."),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Date of the procedure; of a planned one without, of the proposal.",
        ),
        sa.PrimaryKeyConstraint(
            "source", "procedure_id", "day", name=op.f("pk_opendental_procedures")
        ),
        sa.UniqueConstraint(
            "source", "procedure_id", name=op.f("uq_opendental_procedures_source_procedure_id")
        ),
        schema="clean",
        comment="One row per procedure planned, done or referred; neither deleted nor existing work.",
        info={"room": "opendental", "moves_by": ("source", "procedure_id"), "is_present": False},
    )
    op.create_index(
        "ix_opendental_procedures_day",
        "opendental_procedures",
        ["day"],
        unique=False,
        schema="clean",
    )
    op.create_table(
        "opendental_providers",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=True),
        sa.Column("is_hygienist", sa.Boolean(), nullable=False),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="0001-01-01: no day of its own."),
        sa.PrimaryKeyConstraint(
            "source", "clinic_id", "provider_id", "day", name=op.f("pk_opendental_providers")
        ),
        schema="clean",
        comment="One row per provider and clinic; the source does not say in which ones they work.",
        info={"room": "opendental", "moves_by": (), "is_present": False},
    )
    op.create_table(
        "opendental_recalls",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("recall_id", sa.BigInteger(), nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True, comment="The source's recall type."),
        sa.Column(
            "status",
            sa.Text(),
            nullable=True,
            comment="How far the patient has been reached, in the source's words.",
        ),
        sa.Column(
            "previous_on", sa.Date(), nullable=True, comment="The visit that it counts from."
        ),
        sa.Column("scheduled_on", sa.Date(), nullable=True, comment="The visit that serves it."),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="Date on which it is due."),
        sa.PrimaryKeyConstraint("source", "recall_id", "day", name=op.f("pk_opendental_recalls")),
        sa.UniqueConstraint(
            "source", "recall_id", name=op.f("uq_opendental_recalls_source_recall_id")
        ),
        schema="clean",
        comment="One row per patient and kind of recall that is due some day.",
        info={"room": "opendental", "moves_by": ("source", "recall_id"), "is_present": False},
    )
    op.create_index(
        "ix_opendental_recalls_day", "opendental_recalls", ["day"], unique=False, schema="clean"
    )
    op.create_table(
        "opendental_referrals",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("attachment_id", sa.BigInteger(), nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "referral_id", sa.BigInteger(), nullable=True, comment="Who refers, or is referred to."
        ),
        sa.Column("name", sa.Text(), nullable=True, comment="Theirs."),
        sa.Column("direction", sa.Text(), nullable=False, comment="from, to or custom."),
        sa.Column(
            "status",
            sa.Text(),
            nullable=True,
            comment="Of one away: declined, scheduled, consulted, in_treatment, complete.",
        ),
        sa.Column("procedure_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "day", sa.Date(), nullable=False, comment="Date of the referral; 0001-01-01: not said."
        ),
        sa.PrimaryKeyConstraint(
            "source", "attachment_id", "day", name=op.f("pk_opendental_referrals")
        ),
        sa.UniqueConstraint(
            "source", "attachment_id", name=op.f("uq_opendental_referrals_source_attachment_id")
        ),
        schema="clean",
        comment="One row per referral of a patient to the practice or away from it.",
        info={"room": "opendental", "moves_by": ("source", "attachment_id"), "is_present": False},
    )
    op.create_index(
        "ix_opendental_referrals_day", "opendental_referrals", ["day"], unique=False, schema="clean"
    )
    op.create_table(
        "opendental_shifts",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("start_at", MOMENT, nullable=False),
        sa.Column("end_at", MOMENT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date."),
        sa.CheckConstraint("end_at > start_at", name=op.f("ck_opendental_shifts_ends_after_start")),
        sa.PrimaryKeyConstraint(
            "source",
            "clinic_id",
            "provider_id",
            "start_at",
            "day",
            name=op.f("pk_opendental_shifts"),
        ),
        schema="clean",
        comment="One row per unbroken time that a provider works on a day.",
        info={"room": "opendental", "moves_by": (), "is_present": False},
    )
    op.create_index(
        "ix_opendental_shifts_day", "opendental_shifts", ["day"], unique=False, schema="clean"
    )
    op.create_table(
        "opendental_treatment_plan_items",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="By ClinicNum."),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=True),
        sa.Column("procedure_id", sa.BigInteger(), nullable=True),
        sa.Column("provider_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column(
            "plan_status",
            sa.Text(),
            nullable=False,
            comment="active, inactive, or saved: as presented.",
        ),
        sa.Column("fee_amount", MONEY, nullable=False),
        sa.Column(
            "insurance_estimate",
            MONEY,
            nullable=True,
            comment="Of a saved plan; else see the procedure.",
        ),
        sa.Column("patient_amount", MONEY, nullable=True, comment="Of a saved plan."),
        sa.Column(
            "is_signed", sa.Boolean(), nullable=False, comment="The patient has signed the plan."
        ),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Date of the saved plan, else the day the procedure was proposed.",
        ),
        sa.PrimaryKeyConstraint(
            "source", "item_id", "day", name=op.f("pk_opendental_treatment_plan_items")
        ),
        sa.UniqueConstraint(
            "source", "item_id", name=op.f("uq_opendental_treatment_plan_items_source_item_id")
        ),
        schema="clean",
        comment="One row per procedure on a treatment plan, current or as it was presented.",
        info={"room": "opendental", "moves_by": ("source", "item_id"), "is_present": False},
    )
    op.create_index(
        "ix_opendental_treatment_plan_items_day",
        "opendental_treatment_plan_items",
        ["day"],
        unique=False,
        schema="clean",
    )
    op.create_table(
        "fct_adjustment",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column(
            "adjustment_key", sa.Text(), nullable=False, comment="Source instance and its id."
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("patient_key", sa.Text(), nullable=False),
        sa.Column("practitioner_key", sa.Text(), nullable=False, comment="'unknown', never null."),
        sa.Column("procedure_key", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True, comment="In the source's word."),
        sa.Column("amount", MONEY, nullable=False, comment="Negative: the patient owes less."),
        sa.Column("day", sa.Date(), nullable=False, comment="Date of the adjustment."),
        sa.PrimaryKeyConstraint(
            "clinic_id", "adjustment_key", "day", name=op.f("pk_fct_adjustment")
        ),
        sa.UniqueConstraint(
            "clinic_id", "adjustment_key", name=op.f("uq_fct_adjustment_clinic_id_adjustment_key")
        ),
        schema="core",
        comment="One row per discount, charge or correction in a patient's account.",
        info={"room": "core", "moves_by": ("clinic_id", "adjustment_key"), "is_present": False},
    )
    op.create_index("ix_fct_adjustment_day", "fct_adjustment", ["day"], unique=False, schema="core")
    op.create_index(
        op.f("ix_fct_adjustment_patient_key"),
        "fct_adjustment",
        ["patient_key"],
        unique=False,
        schema="core",
    )
    op.create_table(
        "fct_claim",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("claim_key", sa.Text(), nullable=False, comment="Source instance and its id."),
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("patient_key", sa.Text(), nullable=False),
        sa.Column("practitioner_key", sa.Text(), nullable=False, comment="'unknown', never null."),
        sa.Column("carrier", sa.Text(), nullable=True, comment="Null: not said."),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=True,
            comment="primary, secondary, preauthorisation, capitation, other.",
        ),
        sa.Column(
            "status",
            sa.Text(),
            nullable=False,
            comment="unsent, held, waiting, sent, received, unknown.",
        ),
        sa.Column("claimed_amount", MONEY, nullable=False),
        sa.Column("insurance_estimate", MONEY, nullable=False),
        sa.Column("insurance_paid", MONEY, nullable=False),
        sa.Column("write_off_amount", MONEY, nullable=False),
        sa.Column("deductible_amount", MONEY, nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False, comment="Date of service."),
        sa.PrimaryKeyConstraint("clinic_id", "claim_key", "day", name=op.f("pk_fct_claim")),
        sa.UniqueConstraint(
            "clinic_id", "claim_key", name=op.f("uq_fct_claim_clinic_id_claim_key")
        ),
        schema="core",
        comment="One row per claim on an insurance carrier.",
        info={"room": "core", "moves_by": ("clinic_id", "claim_key"), "is_present": False},
    )
    op.create_index("ix_fct_claim_day", "fct_claim", ["day"], unique=False, schema="core")
    op.create_index(
        op.f("ix_fct_claim_patient_key"), "fct_claim", ["patient_key"], unique=False, schema="core"
    )
    op.create_table(
        "fct_communication",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column(
            "communication_key", sa.Text(), nullable=False, comment="Source instance and its id."
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("patient_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True, comment="In the source's word."),
        sa.Column(
            "mode", sa.Text(), nullable=True, comment="email, mail, phone, in_person, text, ..."
        ),
        sa.Column(
            "direction", sa.Text(), nullable=True, comment="sent, received, or null: neither."
        ),
        sa.Column(
            "origin", sa.Text(), nullable=True, comment="user, reminder, ...: what wrote it."
        ),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date."),
        sa.PrimaryKeyConstraint(
            "clinic_id", "communication_key", "day", name=op.f("pk_fct_communication")
        ),
        sa.UniqueConstraint(
            "clinic_id",
            "communication_key",
            name=op.f("uq_fct_communication_clinic_id_communication_key"),
        ),
        schema="core",
        comment="One row per contact with a patient, without what was said.",
        info={"room": "core", "moves_by": ("clinic_id", "communication_key"), "is_present": False},
    )
    op.create_index(
        "ix_fct_communication_day", "fct_communication", ["day"], unique=False, schema="core"
    )
    op.create_index(
        op.f("ix_fct_communication_patient_key"),
        "fct_communication",
        ["patient_key"],
        unique=False,
        schema="core",
    )
    op.create_table(
        "fct_procedure",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column(
            "procedure_key", sa.Text(), nullable=False, comment="Source instance and its id."
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("patient_key", sa.Text(), nullable=False),
        sa.Column("practitioner_key", sa.Text(), nullable=False, comment="'unknown', never null."),
        sa.Column("appointment_key", sa.Text(), nullable=True),
        sa.Column(
            "code", sa.Text(), nullable=True, comment="Of the source's list, for example D1110."
        ),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column(
            "status",
            sa.Text(),
            nullable=False,
            comment="planned, planned_inactive, completed, referred.",
        ),
        sa.Column("fee_amount", MONEY, nullable=False, comment="Before insurance and adjustments."),
        sa.Column(
            "insurance_estimate",
            MONEY,
            nullable=True,
            comment="What carriers are expected to pay; null: not insured.",
        ),
        sa.Column("insurance_paid", MONEY, nullable=True, comment="What they have paid."),
        sa.Column(
            "write_off_amount", MONEY, nullable=True, comment="What is not asked of anybody."
        ),
        sa.Column("planned_on", sa.Date(), nullable=True, comment="When it was proposed."),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Date of the procedure; of a planned one without, of the proposal.",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "procedure_key", "day", name=op.f("pk_fct_procedure")),
        sa.UniqueConstraint(
            "clinic_id", "procedure_key", name=op.f("uq_fct_procedure_clinic_id_procedure_key")
        ),
        schema="core",
        comment="One row per procedure that was planned, done or referred.",
        info={"room": "core", "moves_by": ("clinic_id", "procedure_key"), "is_present": False},
    )
    op.create_index(
        op.f("ix_fct_procedure_appointment_key"),
        "fct_procedure",
        ["appointment_key"],
        unique=False,
        schema="core",
    )
    op.create_index("ix_fct_procedure_day", "fct_procedure", ["day"], unique=False, schema="core")
    op.create_index(
        op.f("ix_fct_procedure_patient_key"),
        "fct_procedure",
        ["patient_key"],
        unique=False,
        schema="core",
    )
    op.create_table(
        "fct_recall",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("recall_key", sa.Text(), nullable=False, comment="Source instance and its id."),
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("patient_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True, comment="In the source's word."),
        sa.Column(
            "status",
            sa.Text(),
            nullable=True,
            comment="How far the patient has been reached, in the source's words.",
        ),
        sa.Column(
            "previous_on", sa.Date(), nullable=True, comment="The visit that it counts from."
        ),
        sa.Column("scheduled_on", sa.Date(), nullable=True, comment="The visit that serves it."),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="Date on which it is due."),
        sa.PrimaryKeyConstraint("clinic_id", "recall_key", "day", name=op.f("pk_fct_recall")),
        sa.UniqueConstraint(
            "clinic_id", "recall_key", name=op.f("uq_fct_recall_clinic_id_recall_key")
        ),
        schema="core",
        comment="One row per patient and kind of recall.",
        info={"room": "core", "moves_by": ("clinic_id", "recall_key"), "is_present": False},
    )
    op.create_index("ix_fct_recall_day", "fct_recall", ["day"], unique=False, schema="core")
    op.create_index(
        op.f("ix_fct_recall_patient_key"),
        "fct_recall",
        ["patient_key"],
        unique=False,
        schema="core",
    )
    op.create_table(
        "fct_referral",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("referral_key", sa.Text(), nullable=False, comment="Source instance and its id."),
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("patient_key", sa.Text(), nullable=False),
        sa.Column(
            "referrer_key", sa.Text(), nullable=True, comment="Who refers, or is referred to."
        ),
        sa.Column("referrer_name", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False, comment="from, to or custom."),
        sa.Column("status", sa.Text(), nullable=True, comment="How far one away has come."),
        sa.Column("procedure_key", sa.Text(), nullable=True),
        sa.Column(
            "day", sa.Date(), nullable=False, comment="Date of the referral; 0001-01-01: not said."
        ),
        sa.PrimaryKeyConstraint("clinic_id", "referral_key", "day", name=op.f("pk_fct_referral")),
        sa.UniqueConstraint(
            "clinic_id", "referral_key", name=op.f("uq_fct_referral_clinic_id_referral_key")
        ),
        schema="core",
        comment="One row per referral of a patient to the clinic or away from it.",
        info={"room": "core", "moves_by": ("clinic_id", "referral_key"), "is_present": False},
    )
    op.create_index("ix_fct_referral_day", "fct_referral", ["day"], unique=False, schema="core")
    op.create_index(
        op.f("ix_fct_referral_patient_key"),
        "fct_referral",
        ["patient_key"],
        unique=False,
        schema="core",
    )
    op.create_table(
        "fct_treatment_plan_item",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("item_key", sa.Text(), nullable=False, comment="Source instance and its id."),
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("patient_key", sa.Text(), nullable=False),
        sa.Column("practitioner_key", sa.Text(), nullable=False, comment="'unknown', never null."),
        sa.Column("plan_key", sa.Text(), nullable=False),
        sa.Column("procedure_key", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column(
            "plan_status",
            sa.Text(),
            nullable=False,
            comment="active, inactive, or saved: as presented.",
        ),
        sa.Column("fee_amount", MONEY, nullable=False),
        sa.Column(
            "insurance_estimate",
            MONEY,
            nullable=True,
            comment="Of a saved plan; else see the procedure.",
        ),
        sa.Column("patient_amount", MONEY, nullable=True, comment="Of a saved plan."),
        sa.Column(
            "is_signed", sa.Boolean(), nullable=False, comment="The patient has signed the plan."
        ),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Date of a saved plan, else the day the procedure was proposed.",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "item_key", "day", name=op.f("pk_fct_treatment_plan_item")
        ),
        sa.UniqueConstraint(
            "clinic_id", "item_key", name=op.f("uq_fct_treatment_plan_item_clinic_id_item_key")
        ),
        schema="core",
        comment="One row per procedure on a treatment plan, current or as it was presented.",
        info={"room": "core", "moves_by": ("clinic_id", "item_key"), "is_present": False},
    )
    op.create_index(
        "ix_fct_treatment_plan_item_day",
        "fct_treatment_plan_item",
        ["day"],
        unique=False,
        schema="core",
    )
    op.create_index(
        op.f("ix_fct_treatment_plan_item_patient_key"),
        "fct_treatment_plan_item",
        ["patient_key"],
        unique=False,
        schema="core",
    )
    op.create_table(
        "room_version",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("room_key", sa.Text(), nullable=False),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Valid from this day; 0001-01-01: from the beginning of time.",
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("room_name", sa.Text(), nullable=True),
        sa.Column("is_in_use", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "room_key", "day", name=op.f("pk_room_version")),
        schema="core",
        comment="One row per room and day on which a source told of it; dim_room is the view over it.",
        info={"room": "core", "moves_by": (), "is_present": False},
    )
    op.add_column(
        "fct_payment",
        sa.Column("patient_key", sa.Text(), nullable=True, comment="Null: see the appointment."),
        schema="core",
    )
    op.add_column(
        "patient_version",
        sa.Column(
            "guarantor_key",
            sa.Text(),
            nullable=True,
            comment="Who pays: the head of the family; null: unknown.",
        ),
        schema="core",
    )


def downgrade() -> None:
    op.execute("drop view core.dim_room")
    op.execute("drop view core.dim_patient")
    op.drop_column("patient_version", "guarantor_key", schema="core")
    op.drop_column("fct_payment", "patient_key", schema="core")
    _retell_dimensions(OF_PATIENT, CLINIC)
    for table in TABLES:
        op.execute(f"drop table {table}")
    op.execute("drop function ops.moment")
