"""Commands for the desk: priorities, overbooking, reminders, procurement, validation, and a day's
slice.
"""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clinic_assets.cli.platform.ready import ready
from clinic_assets.cli.shown import CommandFailed, Format, as_json, counted, show

if TYPE_CHECKING:
    import sqlalchemy as sa

Day = Annotated[str, typer.Option(help="YYYY-MM-DD, today, yesterday or tomorrow.")]
Form = Annotated[Format, typer.Option("--format", help="How to show it.")]
METRICS = ("practitioner", "name", "bookings", "completed", "no_shows", "cancellations",
           "show_rate", "utilisation", "revenue_estimate", "is_complete")  # fmt: skip
ALL_METRICS = (*METRICS, "late_cancellations", "open_past", "booked_minutes", "delivered_minutes",
               "available_minutes")  # fmt: skip
KPIS = """
    with summed as (
        select practitioner_key, sum(bookings) as bookings, sum(completed) as completed,
            sum(no_shows) as no_shows, sum(cancellations) as cancellations,
            sum(late_cancellations) as late_cancellations, sum(open_past) as open_past,
            round(sum(show_rate_num) / nullif(sum(show_rate_den), 0), 4) as show_rate,
            sum(booked_minutes) as booked_minutes, sum(delivered_minutes) as delivered_minutes,
            sum(available_minutes) as available_minutes,
            round(sum(delivered_in_shift_minutes) / nullif(sum(available_minutes), 0), 4)
                as utilisation,
            sum(revenue_estimate) as revenue_estimate, bool_and(is_complete) as is_complete
        from mart.schedule_kpi_daily
        where day = :day
        group by grouping sets ((practitioner_key), ())
        having count(*) > 0
    ),

    known as (
        select distinct practitioner_key, full_name from core.dim_practitioner where is_current
    )

    select summed.*, coalesce(practitioner_key, 'all') as practitioner, known.full_name as name
    from summed
    left join known using (practitioner_key)
    order by practitioner_key nulls last
"""
FINDING = ("check", "table", "severity", "rows", "rule", "detail")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(priorities)
    app.command()(overbooking)
    app.command()(reminders)
    app.command()(procurement)
    app.command()(appointment_metrics)
    app.command()(validate)
    app.command()(snapshot)


def priorities(day: Day = "tomorrow", form: Form = Format.TABLE) -> None:
    """Who the reception should look after first; today's and tomorrow's go to the desk folder."""
    engine = ready()
    from clinic_assets.desk import files
    from clinic_assets.warehouse.days import Days

    asked = listed_day(engine, "desk.reception_priorities", day, is_booked_ahead=True)
    paths = files.hand_out_reception(engine, Days(asked, asked))
    brief = ("appointment_id", "patient_name", "phone", "physio_name", "appt_start", "risk_score",
             "priority_score", "priority_reason")  # fmt: skip
    columns = brief if form is Format.TABLE else files.PRIORITIES
    show(files.priorities(engine, asked), columns, form, f"Reception priorities of {asked}")
    _tell_files(form, paths)


def overbooking(
    day: Day = "tomorrow",
    replay: Annotated[
        bool, typer.Option("--replay", help="What the 13 weeks before the day would have cost.")
    ] = False,
    form: Form = Format.TABLE,
) -> None:
    """Which sessions may book more patients and beside whom; tomorrow's goes to the desk folder."""
    engine = ready()
    from clinic_assets.desk import files
    from clinic_assets.warehouse.days import Days

    asked = listed_day(engine, "desk.overbooking", day)
    if replay:
        _show_replay(engine, asked, form)
        return
    paths = files.hand_out_overbooking(engine, Days(asked, asked))
    show(files.overbooking(engine, asked), files.OVERBOOKING, form, f"Sessions of {asked}")
    _tell_files(form, paths)


def _show_replay(engine: "sa.Engine", day: dt.date, form: Format) -> None:
    from clinic_assets.desk.overbooking.replay import COLUMNS, replay_of_days
    from clinic_assets.desk.overbooking.sessions import PAST_DAYS
    from clinic_assets.warehouse.days import ONE, Days
    from clinic_assets.warehouse.sessions import told_plainly

    days = Days(day - PAST_DAYS * ONE, day - ONE)
    with told_plainly("desk.overbooking"), engine.connect() as connection:
        rows = replay_of_days(connection, days)
    if not rows:
        raise CommandFailed(f"No full session from {days.first} to {days.last} is known.")
    show(rows, COLUMNS, form, f"Cost of a full session, {days.first} to {days.last}")


def procurement(day: Day = "today", form: Form = Format.TABLE) -> None:
    """What to order, the shortest cover first; today's list goes to the desk folder."""
    engine = ready()
    from clinic_assets.desk import files
    from clinic_assets.warehouse.days import Days

    asked = listed_day(engine, "desk.procurement_list", day)
    paths = files.hand_out_procurement(engine, Days(asked, asked))
    show(files.procurement(engine, asked), files.PROCUREMENT, form, f"To order on {asked}")
    _tell_files(form, paths)


