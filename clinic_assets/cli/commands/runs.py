"""Commands that run days and tell how they stand: run, backfill, status, logs."""

import datetime as dt
import logging
from typing import Annotated, Any

import typer

from clinic_assets.cli.platform.alone import served_at
from clinic_assets.cli.platform.ready import ready
from clinic_assets.cli.shown import CommandFailed, Format, counted, show
from clinic_assets.timing.local import local

Form = Annotated[Format, typer.Option("--format", help="How to show it.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(run)
    app.command()(backfill)
    app.command()(status)
    app.command()(logs)


def run(
    day: Annotated[str, typer.Option(help="YYYY-MM-DD, today, yesterday or tomorrow.")] = "",
    consent: Annotated[
        list[str] | None,
        typer.Option(
            help="The day's file that may be empty, shrunk or open-ended: name or sha256."
        ),
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option(help="Only these tables, as schema.table.")
    ] = None,
) -> None:
    """Run one day through the whole graph; without a day, yesterday to tomorrow as every
    morning.
    """
    engine = ready()
    from clinic_assets.cli.work.consenting import refuse_unmet
    from clinic_assets.cli.work.running import parsed_day, refuse_outside, run_days, settle
    from clinic_assets.timing.partitions import named_days, today
    from clinic_assets.warehouse.days import ONE

    asked = parsed_day(day) if day else None
    days = named_days(asked, asked) if asked else named_days(today() - ONE, today() + ONE)
    refuse_outside(days.first, days.last)
    refuse_unmet(engine, days, consent or ())
    outcome = run_days(days, select or (), consent=consent or ())
    healed = settle(engine)
    _tell_outcome(engine, outcome.run_id, outcome.warned)
    if healed:
        reached = {day for due in healed for day in due.days.listed()}
        typer.echo(
            f"Late or changed rows reached {counted(len(reached), 'day')};"
            " what reads them was run again."
        )


def backfill(
    first: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Last day.")],
    select: Annotated[
        list[str] | None, typer.Option(help="Only these tables, as schema.table.")
    ] = None,
    now: Annotated[bool, typer.Option("--now", help="Here and at once, without a daemon.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Also days that are there and up to date.")
    ] = False,
    consent: Annotated[list[str] | None, typer.Option(help="As for `run`.")] = None,
) -> None:
    """Run past days: those missing, touched or written by older code; says first which."""
    engine = ready()
    from clinic_assets.cli.work.backfilling import launch, wanted
    from clinic_assets.cli.work.consenting import refuse_unmet
    from clinic_assets.cli.work.running import parsed_day, refuse_outside, run_days, settle
    from clinic_assets.timing.partitions import named_days

    start, end = parsed_day(first), parsed_day(last)
    refuse_outside(start, end)
    refuse_unmet(engine, named_days(start, end), consent or ())
    if consent and not now:
        raise CommandFailed("A consent is given here and at once: add --now.")
    plan = wanted(engine, start, end, select or [], everything or bool(consent))
    for days, why in plan:
        typer.echo(f"{days.first} to {days.last} ({counted(len(days), 'day')}): {why}")
    if not plan:
        typer.echo("Nothing to do: every day is there and up to date.")
    elif now:
        for days, _ in plan:
            outcome = run_days(days, select or (), trigger="command line: backfill",
                               consent=consent or ())  # fmt: skip
            _tell_outcome(engine, outcome.run_id, outcome.warned)
        settle(engine)
    else:
        address = served_at()
        if address is None:
            raise CommandFailed(
                "No platform is running to take the backfill: start `clinic up` in another window,"
                " or add --now to run it here."
            )
        launch(address, plan, select or [])


def _tell_outcome(engine: Any, run_id: str, warned: list[str]) -> None:
    from clinic_assets.cli.work.standing import refused_by, written_by

    tables, rows = written_by(engine, run_id)
    typer.echo(f"Run {run_id[:8]}: {counted(tables, 'table')} written, {counted(rows, 'row')}.")
    for reason in refused_by(engine, run_id):
        typer.echo(f"Refused: {reason}")
    if warned:
        typer.echo(f"{len(warned)} checks have something to say: see `clinic validate`.")


def status(form: Form = Format.TABLE) -> None:
    """How every table stands: last day, missing, failed, stale and why; sources; quarantine."""
    engine = ready()
    from clinic_assets.cli.work.standing import COLUMNS, of_assets, of_days, of_sources

    show(of_assets(engine), COLUMNS, form)
    if form is Format.TABLE:
        for line in (*of_days(engine), *of_sources(engine)):
            typer.echo(line)


def logs(run_id: Annotated[str, typer.Argument(help="A run's id or its beginning.")]) -> None:
    """What a run said, in order."""
    ready()
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        known = [r for r in instance.get_run_records(limit=5000)
                 if r.dagster_run.run_id.startswith(run_id)]  # fmt: skip
        if not known:
            raise CommandFailed(f"No run begins with {run_id!r}: see the UI or `clinic status`.")
        found = _one_of(sorted({r.dagster_run.run_id for r in known}), run_id)
        for event in instance.all_logs(found):
            at = local(dt.datetime.fromtimestamp(event.timestamp, dt.UTC))
            typer.echo(f"{at:%H:%M:%S} {logging.getLevelName(event.level)} {_said(event)}")


def _one_of(known: list[str], beginning: str) -> str:
    if len(known) > 1 and beginning not in known:
        raise CommandFailed(
            f"{len(known)} runs begin with {beginning!r}: {', '.join(known[:10])}. Write more."
        )
    return beginning if beginning in known else known[0]


def _said(entry: Any) -> str:
    """An event's message, with what a failed step or a refused file says of itself."""
    from clinic_assets.cli.work.running import why_failed

    told = [entry.message or entry.user_message or ""]
    event = entry.dagster_event
    if entry.error_info:
        told.append(entry.error_info.message)
    if event and event.is_step_failure:
        told.append(why_failed(event))
    if event and event.is_step_materialization:
        metadata = event.step_materialization_data.materialization.metadata
        told += [str(value.value) for name, value in metadata.items()
                 if name.startswith(("refused", "superseded"))]  # fmt: skip
    return " ".join(" ".join(told).split())
