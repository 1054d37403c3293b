"""What a stock keeper may tell beside the logs: items, locations, orders, bills of materials."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "stock_logs_items",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column(
            "pack_size",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="Orders are whole packs; null: not said.",
        ),
        sa.Column(
            "least_order",
            sa.Numeric(precision=14, scale=3),
            nullable=True,
            comment="The least that the supplier sends; null: not said.",
        ),
        sa.Column(
            "unit_cost",
            sa.Numeric(precision=14, scale=4),
            nullable=True,
            comment="Of one item, in the clinic's currency.",
        ),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column(
            "known_since",
            sa.Date(),
            nullable=True,
            comment="Earliest declared date of a file that says exactly this.",
        ),
        sa.Column("row_sha256", sa.Text(), nullable=False, comment="The raw row's."),
        sa.CheckConstraint(
            "pack_size > 0 and least_order >= 0", name=op.f("ck_stock_logs_items_can_be_ordered")
        ),
        sa.PrimaryKeyConstraint("source", "item", "day", name=op.f("pk_stock_logs_items")),
        schema="clean",
        comment="One row per item and declared date of a file that tells of it (0001-01-01: undated).",
        info={"room": "stock_logs", "moves_by": (), "is_present": True},
    )
    op.create_table(
        "stock_logs_locations",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column(
            "latitude", sa.Numeric(precision=9, scale=6), nullable=False, comment="Degrees north."
        ),
        sa.Column(
            "longitude", sa.Numeric(precision=9, scale=6), nullable=False, comment="Degrees east."
        ),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column(
            "known_since",
            sa.Date(),
            nullable=True,
            comment="Earliest declared date of a file that says exactly this.",
        ),
        sa.Column("row_sha256", sa.Text(), nullable=False, comment="The raw row's."),
        sa.PrimaryKeyConstraint(
            "source", "location_id", "day", name=op.f("pk_stock_logs_locations")
        ),
        schema="clean",
        comment="One row per location and declared date of a file that tells of it (0001-01-01: undated).",
        info={"room": "stock_logs", "moves_by": (), "is_present": True},
    )
    op.create_table(
        "stock_logs_orders",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column(
            "quantity",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="0: it was cancelled.",
        ),
        sa.Column(
            "expected_on", sa.Date(), nullable=True, comment="When the supplier promised it."
        ),
        sa.Column("received_on", sa.Date(), nullable=True, comment="Null: it has not come."),
        sa.Column("expires_on", sa.Date(), nullable=True, comment="Of the delivered lot."),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column(
            "known_since",
            sa.Date(),
            nullable=True,
            comment="Earliest declared date of a file that says exactly this.",
        ),
        sa.Column("row_sha256", sa.Text(), nullable=False, comment="The raw row's."),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_stock_logs_orders_not_negative")),
        sa.CheckConstraint(
            "received_on >= day", name=op.f("ck_stock_logs_orders_received_after_ordered")
        ),
        sa.PrimaryKeyConstraint("source", "order_id", "day", name=op.f("pk_stock_logs_orders")),
        sa.UniqueConstraint(
            "source", "order_id", name=op.f("uq_stock_logs_orders_source_order_id")
        ),
        schema="clean",
        comment="One row per order of one item for one location, on the day it was ordered, of the newest file that tells of it.",
        info={"room": "stock_logs", "moves_by": ("source", "order_id"), "is_present": True},
    )
    op.create_table(
        "stock_logs_service_items",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column(
            "service",
            sa.Text(),
            nullable=False,
            comment="Service type, procedure code, or * for any visit.",
        ),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column(
            "quantity",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="Used by one visit or procedure; 0: no longer used.",
        ),
        sa.Column("day", sa.Date(), nullable=False, comment="Clinic-local date; the partition."),
        sa.Column(
            "known_since",
            sa.Date(),
            nullable=True,
            comment="Earliest declared date of a file that says exactly this.",
        ),
        sa.Column("row_sha256", sa.Text(), nullable=False, comment="The raw row's."),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_stock_logs_service_items_not_negative")),
        sa.PrimaryKeyConstraint(
            "source", "service", "item", "day", name=op.f("pk_stock_logs_service_items")
        ),
        schema="clean",
        comment="One row per service, item and declared date of a file that tells of it.",
        info={"room": "stock_logs", "moves_by": (), "is_present": True},
    )
    op.create_table(
        "fct_stock_order",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("order_key", sa.Text(), nullable=False, comment="Source instance and its id."),
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column(
            "day", sa.Date(), nullable=False, comment="The day it was ordered; the partition."
        ),
        sa.Column(
            "quantity",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="0: it was cancelled.",
        ),
        sa.Column(
            "expected_on", sa.Date(), nullable=True, comment="When the supplier promised it."
        ),
        sa.Column("received_on", sa.Date(), nullable=True, comment="Null: it has not come."),
        sa.Column("expires_on", sa.Date(), nullable=True, comment="Of the delivered lot."),
        sa.PrimaryKeyConstraint("clinic_id", "order_key", "day", name=op.f("pk_fct_stock_order")),
        sa.UniqueConstraint(
            "clinic_id", "order_key", name=op.f("uq_fct_stock_order_clinic_id_order_key")
        ),
        schema="core",
        comment="One row per order of one item for one location, on the day it was ordered.",
        info={"room": "core", "moves_by": ("clinic_id", "order_key"), "is_present": True},
    )
    op.create_index(
        "ix_fct_stock_order_day", "fct_stock_order", ["day"], unique=False, schema="core"
    )
    op.create_table(
        "item_version",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Valid from this day; 0001-01-01: from the beginning of time.",
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("pack_size", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("least_order", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column(
            "unit_cost",
            sa.Numeric(precision=14, scale=4),
            nullable=True,
            comment="Of one item, in the clinic's currency.",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "item", "day", "source", name=op.f("pk_item_version")),
        schema="core",
        comment="One row per item and day on which a source told how it is ordered.",
        info={"room": "core", "moves_by": (), "is_present": True},
    )
    op.create_table(
        "location_version",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Valid from this day; 0001-01-01: from the beginning of time.",
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "latitude", sa.Numeric(precision=9, scale=6), nullable=False, comment="Degrees north."
        ),
        sa.Column(
            "longitude", sa.Numeric(precision=9, scale=6), nullable=False, comment="Degrees east."
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "location_id", "day", "source", name=op.f("pk_location_version")
        ),
        schema="core",
        comment="One row per location and day on which a source told where it is.",
        info={"room": "core", "moves_by": (), "is_present": True},
    )
    op.create_table(
        "service_item_version",
        sa.Column("clinic_id", sa.Text(), nullable=False, comment="The clinic."),
        sa.Column(
            "service",
            sa.Text(),
            nullable=False,
            comment="Service type, procedure code, or * for any visit.",
        ),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Valid from this day; 0001-01-01: from the beginning of time.",
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "quantity",
            sa.Numeric(precision=14, scale=3),
            nullable=False,
            comment="Used by one visit or procedure.",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "service", "item", "day", "source", name=op.f("pk_service_item_version")
        ),
        schema="core",
        comment="One row per service, item and day on which a source told how much of it the service uses.",
        info={"room": "core", "moves_by": (), "is_present": True},
    )
    op.create_table(
        "stock_logs_items",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("file_sha256", sa.Text(), nullable=False, comment="The file it came in."),
        sa.Column(
            "line", sa.Integer(), nullable=False, comment="Line of the file, the header is 1."
        ),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Declared date of the file that first brought it; 0001-01-01 if undated.",
        ),
        sa.Column("event_day", sa.Date(), nullable=True, comment="Day the row is about."),
        sa.Column(
            "row_sha256", sa.Text(), nullable=False, comment="Of the row's text, as corrected."
        ),
        sa.Column("item_name", sa.Text(), nullable=False),
        sa.Column("pack_size", sa.Text(), nullable=False),
        sa.Column("least_order", sa.Text(), nullable=False),
        sa.Column("unit_cost", sa.Text(), nullable=False),
        sa.Column(
            "extra",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Columns the contract does not know.",
        ),
        sa.PrimaryKeyConstraint(
            "source", "file_sha256", "line", "day", name=op.f("pk_stock_logs_items")
        ),
        schema="raw",
        comment="One row per row of an accepted item list, as text.",
        info={"room": "stock_logs", "moves_by": (), "is_present": True},
    )
    op.create_index(
        op.f("ix_stock_logs_items_event_day"),
        "stock_logs_items",
        ["event_day"],
        unique=False,
        schema="raw",
    )
    op.create_index(
        "ix_stock_logs_items_key",
        "stock_logs_items",
        ["source", "item_name"],
        unique=False,
        schema="raw",
    )
    op.create_table(
        "stock_logs_locations",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("file_sha256", sa.Text(), nullable=False, comment="The file it came in."),
        sa.Column(
            "line", sa.Integer(), nullable=False, comment="Line of the file, the header is 1."
        ),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Declared date of the file that first brought it; 0001-01-01 if undated.",
        ),
        sa.Column("event_day", sa.Date(), nullable=True, comment="Day the row is about."),
        sa.Column(
            "row_sha256", sa.Text(), nullable=False, comment="Of the row's text, as corrected."
        ),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Text(), nullable=False),
        sa.Column("longitude", sa.Text(), nullable=False),
        sa.Column(
            "extra",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Columns the contract does not know.",
        ),
        sa.PrimaryKeyConstraint(
            "source", "file_sha256", "line", "day", name=op.f("pk_stock_logs_locations")
        ),
        schema="raw",
        comment="One row per row of an accepted list of locations, as text.",
        info={"room": "stock_logs", "moves_by": (), "is_present": True},
    )
    op.create_index(
        op.f("ix_stock_logs_locations_event_day"),
        "stock_logs_locations",
        ["event_day"],
        unique=False,
        schema="raw",
    )
    op.create_index(
        "ix_stock_logs_locations_key",
        "stock_logs_locations",
        ["source", "location_id"],
        unique=False,
        schema="raw",
    )
    op.create_table(
        "stock_logs_orders",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("file_sha256", sa.Text(), nullable=False, comment="The file it came in."),
        sa.Column(
            "line", sa.Integer(), nullable=False, comment="Line of the file, the header is 1."
        ),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Declared date of the file that first brought it; 0001-01-01 if undated.",
        ),
        sa.Column("event_day", sa.Date(), nullable=True, comment="Day the row is about."),
        sa.Column(
            "row_sha256", sa.Text(), nullable=False, comment="Of the row's text, as corrected."
        ),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("item_name", sa.Text(), nullable=False),
        sa.Column("ordered_on", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Text(), nullable=False),
        sa.Column(
            "extra",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Columns the contract does not know.",
        ),
        sa.PrimaryKeyConstraint(
            "source", "file_sha256", "line", "day", name=op.f("pk_stock_logs_orders")
        ),
        schema="raw",
        comment="One row per row of an accepted list of orders, as text.",
        info={"room": "stock_logs", "moves_by": (), "is_present": True},
    )
    op.create_index(
        op.f("ix_stock_logs_orders_event_day"),
        "stock_logs_orders",
        ["event_day"],
        unique=False,
        schema="raw",
    )
    op.create_index(
        "ix_stock_logs_orders_key",
        "stock_logs_orders",
        ["source", "order_id"],
        unique=False,
        schema="raw",
    )
    op.create_table(
        "stock_logs_service_items",
        sa.Column("source", sa.Text(), nullable=False, comment="Source instance."),
        sa.Column("file_sha256", sa.Text(), nullable=False, comment="The file it came in."),
        sa.Column(
            "line", sa.Integer(), nullable=False, comment="Line of the file, the header is 1."
        ),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Declared date of the file that first brought it; 0001-01-01 if undated.",
        ),
        sa.Column("event_day", sa.Date(), nullable=True, comment="Day the row is about."),
        sa.Column(
            "row_sha256", sa.Text(), nullable=False, comment="Of the row's text, as corrected."
        ),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("item_name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column(
            "extra",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Columns the contract does not know.",
        ),
        sa.PrimaryKeyConstraint(
            "source", "file_sha256", "line", "day", name=op.f("pk_stock_logs_service_items")
        ),
        schema="raw",
        comment="One row per row of an accepted bill of materials, as text.",
        info={"room": "stock_logs", "moves_by": (), "is_present": True},
    )
    op.create_index(
        op.f("ix_stock_logs_service_items_event_day"),
        "stock_logs_service_items",
        ["event_day"],
        unique=False,
        schema="raw",
    )
    op.create_index(
        "ix_stock_logs_service_items_key",
        "stock_logs_service_items",
        ["source", "service"],
        unique=False,
        schema="raw",
    )


def downgrade() -> None:
    op.drop_index(
        "ix_stock_logs_service_items_key", table_name="stock_logs_service_items", schema="raw"
    )
    op.drop_index(
        op.f("ix_stock_logs_service_items_event_day"),
        table_name="stock_logs_service_items",
        schema="raw",
    )
    op.drop_table("stock_logs_service_items", schema="raw")
    op.drop_index("ix_stock_logs_orders_key", table_name="stock_logs_orders", schema="raw")
    op.drop_index(
        op.f("ix_stock_logs_orders_event_day"), table_name="stock_logs_orders", schema="raw"
    )
    op.drop_table("stock_logs_orders", schema="raw")
    op.drop_index("ix_stock_logs_locations_key", table_name="stock_logs_locations", schema="raw")
    op.drop_index(
        op.f("ix_stock_logs_locations_event_day"), table_name="stock_logs_locations", schema="raw"
    )
    op.drop_table("stock_logs_locations", schema="raw")
    op.drop_index("ix_stock_logs_items_key", table_name="stock_logs_items", schema="raw")
    op.drop_index(
        op.f("ix_stock_logs_items_event_day"), table_name="stock_logs_items", schema="raw"
    )
    op.drop_table("stock_logs_items", schema="raw")
    op.drop_table("service_item_version", schema="core")
    op.drop_table("location_version", schema="core")
    op.drop_table("item_version", schema="core")
    op.drop_index("ix_fct_stock_order_day", table_name="fct_stock_order", schema="core")
    op.drop_table("fct_stock_order", schema="core")
    op.drop_table("stock_logs_service_items", schema="clean")
    op.drop_table("stock_logs_orders", schema="clean")
    op.drop_table("stock_logs_locations", schema="clean")
    op.drop_table("stock_logs_items", schema="clean")
