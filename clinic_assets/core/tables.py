"""The shared clinic model: what other rooms, and other tools, may rely on.

Dimensions are kept as that day's changes (`*_version`); the views dim_* over them, made by the
migrations, give each version its valid_from and valid_to.
"""

import sqlalchemy as sa

from clinic_assets.warehouse.contracts import (
    MOMENT,
    MONEY,
    QUANTITY,
    clinic_column,
    column,
    day_column,
    declare,
)

STATUSES = (
    "booked",
    "confirmed",
    "arrived",
    "completed",
    "no_show",
    "cancelled_patient",
    "cancelled_clinic",
    "rescheduled",
    "unresolved",
)
UNKNOWN = "unknown"

fct_appointment = declare(
    "core",
    "fct_appointment",
    "One row per appointment, on the clinic-local day of its start.",
    clinic_column(),
    column(
        "appointment_key", sa.Text, "Source instance and its id.", "pseudonym", primary_key=True
    ),
    column("source", sa.Text, "Source instance.", nullable=False),
    column("patient_key", sa.Text, None, "pseudonym", nullable=False, index=True),
    column("practitioner_key", sa.Text, "'unknown', never null.", nullable=False),
    column("room_key", sa.Text),
    column("service_type", sa.Text),
    column("created_at", MOMENT, "When it was booked."),
    column("start_at", MOMENT, nullable=False),
    column("end_at", MOMENT, nullable=False),
    day_column("Clinic-local date of the start; the partition."),
    column("status", sa.Text, "In the clinic's words.", nullable=False),
    column("status_raw", sa.Text, "In the source's word.", nullable=False),
    column("cancelled_at", MOMENT, "As the source says it."),
    column(
        "cancelled_known_at",
        MOMENT,
        "By when the cancellation was known for certain: cancelled_at, else the end of the date of"
        " the file that first told of it ahead of the visit; null: only known after the visit.",
    ),
    column("price_amount", MONEY, "Expected price, in the clinic's currency."),
    column("referrer_key", sa.Text),
    column("gclid", sa.Text, "Google's click id, where the booking came from an ad."),
    sa.CheckConstraint(f"status in {STATUSES}", name="known_status"),
    sa.CheckConstraint("end_at >= start_at", name="ends_after_start"),
    sa.UniqueConstraint("clinic_id", "appointment_key"),
    sa.Index("ix_fct_appointment_day", "day"),
    room="core",
    moves_by=("clinic_id", "appointment_key"),
)

fct_payment = declare(
    "core",
    "fct_payment",
    "One row per payment, on the clinic-local day it was paid.",
    clinic_column(),
    column("payment_key", sa.Text, None, "pseudonym", primary_key=True),
    column("source", sa.Text, nullable=False),
    column("appointment_key", sa.Text, "What it pays for.", "pseudonym", index=True),
    column("patient_key", sa.Text, "Null: see the appointment.", "pseudonym"),
    column("amount", MONEY, "Negative: a refund.", nullable=False),
    column("method", sa.Text),
    column("paid_at", MOMENT, nullable=False),
    day_column("Clinic-local date of the payment; the partition."),
    sa.UniqueConstraint("clinic_id", "payment_key"),
    sa.Index("ix_fct_payment_day", "day"),
    room="core",
    moves_by=("clinic_id", "payment_key"),
)

fct_capacity = declare(
    "core",
    "fct_capacity",
    "One row per shift of one practitioner: what utilisation is measured against.",
    clinic_column(),
    column("practitioner_key", sa.Text, primary_key=True),
    column("source", sa.Text, nullable=False),
    column("start_at", MOMENT, primary_key=True),
    column("end_at", MOMENT, nullable=False),
    day_column("Clinic-local date on which the shift begins."),
    sa.CheckConstraint("end_at > start_at", name="ends_after_start"),
    sa.Index("ix_fct_capacity_day", "day"),
    room="core",
)

