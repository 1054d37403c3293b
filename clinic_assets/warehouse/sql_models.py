"""A .sql file becomes an asset: named as its table, downstream of the tables that it reads."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import sqlalchemy as sa
import sqlglot
from sqlglot import exp

from clinic_assets.timing.partitions import window
from clinic_assets.warehouse import tables as ops
from clinic_assets.warehouse.checks import Check
from clinic_assets.warehouse.contracts import SCHEMAS, is_present, key_of, metadata
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.lineage import column_lineage
from clinic_assets.warehouse.publish import Select
from clinic_assets.warehouse.reach import SAME_DAY, Reach, reads
from clinic_assets.warehouse.resource import Warehouse
from clinic_assets.warehouse.table_assets import Materialized, Then, table_asset


def sql_asset(
    table: sa.Table,
    text: str,
    bound: Mapping[str, Any] | None = None,
    reaches: Mapping[str, list[Reach]] | None = None,
    then: Then | None = None,
    copies: tuple[str, ...] = (),
    at_run: Callable[[sa.Engine], str] | None = None,
    checks: Iterable[Check] = (),
) -> dg.AssetsDefinition:
    """Run a select over the range of days and keep its rows in the table.

    `reaches` says for each table read how far a day reads it; what is not named is read on the
    same day only. `then` is called after the write is committed. `copies` are the schemas of copied
    databases that it reads too; `at_run` gives the text in its place that suits what is copied.
    """
    parents = tables_read(text, copies)
    strangers = [p for p in parents if p not in metadata.tables and not _is_copy(p, copies)]
    if strangers:
        raise LookupError(f"{table.fullname} reads {strangers}, which no imported room declares.")
    assets = tuple(p for p in parents if _is_asset(p) or _is_copy(p, copies))
    edges = {parent: (reaches or {}).get(parent, [SAME_DAY]) for parent in parents}
    reads(table.fullname, edges)
    select = Select(text, bound or {})

    def write(context: dg.AssetExecutionContext, warehouse: Warehouse, days: Days) -> Materialized:
        now = Select(at_run(warehouse.engine), select.bound) if at_run else select
        return warehouse.write(context, days, now, column_lineage(table, text, assets))

    return table_asset(
        table,
        write,
        code_version=version_of(text),
        deps=[dependency(p, edges[p]) for p in assets],
        checks=checks,
        then=then,
        shown={"sql": dg.MetadataValue.md(f"```sql\n{text}\n```")},
    )


def model_text(room_file: str, name: str) -> str:
    """The text of models/<name>.sql beside the given file."""
    return (Path(room_file).parent / "models" / f"{name}.sql").read_text()


def version_of(text: str) -> str:
    """A code version: changes when the text does."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def dependency(parent: str, reaches: list[Reach]) -> dg.AssetDep:
    """The edge as Dagster sees it: windows as windows, everything else day by day."""
    back, ahead = max(r.back for r in reaches), max(r.ahead for r in reaches)
    if back or ahead:
        return dg.AssetDep(key_of(parent), partition_mapping=window(back, ahead))
    return dg.AssetDep(key_of(parent))


def _is_asset(name: str) -> bool:
    is_ours = name in metadata.tables and not name.startswith(f"{ops.run.schema}.")
    return is_ours and is_present(name)


def _is_copy(name: str, copies: tuple[str, ...]) -> bool:
    return name.split(".")[0] in copies


@cache
def tables_read(text: str, copies: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The tables that a select reads, of ours and of copied databases, sorted."""
    found = {
        f"{t.db}.{t.name}"
        for t in sqlglot.parse_one(text, read="postgres").find_all(exp.Table)
        if t.db in SCHEMAS or t.db in copies
    }
    return tuple(sorted(found))
