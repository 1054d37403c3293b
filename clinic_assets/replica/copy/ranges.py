"""The ranges of a large table that are read one after the other."""

from clinic_assets.replica.mapping.names import source_quoted
from clinic_assets.replica.mapping.types import INTEGERS
from clinic_assets.replica.source.catalog import SourceTable
from clinic_assets.replica.source.server import Session

ROWS_AT_ONCE = 200_000
"""Of one read: on a practice's older tables (MyISAM) writers wait as long as it takes."""


def ranges(session: Session, table: SourceTable) -> list[str]:
    """Conditions that part a table into ranges of about ROWS_AT_ONCE, in the key's order.

    The first and the last are open, so every row is in one of them. A small table, or one whose
    key does not begin with a number, is one range.
    """
    if not table.key or table.rows_estimate <= ROWS_AT_ONCE:
        return ["true"]
    if table.column(table.key[0]).data_type not in INTEGERS:
        return ["true"]
    key = source_quoted(table.key[0])
    [edges] = session.rows(f"select min({key}), max({key}) from {source_quoted(table.name)}")
    if None in edges:
        return ["true"]
    low, high = (int(edge or 0) for edge in edges)
    parts = min(-(-table.rows_estimate // ROWS_AT_ONCE), high - low + 1)
    bounds = [low + (high - low + 1) * part // parts for part in range(1, parts)]
    begins = [f"{key} >= {bound}" for bound in bounds]
    ends = [f"{key} < {bound}" for bound in bounds]
    return [" and ".join(pair) for pair in zip(["true", *begins], [*ends, "true"], strict=True)]
