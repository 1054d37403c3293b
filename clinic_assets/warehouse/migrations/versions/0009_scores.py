"""What is foretold of treatments and payments, and the models that serve it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "acceptance_model",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column("stage", sa.Text(), nullable=False, comment="proposal."),
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
        sa.CheckConstraint("stage in ('proposal')", name=op.f("ck_acceptance_model_known_stage")),
        sa.CheckConstraint("trained_for <= day", name=op.f("ck_acceptance_model_knows_no_future")),
        sa.PrimaryKeyConstraint("clinic_id", "day", "stage", name=op.f("pk_acceptance_model")),
        schema="score",
        comment="One row per day and stage: the model that serves moments of the day, trained from facts known before the first of its month, with the card of its evaluation.",
        info={"room": "risk", "moves_by": (), "is_present": False},
    )
    op.create_index(
        "ix_acceptance_model_day", "acceptance_model", ["day"], unique=False, schema="score"
    )
    op.create_table(
        "payment_compliance",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("appointment_key", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False, comment="Of the model."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date of the visit."),
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
            "share_amount",
            sa.Numeric(precision=14, scale=2),
            nullable=False,
            comment="What the patient is to pay.",
        ),
        sa.Column(
            "expected_unpaid",
            sa.Numeric(precision=14, scale=2),
            nullable=False,
            comment="(1 - probability) x share.",
        ),
        sa.Column("model_id", sa.Text(), nullable=False, comment="Of the score's models."),
        sa.CheckConstraint(
            "probability between 0 and 1", name=op.f("ck_payment_compliance_is_probability")
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "appointment_key", "stage", "day", name=op.f("pk_payment_compliance")
        ),
        sa.UniqueConstraint(
            "clinic_id",
            "appointment_key",
            "stage",
            name=op.f("uq_payment_compliance_clinic_id_appointment_key_stage"),
        ),
        schema="score",
        comment="One row per visit that took place and window: the probability that 95 % of the patient's share is paid within it.",
        info={
            "room": "risk",
            "moves_by": ("clinic_id", "appointment_key", "stage"),
            "is_present": False,
        },
    )
    op.create_index(
        "ix_payment_compliance_day", "payment_compliance", ["day"], unique=False, schema="score"
    )
    op.create_table(
        "payment_model",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column("stage", sa.Text(), nullable=False, comment="30_days or 60_days or 90_days."),
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
            "stage in ('30_days', '60_days', '90_days')", name=op.f("ck_payment_model_known_stage")
        ),
        sa.CheckConstraint("trained_for <= day", name=op.f("ck_payment_model_knows_no_future")),
        sa.PrimaryKeyConstraint("clinic_id", "day", "stage", name=op.f("pk_payment_model")),
        schema="score",
        comment="One row per day and stage: the model that serves moments of the day, trained from facts known before the first of its month, with the card of its evaluation.",
        info={"room": "risk", "moves_by": (), "is_present": False},
    )
    op.create_index("ix_payment_model_day", "payment_model", ["day"], unique=False, schema="score")
    op.create_table(
        "treatment_acceptance",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("procedure_key", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False, comment="Of the model."),
        sa.Column("day", sa.Date(), nullable=False, comment="Date of the proposal."),
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
            "fee_amount",
            sa.Numeric(precision=14, scale=2),
            nullable=False,
            comment="What it costs.",
        ),
        sa.Column(
            "expected_amount",
            sa.Numeric(precision=14, scale=2),
            nullable=False,
            comment="probability x fee.",
        ),
        sa.Column("model_id", sa.Text(), nullable=False, comment="Of the score's models."),
        sa.CheckConstraint(
            "probability between 0 and 1", name=op.f("ck_treatment_acceptance_is_probability")
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "procedure_key", "stage", "day", name=op.f("pk_treatment_acceptance")
        ),
        sa.UniqueConstraint(
            "clinic_id",
            "procedure_key",
            "stage",
            name=op.f("uq_treatment_acceptance_clinic_id_procedure_key_stage"),
        ),
        schema="score",
        comment="One row per proposed treatment: the probability that it is done or booked within 30 days.",
        info={
            "room": "risk",
            "moves_by": ("clinic_id", "procedure_key", "stage"),
            "is_present": False,
        },
    )
    op.create_index(
        "ix_treatment_acceptance_day", "treatment_acceptance", ["day"], unique=False, schema="score"
    )


def downgrade() -> None:
    op.drop_index("ix_treatment_acceptance_day", table_name="treatment_acceptance", schema="score")
    op.drop_table("treatment_acceptance", schema="score")
    op.drop_index("ix_payment_model_day", table_name="payment_model", schema="score")
    op.drop_table("payment_model", schema="score")
    op.drop_index("ix_payment_compliance_day", table_name="payment_compliance", schema="score")
    op.drop_table("payment_compliance", schema="score")
    op.drop_index("ix_acceptance_model_day", table_name="acceptance_model", schema="score")
    op.drop_table("acceptance_model", schema="score")
