"""Recalls that are kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "recall_compliance",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("procedure_key", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False, comment="Of the model."),
        sa.Column(
            "day", sa.Date(), nullable=False, comment="Date of the visit that it counts from."
        ),
        sa.Column(
            "scored_for",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="The moment whose knowledge it uses.",
        ),
        sa.Column("probability", sa.Numeric(precision=8, scale=6), nullable=False, comment="0..1."),
        sa.Column(
            "bucket", sa.Text(), nullable=False, comment="high from 0.7, medium from 0.4, else low."
        ),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="What the visit was: maintenance, cleaning, first examination or examination.",
        ),
        sa.Column(
            "due_on", sa.Date(), nullable=False, comment="13 weeks after maintenance, else 26."
        ),
        sa.Column("model_id", sa.Text(), nullable=False, comment="Of the score's models."),
        sa.CheckConstraint(
            "probability between 0 and 1", name=op.f("ck_recall_compliance_is_probability")
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "procedure_key", "stage", "day", name=op.f("pk_recall_compliance")
        ),
        sa.UniqueConstraint(
            "clinic_id",
            "procedure_key",
            "stage",
            name=op.f("uq_recall_compliance_clinic_id_procedure_key_stage"),
        ),
        schema="score",
        comment="One row per day on which a patient had a cleaning or an examination: the probability that the next one takes place within 61 days of when it is due.",
        info={
            "room": "risk",
            "moves_by": ("clinic_id", "procedure_key", "stage"),
            "is_present": False,
        },
    )
    op.create_index(
        "ix_recall_compliance_day", "recall_compliance", ["day"], unique=False, schema="score"
    )
    op.create_table(
        "recall_model",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column("stage", sa.Text(), nullable=False, comment="visit."),
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
        sa.CheckConstraint("stage in ('visit')", name=op.f("ck_recall_model_known_stage")),
        sa.CheckConstraint("trained_for <= day", name=op.f("ck_recall_model_knows_no_future")),
        sa.PrimaryKeyConstraint("clinic_id", "day", "stage", name=op.f("pk_recall_model")),
        schema="score",
        comment="One row per day and stage: the model that serves moments of the day, trained from facts known before the first of its month, with the card of its evaluation.",
        info={"room": "risk", "moves_by": (), "is_present": False},
    )
    op.create_index("ix_recall_model_day", "recall_model", ["day"], unique=False, schema="score")


def downgrade() -> None:
    op.drop_index("ix_recall_model_day", table_name="recall_model", schema="score")
    op.drop_table("recall_model", schema="score")
    op.drop_index("ix_recall_compliance_day", table_name="recall_compliance", schema="score")
    op.drop_table("recall_compliance", schema="score")
