"""Let corrected rows of the quarantine in, as if their file had said so from the start."""

from collections.abc import Sequence

import pandas as pd
import sqlalchemy as sa

from clinic_assets.warehouse import arrivals
from clinic_assets.warehouse.kinds import Kind
from clinic_assets.warehouse.publish import lock
from clinic_assets.warehouse.sessions import told_plainly
from clinic_assets.warehouse.text_rows import parted_again

WAITING = """
    select waiting.source, waiting.source_sha256 as file_sha256, waiting.line,
        waiting.column_name, waiting.reason, waiting.raw, waiting.cells, waiting.row_sha256,
        coalesce(min(file.as_of), date '0001-01-01') as day
    from ops.quarantine as waiting
    join ops.file_ledger as file
        on file.is_accepted and file.source = waiting.source
        and file.sha256 = waiting.source_sha256
    where waiting.kind = :kind and waiting.corrected_at is null
        and exists (select from ops.correction as fix where fix.row_sha256 = waiting.row_sha256)
    group by waiting.quarantine_id
    order by waiting.quarantine_id
"""
LET_IN = """
    update ops.quarantine set corrected_at = now()
    where source = :source and source_sha256 = :sha256 and line = :line
"""
BALANCE = """
    update ops.file_ledger set rows_loaded = rows_loaded + 1,
        rows_quarantined = rows_quarantined - 1
    where source = :source and sha256 = :sha256 and rows_quarantined > 0
"""


def let_in_corrected(engine: sa.Engine, kinds: Sequence[Kind]) -> tuple[int, int]:
    """Rows let in, and rows still refused as corrected. Raises WarehouseError."""
    counts = [_of_kind(engine, kind) for kind in kinds]
    return sum(c[0] for c in counts), sum(c[1] for c in counts)


def _of_kind(engine: sa.Engine, kind: Kind) -> tuple[int, int]:
    with told_plainly(kind.raw.fullname), engine.begin() as connection:
        lock(connection, kind.raw.fullname, [])
        found = connection.execute(sa.text(WAITING), {"kind": kind.name})
        waiting = pd.DataFrame(found.all(), columns=list(found.keys()), dtype=object)
        if waiting.empty:
            return 0, 0
        good, still = parted_again(connection, kind, waiting)
        days = waiting.set_index(["file_sha256", "line"])["day"]
        good["day"] = [days[key] for key in zip(good["file_sha256"], good["line"], strict=True)]
        arrivals.stage(connection, kind, good, [])
        arrivals.keep(connection, kind)
        _settle(connection, good)
        arrivals.note_changes(connection, kind)
    return len(good), len(still)


def _settle(connection: sa.Connection, good: pd.DataFrame) -> None:
    for row in good.itertuples(index=False):
        told = {"source": row.source, "sha256": row.file_sha256, "line": row.line}
        connection.execute(sa.text(LET_IN), told)
        connection.execute(sa.text(BALANCE), told)
