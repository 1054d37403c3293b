"""A large table in parts, by its key: so that no single read of the source is long."""

from clinic_assets.replica.catalog import SourceTable
from clinic_assets.replica.names import source_quoted
from clinic_assets.replica.server import Session
from clinic_assets.replica.types import INTEGERS


def key_ranges(session: Session, table: SourceTable, rows_each: int) -> list[str]:
    """Conditions that part a table into ranges of about so many rows, in the key's order.

    The first and the last are open, so every row is in one of them. A small table, or one whose
    key does not begin with a number, is one range.
    """
    if not table.key or table.rows_estimate <= rows_each:
        return ["true"]
    if table.column(table.key[0]).data_type not in INTEGERS:
        return ["true"]
    key = source_quoted(table.key[0])
    [edges] = session.rows(f"select min({key}), max({key}) from {source_quoted(table.name)}")
    if None in edges:
        return ["true"]
    low, high = (int(edge or 0) for edge in edges)
    parts = min(-(-table.rows_estimate // rows_each), high - low + 1)
    bounds = [low + (high - low + 1) * part // parts for part in range(1, parts)]
    begins = [f"{key} >= {bound}" for bound in bounds]
    ends = [f"{key} < {bound}" for bound in bounds]
    return [" and ".join(pair) for pair in zip(["true", *begins], [*ends, "true"], strict=True)]
