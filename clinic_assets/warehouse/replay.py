"""Let corrected rows of the quarantine in, as if their file had said so from the start."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import sqlalchemy as sa

from clinic_assets.warehouse import arrivals
from clinic_assets.warehouse.kinds import Kind
from clinic_assets.warehouse.publish import lock
from clinic_assets.warehouse.sessions import told_plainly
from clinic_assets.warehouse.text_rows import parted_again, typed_as_fixed
from clinic_assets.warehouse.waiting import STATE

WAITING = f"""
    select bad.source, bad.source_sha256 as file_sha256, bad.line, bad.file_name,
        bad.column_name, bad.reason, bad.raw, bad.cells, bad.row_sha256,
        coalesce(min(file.as_of), date '0001-01-01') as day
    from ops.quarantine as bad
    join ops.file_ledger as file
        on file.is_accepted and file.source = bad.source
        and file.sha256 = bad.source_sha256
    where bad.kind = :kind and {STATE} = 'waiting'
        and exists (select from ops.correction as fix where fix.row_sha256 = bad.row_sha256)
    group by bad.quarantine_id
    order by bad.quarantine_id
"""
ONE_ROW = ("source", "file_sha256", "line", "column_name", "reason", "raw", "cells", "row_sha256")
LET_IN = """
    update ops.quarantine set corrected_at = now()
    where source = :source and source_sha256 = :sha256 and line = :line
"""
BALANCE = """
    update ops.file_ledger set rows_loaded = rows_loaded + 1,
        rows_quarantined = rows_quarantined - 1
    where source = :source and sha256 = :sha256 and rows_quarantined > 0
"""


@dataclass
class Replayed:
    """Where the rows stand that came in, and those that did not, with the reason; no values."""

    let_in: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def let_in_corrected(engine: sa.Engine, kinds: Sequence[Kind]) -> Replayed:
    """Try every corrected row that waits. Raises WarehouseError."""
    replayed = Replayed()
    for kind in kinds:
        _of_kind(engine, kind, replayed)
    return replayed


def refusal_of(kind: Kind, waiting: Any, fixes: dict[str, str]) -> tuple[str | None, str] | None:
    """Column and reason for which one row, corrected so, would still be refused; else None."""
    row = {name: getattr(waiting, name) for name in ONE_ROW}
    _, still = typed_as_fixed(kind, pd.DataFrame([row], dtype=object), {row["row_sha256"]: fixes})
    refused: list[Any] = still.to_dict("records")
    return (refused[0]["column_name"], refused[0]["reason"]) if refused else None


def _of_kind(engine: sa.Engine, kind: Kind, replayed: Replayed) -> None:
    with told_plainly(kind.raw.fullname), engine.begin() as connection:
        lock(connection, kind.raw.fullname, [])
        found = connection.execute(sa.text(WAITING), {"kind": kind.name})
        waiting = pd.DataFrame(found.all(), columns=list(found.keys()), dtype=object)
        if waiting.empty:
            return
        good, still = parted_again(connection, kind, waiting)
        days = waiting.set_index(["file_sha256", "line"])["day"]
        good["day"] = [days[key] for key in zip(good["file_sha256"], good["line"], strict=True)]
        arrivals.stage(connection, kind, good, [])
        arrivals.keep(connection, kind)
        _settle(connection, good)
        arrivals.note_changes(connection, kind)
        names = waiting.set_index(["source", "file_sha256", "line"])["file_name"]
        for row in good.to_dict("records"):
            replayed.let_in.append(_placed(names, row))
        for row in still.to_dict("records"):
            said = " ".join(filter(None, (row["column_name"], str(row["reason"]))))
            replayed.refused.append(f"{_placed(names, row)}: {said}")


def _placed(names: pd.Series, row: dict[Any, Any]) -> str:
    return f"{names[row['source'], row['file_sha256'], row['line']]}, line {row['line']}"


def _settle(connection: sa.Connection, good: pd.DataFrame) -> None:
    for row in good.itertuples(index=False):
        told = {"source": row.source, "sha256": row.file_sha256, "line": row.line}
        connection.execute(sa.text(LET_IN), told)
        connection.execute(sa.text(BALANCE), told)
