"""What the risk room promises: the model that serves each day, and the risk of each visit."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from clinic_assets.warehouse.contracts import (
    MOMENT,
    MONEY,
    clinic_column,
    column,
    day_column,
    declare,
)

STAGES = ("booking", "evening_before")

MODEL_TABLES = ("score.cancellation_model",)
"""What serves, of each score; a model that is in none of them may lose its file."""

cancellation_model = declare(
    "score",
    "cancellation_model",
    "One row per day and stage: the model that serves moments of the day, trained from facts known"
    " before the first of its month, with the card of its evaluation.",
    clinic_column(),
    day_column(),
    column("stage", sa.Text, "booking or evening_before.", primary_key=True),
    column("model_id", sa.Text, "Same facts, same recipe: same id.", nullable=False),
    column("kind", sa.Text, "constant, table, logistic or trees: what won.", nullable=False),
    column("trained_for", sa.Date, "First of the month.", nullable=False),
    column("decision", sa.Text, "Why this one serves, in a sentence.", nullable=False),
    column("card", JSONB, "Figures of all candidates, out of time.", nullable=False),
    sa.CheckConstraint(f"stage in {STAGES}", name="known_stage"),
    sa.CheckConstraint("trained_for <= day", name="knows_no_future"),
    sa.Index("ix_cancellation_model_day", "day"),
    room="risk",
)

cancellation_risk = declare(
    "score",
    "cancellation_risk",
    "One row per appointment and stage: the risk that the visit is lost (no-show or late"
    " cancellation), from what was known at the moment scored for.",
    clinic_column(),
    column("appointment_key", sa.Text, None, "pseudonym", primary_key=True),
    column("stage", sa.Text, "booking or evening_before.", primary_key=True),
    day_column("Clinic-local date of the visit."),
    column("scored_for", MOMENT, "The moment whose knowledge it uses.", nullable=False),
    column("risk", sa.Numeric(8, 6), "0..1.", nullable=False),
    column("risk_bucket", sa.Text, "high from 0.7, medium from 0.4, else low.", nullable=False),
    column("expected_loss", MONEY, "risk x price."),
    column("model_id", sa.Text, "Of score.cancellation_model.", nullable=False),
    sa.CheckConstraint("risk between 0 and 1", name="is_probability"),
    sa.UniqueConstraint("clinic_id", "appointment_key", "stage"),
    sa.Index("ix_cancellation_risk_day", "day"),
    room="risk",
    moves_by=("clinic_id", "appointment_key", "stage"),
)
