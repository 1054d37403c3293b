"""Commands that bring a copy up: run, validate, patient-sync."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from clinic_assets.cli.platform.ready import ready
from clinic_assets.cli.shown import CommandFailed, Format, show
from clinic_assets.cli.work.practices import Instance, plan_for, practices, tables_for

if TYPE_CHECKING:
    import sqlalchemy as sa

    from clinic_assets.cli.work.running import Outcome
    from clinic_assets.replica.books.status import Status
    from clinic_assets.replica.planning.plan import ReplicaPlan, TablePlan

DUE_DAYS = """
    select count(*), min(day), max(day) from (
        select distinct least(day, :newest) as day from ops.touched_day
        where asset like 'clean.opendental%' and day > date '0001-01-01'
    ) as due
"""
DUE = ("practice", "table", "phase", "importance", "action", "rows", "followed_by")
DIFFERING = ("table", "importance", "rows_compared", "rows_differing", "ranges_healed", "integrity")


def add_to(room: typer.Typer) -> None:
    """Register the commands."""
    room.command()(run)
    room.command()(validate)
    room.command()(patient_sync)


def run(
    phase: Annotated[
        int | None,
        typer.Option(min=1, max=4, help="1 critical, 2 important, 3 audit, 4 reference tables."),
    ] = None,
    tables: Annotated[
        list[str] | None, typer.Option("--tables", help="Only these: --tables patient payment.")
    ] = None,
    more: Annotated[list[str] | None, typer.Argument(help="Further names for --tables.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, do nothing.")
    ] = False,
    validate_after: Annotated[
        bool, typer.Option("--validate-after", help="Then compare every row and mend what differs.")
    ] = False,
    consent: Annotated[
        list[str] | None, typer.Option(help="A table that may lose most of its rows.")
    ] = None,
    instance: Instance = "",
) -> None:
    """Bring the copy up: load what is not there yet, follow what has changed."""
    named = [*(tables or ()), *(more or ())]
    plans = [plan_for(name) for name in practices(instance)]
    chosen = [(plan, tables_for(plan, named, phase)) for plan in plans]
    for plan in plans:
        tables_for(plan, consent or ())
    engine = ready()
    from clinic_assets.replica.books.status import statuses

    if dry_run:
        known = {plan.instance: statuses(engine, plan.instance, [t.table.name for t in due])
                 for plan, due in chosen}  # fmt: skip
        show([row for plan, due in chosen for row in _due(plan, due, known[plan.instance])],
             DUE, Format.TABLE)  # fmt: skip
        typer.echo("Dry run: nothing was copied.")
        return
    failed = []
    for plan, due in chosen:
        failed += _brought_up(plan, due, "follow", consent or ())
        if validate_after:
            failed += _brought_up(plan, due, "verify", consent or ())
    _tell_due(engine)
    if failed:
        raise CommandFailed(" ".join(failed))


def _tell_due(engine: "sa.Engine") -> None:
    """Say which days of the model the copy has made due."""
    import sqlalchemy as sa

    from clinic_assets.timing.partitions import newest_day

    with engine.connect() as connection:
        [(days, first, last)] = connection.execute(sa.text(DUE_DAYS), {"newest": newest_day()})
    if days:
        typer.echo(
            f"{days} days of the model are due, {first} to {last}. They run by themselves while"
            f" `clinic up` does; at once: `clinic backfill --from {first} --to {last} --now`."
        )


def _due(
    plan: "ReplicaPlan", tables: "Sequence[TablePlan]", known: "dict[str, Status]"
) -> list[dict[str, object]]:
    return [
        {
            "practice": plan.instance,
            "table": each.table.name,
            "phase": each.phase,
            "importance": each.importance,
            "action": "load" if known[each.table.name].rows is None else "follow",
            "rows": known[each.table.name].rows or each.table.rows_estimate,
            "followed_by": ", ".join(each.watermarks) or "a comparison of every row",
        }
        for each in sorted(tables, key=lambda each: (each.phase, -each.score))
    ]


def _brought_up(
    plan: "ReplicaPlan", tables: "Sequence[TablePlan]", mode: str, consent: Sequence[str] = ()
) -> list[str]:
    """Bring tables up and say so; what failed."""
    from clinic_assets.cli.work.copying import copied

    outcome = copied(plan, tables, mode, consent)
    _tell(plan, tables, outcome, mode)
    return list(outcome.failed.values())


def _tell(
    plan: "ReplicaPlan", tables: "Sequence[TablePlan]", outcome: "Outcome", mode: str
) -> None:
    from clinic_assets.replica.books.status import done_by
    from clinic_assets.warehouse.postgres import engine

    done = done_by(engine(), plan.instance, outcome.run_id)
    told = {"follow": "brought up", "verify": "compared row by row", "load": "loaded"}[mode]
    typer.echo(
        f"{plan.instance}: {done.tables} of {len(tables)} tables {told}; {done.rows_written:,} rows"
        f" written, {done.rows_deleted:,} removed, {done.ranges_healed} ranges mended,"
        f" {done.bytes_read / 2**20:,.1f} MB read."
    )


def validate(
    table: Annotated[list[str] | None, typer.Option(help="Only this table.")] = None,
    fix: Annotated[
        bool, typer.Option("--fix", "--fix-issues", help="Copy anew what differs.")
    ] = False,
    instance: Instance = "",
) -> None:
    """Compare every row of the copy with the practice's database."""
    plans = [plan_for(name) for name in practices(instance)]
    chosen = [(plan, tables_for(plan, table or ())) for plan in plans]
    engine = ready()
    from clinic_assets.cli.work.copying import copied
    from clinic_assets.replica.books.status import statuses

    failed, differing = [], 0
    for plan, due in chosen:
        outcome = copied(plan, due, "verify", heals=fix)
        failed += list(outcome.failed.values())
        _tell(plan, due, outcome, "verify")
        known = statuses(engine, plan.instance, [each.table.name for each in due])
        rows = [_compared(each, known[each.table.name]) for each in due
                if known[each.table.name].rows_differing]  # fmt: skip
        if rows:
            show(rows, DIFFERING, Format.TABLE)
        differing += len(rows)
    if failed:
        raise CommandFailed(" ".join(failed))
    if differing and not fix:
        raise CommandFailed(
            f"{differing} tables differ from the source: `clinic opendental validate --fix` copies"
            " anew what differs; the nightly run does it by itself."
        )
    typer.echo("What differed was copied anew." if differing else "Every row is as it is there.")


