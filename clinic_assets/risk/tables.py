"""What the risk room promises: of each score the model that serves a day, and what is told."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from clinic_assets.core.tables_treatment import fct_procedure
from clinic_assets.warehouse.contracts import (
    MOMENT,
    MONEY,
    clinic_column,
    column,
    day_column,
    declare,
    is_present,
)

STAGES = ("booking", "evening_before")
PAYMENT_STAGES = ("30_days", "60_days", "90_days")
IS_PRESENT = is_present(fct_procedure)
"""Whether a practice's own system tells of treatments; else these scores are empty and no asset."""


def _models(name: str, stages: tuple[str, ...], is_present: bool = True) -> sa.Table:
    return declare(
        "score",
        name,
        "One row per day and stage: the model that serves moments of the day, trained from facts"
        " known before the first of its month, with the card of its evaluation.",
        clinic_column(),
        day_column(),
        column("stage", sa.Text, f"{' or '.join(stages)}.", primary_key=True),
        column("model_id", sa.Text, "Same facts, same recipe: same id.", nullable=False),
        column("kind", sa.Text, "constant, table, logistic or trees: what won.", nullable=False),
        column("trained_for", sa.Date, "First of the month.", nullable=False),
        column("decision", sa.Text, "Why this one serves, in a sentence.", nullable=False),
        column("card", JSONB, "Figures of all candidates, out of time.", nullable=False),
        sa.CheckConstraint(_one_of("stage", stages), name="known_stage"),
        sa.CheckConstraint("trained_for <= day", name="knows_no_future"),
        sa.Index(f"ix_{name}_day", "day"),
        room="risk",
        is_present=is_present,
    )


def _one_of(name: str, words: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{name} in ({listed})"


def _told(name: str, comment: str, key: str, day: str, *amounts: sa.Column[Any]) -> sa.Table:
    return declare(
        "score",
        name,
        comment,
        clinic_column(),
        column(key, sa.Text, None, "pseudonym", primary_key=True),
        column("stage", sa.Text, "Of the model.", primary_key=True),
        day_column(day),
        column("scored_for", MOMENT, "The moment whose knowledge it uses.", nullable=False),
        column("probability", sa.Numeric(8, 6), "0..1.", nullable=False),
        column("bucket", sa.Text, "high from 0.7, medium from 0.4, else low.", nullable=False),
        *amounts,
        column("model_id", sa.Text, "Of the score's models.", nullable=False),
        sa.CheckConstraint("probability between 0 and 1", name="is_probability"),
        sa.UniqueConstraint("clinic_id", key, "stage"),
        sa.Index(f"ix_{name}_day", "day"),
        room="risk",
        moves_by=("clinic_id", key, "stage"),
        is_present=IS_PRESENT,
    )


cancellation_model = _models("cancellation_model", STAGES)
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

acceptance_model = _models("acceptance_model", ("proposal",), IS_PRESENT)
treatment_acceptance = _told(
    "treatment_acceptance",
    "One row per proposed treatment: the probability that it is done or booked within 30 days.",
    "procedure_key",
    "Date of the proposal.",
    column("fee_amount", MONEY, "What it costs.", nullable=False),
    column("expected_amount", MONEY, "probability x fee.", nullable=False),
)
payment_model = _models("payment_model", PAYMENT_STAGES, IS_PRESENT)
payment_compliance = _told(
    "payment_compliance",
    "One row per visit that took place and window: the probability that 95 % of the patient's share"
    " is paid within it.",
    "appointment_key",
    "Clinic-local date of the visit.",
    column("share_amount", MONEY, "What the patient is to pay.", nullable=False),
    column("expected_unpaid", MONEY, "(1 - probability) x share.", nullable=False),
)
recall_model = _models("recall_model", ("visit",), IS_PRESENT)
recall_compliance = _told(
    "recall_compliance",
    "One row per day on which a patient had a cleaning or an examination: the probability that the"
    " next one takes place within 61 days of when it is due.",
    "procedure_key",
    "Date of the visit that it counts from.",
    column("kind", sa.Text, "What the visit was: maintenance, cleaning, first examination or"
           " examination.", nullable=False),
    column("due_on", sa.Date, "13 weeks after maintenance, else 26.", nullable=False),
)  # fmt: skip


def _part(name: str, what: str, counted: str) -> tuple[sa.Column[Any], ...]:
    return (
        column(name, sa.Numeric(4, 1), f"{what}; 0..100, null: nothing known."),
        column(f"{name}_n", sa.Integer, counted, nullable=False),
        column(f"{name}_hits", sa.Integer, "Of these, the good ones.", nullable=False),
    )


patient_score = declare(
    "score",
    "patient_score",
    "One row per day and patient who has a visit on it, on the first of a month per patient seen in"
    " two years: five parts, the score, and the step that helps; as known the midnight before.",
    clinic_column(),
    column("patient_key", sa.Text, None, "pseudonym", primary_key=True),
    day_column(),
    column("score", sa.Numeric(4, 1), "0..100, of the parts known; null: none is."),
    column("stratum", sa.Text, "Risk: high below 55, moderate below 75, low, unknown.",
           nullable=False),
    column("segment", sa.Text, "What the patient is taken for, in a word.", nullable=False),
    column("step", sa.Text, "The preventive step suggested.", nullable=False),
    column("reasons", sa.Text, "The parts in words.", nullable=False),
    *_part("reliability", "Visits kept", "Visits kept or lost in two years."),
    *_part("acceptance", "Treatments accepted within 30 days", "Treatments proposed."),
    *_part("payment", "Visits paid within 30 days", "Visits that cost the patient something."),
    *_part("engagement", "In touch", "Signs known: came within 270 days, answers."),
    *_part("household", "The family's other visits kept or paid", "Those visits."),
    column("visits", sa.Integer, "Visits that took place in two years.", nullable=False),
    sa.CheckConstraint("score between 0 and 100", name="is_of_a_hundred"),
    sa.CheckConstraint("(score is null) = (stratum = 'unknown')", name="unknown_is_null"),
    sa.Index("ix_patient_score_day", "day"),
    room="risk",
)  # fmt: skip

MODELS = (cancellation_model, acceptance_model, payment_model, recall_model)
TOLD = (cancellation_risk, treatment_acceptance, payment_compliance, recall_compliance)
TABLES = (*MODELS, *TOLD, patient_score)
MODEL_TABLES = tuple(table.fullname for table in MODELS)
"""What serves, of each score; a model that is in none of them may lose its file."""
