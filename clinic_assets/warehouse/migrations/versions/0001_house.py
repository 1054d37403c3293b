"""The house: schemas, books, sources, core, marts, scores and desk as first released."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

SCHEMAS = ("raw", "clean", "core", "mart", "score", "desk", "ops")


def upgrade() -> None:
    for schema in SCHEMAS:
        op.execute(f"create schema if not exists {schema}")
    op.execute("create sequence ops.write_order")

    op.create_table(
        "practice_files_appointments",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("appointment_id", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("physio_id", sa.Text(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=True, comment="When it was booked."
        ),
        sa.Column("status_raw", sa.Text(), nullable=False, comment="The practice's word."),
        sa.Column(
            "status",
            sa.Text(),
            nullable=False,
            comment="The clinic's word; unresolved if no map knows it.",
        ),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "price_amount",
            sa.Numeric(precision=14, scale=2),
            nullable=True,
            comment="Expected price.",
        ),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column(
            "known_since",
            sa.Date(),
            nullable=True,
            comment="Earliest declared date of a file that says exactly this.",
        ),
        sa.Column("row_sha256", sa.Text(), nullable=False, comment="The raw row's."),
        sa.CheckConstraint(
            "end_at >= start_at", name=op.f("ck_practice_files_appointments_ends_after_start")
        ),
        sa.PrimaryKeyConstraint(
            "source", "appointment_id", "day", name=op.f("pk_practice_files_appointments")
        ),
        sa.UniqueConstraint(
            "source",
            "appointment_id",
            name=op.f("uq_practice_files_appointments_source_appointment_id"),
        ),
        schema="clean",
        comment="One row per appointment, of the newest file that tells of it.",
        info={"room": "practice_files", "moves_by": ("source", "appointment_id")},
    )
    op.create_table(
        "practice_files_patients",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column(
            "has_consent",
            sa.Boolean(),
            nullable=True,
            comment="Null: the file says neither yes nor no.",
        ),
        sa.Column("consent_raw", sa.Text(), nullable=True, comment="As the file says it."),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the practice entered the patient.",
        ),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column(
            "known_since",
            sa.Date(),
            nullable=True,
            comment="Earliest declared date of a file that says exactly this.",
        ),
        sa.Column("row_sha256", sa.Text(), nullable=False, comment="The raw row's."),
        sa.PrimaryKeyConstraint(
            "source", "patient_id", "day", name=op.f("pk_practice_files_patients")
        ),
        schema="clean",
        comment="One row per patient and declared date of a file that tells of them (0001-01-01: undated).",
        info={"room": "practice_files", "moves_by": ()},
    )
    op.create_table(
        "practice_files_payments",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("appointment_id", sa.Text(), nullable=True),
        sa.Column(
            "amount",
            sa.Numeric(precision=14, scale=2),
            nullable=False,
            comment="Negative: a refund.",
        ),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column(
            "known_since",
            sa.Date(),
            nullable=True,
            comment="Earliest declared date of a file that says exactly this.",
        ),
        sa.Column("row_sha256", sa.Text(), nullable=False, comment="The raw row's."),
        sa.PrimaryKeyConstraint(
            "source", "payment_id", "day", name=op.f("pk_practice_files_payments")
        ),
        sa.UniqueConstraint(
            "source", "payment_id", name=op.f("uq_practice_files_payments_source_payment_id")
        ),
        schema="clean",
        comment="One row per payment, of the newest file that tells of it.",
        info={"room": "practice_files", "moves_by": ("source", "payment_id")},
    )
    op.create_table(
        "practice_files_physios",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("physio_id", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column(
            "known_since",
            sa.Date(),
            nullable=True,
            comment="Earliest declared date of a file that says exactly this.",
        ),
        sa.Column("row_sha256", sa.Text(), nullable=False, comment="The raw row's."),
        sa.PrimaryKeyConstraint(
            "source", "physio_id", "day", name=op.f("pk_practice_files_physios")
        ),
        schema="clean",
        comment="One row per practitioner and declared date of a file that tells of them.",
        info={"room": "practice_files", "moves_by": ()},
    )
    op.create_table(
        "practice_files_shifts",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("practitioner", sa.Text(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column(
            "known_since",
            sa.Date(),
            nullable=True,
            comment="Earliest declared date of a file that says exactly this.",
        ),
        sa.Column("row_sha256", sa.Text(), nullable=False, comment="The raw row's."),
        sa.CheckConstraint(
            "end_at > start_at", name=op.f("ck_practice_files_shifts_ends_after_start")
        ),
        sa.PrimaryKeyConstraint(
            "source", "practitioner", "start_at", "day", name=op.f("pk_practice_files_shifts")
        ),
        schema="clean",
        comment="One row per shift of a practitioner.",
        info={"room": "practice_files", "moves_by": ()},
    )
    op.create_table(
        "stock_logs_daily",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("opening_qty", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("received_qty", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("issued_qty", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("closing_qty", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column(
            "lead_time_days",
            sa.Numeric(precision=8, scale=2),
            nullable=True,
            comment="Days from order to delivery.",
        ),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column(
            "known_since",
            sa.Date(),
            nullable=True,
            comment="Earliest declared date of a file that says exactly this.",
        ),
        sa.Column("row_sha256", sa.Text(), nullable=False, comment="The raw row's."),
        sa.CheckConstraint(
            "least(opening_qty, received_qty, issued_qty, closing_qty) >= 0",
            name=op.f("ck_stock_logs_daily_not_negative"),
        ),
        sa.PrimaryKeyConstraint(
            "source", "location_id", "item", "day", name=op.f("pk_stock_logs_daily")
        ),
        schema="clean",
        comment="One row per day, location and item, of the newest file that tells of it.",
        info={"room": "stock_logs", "moves_by": ()},
    )
    op.create_table(
        "fct_appointment",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column(
            "appointment_key", sa.Text(), nullable=False, comment="Source instance and its id."
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("patient_key", sa.Text(), nullable=False),
        sa.Column("practitioner_key", sa.Text(), nullable=False, comment="'unknown', never null."),
        sa.Column("room_key", sa.Text(), nullable=True),
        sa.Column("service_type", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=True, comment="When it was booked."
        ),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Clinic-local date of the start; the partition.",
        ),
        sa.Column("status", sa.Text(), nullable=False, comment="In the clinic's words."),
        sa.Column("status_raw", sa.Text(), nullable=False, comment="In the source's word."),
        sa.Column(
            "cancelled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="As the source says it.",
        ),
        sa.Column(
            "cancelled_known_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="By when the cancellation was known for certain: cancelled_at, else the end of the date of the file that first told of it ahead of the visit; null: only known after the visit.",
        ),
        sa.Column(
            "price_amount",
            sa.Numeric(precision=14, scale=2),
            nullable=True,
            comment="Expected price, in the clinic's currency.",
        ),
        sa.Column("referrer_key", sa.Text(), nullable=True),
        sa.Column(
            "gclid",
            sa.Text(),
            nullable=True,
            comment="Google's click id, where the booking came from an ad.",
        ),
        sa.CheckConstraint(
            "status in ('booked', 'confirmed', 'arrived', 'completed', 'no_show', 'cancelled_patient', 'cancelled_clinic', 'rescheduled', 'unresolved')",
            name=op.f("ck_fct_appointment_known_status"),
        ),
        sa.CheckConstraint("end_at >= start_at", name=op.f("ck_fct_appointment_ends_after_start")),
        sa.PrimaryKeyConstraint(
            "clinic_id", "appointment_key", "day", name=op.f("pk_fct_appointment")
        ),
        sa.UniqueConstraint(
            "clinic_id",
            "appointment_key",
            name=op.f("uq_fct_appointment_clinic_id_appointment_key"),
        ),
        schema="core",
        comment="One row per appointment, on the clinic-local day of its start.",
        info={"room": "core", "moves_by": ("clinic_id", "appointment_key")},
    )
    op.create_index(
        "ix_fct_appointment_day", "fct_appointment", ["day"], unique=False, schema="core"
    )
    op.create_index(
        op.f("ix_fct_appointment_patient_key"),
        "fct_appointment",
        ["patient_key"],
        unique=False,
        schema="core",
    )
    op.create_table(
        "fct_capacity",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("practitioner_key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "day", sa.Date(), nullable=False, comment="Clinic-local date on which the shift begins."
        ),
        sa.CheckConstraint("end_at > start_at", name=op.f("ck_fct_capacity_ends_after_start")),
        sa.PrimaryKeyConstraint(
            "clinic_id", "practitioner_key", "start_at", "day", name=op.f("pk_fct_capacity")
        ),
        schema="core",
        comment="One row per shift of one practitioner: what utilisation is measured against.",
        info={"room": "core", "moves_by": ()},
    )
    op.create_index("ix_fct_capacity_day", "fct_capacity", ["day"], unique=False, schema="core")
    op.create_table(
        "fct_payment",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("payment_key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("appointment_key", sa.Text(), nullable=True, comment="What it pays for."),
        sa.Column(
            "amount",
            sa.Numeric(precision=14, scale=2),
            nullable=False,
            comment="Negative: a refund.",
        ),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Clinic-local date of the payment; the partition.",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "payment_key", "day", name=op.f("pk_fct_payment")),
        sa.UniqueConstraint(
            "clinic_id", "payment_key", name=op.f("uq_fct_payment_clinic_id_payment_key")
        ),
        schema="core",
        comment="One row per payment, on the clinic-local day it was paid.",
        info={"room": "core", "moves_by": ("clinic_id", "payment_key")},
    )
    op.create_index(
        op.f("ix_fct_payment_appointment_key"),
        "fct_payment",
        ["appointment_key"],
        unique=False,
        schema="core",
    )
    op.create_index("ix_fct_payment_day", "fct_payment", ["day"], unique=False, schema="core")
    op.create_table(
        "fct_stock_day",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("opening_qty", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("received_qty", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("issued_qty", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column(
            "adjusted_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="Counted corrections; 0 where the source has none.",
        ),
        sa.Column("closing_qty", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column(
            "unexplained_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="closing - (opening + received + adjusted - issued).",
        ),
        sa.Column("lead_time_days", sa.Numeric(precision=8, scale=2), nullable=True),
        sa.PrimaryKeyConstraint(
            "clinic_id", "location_id", "item", "day", name=op.f("pk_fct_stock_day")
        ),
        schema="core",
        comment="One row per day, location and item that was reported.",
        info={"room": "core", "moves_by": ()},
    )
    op.create_index("ix_fct_stock_day_day", "fct_stock_day", ["day"], unique=False, schema="core")
    op.create_table(
        "patient_version",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("patient_key", sa.Text(), nullable=False),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Valid from this day; 0001-01-01: from the beginning of time.",
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("has_consent", sa.Boolean(), nullable=True, comment="Null: unknown."),
        sa.Column("consent_raw", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the source entered the patient.",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "patient_key", "day", name=op.f("pk_patient_version")),
        schema="core",
        comment="One row per patient and day on which a source told of them; dim_patient is the view over it.",
        info={"room": "core", "moves_by": ()},
    )
    op.create_table(
        "practitioner_version",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("practitioner_key", sa.Text(), nullable=False),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Valid from this day; 0001-01-01: from the beginning of time.",
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint(
            "clinic_id", "practitioner_key", "day", name=op.f("pk_practitioner_version")
        ),
        schema="core",
        comment="One row per practitioner and day on which a source told of them.",
        info={"room": "core", "moves_by": ()},
    )
    op.create_table(
        "procurement_list",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column("rank", sa.Integer(), nullable=False, comment="1 runs out first."),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("current_stock", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("burn_rate", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column(
            "days_remaining",
            sa.Numeric(precision=14, scale=2),
            nullable=True,
            comment="0 for an empty shelf.",
        ),
        sa.Column("lead_time_days", sa.Numeric(precision=8, scale=2), nullable=True),
        sa.Column("reorder_qty", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("last_report_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "day", "rank", name=op.f("pk_procurement_list")),
        schema="desk",
        comment="One row per item to order on the day, ranked by days remaining.",
        info={"room": "desk", "moves_by": ()},
    )
    op.create_index(
        "ix_procurement_list_day", "procurement_list", ["day"], unique=False, schema="desk"
    )
    op.create_table(
        "reception_priorities",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("appointment_id", sa.Text(), nullable=False, comment="The source's id."),
        sa.Column("patient_id", sa.Text(), nullable=False, comment="The source's id."),
        sa.Column("patient_name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column(
            "consent_form_received", sa.Integer(), nullable=False, comment="1 yes, 0 no or unknown."
        ),
        sa.Column("physio_name", sa.Text(), nullable=False),
        sa.Column("appt_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("appt_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "is_new_patient", sa.Boolean(), nullable=False, comment="No completed visit is known."
        ),
        sa.Column(
            "noshow_rate_90d",
            sa.Numeric(precision=8, scale=6),
            nullable=False,
            comment="no_show / (no_show + completed), the patient's last 90 days; 0 without any.",
        ),
        sa.Column(
            "risk_score",
            sa.Numeric(precision=8, scale=6),
            nullable=False,
            comment="Served risk of losing the visit, 0..1.",
        ),
        sa.Column(
            "risk_bucket",
            sa.Text(),
            nullable=False,
            comment="high from 0.7, medium from 0.4, else low.",
        ),
        sa.Column(
            "missing_phone", sa.Boolean(), nullable=False, comment="Shorter than six characters."
        ),
        sa.Column("missing_consent", sa.Boolean(), nullable=False),
        sa.Column(
            "priority_score",
            sa.Numeric(precision=10, scale=4),
            nullable=False,
            comment="100 new + 80 risk + 40 missing phone + 30 missing consent + 10 edge hour (before 10 or from 17).",
        ),
        sa.Column("priority_reason", sa.Text(), nullable=False),
        sa.Column(
            "expected_loss",
            sa.Numeric(precision=14, scale=2),
            nullable=True,
            comment="risk_score x price.",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "day", "source", "appointment_id", name=op.f("pk_reception_priorities")
        ),
        sa.UniqueConstraint(
            "clinic_id",
            "source",
            "appointment_id",
            name=op.f("uq_reception_priorities_clinic_id_source_appointment_id"),
        ),
        schema="desk",
        comment="One row per visit the reception expects on the day, as known at 18:00 the evening before. Sort by priority_score, highest first.",
        info={"room": "desk", "moves_by": ("clinic_id", "source", "appointment_id")},
    )
    op.create_index(
        "ix_reception_priorities_day", "reception_priorities", ["day"], unique=False, schema="desk"
    )
    op.create_table(
        "inventory_health",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column(
            "current_stock",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="Counted at the last report [items; closing_qty of that report; v1]",
        ),
        sa.Column(
            "burn_rate",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="Daily use while there was stock, days that ended without stock left out [items per day; issued on days in stock / days in stock, 90 days; v1]",
        ),
        sa.Column(
            "burn_rate_raw",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="Daily use as reported, stock-outs included [items per day; issued / reported days, 90 days; v1]",
        ),
        sa.Column(
            "days_in_stock",
            sa.Integer(),
            nullable=False,
            comment="Reported days that ended with stock [days; count, 90 days; v1]",
        ),
        sa.Column(
            "is_low_confidence",
            sa.Boolean(),
            nullable=False,
            comment="Too few days in stock to trust the rate [yes/no; days_in_stock < 14; v1]",
        ),
        sa.Column(
            "lead_time_days",
            sa.Numeric(precision=8, scale=2),
            nullable=True,
            comment="From order to delivery [days; of the last report that says it; v1]",
        ),
        sa.Column(
            "days_remaining",
            sa.Numeric(precision=14, scale=2),
            nullable=True,
            comment="How long the stock lasts; null when nothing is used [days; current_stock / burn_rate; v1]",
        ),
        sa.Column(
            "status",
            sa.Text(),
            nullable=False,
            comment="STALE no report for more than 3 days; STOCKOUT nothing left; NO_DEMAND nothing used; CRITICAL lasts shorter than the lead time; WARNING shorter than twice; OVERSTOCK more than both the order-up-to level and 90 days of use; else GOOD [word; first that applies, in this order; v1]",
        ),
        sa.Column(
            "reorder_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="What to order now, in whole packs [items; max(0, burn_rate * (L + R) + z * sqrt(L + R) * spread - current_stock), rounded up; v1]",
        ),
        sa.Column(
            "last_report_day",
            sa.Date(),
            nullable=False,
            comment="Day of the last report [date; latest day in the window; v1]",
        ),
        sa.CheckConstraint(
            "status in ('STALE', 'STOCKOUT', 'NO_DEMAND', 'CRITICAL', 'WARNING', 'OVERSTOCK', 'GOOD')",
            name=op.f("ck_inventory_health_known_status"),
        ),
        sa.CheckConstraint(
            "days_remaining >= 0 and reorder_qty >= 0",
            name=op.f("ck_inventory_health_not_negative"),
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "day", "location_id", "item", name=op.f("pk_inventory_health")
        ),
        schema="mart",
        comment="One row per day, location and item reported within 90 days: how long the shelf lasts.",
        info={"room": "inventory", "moves_by": ()},
    )
    op.create_index(
        "ix_inventory_health_day", "inventory_health", ["day"], unique=False, schema="mart"
    )
    op.create_table(
        "schedule_kpi_daily",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column("practitioner_key", sa.Text(), nullable=False, comment="'unknown', never null."),
        sa.Column(
            "bookings",
            sa.BigInteger(),
            nullable=False,
            comment="Appointments that start on the day, of any status but moved away [visits; count of status <> rescheduled; v1]",
        ),
        sa.Column(
            "completed",
            sa.BigInteger(),
            nullable=False,
            comment="Visits that took place [visits; count of completed; v1]",
        ),
        sa.Column(
            "no_shows",
            sa.BigInteger(),
            nullable=False,
            comment="Patients who did not come [visits; count of no_show; v1]",
        ),
        sa.Column(
            "cancellations",
            sa.BigInteger(),
            nullable=False,
            comment="Cancelled by patient or clinic, by day of service [visits; count of cancelled_patient + cancelled_clinic; v1]",
        ),
        sa.Column(
            "late_cancellations",
            sa.BigInteger(),
            nullable=False,
            comment="Cancelled by the patient later than the notice before the start [visits; count of cancelled_patient with cancelled_at > start_at - notice; v1]",
        ),
        sa.Column(
            "late_cancel_unknown",
            sa.BigInteger(),
            nullable=False,
            comment="Cancelled by the patient at a time nobody noted [visits; count of cancelled_patient without cancelled_at; v1]",
        ),
        sa.Column(
            "open_past",
            sa.BigInteger(),
            nullable=False,
            comment="Past and still without an outcome, as of the end of the next day [visits; count of booked + confirmed + arrived once the next day has been told; v1]",
        ),
        sa.Column(
            "show_rate_num",
            sa.BigInteger(),
            nullable=False,
            comment="Numerator of the show rate [visits; completed; v1]",
        ),
        sa.Column(
            "show_rate_den",
            sa.BigInteger(),
            nullable=False,
            comment="Denominator of the show rate: cancelled visits are not in it [visits; completed + no_shows; v1]",
        ),
        sa.Column(
            "show_rate",
            sa.Numeric(),
            sa.Computed("show_rate_num::numeric / nullif(show_rate_den, 0)", persisted=True),
            nullable=True,
            comment="Share of due patients who came [0..1; show_rate_num / show_rate_den, null when that is 0; v1]",
        ),
        sa.Column(
            "kept_rate_num",
            sa.BigInteger(),
            nullable=False,
            comment="Numerator of the kept rate [visits; completed; v1]",
        ),
        sa.Column(
            "kept_rate_den",
            sa.BigInteger(),
            nullable=False,
            comment="Denominator of the kept rate: cancelled visits are in it [visits; completed + no_shows + cancellations; v1]",
        ),
        sa.Column(
            "kept_rate",
            sa.Numeric(),
            sa.Computed("kept_rate_num::numeric / nullif(kept_rate_den, 0)", persisted=True),
            nullable=True,
            comment="Share of settled bookings that took place [0..1; kept_rate_num / kept_rate_den, null when that is 0; v1]",
        ),
        sa.Column(
            "booked_minutes",
            sa.Numeric(precision=12, scale=2),
            nullable=False,
            comment="Length of all bookings [minutes; sum of end_at - start_at of bookings; v1]",
        ),
        sa.Column(
            "delivered_appointment_minutes",
            sa.Numeric(precision=12, scale=2),
            nullable=False,
            comment="Length of completed visits, each counted [minutes; sum of end_at - start_at of completed; v1]",
        ),
        sa.Column(
            "delivered_minutes",
            sa.Numeric(precision=12, scale=2),
            nullable=False,
            comment="Length of completed visits by the clock, overlaps once [minutes; length of the union of completed visits; v1]",
        ),
        sa.Column(
            "delivered_in_shift_minutes",
            sa.Numeric(precision=12, scale=2),
            nullable=False,
            comment="Part of the delivered minutes inside the practitioner's shifts [minutes; length of the union of completed visits within shifts; v1]",
        ),
        sa.Column(
            "available_minutes",
            sa.Numeric(precision=12, scale=2),
            nullable=True,
            comment="Length of the practitioner's shifts; null: no shift is known [minutes; length of the union of shifts; v1]",
        ),
        sa.Column(
            "utilisation",
            sa.Numeric(),
            sa.Computed(
                "delivered_in_shift_minutes::numeric / nullif(available_minutes, 0)", persisted=True
            ),
            nullable=True,
            comment="Share of the shifts' time that was delivered [0..1; delivered_in_shift_minutes / available_minutes, null when that is 0; v1]",
        ),
        sa.Column(
            "revenue_estimate",
            sa.Numeric(precision=14, scale=2),
            nullable=False,
            comment="Expected price of visits that were or will be delivered [money; sum of price of booked + confirmed + arrived + completed; v1]",
        ),
        sa.Column(
            "gross_booked_value",
            sa.Numeric(precision=14, scale=2),
            nullable=False,
            comment="Expected price of all bookings, cancelled and missed ones too [money; sum of price of bookings; v1]",
        ),
        sa.Column(
            "revenue_paid_service_day",
            sa.Numeric(precision=14, scale=2),
            nullable=False,
            comment="Paid, on whatever day, for visits of the day [money; sum of payments - refunds of the day's appointments; v1]",
        ),
        sa.Column(
            "revenue_paid_payment_day",
            sa.Numeric(precision=14, scale=2),
            nullable=False,
            comment="Paid on the day, for visits of whatever day [money; sum of payments - refunds paid that day; v1]",
        ),
        sa.Column(
            "is_complete",
            sa.Boolean(),
            nullable=True,
            comment="Every source has told everything about the day [yes/no; all sources complete; v1]",
        ),
        sa.CheckConstraint(
            "delivered_in_shift_minutes <= available_minutes",
            name=op.f("ck_schedule_kpi_daily_within_shift"),
        ),
        sa.CheckConstraint(
            "show_rate between 0 and 1 and kept_rate between 0 and 1",
            name=op.f("ck_schedule_kpi_daily_rates"),
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "day", "practitioner_key", name=op.f("pk_schedule_kpi_daily")
        ),
        schema="mart",
        comment="One row per day, clinic and practitioner with a visit, a shift or a payment: the schedule in numbers. Sum the counts, then divide; never average a rate.",
        info={"room": "schedule", "moves_by": ()},
    )
    op.create_index(
        "ix_schedule_kpi_daily_day", "schedule_kpi_daily", ["day"], unique=False, schema="mart"
    )
    op.create_table(
        "correction",
        sa.Column("row_sha256", sa.Text(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False, comment="What the cell should say."),
        sa.Column("by", sa.Text(), nullable=False, comment="Who corrected it."),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("row_sha256", "column_name", name=op.f("pk_correction")),
        schema="ops",
        comment="One row per repaired cell: applied by every later load of the same bad row.",
        info={"room": "warehouse", "moves_by": ()},
    )
    op.create_table(
        "file_ledger",
        sa.Column("file_id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="What the file holds: appointments, payments, ...",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="Path inside the instance's folder."),
        sa.Column("sha256", sa.Text(), nullable=False, comment="Of the file's bytes."),
        sa.Column(
            "as_of",
            sa.Date(),
            nullable=True,
            comment="Its declared date: the folder's or the manifest's; null if undated.",
        ),
        sa.Column(
            "covers_until",
            sa.Date(),
            nullable=True,
            comment="Last day the file tells the outcome of (full files).",
        ),
        sa.Column("rows_in", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_loaded", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_quarantined", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_deduplicated", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.Column(
            "is_current",
            sa.Boolean(),
            nullable=False,
            comment="The version of this name that counts.",
        ),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=True,
            comment="Why it was refused, or what was noticed; never a patient's data.",
        ),
        sa.Column("dialect", sa.Text(), nullable=True, comment="Encoding and separator as found."),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "is_accepted or not is_current", name=op.f("ck_file_ledger_refused_never_counts")
        ),
        sa.CheckConstraint(
            "not is_accepted or rows_in = rows_loaded + rows_quarantined + rows_deduplicated",
            name=op.f("ck_file_ledger_nothing_is_lost"),
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_file_ledger")),
        schema="ops",
        comment="One row per version of a dropped file: what it held, and whether it was let in.",
        info={"room": "warehouse", "moves_by": ()},
    )
    op.create_index("ix_file_ledger_sha256", "file_ledger", ["sha256"], unique=False, schema="ops")
    op.create_index(
        "uq_file_ledger_current",
        "file_ledger",
        ["source", "name"],
        unique=True,
        schema="ops",
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "load_day",
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "fence", sa.BigInteger(), nullable=False, comment="Of the run that wrote it last."
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column(
            "content_sha256", sa.Text(), nullable=False, comment="Of the day's rows, sorted."
        ),
        sa.Column("code_version", sa.Text(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("asset", "day", name=op.f("pk_load_day")),
        schema="ops",
        comment="One row per asset and day ever written: what is there now and who wrote it.",
        info={"room": "warehouse", "moves_by": ()},
    )
    op.create_table(
        "load_ledger",
        sa.Column("load_id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("rows_written", sa.BigInteger(), nullable=False),
        sa.Column(
            "rows_changed", sa.BigInteger(), nullable=False, comment="Rows that differ from before."
        ),
        sa.Column(
            "days_superseded",
            sa.Integer(),
            nullable=False,
            comment="Left as a newer run wrote them.",
        ),
        sa.Column(
            "input_sha256",
            sa.Text(),
            nullable=True,
            comment="Of the days read, as their writers left them.",
        ),
        sa.Column(
            "content_sha256",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Day to hash of its rows, as this write left them.",
        ),
        sa.Column("code_version", sa.Text(), nullable=True),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("load_id", name=op.f("pk_load_ledger")),
        schema="ops",
        comment="One row per write of one asset over a range of days.",
        info={"room": "warehouse", "moves_by": ()},
    )
    op.create_index(
        op.f("ix_load_ledger_asset"), "load_ledger", ["asset"], unique=False, schema="ops"
    )
    op.create_index(
        op.f("ix_load_ledger_run_id"), "load_ledger", ["run_id"], unique=False, schema="ops"
    )
    op.create_table(
        "model",
        sa.Column("model_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="table, logistic, trees, ..."),
        sa.Column("trained_for", sa.Date(), nullable=False, comment="Facts known before this day."),
        sa.Column(
            "facts_sha256",
            sa.Text(),
            nullable=True,
            comment="Of all it could learn from: the same again is not retrained.",
        ),
        sa.Column(
            "payload",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Coefficients or table; empty when in a file.",
        ),
        sa.Column(
            "card",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Figures of its evaluation.",
        ),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("file_sha256", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("model_id", name=op.f("pk_model")),
        schema="ops",
        comment="One row per trained model: what it is, what it knew, and its file's hash.",
        info={"room": "warehouse", "moves_by": ()},
    )
    op.create_table(
        "platform",
        sa.Column("is_only", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.CheckConstraint("is_only", name=op.f("ck_platform_one_row")),
        sa.PrimaryKeyConstraint("is_only", name=op.f("pk_platform")),
        schema="ops",
        comment="One row: what may not change after the first migration.",
        info={"room": "warehouse", "moves_by": ()},
    )
    op.create_table(
        "quarantine",
        sa.Column("quarantine_id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.Text(), nullable=False, comment="The file's."),
        sa.Column(
            "line", sa.Integer(), nullable=False, comment="Line of the file, the header is 1."
        ),
        sa.Column("column_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False, comment="The row as it came."),
        sa.Column(
            "cells",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Its cells by column, where it had the right number.",
        ),
        sa.Column(
            "row_sha256",
            sa.Text(),
            nullable=True,
            comment="Of the row's text: what a correction is kept under.",
        ),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "corrected_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a correction let the row in.",
        ),
        sa.PrimaryKeyConstraint("quarantine_id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint(
            "source", "source_sha256", "line", name=op.f("uq_quarantine_source_source_sha256_line")
        ),
        schema="ops",
        comment="One row per refused row of a file, with its text and the reason.",
        info={"room": "warehouse", "moves_by": ()},
    )
    op.create_table(
        "reminder",
        sa.Column("appointment_key", sa.Text(), nullable=False, comment=""),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column(
            "claimed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "sent_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Null: claimed, and then something died; never sent again.",
        ),
        sa.PrimaryKeyConstraint("appointment_key", "start_at", name=op.f("pk_reminder")),
        schema="ops",
        comment="One row per reminder claimed or sent; at most one for an appointment and start.",
        info={"room": "warehouse", "moves_by": ()},
    )
    op.create_table(
        "run",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False, comment="Higher started later."),
        sa.Column(
            "trigger",
            sa.Text(),
            nullable=True,
            comment="What began it: schedule, sensor, command line, UI.",
        ),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run")),
        sa.UniqueConstraint("fence", name=op.f("uq_run_fence")),
        schema="ops",
        comment="One row per run that wrote: its place in the order of starts (the fence).",
        info={"room": "warehouse", "moves_by": ()},
    )
    op.create_table(
        "source_day",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column(
            "arrived_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("source", "day", name=op.f("pk_source_day")),
        schema="ops",
        comment="One row per source and day it has told everything about.",
        info={"room": "warehouse", "moves_by": ()},
    )
    op.create_table(
        "touched_day",
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False, comment="The asset that changed."),
        sa.Column("noted", sa.BigInteger(), nullable=False, comment="From the order of writes."),
        sa.PrimaryKeyConstraint("asset", "day", name=op.f("pk_touched_day")),
        schema="ops",
        comment="One row per asset and day whose input has changed since it was written: due again.",
        info={"room": "warehouse", "moves_by": ()},
    )
    op.create_table(
        "practice_files_appointments",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("file_sha256", sa.Text(), nullable=False, comment="The file it came in."),
        sa.Column(
            "line", sa.Integer(), nullable=False, comment="Line of the file, the header is 1."
        ),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Declared date of the file that first brought it; 0001-01-01 if undated.",
        ),
        sa.Column("event_day", sa.Date(), nullable=True, comment="Day the row is about."),
        sa.Column(
            "row_sha256", sa.Text(), nullable=False, comment="Of the row's text, as corrected."
        ),
        sa.Column("appointment_id", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("physio_id", sa.Text(), nullable=False),
        sa.Column("appt_start", sa.Text(), nullable=False),
        sa.Column("appt_end", sa.Text(), nullable=False),
        sa.Column("booked_at", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("price_estimate", sa.Text(), nullable=False),
        sa.Column("cancelled_at", sa.Text(), nullable=False),
        sa.Column(
            "extra",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Columns the contract does not know.",
        ),
        sa.PrimaryKeyConstraint(
            "source", "file_sha256", "line", "day", name=op.f("pk_practice_files_appointments")
        ),
        schema="raw",
        comment="One row per row of an accepted appointments file, as text.",
        info={"room": "practice_files", "moves_by": ()},
    )
    op.create_index(
        op.f("ix_practice_files_appointments_event_day"),
        "practice_files_appointments",
        ["event_day"],
        unique=False,
        schema="raw",
    )
    op.create_index(
        "ix_practice_files_appointments_key",
        "practice_files_appointments",
        ["source", "appointment_id"],
        unique=False,
        schema="raw",
    )
    op.create_table(
        "practice_files_patients",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("file_sha256", sa.Text(), nullable=False, comment="The file it came in."),
        sa.Column(
            "line", sa.Integer(), nullable=False, comment="Line of the file, the header is 1."
        ),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Declared date of the file that first brought it; 0001-01-01 if undated.",
        ),
        sa.Column("event_day", sa.Date(), nullable=True, comment="Day the row is about."),
        sa.Column(
            "row_sha256", sa.Text(), nullable=False, comment="Of the row's text, as corrected."
        ),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("consent_form_received", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column(
            "extra",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Columns the contract does not know.",
        ),
        sa.PrimaryKeyConstraint(
            "source", "file_sha256", "line", "day", name=op.f("pk_practice_files_patients")
        ),
        schema="raw",
        comment="One row per row of an accepted patients file, as text.",
        info={"room": "practice_files", "moves_by": ()},
    )
    op.create_index(
        op.f("ix_practice_files_patients_event_day"),
        "practice_files_patients",
        ["event_day"],
        unique=False,
        schema="raw",
    )
    op.create_index(
        "ix_practice_files_patients_key",
        "practice_files_patients",
        ["source", "patient_id"],
        unique=False,
        schema="raw",
    )
    op.create_table(
        "practice_files_payments",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("file_sha256", sa.Text(), nullable=False, comment="The file it came in."),
        sa.Column(
            "line", sa.Integer(), nullable=False, comment="Line of the file, the header is 1."
        ),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Declared date of the file that first brought it; 0001-01-01 if undated.",
        ),
        sa.Column("event_day", sa.Date(), nullable=True, comment="Day the row is about."),
        sa.Column(
            "row_sha256", sa.Text(), nullable=False, comment="Of the row's text, as corrected."
        ),
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("appointment_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("paid_at", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column(
            "extra",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Columns the contract does not know.",
        ),
        sa.PrimaryKeyConstraint(
            "source", "file_sha256", "line", "day", name=op.f("pk_practice_files_payments")
        ),
        schema="raw",
        comment="One row per row of an accepted payments file, as text.",
        info={"room": "practice_files", "moves_by": ()},
    )
    op.create_index(
        op.f("ix_practice_files_payments_event_day"),
        "practice_files_payments",
        ["event_day"],
        unique=False,
        schema="raw",
    )
    op.create_index(
        "ix_practice_files_payments_key",
        "practice_files_payments",
        ["source", "payment_id"],
        unique=False,
        schema="raw",
    )
    op.create_table(
        "practice_files_physios",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("file_sha256", sa.Text(), nullable=False, comment="The file it came in."),
        sa.Column(
            "line", sa.Integer(), nullable=False, comment="Line of the file, the header is 1."
        ),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Declared date of the file that first brought it; 0001-01-01 if undated.",
        ),
        sa.Column("event_day", sa.Date(), nullable=True, comment="Day the row is about."),
        sa.Column(
            "row_sha256", sa.Text(), nullable=False, comment="Of the row's text, as corrected."
        ),
        sa.Column("physio_id", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column(
            "extra",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Columns the contract does not know.",
        ),
        sa.PrimaryKeyConstraint(
            "source", "file_sha256", "line", "day", name=op.f("pk_practice_files_physios")
        ),
        schema="raw",
        comment="One row per row of an accepted physios file, as text.",
        info={"room": "practice_files", "moves_by": ()},
    )
    op.create_index(
        op.f("ix_practice_files_physios_event_day"),
        "practice_files_physios",
        ["event_day"],
        unique=False,
        schema="raw",
    )
    op.create_index(
        "ix_practice_files_physios_key",
        "practice_files_physios",
        ["source", "physio_id"],
        unique=False,
        schema="raw",
    )
    op.create_table(
        "practice_files_shifts",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("file_sha256", sa.Text(), nullable=False, comment="The file it came in."),
        sa.Column(
            "line", sa.Integer(), nullable=False, comment="Line of the file, the header is 1."
        ),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Declared date of the file that first brought it; 0001-01-01 if undated.",
        ),
        sa.Column("event_day", sa.Date(), nullable=True, comment="Day the row is about."),
        sa.Column(
            "row_sha256", sa.Text(), nullable=False, comment="Of the row's text, as corrected."
        ),
        sa.Column("practitioner", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.Text(), nullable=False),
        sa.Column(
            "extra",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Columns the contract does not know.",
        ),
        sa.PrimaryKeyConstraint(
            "source", "file_sha256", "line", "day", name=op.f("pk_practice_files_shifts")
        ),
        schema="raw",
        comment="One row per row of an accepted shifts file, as text.",
        info={"room": "practice_files", "moves_by": ()},
    )
    op.create_index(
        op.f("ix_practice_files_shifts_event_day"),
        "practice_files_shifts",
        ["event_day"],
        unique=False,
        schema="raw",
    )
    op.create_index(
        "ix_practice_files_shifts_key",
        "practice_files_shifts",
        ["source", "practitioner"],
        unique=False,
        schema="raw",
    )
    op.create_table(
        "stock_logs_daily",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("file_sha256", sa.Text(), nullable=False, comment="The file it came in."),
        sa.Column(
            "line", sa.Integer(), nullable=False, comment="Line of the file, the header is 1."
        ),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Declared date of the file that first brought it; 0001-01-01 if undated.",
        ),
        sa.Column("event_day", sa.Date(), nullable=True, comment="Day the row is about."),
        sa.Column(
            "row_sha256", sa.Text(), nullable=False, comment="Of the row's text, as corrected."
        ),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("log_date", sa.Text(), nullable=False),
        sa.Column("item_name", sa.Text(), nullable=False),
        sa.Column("opening_stock", sa.Text(), nullable=False),
        sa.Column("received_qty", sa.Text(), nullable=False),
        sa.Column("issued_qty", sa.Text(), nullable=False),
        sa.Column("closing_stock", sa.Text(), nullable=False),
        sa.Column("lead_time_days", sa.Text(), nullable=False),
        sa.Column(
            "extra",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Columns the contract does not know.",
        ),
        sa.PrimaryKeyConstraint(
            "source", "file_sha256", "line", "day", name=op.f("pk_stock_logs_daily")
        ),
        schema="raw",
        comment="One row per row of an accepted stock log, as text.",
        info={"room": "stock_logs", "moves_by": ()},
    )
    op.create_index(
        op.f("ix_stock_logs_daily_event_day"),
        "stock_logs_daily",
        ["event_day"],
        unique=False,
        schema="raw",
    )
    op.create_index(
        "ix_stock_logs_daily_key",
        "stock_logs_daily",
        ["source", "location_id"],
        unique=False,
        schema="raw",
    )
    op.create_table(
        "cancellation_model",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column("stage", sa.Text(), nullable=False, comment="booking or evening_before."),
        sa.Column(
            "model_id", sa.Text(), nullable=False, comment="Same facts, same recipe: same id."
        ),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="constant, table, logistic or trees: what won.",
        ),
        sa.Column("trained_for", sa.Date(), nullable=False, comment="First of the month."),
        sa.Column(
            "decision", sa.Text(), nullable=False, comment="Why this one serves, in a sentence."
        ),
        sa.Column(
            "card",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Figures of all candidates, out of time.",
        ),
        sa.CheckConstraint(
            "stage in ('booking', 'evening_before')", name=op.f("ck_cancellation_model_known_stage")
        ),
        sa.CheckConstraint(
            "trained_for <= day", name=op.f("ck_cancellation_model_knows_no_future")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "day", "stage", name=op.f("pk_cancellation_model")),
        schema="score",
        comment="One row per day and stage: the model that serves moments of the day, trained from facts known before the first of its month, with the card of its evaluation.",
        info={"room": "risk", "moves_by": ()},
    )
    op.create_index(
        "ix_cancellation_model_day", "cancellation_model", ["day"], unique=False, schema="score"
    )
    op.create_table(
        "cancellation_risk",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("appointment_key", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False, comment="booking or evening_before."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date of the visit."),
        sa.Column(
            "scored_for",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="The moment whose knowledge it uses.",
        ),
        sa.Column("risk", sa.Numeric(precision=8, scale=6), nullable=False, comment="0..1."),
        sa.Column(
            "risk_bucket",
            sa.Text(),
            nullable=False,
            comment="high from 0.7, medium from 0.4, else low.",
        ),
        sa.Column(
            "expected_loss",
            sa.Numeric(precision=14, scale=2),
            nullable=True,
            comment="risk x price.",
        ),
        sa.Column("model_id", sa.Text(), nullable=False, comment="Of score.cancellation_model."),
        sa.CheckConstraint(
            "risk between 0 and 1", name=op.f("ck_cancellation_risk_is_probability")
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "appointment_key", "stage", "day", name=op.f("pk_cancellation_risk")
        ),
        sa.UniqueConstraint(
            "clinic_id",
            "appointment_key",
            "stage",
            name=op.f("uq_cancellation_risk_clinic_id_appointment_key_stage"),
        ),
        schema="score",
        comment="One row per appointment and stage: the risk that the visit is lost (no-show or late cancellation), from what was known at the moment scored for.",
        info={"room": "risk", "moves_by": ("clinic_id", "appointment_key", "stage")},
    )
    op.create_index(
        "ix_cancellation_risk_day", "cancellation_risk", ["day"], unique=False, schema="score"
    )


def downgrade() -> None:
    raise NotImplementedError("The first version is not undone; drop the database instead.")
