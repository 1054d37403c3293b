"""Many small tables and their copies compared whole, all of them in one statement of each server.

Not here: larger tables, which are compared in parts (checksums.py).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clinic_assets.replica.books.ledger import run
from clinic_assets.replica.compare.checksums import source_sum, target_sum
from clinic_assets.replica.mapping.names import source_quoted
from clinic_assets.replica.mapping.target import TargetTable
from clinic_assets.replica.mapping.types import source_line, target_line
from clinic_assets.replica.source.server import Session

if TYPE_CHECKING:
    import sqlalchemy as sa

Sums = dict[int, tuple[int, str | None]]
"""By place in the sequence of tables: how many rows, and their checksum; None where no row is."""


def equal(
    session: Session, connection: "sa.Connection", tables: Sequence[TargetTable]
) -> dict[str, int]:
    """Those of the tables whose copies hold the same rows, by the source's name, and how many.

    Their copies must have the columns of `crossings`. Raises SourceError and psycopg's errors.
    """
    if not tables:
        return {}
    source, target = _of_source(session, tables), _of_target(connection, tables)
    same = [place for place, sums in source.items() if sums == target[place]]
    return {tables[place].source.name: source[place][0] for place in same}


def _of_source(session: Session, tables: Sequence[TargetTable]) -> Sums:
    rows = session.rows(
        " union all ".join(
            f"select {place}, count(*), {source_sum(source_line(table.crossings, careful=True))}"
            f" from {source_quoted(table.source.name)}"
            for place, table in enumerate(tables)
        )
    )
    texts = [[None if value is None else value.decode() for value in row] for row in rows]
    return {int(place or 0): (int(count or 0), total) for place, count, total in texts}


def _of_target(connection: "sa.Connection", tables: Sequence[TargetTable]) -> Sums:
    rows = run(
        connection,
        " union all ".join(
            f"select {place}, count(*), {target_sum(target_line(table.crossings))} from {table.sql}"
            for place, table in enumerate(tables)
        ),
    )
    return {place: (count, total) for place, count, total in rows}
