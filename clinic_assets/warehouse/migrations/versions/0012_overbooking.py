"""How many more patients a session may book."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "overbooking",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column("practitioner_key", sa.Text(), nullable=False),
        sa.Column(
            "session", sa.Text(), nullable=False, comment="morning: from before 13:00; afternoon."
        ),
        sa.Column(
            "practitioner", sa.Text(), nullable=True, comment="Name; null: no shift is known."
        ),
        sa.Column("visits", sa.Integer(), nullable=False, comment="On the evening's list."),
        sa.Column(
            "free_minutes",
            sa.Numeric(precision=8, scale=2),
            nullable=True,
            comment="The longest stretch of the shift nobody is booked in; null: no shift is known.",
        ),
        sa.Column(
            "is_full",
            sa.Boolean(),
            nullable=False,
            comment="None of its usual visits fits in any more.",
        ),
        sa.Column(
            "expected_lost",
            sa.Numeric(precision=8, scale=3),
            nullable=False,
            comment="Sum of the risks, at the level of the last four weeks.",
        ),
        sa.Column(
            "lost_low",
            sa.Integer(),
            nullable=False,
            comment="Nine sessions of ten lose at least so many,",
        ),
        sa.Column("lost_high", sa.Integer(), nullable=False, comment="and at most so many."),
        sa.Column(
            "level",
            sa.Numeric(precision=8, scale=4),
            nullable=False,
            comment="Lost / told of the last four weeks, 0.5..2.",
        ),
        sa.Column(
            "overdispersion",
            sa.Numeric(precision=8, scale=4),
            nullable=False,
            comment="How far losses of a session come together, by the last 13 weeks; 0: each alone.",
        ),
        sa.Column("past_sessions", sa.Integer(), nullable=False, comment="Of these weeks."),
        sa.Column(
            "cheapest_more",
            sa.Integer(),
            nullable=False,
            comment="What costs least, by risk alone.",
        ),
        sa.Column("more", sa.Integer(), nullable=False, comment="So many more may be booked."),
        sa.Column(
            "beside", sa.Text(), nullable=True, comment="Times of the visits beside which to book."
        ),
        sa.Column("beside_appointments", sa.Text(), nullable=True, comment="Their keys."),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "session in ('morning', 'afternoon')", name=op.f("ck_overbooking_known_session")
        ),
        sa.CheckConstraint(
            "more between 0 and cheapest_more",
            name=op.f("ck_overbooking_never_beyond_the_cheapest"),
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "day", "practitioner_key", "session", name=op.f("pk_overbooking")
        ),
        schema="desk",
        comment="One row per session, a practitioner's half day with visits: how many more it may book and beside whom, as known at 18:00 the evening before. A suggestion takes nobody's slot away.",
        info={"room": "desk", "moves_by": (), "is_present": True},
    )
    op.create_index("ix_overbooking_day", "overbooking", ["day"], unique=False, schema="desk")


def downgrade() -> None:
    op.drop_index("ix_overbooking_day", table_name="overbooking", schema="desk")
    op.drop_table("overbooking", schema="desk")
