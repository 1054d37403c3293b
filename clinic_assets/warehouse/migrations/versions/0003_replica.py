"""The books of a copied database: how each table stands, and what each run did."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "replica_table",
        sa.Column(
            "instance", sa.Text(), nullable=False, comment="Source instance; also the schema."
        ),
        sa.Column("table_name", sa.Text(), nullable=False, comment="As the source spells it."),
        sa.Column("target_name", sa.Text(), nullable=False, comment="As Postgres can spell it."),
        sa.Column(
            "columns",
            postgresql.JSONB(),
            nullable=False,
            comment="The source's columns when last copied.",
        ),
        sa.Column(
            "watermark",
            postgresql.JSONB(),
            comment="Column to the highest value followed; the source's clock.",
        ),
        sa.Column(
            "highest_key",
            sa.Text(),
            comment="Of the key's first column, to notice a restored source.",
        ),
        sa.Column("rows", sa.BigInteger(), nullable=False, comment="Rows in the copy."),
        sa.Column("bytes", sa.BigInteger(), comment="Bytes of the last full copy."),
        sa.Column("loaded_at", MOMENT, comment="Last full copy."),
        sa.Column(
            "followed_at", MOMENT, comment="Source's clock up to which changes were followed."
        ),
        sa.Column(
            "verified_at", MOMENT, comment="Source's clock of the last comparison of every row."
        ),
        sa.Column("rows_compared", sa.BigInteger(), comment="By the last verification."),
        sa.Column(
            "rows_differing",
            sa.BigInteger(),
            comment="Found by the last verification, before healing.",
        ),
        sa.Column(
            "normalised",
            postgresql.JSONB(),
            comment="Values the copy states differently, by kind: zero dates, NULs.",
        ),
        sa.Column("notice", sa.Text(), comment="What a person should know; never a value."),
        sa.PrimaryKeyConstraint("instance", "table_name", name=op.f("pk_replica_table")),
        schema="ops",
        comment="One row per source table that has been copied: where it stands.",
    )
    op.create_table(
        "replica_load",
        sa.Column("load_id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("instance", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text()),
        sa.Column("action", sa.Text(), nullable=False, comment="load, follow, verify."),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rows_written", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rows_deleted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("bytes_read", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("ranges_healed", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "lag_seconds", sa.Float(), comment="Source's clock less the newest change followed."
        ),
        sa.Column("is_ok", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), comment="Why not, or what was noticed; never a value."),
        sa.PrimaryKeyConstraint("load_id", name=op.f("pk_replica_load")),
        schema="ops",
        comment="One row per source table and run that touched it: what was done and how long it took.",
    )
    op.create_index(
        "ix_replica_load_table", "replica_load", ["instance", "table_name", "load_id"], schema="ops"
    )


def downgrade() -> None:
    op.drop_table("replica_load", schema="ops")
    op.drop_table("replica_table", schema="ops")
