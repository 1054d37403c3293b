"""Rows of the source into a table of Postgres: server-joined text, escaped in whole batches, COPY.

Not here: which rows and when (copy.py, follow.py, heal.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clinic_assets.replica.server import Session
from clinic_assets.replica.target import TargetTable

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass
class Copied:
    """What came across: rows, bytes, and values that were normalised, by kind."""

    rows: int = 0
    bytes: int = 0
    normalised: dict[str, int] = field(default_factory=dict)


def copy_rows(
    session: Session,
    connection: "sa.Connection",
    table: TargetTable,
    into: str,
    where: str = "true",
    *,
    batch_bytes: int = 1 << 20,
    progress: Callable[[int], None] | None = None,
) -> Copied:
    """COPY the source's rows for which `where` holds into `into`, a quoted table of `connection`.

    `into` has the columns of `table.crossings` by their target names (for example made by
    `create temp table ... (like ...)`). `where` is SQL of the source, its values already literals.
    """
    raise NotImplementedError
