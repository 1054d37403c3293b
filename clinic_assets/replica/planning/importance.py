"""How much each table matters, in points that are explained in words.

A table earns points by what points at it, what it points at, how it is stamped, its size, and
whether our models read it. Two kinds are told apart first: trails, which only tell what happened
to other tables, and lists, which are looked up and hardly change.
"""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from clinic_assets.replica.planning.plan import Importance
from clinic_assets.replica.planning.traits import (
    EDITED,
    ENTERED,
    edit_stamps,
    entry_stamps,
    moved_stamps,
    size_class_of,
    words,
)
from clinic_assets.replica.source.catalog import SourceTable

CRITICAL_FROM, IMPORTANT_FROM = 6.0, 4.0
TIES = 3
"""A critical table ties so many others together: it records what happened between them."""
TRAIL = re.compile(r"^hist|(?<!cata)(?<!dia)log(hash|s)?$|hist(ory)?$|audit", re.IGNORECASE)
MOST_READERS_OF_A_TRAIL = 2
NOTED = EDITED | ENTERED - {"log", "logged"}
"""Words of columns that say who or when; a log's own name says neither."""


@dataclass(frozen=True)
class Worth:
    """What a table is worth, and why."""

    importance: Importance
    score: float
    reasons: tuple[str, ...]


def judge(tables: Iterable[SourceTable], used: Collection[str] = ()) -> dict[str, Worth]:
    """Every table's importance. `used`: the tables that our models read."""
    known = list(tables)
    points_at = pointers(known)
    pointed_by: dict[str, set[str]] = defaultdict(set)
    for name, targets in points_at.items():
        for target in targets:
            pointed_by[target].add(name)
    return {
        table.name: _worth(
            table, len(pointed_by[table.name]), len(points_at[table.name]), table.name in used
        )
        for table in known
    }


def pointers(tables: Iterable[SourceTable]) -> dict[str, set[str]]:
    """Table to the tables it points at: a column named as another's key, or ending in its name."""
    known = list(tables)
    owners = _owners_of_keys(known)
    return {
        table.name: {
            owner
            for column in table.columns
            if (owner := _owner(column.name, owners)) and owner != table.name
        }
        for table in known
    }


def _owners_of_keys(tables: Iterable[SourceTable]) -> dict[str, str]:
    """Key's name to its table; of several the one named like the key, then the shortest name."""
    found: dict[str, str] = {}
    for table in sorted(tables, key=lambda t: (not _is_named_like_key(t), len(t.name), t.name)):
        if len(table.key) == 1 and len(table.key[0]) > 2:
            found.setdefault(table.key[0].lower(), table.name)
    return found


def _is_named_like_key(table: SourceTable) -> bool:
    if len(table.key) != 1:
        return False
    stem = re.sub(r"(_?num|_?id)$", "", table.key[0].lower())
    return bool(stem) and table.name.lower().startswith(stem)


def _owner(column: str, owners: Mapping[str, str]) -> str | None:
    """NextAptNum points at the table whose key is AptNum."""
    for start, letter in enumerate(column):
        if start == 0 or letter.isupper() or column[start - 1] == "_":
            owner = owners.get(column[start:].lower())
            if owner:
                return owner
    return None


def _worth(table: SourceTable, readers: int, ties: int, is_used: bool) -> Worth:
    noted = [c.name for c in table.columns
             if words(c.name) & NOTED and c.name not in table.key]  # fmt: skip
    earned = [
        (min(3.0, math.log2(1 + readers) / 2), f"pointed at by {_tables(readers)}"),
        (min(2.0, ties / 4), f"points at {_tables(ties)}"),
        (1.0 if moved_stamps(table) else 0.0, "the server stamps every change"),
        (min(1.0, len(noted) / 2), f"notes who or when in {', '.join(noted)}"),
        (min(3.0, math.log10(1 + table.rows_estimate) / 2), f"{table.rows_estimate:,} rows"),
        (2.0 if is_used else 0.0, "our models read it"),
    ]
    score = round(sum(points for points, _ in earned), 1)
    importance, why = _importance(table, readers, ties, score, is_used)
    told = [f"{reason} ({points:.1f})" for points, reason in earned if points >= 0.05]
    return Worth(importance, score, (*told, why) if why else tuple(told))


def _importance(
    table: SourceTable, readers: int, ties: int, score: float, is_used: bool
) -> tuple[Importance, str]:
    """The class, and why when the score alone does not say it."""
    if TRAIL.search(table.name) and readers <= MOST_READERS_OF_A_TRAIL and not is_used:
        return "audit", "a trail by its name, and hardly anything points at it"
    is_stamped = edit_stamps(table) or entry_stamps(table) or moved_stamps(table)
    if size_class_of(table) == "tiny" and not is_stamped:
        return "reference", "a short list without stamps: looked up, hardly changed"
    if score >= CRITICAL_FROM and ties >= TIES:
        return "critical", ""
    return ("important" if score >= IMPORTANT_FROM else "reference"), ""


def _tables(number: int) -> str:
    return f"{number} table{'' if number == 1 else 's'}"