def listed_day(
    engine: "sa.Engine", table: str, day: str, *, is_booked_ahead: bool = False
) -> dt.date:
    """The day that is meant. Raises CommandFailed where its list was never made."""
    from clinic_assets.cli.work.running import parsed_day, refuse_outside
    from clinic_assets.desk.files import is_computed
    from clinic_assets.timing.partitions import newest_day

    asked = parsed_day(day)
    # Tomorrow's run writes all later visits too: on a Friday one asks for Monday's.
    written_with = min(asked, newest_day()) if is_booked_ahead else asked
    refuse_outside(written_with, written_with)
    if not is_computed(engine, table, written_with):
        raise CommandFailed(f"{asked} is not computed yet: `clinic run --day {written_with}`.")
    return asked


def _tell_files(form: Format, paths: Sequence[Path]) -> None:
    if form is Format.TABLE:
        for path in paths:
            typer.echo(f"Written: {path}")


def appointment_metrics(
    day: Annotated[
        str, typer.Option("--date", help="YYYY-MM-DD, today, yesterday or tomorrow.")
    ] = "yesterday",
    form: Form = Format.TABLE,
) -> None:
    """A day's appointments in numbers, for each practitioner and in all."""
    engine = ready()
    import sqlalchemy as sa

    from clinic_assets.cli.work.running import parsed_day
    from clinic_assets.warehouse.sessions import told_plainly

    asked = parsed_day(day)
    with told_plainly("mart.schedule_kpi_daily"), engine.connect() as connection:
        rows = [dict(r) for r in connection.execute(sa.text(KPIS), {"day": asked}).mappings()]
    if not rows:
        raise CommandFailed(f"No numbers of {asked} yet: `clinic run --day {asked}` makes them.")
    columns = METRICS if form is Format.TABLE else ALL_METRICS
    show(rows, columns, form, f"Appointments of {asked}")


def reminders(
    day: Day = "tomorrow",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be, write nothing.")
    ] = False,
) -> None:
    """Write a reminder for each visit still ahead, with phone and consent; never one twice."""
    engine = ready()
    from clinic_assets.cli.work.running import parsed_day
    from clinic_assets.desk.reminders import send
    from clinic_assets.settings import settings

    asked = parsed_day(day)
    counts = send(engine, asked, dt.datetime.now(dt.UTC), dry_run)
    words = {"sent": "would be sent"} if dry_run else {}
    told = ", ".join(f"{count} {words.get(what, what)}" for what, count in counts.items())
    typer.echo(f"Reminders for {asked}{' (dry run, nothing written)' if dry_run else ''}: {told}.")
    if not dry_run:
        typer.echo(f"Outbox: {settings().outbox_folder}")


def validate(
    day: Day = "yesterday",
    form: Form = Format.JSON,
) -> None:
    """What would make one distrust a day, as a JSON report."""
    engine = ready()
    from clinic_assets.cli.work.running import parsed_day
    from clinic_assets.definitions import CHECKS
    from clinic_assets.desk.files import is_computed
    from clinic_assets.timing.partitions import named_days
    from clinic_assets.warehouse.checks import findings

    asked = parsed_day(day)
    is_told = is_computed(engine, "core.fct_appointment", asked)
    found = findings(engine, CHECKS, named_days(asked, asked))
    rows = [
        {"check": f.check, "table": f.table, "severity": f.severity.value, "rows": f.bad_rows,
         "rule": f.words, "detail": f.detail} for f in found
    ]  # fmt: skip
    if form is not Format.JSON:
        show(rows, FINDING, form, f"Rules that {asked} breaks")
        if not is_told:
            typer.echo(f"{asked} is not computed yet: `clinic run --day {asked}`.", err=True)
    else:
        report = {
            "day": str(asked),
            "checks": len(CHECKS),
            "is_computed": is_told,
            "ok": is_told and not any(r["severity"] == "ERROR" for r in rows),
            "errors": [r for r in rows if r["severity"] == "ERROR"],
            "warnings": [r for r in rows if r["severity"] != "ERROR"],
        }
        typer.echo(json.dumps(report, indent=2, default=as_json))


def snapshot(day: Annotated[str, typer.Option(help="YYYY-MM-DD.")]) -> None:
    """Cut a day's slice out of the full files in `raw/` into `daily/DAY/`."""
    from clinic_assets.cli.work.running import parsed_day
    from clinic_assets.cli.work.slicing import cut
    from clinic_assets.settings import settings

    asked = parsed_day(day)
    written = [
        told
        for source in ("practice_files", "stock_logs")
        for inbox in settings().inboxes(source).values()
        for told in cut(inbox, source, asked)
    ]
    if not written:
        raise CommandFailed(f"No row of {asked} in the files under {settings().data / 'raw'}.")
    for path, rows in written:
        typer.echo(f"{path}: {counted(rows, 'row')}")
