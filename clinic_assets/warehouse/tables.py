"""The platform's own books, schema `ops`: what came in, what was written, what was refused and
why.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from clinic_assets.warehouse.contracts import MOMENT, column, declare

write_order = sa.Sequence("write_order", schema="ops")
"""Fences, loads and notes are numbered by one sequence, so they can be compared."""

file_ledger = declare(
    "ops",
    "file_ledger",
    "One row per version of a dropped file: what it held, and whether it was let in.",
    column("file_id", sa.BigInteger, primary_key=True, autoincrement=True),
    column("source", sa.Text, "Source instance.", nullable=False),
    column("kind", sa.Text, "What the file holds: appointments, payments, ...", nullable=False),
    column("name", sa.Text, "Path inside the instance's folder.", nullable=False),
    column("sha256", sa.Text, "Of the file's bytes.", nullable=False),
    column("as_of", sa.Date, "Its declared date: the folder's or the manifest's; null if undated."),
    column("covers_until", sa.Date, "Last day the file tells the outcome of (full files)."),
    column("rows_in", sa.Integer, nullable=False, server_default="0"),
    column("rows_loaded", sa.Integer, nullable=False, server_default="0"),
    column("rows_quarantined", sa.Integer, nullable=False, server_default="0"),
    column("rows_deduplicated", sa.Integer, nullable=False, server_default="0"),
    column("is_accepted", sa.Boolean, nullable=False),
    column("is_current", sa.Boolean, "The version of this name that counts.", nullable=False),
    column("reason", sa.Text, "Why it was refused, or what was noticed; never a patient's data."),
    column("dialect", sa.Text, "Encoding and separator as found."),
    column("run_id", sa.Text, nullable=False),
    column("seen_at", MOMENT, nullable=False, server_default=sa.func.now()),
    sa.CheckConstraint(
        "not is_accepted or rows_in = rows_loaded + rows_quarantined + rows_deduplicated",
        name="nothing_is_lost",
    ),
    sa.CheckConstraint("is_accepted or not is_current", name="refused_never_counts"),
    sa.Index(
        "uq_file_ledger_current",
        "source",
        "name",
        unique=True,
        postgresql_where=sa.text("is_current"),
    ),
    sa.Index("ix_file_ledger_sha256", "sha256"),
    room="warehouse",
)

quarantine = declare(
    "ops",
    "quarantine",
    "One row per refused row of a file, with its text and the reason.",
    column("quarantine_id", sa.BigInteger, primary_key=True, autoincrement=True),
    column("source", sa.Text, nullable=False),
    column("kind", sa.Text, nullable=False),
    column("file_name", sa.Text, nullable=False),
    column("source_sha256", sa.Text, "The file's.", nullable=False),
    column("line", sa.Integer, "Line of the file, the header is 1.", nullable=False),
    column("column_name", sa.Text),
    column("reason", sa.Text, nullable=False),
    column("raw", sa.Text, "The row as it came.", "phi", nullable=False),
    column("cells", JSONB, "Its cells by column, where it had the right number.", "phi"),
    column("row_sha256", sa.Text, "Of the row's text: what a correction is kept under."),
    column("seen_at", MOMENT, nullable=False, server_default=sa.func.now()),
    column("corrected_at", MOMENT, "When a correction let the row in."),
    sa.UniqueConstraint("source", "source_sha256", "line"),
    room="warehouse",
)

correction = declare(
    "ops",
    "correction",
    "One row per repaired cell: applied by every later load of the same bad row.",
    column("row_sha256", sa.Text, primary_key=True),
    column("column_name", sa.Text, primary_key=True),
    column("value", sa.Text, "What the cell should say.", "phi", nullable=False),
    column("by", sa.Text, "Who corrected it.", nullable=False),
    column("at", MOMENT, nullable=False, server_default=sa.func.now()),
    room="warehouse",
)

run = declare(
    "ops",
    "run",
    "One row per run that wrote: its place in the order of starts (the fence).",
    column("run_id", sa.Text, primary_key=True),
    column("fence", sa.BigInteger, "Higher started later.", nullable=False, unique=True),
    column("trigger", sa.Text, "What began it: schedule, sensor, command line, UI."),
    column("started_at", MOMENT, nullable=False, server_default=sa.func.now()),
    room="warehouse",
)

load_ledger = declare(
    "ops",
    "load_ledger",
    "One row per write of one asset over a range of days.",
    column("load_id", sa.BigInteger, primary_key=True, autoincrement=True),
    column("asset", sa.Text, nullable=False, index=True),
    column("first_day", sa.Date, nullable=False),
    column("last_day", sa.Date, nullable=False),
    column("run_id", sa.Text, nullable=False, index=True),
    column("rows_read", sa.BigInteger, nullable=False),
    column("rows_written", sa.BigInteger, nullable=False),
    column("rows_changed", sa.BigInteger, "Rows that differ from before.", nullable=False),
    column("days_superseded", sa.Integer, "Left as a newer run wrote them.", nullable=False),
    column("input_sha256", sa.Text, "Of the days read, as their writers left them."),
    column("content_sha256", JSONB, "Day to hash of its rows, as this write left them."),
    column("code_version", sa.Text),
    column("published_at", MOMENT, nullable=False, server_default=sa.func.now()),
    room="warehouse",
)

load_day = declare(
    "ops",
    "load_day",
    "One row per asset and day ever written: what is there now and who wrote it.",
    column("asset", sa.Text, primary_key=True),
    column("day", sa.Date, primary_key=True),
    column("fence", sa.BigInteger, "Of the run that wrote it last.", nullable=False),
    column("load_id", sa.BigInteger, nullable=False),
    column("rows", sa.BigInteger, nullable=False),
    column("content_sha256", sa.Text, "Of the day's rows, sorted.", nullable=False),
    column("code_version", sa.Text),
    column("written_at", MOMENT, nullable=False),
    room="warehouse",
)

touched_day = declare(
    "ops",
    "touched_day",
    "One row per asset and day whose input has changed since it was written: due again.",
    column("asset", sa.Text, primary_key=True),
    column("day", sa.Date, primary_key=True),
    column("cause", sa.Text, "The asset that changed.", nullable=False),
    column("noted", sa.BigInteger, "From the order of writes.", nullable=False),
    room="warehouse",
)

source_day = declare(
    "ops",
    "source_day",
    "One row per source and day it has told everything about.",
    column("source", sa.Text, primary_key=True),
    column("day", sa.Date, primary_key=True),
    column("is_complete", sa.Boolean, nullable=False),
    column("arrived_at", MOMENT, nullable=False, server_default=sa.func.now()),
    room="warehouse",
)

platform = declare(
    "ops",
    "platform",
    "One row: what may not change after the first migration.",
    column("is_only", sa.Boolean, primary_key=True, server_default=sa.text("true")),
    column("clinic_id", sa.Text, nullable=False),
    column("timezone", sa.Text, nullable=False),
    column("currency", sa.Text, nullable=False),
    sa.CheckConstraint("is_only", name="one_row"),
    room="warehouse",
)

model = declare(
    "ops",
    "model",
    "One row per trained model: what it is, what it knew, and its file's hash.",
    column("model_id", sa.Text, primary_key=True),
    column("score", sa.Text, nullable=False),
    column("stage", sa.Text, nullable=False),
    column("kind", sa.Text, "table, logistic, trees, ...", nullable=False),
    column("trained_for", sa.Date, "Facts known before this day.", nullable=False),
    column("facts_sha256", sa.Text, "Of all it could learn from: the same again is not retrained."),
    column("payload", JSONB, "Coefficients or table; empty when in a file.", nullable=False),
    column("card", JSONB, "Figures of its evaluation.", nullable=False),
    column("file_name", sa.Text),
    column("file_sha256", sa.Text),
    column("created_at", MOMENT, nullable=False, server_default=sa.func.now()),
    room="warehouse",
)

reminder = declare(
    "ops",
    "reminder",
    "One row per reminder claimed or sent; at most one for an appointment and start.",
    column("appointment_key", sa.Text, "", "pseudonym", primary_key=True),
    column("start_at", MOMENT, primary_key=True),
    column("clinic_id", sa.Text, nullable=False),
    column("day", sa.Date, nullable=False),
    column("file_name", sa.Text, nullable=False),
    column("claimed_at", MOMENT, nullable=False, server_default=sa.func.now()),
    column("sent_at", MOMENT, "Null: claimed, and then something died; never sent again."),
    room="warehouse",
)