fct_stock_day = declare(
    "core",
    "fct_stock_day",
    "One row per day, location and item that was reported.",
    clinic_column(),
    column("location_id", sa.Text, primary_key=True),
    column("item", sa.Text, primary_key=True),
    day_column(),
    column("source", sa.Text, nullable=False),
    column("opening_qty", QUANTITY, nullable=False),
    column("received_qty", QUANTITY, nullable=False),
    column("issued_qty", QUANTITY, nullable=False),
    column("adjusted_qty", QUANTITY, "Counted corrections; 0 where the source has none.",
           nullable=False),
    column("closing_qty", QUANTITY, nullable=False),
    column("unexplained_qty", QUANTITY,
           "closing - (opening + received + adjusted - issued).", nullable=False),
    column("lead_time_days", sa.Numeric(8, 2)),
    sa.Index("ix_fct_stock_day_day", "day"),
    room="core",
)  # fmt: skip

patient_version = declare(
    "core",
    "patient_version",
    "One row per patient and day on which a source told of them; dim_patient is the view over it.",
    clinic_column(),
    column("patient_key", sa.Text, None, "pseudonym", primary_key=True),
    day_column("Valid from this day; 0001-01-01: from the beginning of time."),
    column("source", sa.Text, nullable=False),
    column("first_name", sa.Text, None, "phi"),
    column("last_name", sa.Text, None, "phi"),
    column("phone", sa.Text, None, "phi"),
    column("has_consent", sa.Boolean, "Null: unknown."),
    column("consent_raw", sa.Text),
    column("created_at", MOMENT, "When the source entered the patient."),
    column(
        "guarantor_key", sa.Text, "Who pays: the head of the family; null: unknown.", "pseudonym"
    ),
    room="core",
)

practitioner_version = declare(
    "core",
    "practitioner_version",
    "One row per practitioner and day on which a source told of them.",
    clinic_column(),
    column("practitioner_key", sa.Text, primary_key=True),
    day_column("Valid from this day; 0001-01-01: from the beginning of time."),
    column("source", sa.Text, nullable=False),
    column("full_name", sa.Text),
    room="core",
)

fct_stock_order = declare(
    "core",
    "fct_stock_order",
    "One row per order of one item for one location, on the day it was ordered.",
    clinic_column(),
    column("order_key", sa.Text, "Source instance and its id.", primary_key=True),
    column("source", sa.Text, "Source instance.", nullable=False),
    column("location_id", sa.Text, nullable=False),
    column("item", sa.Text, nullable=False),
    day_column("The day it was ordered; the partition."),
    column("quantity", QUANTITY, "0: it was cancelled.", nullable=False),
    column("expected_on", sa.Date, "When the supplier promised it."),
    column("received_on", sa.Date, "Null: it has not come."),
    column("expires_on", sa.Date, "Of the delivered lot."),
    sa.UniqueConstraint("clinic_id", "order_key"),
    sa.Index("ix_fct_stock_order_day", "day"),
    room="core",
    moves_by=("clinic_id", "order_key"),
)

item_version = declare(
    "core",
    "item_version",
    "One row per item and day on which a source told how it is ordered.",
    clinic_column(),
    column("item", sa.Text, primary_key=True),
    day_column("Valid from this day; 0001-01-01: from the beginning of time."),
    column("source", sa.Text, primary_key=True),
    column("pack_size", QUANTITY),
    column("least_order", QUANTITY),
    column("unit_cost", sa.Numeric(14, 4), "Of one item, in the clinic's currency."),
    room="core",
)

location_version = declare(
    "core",
    "location_version",
    "One row per location and day on which a source told where it is.",
    clinic_column(),
    column("location_id", sa.Text, primary_key=True),
    day_column("Valid from this day; 0001-01-01: from the beginning of time."),
    column("source", sa.Text, primary_key=True),
    column("latitude", sa.Numeric(9, 6), "Degrees north.", nullable=False),
    column("longitude", sa.Numeric(9, 6), "Degrees east.", nullable=False),
    room="core",
)

service_item_version = declare(
    "core",
    "service_item_version",
    "One row per service, item and day on which a source told how much of it the service uses.",
    clinic_column(),
    column("service", sa.Text, "Service type, procedure code, or * for any visit.",
           primary_key=True),
    column("item", sa.Text, primary_key=True),
    day_column("Valid from this day; 0001-01-01: from the beginning of time."),
    column("source", sa.Text, primary_key=True),
    column("quantity", QUANTITY, "Used by one visit or procedure.", nullable=False),
    room="core",
)  # fmt: skip
