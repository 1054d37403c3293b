"""The plan of a source as a file under CLINIC_HOME: written by discovery, read by the graph.

Beside it lies what a person decided otherwise, in overrides.py's words; it outlives a discovery.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from clinic_assets.replica.planning.overrides import PlanRefused, fields_of, overridden
from clinic_assets.replica.planning.plan import ReplicaPlan, TablePlan
from clinic_assets.replica.source.catalog import SourceColumn, SourceTable
from clinic_assets.settings import settings
from clinic_assets.warehouse.contracts import SCHEMAS

TAKEN = {*SCHEMAS, "public", "information_schema"}
"""Schemas of the house and of Postgres: a copy in one of them would mix with what is there."""
HEADER = """\
# How {instance} is copied. Written by `clinic opendental discover`; what you want otherwise belongs
# into {overrides} beside it, or `clinic opendental config set TABLE key=value`.
# A column is [name, type, nullable, default, extra, character set]; an end that says nothing is
# left out.
"""
USUAL_COLUMN: tuple[Any, ...] = (True, None, "", None)


def path_of(instance: str) -> Path:
    """Where an instance's plan lies. Raises PlanRefused for a name that cannot be a schema."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", instance) or instance.startswith("pg_"):
        raise PlanRefused(
            f"{instance!r} cannot name a copy: it becomes a schema in Postgres, so use small"
            " letters, digits and _, beginning with a letter. Rename it in CLINIC_OPENDENTAL_URL."
        )
    if instance in TAKEN:
        raise PlanRefused(
            f"{instance!r} is a schema of the platform itself: give the copy another name in"
            " CLINIC_OPENDENTAL_URL, for example name=mysql://..."
        )
    return settings().home / "replica" / f"{instance}.yaml"


def overrides_path(instance: str) -> Path:
    """Where an instance's overrides lie."""
    return path_of(instance).with_suffix(".overrides.yaml")


def write(plan: ReplicaPlan) -> bool:
    """Keep a discovered plan; whether the graph must be loaded anew to follow it."""
    path = path_of(plan.instance)
    try:
        before = read_discovered(plan.instance)
    except PlanRefused:
        before = None
    text = HEADER.format(
        instance=plan.instance, overrides=overrides_path(plan.instance).name
    ) + dumped({
        "instance": plan.instance,
        "server_version": plan.server_version,
        "tables": {each.table.name: _as_entry(each) for each in plan.tables},
    })  # fmt: skip
    _replace(path, text)
    return before is None or _shape(before) != _shape(plan)


def _shape(plan: ReplicaPlan) -> ReplicaPlan:
    """A plan without what moves by itself: sizes and the points they give."""
    return replace(plan, server_version="", tables=tuple(
        replace(each, score=0.0, reasons=(),
                table=replace(each.table, rows_estimate=0, bytes_estimate=0))
        for each in plan.tables
    ))  # fmt: skip


def read(instance: str) -> ReplicaPlan | None:
    """The plan with its overrides; None before the first discovery. Raises PlanRefused."""
    found = read_discovered(instance)
    return found and overridden(found, read_overrides(instance))


def read_discovered(instance: str) -> ReplicaPlan | None:
    """The plan as discovery wrote it. Raises PlanRefused when it cannot be understood."""
    path = path_of(instance)
    if not path.exists():
        return None
    told = _loaded(path)
    try:
        tables = tuple(_from_entry(name, entry) for name, entry in told["tables"].items())
        return ReplicaPlan(instance, tables, str(told["server_version"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise PlanRefused(f"{path} is damaged: run `clinic opendental discover`.") from None


def read_overrides(instance: str) -> Mapping[str, Any]:
    """What a person decided: table to fields. Raises PlanRefused when it is no YAML mapping."""
    path = overrides_path(instance)
    return _loaded(path) if path.exists() else {}


def write_overrides(instance: str, decided: Mapping[str, Any]) -> None:
    """Keep what a person decided."""
    _replace(overrides_path(instance), dumped(dict(decided)))


def dumped(told: Any) -> str:
    """YAML as a person reads it: innermost lists on one line, names as they are."""
    return str(
        yaml.dump(
            told, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None,
            width=1_000_000,
        )
    )  # fmt: skip


class _Lines(str):
    """Text that is kept line by line."""


class _Dumper(yaml.CSafeDumper):
    """Lists of columns are lines of JSON: YAML alone takes a second for 5,000 columns."""


_Dumper.add_representer(
    _Lines, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), "|")
)


def _replace(path: Path, text: str) -> None:
    # The whole file or the one before: the graph may be loading at any moment.
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _loaded(path: Path) -> dict[str, Any]:
    try:
        told = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise PlanRefused(f"{path}{where} is not YAML: mend it or remove it.") from None
    if not isinstance(told or {}, dict):
        raise PlanRefused(f"{path} must map table names to their fields.")
    return told or {}


def _as_entry(plan: TablePlan) -> dict[str, Any]:
    table = plan.table
    return {
        **fields_of(plan),
        "size_class": plan.size_class,
        "score": plan.score,
        "reasons": list(plan.reasons),
        "key": list(table.key),
        "engine": table.engine,
        "rows": table.rows_estimate,
        "bytes": table.bytes_estimate,
        "indexed": list(table.indexed),
        "columns": _Lines(_as_lines(table.columns)),
    }


def _from_entry(name: str, entry: dict[str, Any]) -> TablePlan:
    table = SourceTable(
        name=name,
        columns=_from_lines(entry["columns"]),
        key=tuple(entry["key"]),
        engine=entry["engine"],
        rows_estimate=entry["rows"],
        bytes_estimate=entry["bytes"],
        indexed=tuple(entry["indexed"]),
    )
    return TablePlan(
        table=table,
        strategy=entry["extraction_strategy"],
        watermarks=tuple(entry["incremental_column"]),
        size_class=entry["size_class"],
        batch_bytes=entry["batch_size"],
        importance=entry["table_importance"],
        score=entry["score"],
        reasons=tuple(entry["reasons"]),
        alert_on_failure=entry["alert_on_failure"],
    )


def _as_lines(columns: Iterable[SourceColumn]) -> str:
    return "".join(f"{json.dumps(_as_list(column))}\n" for column in columns)


def _as_list(column: SourceColumn) -> list[Any]:
    told = [column.is_nullable, column.default, column.extra, column.charset]
    while told and told[-1] == USUAL_COLUMN[len(told) - 1]:
        told.pop()
    return [column.name, column.column_type, *told]


def _from_lines(text: str) -> tuple[SourceColumn, ...]:
    told = json.loads(f"[{','.join(text.splitlines())}]")
    return tuple(_from_list(*each) for each in told)


def _from_list(name: str, column_type: str, *told: Any) -> SourceColumn:
    nullable, default, extra, charset = (*told, *USUAL_COLUMN[len(told) :])
    bare = re.match(r"\w+", column_type)
    data_type = bare[0].lower() if bare else column_type
    return SourceColumn(name, data_type, column_type, nullable, default, extra, charset)
