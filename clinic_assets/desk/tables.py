"""What lies on the desks: lists that people work from, kept as they were handed out."""

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

reception_priorities = declare(
    "desk",
    "reception_priorities",
    "One row per visit the reception expects on the day, as known at 18:00 the evening before."
    " Sort by priority_score, highest first.",
    clinic_column(),
    day_column(),
    column("source", sa.Text, "Source instance.", primary_key=True),
    column("appointment_id", sa.Text, "The source's id.", "pseudonym", primary_key=True),
    column("patient_id", sa.Text, "The source's id.", "pseudonym", nullable=False),
    column("patient_name", sa.Text, None, "phi"),
    column("phone", sa.Text, None, "phi", nullable=False),
    column("consent_form_received", sa.Integer, "1 yes, 0 no or unknown.", nullable=False),
    column("physio_name", sa.Text, nullable=False),
    column("appt_start", MOMENT, nullable=False),
    column("appt_end", MOMENT, nullable=False),
    column("booked_at", MOMENT),
    column("is_new_patient", sa.Boolean, "No completed visit is known.", nullable=False),
    column("noshow_rate_90d", sa.Numeric(8, 6), "no_show / (no_show + completed), the patient's"
           " last 90 days; 0 without any.", nullable=False),
    column("risk_score", sa.Numeric(8, 6), "Served risk of losing the visit, 0..1.",
           nullable=False),
    column("risk_bucket", sa.Text, "high from 0.7, medium from 0.4, else low.", nullable=False),
    column("missing_phone", sa.Boolean, "Shorter than six characters.", nullable=False),
    column("missing_consent", sa.Boolean, nullable=False),
    column("priority_score", sa.Numeric(10, 4), "100 new + 80 risk + 40 missing phone"
           " + 30 missing consent + 10 edge hour (before 10 or from 17).", nullable=False),
    column("priority_reason", sa.Text, nullable=False),
    column("expected_loss", MONEY, "risk_score x price."),
    sa.UniqueConstraint("clinic_id", "source", "appointment_id"),
    sa.Index("ix_reception_priorities_day", "day"),
    room="desk",
    moves_by=("clinic_id", "source", "appointment_id"),
)  # fmt: skip

procurement_list = declare(
    "desk",
    "procurement_list",
    "One row per item to order on the day, ranked by days remaining.",
    clinic_column(),
    day_column(),
    column("rank", sa.Integer, "1 runs out first.", primary_key=True),
    column("location_id", sa.Text, nullable=False),
    column("item", sa.Text, nullable=False),
    column("status", sa.Text, nullable=False),
    column("current_stock", QUANTITY, nullable=False),
    column("burn_rate", sa.Numeric(14, 3)),
    column("days_remaining", sa.Numeric(14, 2), "0 for an empty shelf."),
    column("lead_time_days", sa.Numeric(8, 2)),
    column("reorder_qty", QUANTITY, "What to order: order_qty of mart.reorder_plan."),
    column("last_report_day", sa.Date, nullable=False),
    column("on_order_qty", QUANTITY, "Ordered and not come."),
    column("transfer_in_qty", QUANTITY, "Comes from other locations."),
    column("order_cost", MONEY, "Null: no cost of the item is known."),
    column("seed004_qty", QUANTITY, "What the inventory seed's thirty days would order."),
    column("reason", sa.Text, "Why so much."),
    sa.Index("ix_procurement_list_day", "day"),
    room="desk",
)

overbooking = declare(
    "desk",
    "overbooking",
    "One row per session, a practitioner's half day with visits: how many more it may book and"
    " beside whom, as known at 18:00 the evening before. A suggestion takes nobody's slot away.",
    clinic_column(),
    day_column(),
    column("practitioner_key", sa.Text, primary_key=True),
    column("session", sa.Text, "morning: from before 13:00; afternoon.", primary_key=True),
    column("practitioner", sa.Text, "Name; null: no shift is known."),
    column("visits", sa.Integer, "On the evening's list.", nullable=False),
    column("free_minutes", sa.Numeric(8, 2), "The longest stretch of the shift nobody is booked"
           " in; null: no shift is known."),
    column("is_full", sa.Boolean, "None of its usual visits fits in any more.", nullable=False),
    column("expected_lost", sa.Numeric(8, 3), "Sum of the risks, at the level of the last four"
           " weeks.", nullable=False),
    column("lost_low", sa.Integer, "Nine sessions of ten lose at least so many,", nullable=False),
    column("lost_high", sa.Integer, "and at most so many.", nullable=False),
    column("level", sa.Numeric(8, 4), "Lost / told of the last four weeks, 0.5..2.",
           nullable=False),
    column("overdispersion", sa.Numeric(8, 4), "How far losses of a session come together, by the"
           " last 13 weeks; 0: each alone.", nullable=False),
    column("past_sessions", sa.Integer, "Of these weeks.", nullable=False),
    column("cheapest_more", sa.Integer, "What costs least, by risk alone.", nullable=False),
    column("more", sa.Integer, "So many more may be booked.", nullable=False),
    column("beside", sa.Text, "Times of the visits beside which to book."),
    column("beside_appointments", sa.Text, "Their keys.", "pseudonym"),
    column("reason", sa.Text, nullable=False),
    sa.CheckConstraint("session in ('morning', 'afternoon')", name="known_session"),
    sa.CheckConstraint("more between 0 and cheapest_more", name="never_beyond_the_cheapest"),
    sa.Index("ix_overbooking_day", "day"),
    room="desk",
)  # fmt: skip
