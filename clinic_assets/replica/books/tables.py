"""The books of a copy, beside the platform's own: how each table stands, what each run did."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from clinic_assets.warehouse.contracts import MOMENT, column, declare

replica_table = declare(
    "ops",
    "replica_table",
    "One row per source table that has been copied: where it stands.",
    column("instance", sa.Text, "Source instance; also the schema.", primary_key=True),
    column("table_name", sa.Text, "As the source spells it.", primary_key=True),
    column("target_name", sa.Text, "As Postgres can spell it.", nullable=False),
    column("columns", JSONB, "The source's columns when last copied.", nullable=False),
    column("watermark", JSONB, "Column to the highest value followed; the source's clock."),
    column("highest_key", sa.Text, "Of the key's first column, to notice a restored source."),
    column("rows", sa.BigInteger, "Rows in the copy.", nullable=False),
    column("bytes", sa.BigInteger, "Bytes of the last full copy."),
    column("loaded_at", MOMENT, "Last full copy."),
    column("followed_at", MOMENT, "Source's clock up to which changes were followed."),
    column("verified_at", MOMENT, "Source's clock of the last comparison of every row."),
    column("rows_compared", sa.BigInteger, "By the last verification."),
    column("rows_differing", sa.BigInteger, "Found by the last verification, before healing."),
    column("normalised", JSONB, "Values the copy states differently, by kind: zero dates, NULs."),
    column("notice", sa.Text, "What a person should know; never a value."),
    room="replica",
)

replica_load = declare(
    "ops",
    "replica_load",
    "One row per source table and run that touched it: what was done and how long it took.",
    column("load_id", sa.BigInteger, primary_key=True, autoincrement=True),
    column("instance", sa.Text, nullable=False),
    column("table_name", sa.Text, nullable=False),
    column("run_id", sa.Text),
    column("action", sa.Text, "load, follow, verify.", nullable=False),
    column("started_at", MOMENT, nullable=False),
    column("seconds", sa.Float, nullable=False),
    column("rows_read", sa.BigInteger, nullable=False, server_default="0"),
    column("rows_written", sa.BigInteger, nullable=False, server_default="0"),
    column("rows_deleted", sa.BigInteger, nullable=False, server_default="0"),
    column("bytes_read", sa.BigInteger, nullable=False, server_default="0"),
    column("ranges_healed", sa.Integer, nullable=False, server_default="0"),
    column("lag_seconds", sa.Float, "Source's clock less the newest change followed."),
    column("is_ok", sa.Boolean, nullable=False),
    column("reason", sa.Text, "Why not, or what was noticed; never a value."),
    sa.Index("ix_replica_load_table", "instance", "table_name", "load_id"),
    room="replica",
)
