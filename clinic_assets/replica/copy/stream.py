"""Rows of the source into a table of Postgres, through COPY: the quick way, else the careful one.

How either reads is said in reading.py, which rows and when in fill.py and sync/pair.py.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

import psycopg

from clinic_assets.replica.copy.reading import NotQuick, Reading
from clinic_assets.replica.mapping.target import TargetTable
from clinic_assets.replica.source.server import Session

if TYPE_CHECKING:
    import sqlalchemy as sa

Progress = Callable[[int], None]
"""Hears the rows so far."""

Batches = Iterator[tuple[int, bytes]]
"""Rows as COPY reads them, with their number."""

ONLY_CAREFULLY = (
    NotQuick,
    psycopg.errors.DatetimeFieldOverflow,
    psycopg.errors.InvalidDatetimeFormat,
    psycopg.errors.BadCopyFileFormat,
)
"""Also what Postgres says of a date with a month of 0 or a 31st of February, of too many values."""


@dataclass
class Copied:
    """What came across: rows, bytes, and values that were normalised, by kind."""

    rows: int = 0
    bytes: int = 0
    normalised: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Copied") -> None:
        """Count a further range."""
        self.rows += other.rows
        self.bytes += other.bytes
        self.normalised += other.normalised


def copy_rows(
    session: Session,
    connection: "sa.Connection",
    table: TargetTable,
    into: str,
    *wheres: str,
    batch_bytes: int = 1 << 20,
    progress: Progress | None = None,
    is_frozen: bool = False,
) -> Copied:
    """COPY the source's rows for which one of `wheres` holds into `into`, a quoted table of
    `connection`: range after range in one COPY, so that the source reads on while Postgres still
    takes in what came before; without any, all rows.

    `into` has the columns of `table.crossings` by their names in Postgres (for example made by
    `create temp table ... (like ...)`). `wheres` are SQL of the source, their values already
    literals, no row in two. Must be called in a transaction. Raises SourceError, psycopg's errors.

    `is_frozen`: `into` was made since the last savepoint, and is then ready for its readers: else
    the first of them writes every page once more. It has no careful way: raises ONLY_CAREFULLY,
    after which only going back to that savepoint helps.
    """
    reading = Reading(table, batch_bytes)
    driver: Any = connection.connection.driver_connection

    def all_of(read: Callable[[Session, str], Batches]) -> Batches:
        return chain.from_iterable(read(session, where) for where in wheres or ("true",))

    if is_frozen:
        return _copied(driver, into, reading, all_of(reading.quick), progress, "freeze, ")
    try:
        with driver.transaction():
            return _copied(driver, into, reading, all_of(reading.quick), progress)
    except ONLY_CAREFULLY:
        with driver.transaction():
            return _copied(driver, into, reading, all_of(reading.careful), progress)


def _copied(
    driver: Any,
    into: str,
    reading: Reading,
    batches: Batches,
    progress: Progress | None,
    options: str = "",
) -> Copied:
    columns = ", ".join(c.target for c in reading.table.crossings)
    statement = (
        f"copy {into} ({columns}) from stdin ({options}"
        f"delimiter E'\\x01', null '{reading.null.decode()}', encoding 'UTF8')"
    )
    done = Copied()
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for rows, text in batches:
            sent, normalised = reading.counted(text)
            copy.write(sent)
            done.add(Copied(rows, len(sent), normalised))
            if progress:
                progress(done.rows)
    return done
