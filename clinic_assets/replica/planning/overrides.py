"""What a person may decide otherwise about a table, in the words of the plan's file, and what of
it cannot be.

Values only: where the words are kept is plan_file.py.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, get_args

from clinic_assets.replica.planning.plan import Importance, ReplicaPlan, Strategy, TablePlan
from clinic_assets.replica.planning.traits import TEMPORAL, key_grows

STRATEGIES: tuple[str, ...] = get_args(Strategy)
IMPORTANCES: tuple[str, ...] = get_args(Importance)
SMALLEST_BATCH, LARGEST_BATCH = 1 << 14, 1 << 25


class PlanRefused(ValueError):
    """A plan cannot be used. Says the table, what is wrong and what would be right."""


def fields_of(plan: TablePlan) -> dict[str, Any]:
    """The fields a person may decide, as they stand."""
    return {
        "incremental_column": list(plan.watermarks),
        "batch_size": plan.batch_bytes,
        "extraction_strategy": plan.strategy,
        "table_importance": plan.importance,
        "alert_on_failure": plan.alert_on_failure,
    }


def overridden(plan: ReplicaPlan, decided: Mapping[str, Any]) -> ReplicaPlan:
    """The plan with what a person decided. Raises PlanRefused with everything that cannot be."""
    wrong = problems(plan, decided)
    if wrong:
        raise PlanRefused(" ".join(wrong))
    tables = tuple(_decided(each, decided.get(each.table.name, {})) for each in plan.tables)
    return replace(plan, tables=tables)


def problems(plan: ReplicaPlan, decided: Mapping[str, Any]) -> list[str]:
    """Everything that cannot be: in the overrides, and in the plan that they make."""
    known = {each.table.name: each for each in plan.tables}
    found = [
        f"{name}: the source has no such table; `clinic opendental config show` lists them."
        for name in decided
        if name not in known
    ]
    for name, each in known.items():
        fields = decided.get(name) or {}
        wrong = list(_wrong_fields(name, fields))
        found += wrong or list(_impossible(_decided(each, fields)))
    return found


def parsed(field: str, text: str) -> Any:
    """A field's value as typed on a command line. What it may be is said by `problems`."""
    if field == "incremental_column":
        return [name.strip() for name in text.split(",") if name.strip()]
    if field == "alert_on_failure":
        return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower(), text)
    return int(text) if text.isdecimal() else text


def _wrong_fields(name: str, fields: Any) -> Iterable[str]:
    if not isinstance(fields, Mapping):
        yield f"{name}: write its fields below it, for example `batch_size: 1048576`."
        return
    for field, value in fields.items():
        if field not in ALLOWED:
            yield f"{name}: no field {field!r}; there are {', '.join(ALLOWED)}."
        elif not ALLOWED[field][0](value):
            yield f"{name}: {field} must be {ALLOWED[field][1]}."


def _decided(plan: TablePlan, fields: Mapping[str, Any]) -> TablePlan:
    if not fields:
        return plan
    told = {**fields_of(plan), **fields}
    columns = told["incremental_column"]
    columns = (columns,) if isinstance(columns, str) else tuple(columns)
    strategy = told["extraction_strategy"]
    if "extraction_strategy" not in fields and "incremental_column" in fields:
        strategy = _strategy_by(plan, columns)
    if "incremental_column" not in fields and strategy != plan.strategy:
        columns = plan.table.key if strategy == "append_by_key" else ()
    return replace(
        plan,
        strategy=strategy,
        watermarks=columns if strategy != "full_compare" else (),
        batch_bytes=told["batch_size"],
        importance=told["table_importance"],
        alert_on_failure=told["alert_on_failure"],
    )


def _strategy_by(plan: TablePlan, columns: tuple[str, ...]) -> Strategy:
    """What following these columns means, when only they were named."""
    if not columns:
        return "full_compare"
    return "append_by_key" if columns == plan.table.key else "changed_since"


def _impossible(plan: TablePlan) -> Iterable[str]:
    """What the table's own columns do not allow."""
    table, name = plan.table, plan.table.name
    types = {column.name: column.data_type for column in table.columns}
    missing = [column for column in plan.watermarks if column not in types]
    if missing:
        yield f"{name}: has no column {', '.join(missing)}."
    elif plan.strategy == "changed_since":
        if not table.key:
            yield f"{name}: has no unique key, so changed rows cannot be placed; full_compare can."
        if not plan.watermarks:
            yield f"{name}: changed_since needs an incremental_column, a datetime or timestamp."
        for column in plan.watermarks:
            if types[column] not in TEMPORAL:
                yield (
                    f"{name}: {column} is a {types[column]} and cannot be compared with a moment;"
                    " changed_since needs a datetime or timestamp."
                )
    elif plan.strategy == "append_by_key" and not (
        key_grows(table) and plan.watermarks == table.key
    ):
        yield (
            f"{name}: append_by_key needs one whole number as key that the server counts up"
            f" (auto_increment), and no other column; its key is {', '.join(table.key) or 'none'}."
        )


def _is_columns(value: Any) -> bool:
    names = [value] if isinstance(value, str) else value
    return isinstance(names, list) and all(isinstance(name, str) for name in names)


def _is_batch(value: Any) -> bool:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and SMALLEST_BATCH <= value <= LARGEST_BATCH


ALLOWED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "incremental_column": (_is_columns, "a column's name, or several in a list"),
    "batch_size": (_is_batch, f"bytes, {SMALLEST_BATCH} to {LARGEST_BATCH}"),
    "extraction_strategy": (lambda value: value in STRATEGIES, f"one of {', '.join(STRATEGIES)}"),
    "table_importance": (lambda value: value in IMPORTANCES, f"one of {', '.join(IMPORTANCES)}"),
    "alert_on_failure": (lambda value: isinstance(value, bool), "true or false"),
}
"""Each field that a person may decide: the test of a value, and how that is said."""
