"""Whether what is there lasts for the visits that are booked."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "stock_for_bookings",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column(
            "visits_week",
            sa.Integer(),
            nullable=False,
            comment="Visits of the seven days ahead that use the item, booked and not cancelled by the evening [visits; count; v1]",
        ),
        sa.Column(
            "needed_tomorrow_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="What tomorrow's visits will use [items; sum of the quantities of any visit, of the visit's type and of its procedures; v1]",
        ),
        sa.Column(
            "needed_week_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="What the visits of the seven days ahead will use [items; the same sum, seven days; v1]",
        ),
        sa.Column(
            "usable_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="Of all locations that are not silent; null: nobody counts it.",
        ),
        sa.Column(
            "short_tomorrow_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="What will be lacking tomorrow if nothing comes [items; max(0, needed_tomorrow_qty - usable_qty of all locations); v1]",
        ),
        sa.Column(
            "short_week_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="What will be lacking within seven days if nothing comes [items; max(0, needed_week_qty - usable_qty of all locations); v1]",
        ),
        sa.CheckConstraint(
            "needed_tomorrow_qty between 0 and needed_week_qty and short_tomorrow_qty between 0 and short_week_qty",
            name=op.f("ck_stock_for_bookings_tomorrow_is_of_the_week"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "day", "item", name=op.f("pk_stock_for_bookings")),
        schema="mart",
        comment="One row per day and item that visits use: what the bookings ahead take of it, as known that evening, against what all locations have.",
        info={"room": "inventory", "moves_by": (), "is_present": True},
    )
    op.create_index(
        "ix_stock_for_bookings_day", "stock_for_bookings", ["day"], unique=False, schema="mart"
    )


def downgrade() -> None:
    op.drop_index("ix_stock_for_bookings_day", table_name="stock_for_bookings", schema="mart")
    op.drop_table("stock_for_bookings", schema="mart")
