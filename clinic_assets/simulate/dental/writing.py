"""Writing a practice into a MariaDB database, chapter by chapter, and the truth beside it."""

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pandas as pd

from clinic_assets.simulate.dental.chapters import Chapter, chapters
from clinic_assets.simulate.dental.database import Connection, Loader, connect, emptied, quoted, run
from clinic_assets.simulate.dental.plan import DentalPlan
from clinic_assets.simulate.dental.schema import TABLES, Table
from clinic_assets.simulate.dental.texts import lines
from clinic_assets.simulate.dental.truth import TruthFolder

Progress = Callable[[str, int, float], None]
"""Told of what is done, the rows so far, and the share of the whole, 0 to 1."""


def silent(what: str, rows: int, share: float) -> None:
    """Tell nobody."""


def write_practice(
    url: str,
    plan: DentalPlan,
    truth: Path | None = None,
    overwrite: bool = False,
    progress: Progress = silent,
) -> dict[str, int]:
    """Write the practice into the database at `url`, and return the rows of each table.

    The truth goes into the folder `truth`, which must not be where the platform looks. Memory
    is bounded by the number of patients and a few weeks of visits. Raises NotEmpty.
    """
    written: Counter[str] = Counter(dict.fromkeys(TABLES, 0))
    told = TruthFolder(truth, plan) if truth else None
    pieces = 2 * len(plan.spans()) + 2
    with closing(connect(url)) as connection, Loader(connection) as loader:
        emptied(connection, overwrite)
        for table in TABLES.values():
            run(connection, table.ddl)
        for number, chapter in enumerate(chapters(plan), start=1):
            written.update(_load(loader, chapter, plan.timezone))
            connection.commit()
            if told:
                told.add(chapter.truth)
            progress("writing", written.total(), number / pieces)
        _add_indexes(connection, written.total(), progress)
    if told:
        told.add({"rows": pd.DataFrame(written.items(), columns=["table", "rows"])})
    return dict(written)


def _load(loader: Loader, chapter: Chapter, timezone: str) -> dict[str, int]:
    for name, rows in chapter.tables.items():
        if len(rows):
            columns, text = lines(rows, TABLES[name].kinds, timezone)
            loader.load(name, map(quoted, columns), text, _nothings(TABLES[name], columns))
    return {name: len(rows) for name, rows in chapter.tables.items()}


def _nothings(table: Table, given: list[str]) -> str:
    """What the columns are set to that have no default and are not given."""
    return ", ".join(
        f"{quoted(column.name)} = {column.nothing}"
        for column in table.columns
        if column.nothing and column.name not in given
    )


def _add_indexes(connection: Connection, rows: int, progress: Progress) -> None:
    for number, table in enumerate(TABLES.values(), start=1):
        if table.index_ddl:
            run(connection, table.index_ddl)
        progress("indexing", rows, number / len(TABLES))
