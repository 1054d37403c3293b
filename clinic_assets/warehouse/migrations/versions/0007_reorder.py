"""What to order and what to move: the reorder plan, the transfers, and how much demand varies."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "reorder_plan",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, comment="As in mart.inventory_health."),
        sa.Column("last_report_day", sa.Date(), nullable=False),
        sa.Column(
            "current_stock",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="Counted at the last report.",
        ),
        sa.Column(
            "usable_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="What has not expired, the soonest having gone first [items; current_stock - delivered lots past their day, as far as they are still there; v1]",
        ),
        sa.Column(
            "expiring_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="What nobody will have used by its last day [items; sum over usable lots, soonest first, of what daily_demand leaves until their day; v1]",
        ),
        sa.Column(
            "on_order_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="Ordered within a year and not come by the day [items; sum of quantity of open orders; 0 without a list of orders; v1]",
        ),
        sa.Column(
            "expected_on",
            sa.Date(),
            nullable=True,
            comment="The earliest that was promised of what is on order.",
        ),
        sa.Column(
            "transfer_in_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="Comes from other locations.",
        ),
        sa.Column(
            "transfer_out_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="Goes to other locations.",
        ),
        sa.Column(
            "daily_demand",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="The demand that is planned for [items per day; mean_per_day of the forecast, burn_rate where there is none; v1]",
        ),
        sa.Column(
            "daily_spread",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="How much a day's demand varies [items per day; spread_per_day of the forecast, root of burn_rate where there is none; v1]",
        ),
        sa.Column(
            "demand_method",
            sa.Text(),
            nullable=False,
            comment="Of mart.demand_forecast; burn_rate without one, or unknown.",
        ),
        sa.Column(
            "lead_time_days",
            sa.Numeric(precision=8, scale=3),
            nullable=True,
            comment="From order to delivery: measured, else as the last report says; null: not known.",
        ),
        sa.Column(
            "lead_time_spread",
            sa.Numeric(precision=8, scale=3),
            nullable=False,
            comment="How much deliveries vary; 0 where the lead time is only declared [days; sd of the deliveries that lead_time_days is the mean of; v1]",
        ),
        sa.Column("lead_time_source", sa.Text(), nullable=False, comment="Whence it is known."),
        sa.Column(
            "safety_stock_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="Held against chance [items; z * sqrt((L + R) * daily_spread^2 + daily_demand^2 * lead_time_spread^2); v1]",
        ),
        sa.Column(
            "reorder_point_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="Below it an order is due before the next review [items; daily_demand * L + z * sqrt(L * daily_spread^2 + daily_demand^2 * lead_time_spread^2) + 1; v1]",
        ),
        sa.Column(
            "order_up_to_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="What an order fills up to [items; daily_demand * (L + R) + safety_stock_qty + 1; 0 where nothing is used; v1]",
        ),
        sa.Column(
            "position_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="What an order may count on [items; usable_qty - what of it expires unused within L + R + on_order_qty + transfer_in_qty - transfer_out_qty; v1]",
        ),
        sa.Column(
            "order_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="What to order; null where a silent site or an unknown lead time leaves it open [items; max(0, order_up_to_qty - position_qty), in whole packs, at least the least order; v1]",
        ),
        sa.Column(
            "pack_size",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="Orders are whole packs of it.",
        ),
        sa.Column(
            "least_order",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="The least that is sent.",
        ),
        sa.Column(
            "order_cost",
            sa.Numeric(precision=14, scale=2),
            nullable=True,
            comment="order_qty x unit cost; null: no cost is known.",
        ),
        sa.Column(
            "avoided_stockout_days",
            sa.Numeric(precision=8, scale=3),
            nullable=True,
            comment="Days without stock that an order now saves over one at the next review [days; sum over days t from L + 1 to L + R of the chance that demand of t days reaches position_qty, demand taken as normal; v1]",
        ),
        sa.Column(
            "seed004_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="What the inventory seed's thirty days would order, for comparison [items; max(0, burn_rate_raw * 30 - current_stock); v1]",
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why so much, or nothing."),
        sa.CheckConstraint(
            "lead_time_source in ('measured here', 'measured for the item', 'declared', 'unknown')",
            name=op.f("ck_reorder_plan_known_lead_time_source"),
        ),
        sa.CheckConstraint(
            "status in ('STALE', 'STOCKOUT', 'NO_DEMAND', 'CRITICAL', 'WARNING', 'OVERSTOCK', 'GOOD')",
            name=op.f("ck_reorder_plan_known_status"),
        ),
        sa.CheckConstraint(
            "order_qty >= 0 and usable_qty >= 0", name=op.f("ck_reorder_plan_not_negative")
        ),
        sa.CheckConstraint(
            "transfer_out_qty <= usable_qty", name=op.f("ck_reorder_plan_gives_what_it_has")
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "day", "location_id", "item", name=op.f("pk_reorder_plan")
        ),
        schema="mart",
        comment="One row per day, location and item reported within 90 days: what to order on the day, after transfers, and why.",
        info={"room": "inventory", "moves_by": (), "is_present": True},
    )
    op.create_index("ix_reorder_plan_day", "reorder_plan", ["day"], unique=False, schema="mart")
    op.create_table(
        "stock_transfers",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column(
            "from_location_id", sa.Text(), nullable=False, comment="Has more than its own need."
        ),
        sa.Column(
            "to_location_id", sa.Text(), nullable=False, comment="Is below its reorder point."
        ),
        sa.Column(
            "quantity", sa.Numeric(precision=14, scale=3), nullable=False, comment="Whole units."
        ),
        sa.Column(
            "expires_on",
            sa.Date(),
            nullable=True,
            comment="The soonest of what moves; null: nobody said.",
        ),
        sa.Column(
            "distance_km",
            sa.Numeric(precision=10, scale=3),
            nullable=True,
            comment="As the crow flies; null: not known.",
        ),
        sa.CheckConstraint(
            "quantity > 0 and from_location_id <> to_location_id",
            name=op.f("ck_stock_transfers_moves"),
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id",
            "day",
            "item",
            "from_location_id",
            "to_location_id",
            name=op.f("pk_stock_transfers"),
        ),
        schema="mart",
        comment="One row per day, item and pair of locations between which it should move before any is ordered.",
        info={"room": "inventory", "moves_by": (), "is_present": True},
    )
    op.create_index(
        "ix_stock_transfers_day", "stock_transfers", ["day"], unique=False, schema="mart"
    )
    op.add_column(
        "procurement_list",
        sa.Column(
            "on_order_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="Ordered and not come.",
        ),
        schema="desk",
    )
    op.add_column(
        "procurement_list",
        sa.Column(
            "transfer_in_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="Comes from other locations.",
        ),
        schema="desk",
    )
    op.add_column(
        "procurement_list",
        sa.Column(
            "order_cost",
            sa.Numeric(precision=14, scale=2),
            nullable=True,
            comment="Null: no cost of the item is known.",
        ),
        schema="desk",
    )
    op.add_column(
        "procurement_list",
        sa.Column(
            "seed004_qty",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="What the inventory seed's thirty days would order.",
        ),
        schema="desk",
    )
    op.add_column(
        "procurement_list",
        sa.Column("reason", sa.Text(), nullable=True, comment="Why so much."),
        schema="desk",
    )
    op.alter_column(
        "procurement_list",
        "reorder_qty",
        existing_type=sa.NUMERIC(precision=14, scale=3),
        comment="What to order: order_qty of mart.reorder_plan.",
        existing_nullable=True,
        schema="desk",
    )
    op.add_column(
        "demand_forecast",
        sa.Column(
            "spread_per_day",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="How much a day's demand varies; what safety stock is made of [items per day; sd of the last 26 known weeks around mean_per_day, as one day's; at least that of random calls; v1]",
        ),
        schema="mart",
    )


def downgrade() -> None:
    op.drop_column("demand_forecast", "spread_per_day", schema="mart")
    op.alter_column(
        "procurement_list",
        "reorder_qty",
        existing_type=sa.NUMERIC(precision=14, scale=3),
        comment=None,
        existing_comment="What to order: order_qty of mart.reorder_plan.",
        existing_nullable=True,
        schema="desk",
    )
    op.drop_column("procurement_list", "reason", schema="desk")
    op.drop_column("procurement_list", "seed004_qty", schema="desk")
    op.drop_column("procurement_list", "order_cost", schema="desk")
    op.drop_column("procurement_list", "transfer_in_qty", schema="desk")
    op.drop_column("procurement_list", "on_order_qty", schema="desk")
    op.drop_index("ix_stock_transfers_day", table_name="stock_transfers", schema="mart")
    op.drop_table("stock_transfers", schema="mart")
    op.drop_index("ix_reorder_plan_day", table_name="reorder_plan", schema="mart")
    op.drop_table("reorder_plan", schema="mart")
