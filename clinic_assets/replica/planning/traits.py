"""What the catalogue tells of a table's life: its stamps, whether its key grows, how large it is.

Types decide what a column can be; words in its name only tell one stamp from another.
"""

import re

from clinic_assets.replica.planning.plan import SizeClass
from clinic_assets.replica.source.catalog import SourceColumn, SourceTable

TEMPORAL = ("datetime", "timestamp")
INTEGERS = ("tinyint", "smallint", "mediumint", "int", "bigint")
EDITED = {"edit", "edited", "stamp", "update", "updated", "modified", "changed", "upserted"}
ENTERED = {"entry", "entered", "created", "inserted", "recorded", "saved", "log", "logged"}

MIB = 1 << 20
BOUNDS: tuple[tuple[SizeClass, int, int], ...] = (
    ("tiny", 10_000, 16 * MIB),
    ("small", 100_000, 64 * MIB),
    ("medium", 1_000_000, 512 * MIB),
)
"""Below so many rows and bytes; everything else is large."""


def words(name: str) -> set[str]:
    """SecDateTEdit is sec, date, t, edit; date_edited is date, edited."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def stamps(table: SourceTable) -> list[SourceColumn]:
    """Columns that hold a moment: the only ones that a moment may be compared with."""
    return [c for c in table.columns if c.data_type in TEMPORAL]


def moved_stamps(table: SourceTable) -> tuple[str, ...]:
    """Stamps that the server itself moves with every change of a row."""
    return tuple(c.name for c in stamps(table) if "on update" in c.extra.lower())


def edit_stamps(table: SourceTable) -> tuple[str, ...]:
    """Stamps that a program says it moves with a change."""
    return tuple(c.name for c in stamps(table) if words(c.name) & EDITED)


def entry_stamps(table: SourceTable) -> tuple[str, ...]:
    """Stamps of a row's arrival."""
    return tuple(c.name for c in stamps(table) if words(c.name) & ENTERED)


def key_grows(table: SourceTable) -> bool:
    """Whether a new row always has the largest key: one whole number that the server counts up."""
    if len(table.key) != 1:
        return False
    key = table.column(table.key[0])
    return key.data_type in INTEGERS and "auto_increment" in key.extra.lower()


def size_class_of(table: SourceTable) -> SizeClass:
    """tiny, small, medium or large, by the server's guess of rows and bytes."""
    for name, rows, size in BOUNDS:
        if table.rows_estimate < rows and table.bytes_estimate < size:
            return name
    return "large"
