"""How each table is best copied and followed: the plan of a whole source, from its catalogue.

Nothing here asks a server. A moment is only ever compared with a stamp, a key with a key.
"""

from collections.abc import Collection, Iterable

from clinic_assets.replica.planning.importance import Worth, judge
from clinic_assets.replica.planning.plan import ReplicaPlan, Strategy, TablePlan
from clinic_assets.replica.planning.traits import (
    MIB,
    edit_stamps,
    entry_stamps,
    key_grows,
    moved_stamps,
    size_class_of,
)
from clinic_assets.replica.source.catalog import SourceTable

BATCH, TINY_BATCH = MIB, MIB // 4
"""Bytes held at once, however large the table: with 4 MiB the client took a fifth more CPU."""


def plan_of(
    instance: str, tables: Iterable[SourceTable], used: Collection[str] = (), version: str = ""
) -> ReplicaPlan:
    """The plan of a whole source. `used`: the tables that our models read."""
    known = sorted(tables, key=lambda table: table.name)
    judged = judge(known, used)
    plans = tuple(_plan(table, judged[table.name], table.name in used) for table in known)
    return ReplicaPlan(instance, plans, version)


def _plan(table: SourceTable, worth: Worth, is_used: bool) -> TablePlan:
    strategy, watermarks = strategy_of(table)
    size_class = size_class_of(table)
    return TablePlan(
        table=table,
        strategy=strategy,
        watermarks=watermarks,
        size_class=size_class,
        batch_bytes=TINY_BATCH if size_class == "tiny" else BATCH,
        importance=worth.importance,
        score=worth.score,
        reasons=worth.reasons,
        alert_on_failure=is_used or worth.importance in ("critical", "important"),
    )


def strategy_of(table: SourceTable) -> tuple[Strategy, tuple[str, ...]]:
    """How changes are found between verifications, and the columns that tell.

    A stamp that the server itself moves is trusted before one that a program writes; rows that
    only arrive are found by a growing key. What has none of these is compared as a whole, unless
    that would be dear every hour and the key grows: then the nightly verification finds edits.
    """
    moved, entered = moved_stamps(table), entry_stamps(table)
    if table.key and moved:
        tells_arrival = all(_is_now(table.column(name).default) for name in moved)
        return "changed_since", moved if tells_arrival else _distinct(moved + entered)
    if table.key and edit_stamps(table):
        return "changed_since", _distinct(edit_stamps(table) + entered)
    is_dear = size_class_of(table) in ("medium", "large")
    if key_grows(table) and (entered or is_dear):
        return "append_by_key", table.key
    return "full_compare", ()


def _is_now(default: str | None) -> bool:
    return (default or "").lower().startswith(("current_timestamp", "now"))


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
