"""The demand to expect of each item at each location."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "demand_forecast",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column(
            "as_of", sa.Date(), nullable=False, comment="The Sunday that ends the last week read."
        ),
        sa.Column(
            "method",
            sa.Text(),
            nullable=False,
            comment="What serves this item here, by its own back-test.",
        ),
        sa.Column(
            "mean_per_day",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="Demand to expect in the three weeks ahead, hidden days left out; what orders need [items per day; by the named method from whole weeks, at most 104, until as_of; v1]",
        ),
        sa.Column(
            "low_per_day",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="Eight of ten times demand is between this and high_per_day; null: too little past [items per day; mean_per_day - the 80 % quantile of past errors of like levels, at least 0; v1]",
        ),
        sa.Column(
            "high_per_day",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="The upper end of the same interval [items per day; mean_per_day + the 80 % quantile of past errors of like levels; v1]",
        ),
        sa.Column(
            "backtest_error",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="How far the method was off on this item's own past; null: too little past [items per day; mean of |mean demand of three weeks - forecast before them|; v1]",
        ),
        sa.Column(
            "seed_error",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="How far the mean of all history was off on the same weeks [items per day; mean of |mean demand of three weeks - mean until then|; v1]",
        ),
        sa.Column(
            "weeks_known",
            sa.Integer(),
            nullable=False,
            comment="Weeks whose demand is known: with stock and reports on two days or more [weeks; count, 104 weeks; v1]",
        ),
        sa.CheckConstraint(
            "low_per_day >= 0 and mean_per_day between low_per_day and high_per_day",
            name=op.f("ck_demand_forecast_within_its_interval"),
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "day", "location_id", "item", name=op.f("pk_demand_forecast")
        ),
        schema="mart",
        comment="One row per day, location and item reported within 90 days: the demand to expect, as known from the whole weeks before the day.",
        info={"room": "inventory", "moves_by": ()},
    )
    op.create_index(
        "ix_demand_forecast_day", "demand_forecast", ["day"], unique=False, schema="mart"
    )


def downgrade() -> None:
    op.drop_table("demand_forecast", schema="mart")
