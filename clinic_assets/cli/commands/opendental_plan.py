"""Commands about the plan of a copy: discover, config show, config validate, config set."""

import time
from collections import Counter
from contextlib import closing
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from clinic_assets.cli.platform.alone import served_at
from clinic_assets.cli.shown import CommandFailed, Format, show
from clinic_assets.cli.work.practices import Instance, plan_for, practice, practices, tables_for

if TYPE_CHECKING:
    from clinic_assets.replica.planning.plan import ReplicaPlan

config = typer.Typer(no_args_is_help=True, help="How each table is copied, and deciding otherwise.")
SUMMARY = ("importance", "phase", "tables", "rows", "changed_since", "append_by_key",
           "full_compare", "largest")  # fmt: skip


class PlanFormat(StrEnum):
    """How the plan is shown."""

    TABLE = "table"
    YAML = "yaml"
    JSON = "json"
    CSV = "csv"


def add_to(room: typer.Typer) -> None:
    """Register the commands."""
    room.command()(discover)
    config.command("show")(config_show)
    config.command("validate")(config_validate)
    config.command("set")(config_set)
    room.add_typer(config, name="config")


def discover(instance: Instance = "") -> None:
    """Look at the practice's tables, plan how each is copied, and write the plan down."""
    from clinic_assets.replica.planning import plan_file
    from clinic_assets.replica.planning.classify import plan_of
    from clinic_assets.replica.source.discover import discover as look
    from clinic_assets.sources.opendental.assets import server_of, used_tables

    for name in practices(instance):
        path = plan_file.path_of(name)
        with closing(server_of(name)) as server:
            began = time.monotonic()
            tables, version = look(server), server.version
            seconds = time.monotonic() - began
        if not tables:
            raise CommandFailed(
                f"{name}: the database has no table that the user may read. Grant it select, and"
                " look at the database's name in CLINIC_OPENDENTAL_URL."
            )
        plan = plan_of(name, tables, used_tables(), version)
        is_changed = plan_file.write(plan)
        _tell(plan, seconds)
        typer.echo(f"Plan: {path}")
        for problem in _problems(name):
            typer.echo(f"Look at {plan_file.overrides_path(name).name}: {problem}")
        _tell_reload(is_changed)


def _tell(plan: "ReplicaPlan", seconds: float) -> None:
    columns = sum(len(each.table.columns) for each in plan.tables)
    typer.echo(
        f"{plan.instance}: {len(plan.tables)} tables with {columns} columns, found in"
        f" {seconds:.2f} s on {plan.server_version}."
    )
    show([_summed(plan, importance, phase) for phase, importance in _phases()], SUMMARY,
         Format.TABLE)  # fmt: skip
    unkeyed = [each.table.name for each in plan.tables if not each.table.key]
    if unkeyed:
        typer.echo(f"{len(unkeyed)} have no key and are copied whole when they change.")


def _phases() -> "enumerate[str]":
    from clinic_assets.replica.planning.plan import PHASES

    return enumerate(PHASES, start=1)


def _summed(plan: "ReplicaPlan", importance: str, phase: int) -> dict[str, object]:
    found = [each for each in plan.tables if each.importance == importance]
    strategies = Counter(each.strategy for each in found)
    by_score = sorted(found, key=lambda each: -each.score)
    return {
        "importance": importance,
        "phase": phase,
        "tables": len(found),
        "rows": sum(each.table.rows_estimate for each in found),
        "changed_since": strategies["changed_since"],
        "append_by_key": strategies["append_by_key"],
        "full_compare": strategies["full_compare"],
        "largest": ", ".join(each.table.name for each in by_score[:3]),
    }


def _problems(instance: str) -> list[str]:
    from clinic_assets.replica.planning import plan_file
    from clinic_assets.replica.planning.overrides import problems

    plan = plan_file.read_discovered(instance)
    return problems(plan, plan_file.read_overrides(instance)) if plan else []


def _tell_reload(is_changed: bool) -> None:
    if is_changed and served_at():
        typer.echo(
            "The plan has changed: reload the code location (in the page: Deployment, Reload), or"
            " start `clinic up` anew, so that the graph follows it."
        )


def config_show(
    table: Annotated[list[str] | None, typer.Option(help="Only this table.")] = None,
    form: Annotated[
        PlanFormat, typer.Option("--format", help="How to show it.")
    ] = PlanFormat.TABLE,
    instance: Instance = "",
) -> None:
    """Show how each table is copied, with what was decided otherwise."""
    from clinic_assets.replica.planning.overrides import fields_of
    from clinic_assets.replica.planning.plan_file import dumped

    for name in practices(instance):
        plan = plan_for(name)
        chosen = tables_for(plan, table or ())
        if form is PlanFormat.YAML:
            typer.echo(dumped({each.table.name: {
                **fields_of(each), "phase": each.phase, "size_class": each.size_class,
                "key": list(each.table.key), "score": each.score, "reasons": list(each.reasons),
            } for each in chosen}).rstrip())  # fmt: skip
        else:
            rows = [
                {
                    "table": each.table.name,
                    "phase": each.phase,
                    "size_class": each.size_class,
                    "rows": each.table.rows_estimate,
                    **fields_of(each),
                    "incremental_column": ", ".join(each.watermarks),
                }
                for each in chosen
            ]
            show(rows, list(rows[0]) if rows else [], Format(form.value))


def config_validate(instance: Instance = "") -> None:
    """Say everything in the plan and its overrides that cannot be."""
    from clinic_assets.replica.planning import plan_file

    wrong = []
    for name in practices(instance):
        if plan_file.read_discovered(name) is None:
            plan_for(name)
        found = _problems(name)
        for problem in found:
            typer.echo(problem)
        if not found:
            typer.echo(f"{name}: {len(plan_for(name).tables)} tables, nothing wrong.")
        wrong += found
    if wrong:
        raise CommandFailed(
            f"{len(wrong)} things to mend: with `clinic opendental config set`, or in the"
            " overrides file beside the plan."
        )


def config_set(
    table: Annotated[str, typer.Argument(help="The table, as the source spells it.")],
    pairs: Annotated[
        list[str], typer.Argument(help="field=value; `field=` takes a decision back.")
    ],
    instance: Instance = "",
) -> None:
    """Decide otherwise about a table: batch_size, table_importance, incremental_column, ..."""
    from clinic_assets.replica.planning import plan_file
    from clinic_assets.replica.planning.overrides import parsed, problems

    name = practice(instance)
    plan = plan_file.read_discovered(name) or plan_for(name)
    tables_for(plan, [table])
    decided = {key: dict(value or {}) for key, value in plan_file.read_overrides(name).items()}
    for pair in pairs:
        field, is_pair, value = pair.partition("=")
        if not is_pair:
            raise CommandFailed(f"{pair!r} is no field=value, for example batch_size=1048576.")
        mine = decided.setdefault(table, {})
        mine.pop(field, None)
        if value:
            mine[field] = parsed(field, value)
    wrong = problems(plan, {table: decided[table]})
    if wrong:
        raise CommandFailed(" ".join(wrong))
    plan_file.write_overrides(name, {key: mine for key, mine in decided.items() if mine})
    typer.echo(f"{table}: {', '.join(pairs)}, in {plan_file.overrides_path(name)}.")
    _tell_reload(True)
