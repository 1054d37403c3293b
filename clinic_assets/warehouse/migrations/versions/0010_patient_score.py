"""The patient score."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "patient_score",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("patient_key", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column(
            "score",
            sa.Numeric(precision=4, scale=1),
            nullable=True,
            comment="0..100, of the parts known; null: none is.",
        ),
        sa.Column(
            "stratum",
            sa.Text(),
            nullable=False,
            comment="Risk: high below 55, moderate below 75, low, unknown.",
        ),
        sa.Column(
            "segment",
            sa.Text(),
            nullable=False,
            comment="What the patient is taken for, in a word.",
        ),
        sa.Column("step", sa.Text(), nullable=False, comment="The preventive step suggested."),
        sa.Column("reasons", sa.Text(), nullable=False, comment="The parts in words."),
        sa.Column(
            "reliability",
            sa.Numeric(precision=4, scale=1),
            nullable=True,
            comment="Visits kept; 0..100, null: nothing known.",
        ),
        sa.Column(
            "reliability_n",
            sa.Integer(),
            nullable=False,
            comment="Visits kept or lost in two years.",
        ),
        sa.Column(
            "reliability_hits", sa.Integer(), nullable=False, comment="Of these, the good ones."
        ),
        sa.Column(
            "acceptance",
            sa.Numeric(precision=4, scale=1),
            nullable=True,
            comment="Treatments accepted within 30 days; 0..100, null: nothing known.",
        ),
        sa.Column("acceptance_n", sa.Integer(), nullable=False, comment="Treatments proposed."),
        sa.Column(
            "acceptance_hits", sa.Integer(), nullable=False, comment="Of these, the good ones."
        ),
        sa.Column(
            "payment",
            sa.Numeric(precision=4, scale=1),
            nullable=True,
            comment="Visits paid within 30 days; 0..100, null: nothing known.",
        ),
        sa.Column(
            "payment_n",
            sa.Integer(),
            nullable=False,
            comment="Visits that cost the patient something.",
        ),
        sa.Column("payment_hits", sa.Integer(), nullable=False, comment="Of these, the good ones."),
        sa.Column(
            "engagement",
            sa.Numeric(precision=4, scale=1),
            nullable=True,
            comment="In touch; 0..100, null: nothing known.",
        ),
        sa.Column(
            "engagement_n",
            sa.Integer(),
            nullable=False,
            comment="Signs known: came within 270 days, answers.",
        ),
        sa.Column(
            "engagement_hits", sa.Integer(), nullable=False, comment="Of these, the good ones."
        ),
        sa.Column(
            "household",
            sa.Numeric(precision=4, scale=1),
            nullable=True,
            comment="The family's other visits kept or paid; 0..100, null: nothing known.",
        ),
        sa.Column("household_n", sa.Integer(), nullable=False, comment="Those visits."),
        sa.Column(
            "household_hits", sa.Integer(), nullable=False, comment="Of these, the good ones."
        ),
        sa.Column(
            "visits", sa.Integer(), nullable=False, comment="Visits that took place in two years."
        ),
        sa.CheckConstraint(
            "(score is null) = (stratum = 'unknown')", name=op.f("ck_patient_score_unknown_is_null")
        ),
        sa.CheckConstraint(
            "score between 0 and 100", name=op.f("ck_patient_score_is_of_a_hundred")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "patient_key", "day", name=op.f("pk_patient_score")),
        schema="score",
        comment="One row per day and patient who has a visit on it, on the first of a month per patient seen in two years: five parts, the score, and the step that helps; as known the midnight before.",
        info={"room": "risk", "moves_by": (), "is_present": True},
    )
    op.create_index("ix_patient_score_day", "patient_score", ["day"], unique=False, schema="score")


def downgrade() -> None:
    op.drop_index("ix_patient_score_day", table_name="patient_score", schema="score")
    op.drop_table("patient_score", schema="score")