def _compared(plan: "TablePlan", known: "Status") -> dict[str, object]:
    return {
        "table": plan.table.name,
        "importance": plan.importance,
        "rows_compared": known.rows_compared,
        "rows_differing": known.rows_differing,
        "ranges_healed": known.ranges_healed,
        "integrity": f"{int((known.integrity or 0) * 10_000) / 100:g} %",
    }


def patient_sync(
    incremental_only: Annotated[
        bool, typer.Option("--incremental-only", help="Follow changes only, compare nothing.")
    ] = False,
    instance: Instance = "",
) -> None:
    """Bring the patients up, in the copy and in the shared model."""
    plans = [plan_for(name) for name in practices(instance)]
    engine = ready()
    from clinic_assets.cli.work.running import run_days, settle
    from clinic_assets.sources.opendental.assets import PATIENT_ASSETS, patient_tables
    from clinic_assets.timing.partitions import named_days, today

    for plan in plans:
        there = {each.table.name for each in plan.tables}
        due = tables_for(plan, [name for name in patient_tables() if name in there])
        modes = ("follow",) if incremental_only else ("follow", "verify")
        failed = [why for mode in modes for why in _brought_up(plan, due, mode)]
        if failed:
            raise CommandFailed(" ".join(failed))
    run_days(named_days(today(), today()), PATIENT_ASSETS, trigger="command line: patient-sync")
    settle(engine)
    typer.echo("The patients of the shared model are up to date.")
