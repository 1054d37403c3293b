"""Reminder mails to the outbox: at most one for an appointment and start, only for visits ahead.

A job of its own and not an asset, so that no backfill can ever send one. The claim is committed
before the mail is written: whoever dies in between has sent none, and none is sent later.
"""

import datetime as dt
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dagster as dg
import sqlalchemy as sa

from clinic_assets.settings import settings
from clinic_assets.timing.local import local
from clinic_assets.timing.partitions import today
from clinic_assets.warehouse.days import ONE
from clinic_assets.warehouse.postgres import engine as warehouse_engine
from clinic_assets.warehouse.sessions import told_plainly

DUE = """
    select appointment.clinic_id, appointment.appointment_key, appointment.start_at,
        substr(appointment.appointment_key, length(appointment.source) + 2) as appointment_id,
        patient.first_name, patient.last_name, patient.phone, patient.has_consent,
        practitioner.full_name as physio_name,
        sent.appointment_key is not null as is_sent
    from core.fct_appointment as appointment
    left join core.dim_patient as patient
        on patient.clinic_id = appointment.clinic_id
        and patient.patient_key = appointment.patient_key and patient.is_current
    left join core.dim_practitioner as practitioner
        on practitioner.clinic_id = appointment.clinic_id
        and practitioner.practitioner_key = appointment.practitioner_key
        and practitioner.is_current
    left join ops.reminder as sent
        on sent.appointment_key = appointment.appointment_key
        and sent.start_at = appointment.start_at
    where appointment.day = :day and appointment.start_at > :now
        and appointment.status in ('booked', 'confirmed')
    order by appointment.start_at, appointment.appointment_key
"""
CLAIM = """
    insert into ops.reminder (appointment_key, start_at, clinic_id, day, file_name)
    values (:appointment_key, :start_at, :clinic_id, :day, :file_name)
    on conflict do nothing returning file_name
"""
SENT = """
    update ops.reminder set sent_at = clock_timestamp()
    where appointment_key = :appointment_key and start_at = :start_at
"""
NO_NAME = re.compile(r'[<>"\\,;:@()\[\]]')
"""What a name in a mail's header may not hold: it would be read as another address."""
LETTER = """\
To: {name} <{address}>
Subject: Appointment reminder for {day} at {time}

Hello {name},

we are expecting you on {day} at {time}{physio}.

If the time does not suit you any more, please call us or answer this mail: somebody else may be
glad of it.

Your clinic's reception
"""


def due_reminders(engine: sa.Engine, day: dt.date, now: dt.datetime) -> list[dict[str, Any]]:
    """Visits of a day still ahead, with `skipped` saying why one gets no reminder, else None."""
    with told_plainly("reminders"), engine.connect() as connection:
        found = connection.execute(sa.text(DUE), {"day": day, "now": now}).mappings()
        return [{**row, "skipped": _reason_to_skip(dict(row))} for row in found]


def _reason_to_skip(visit: dict[str, Any]) -> str | None:
    if visit["is_sent"]:
        return "already sent"
    if len((visit["phone"] or "").strip()) < 6:
        return "no phone"
    return None if visit["has_consent"] else "no consent"


def send(engine: sa.Engine, day: dt.date, now: dt.datetime, dry_run: bool) -> dict[str, int]:
    """Write the day's reminders to the outbox; a dry run writes nothing. Counts by what
    happened.
    """
    counts = {"sent": 0, "already sent": 0, "no phone": 0, "no consent": 0}
    for visit in due_reminders(engine, day, now):
        outcome = visit["skipped"] or "sent"
        if outcome == "sent" and not dry_run and not _send_one(engine, day, visit):
            outcome = "already sent"
        counts[outcome] += 1
    return counts


def _send_one(engine: sa.Engine, day: dt.date, visit: dict[str, Any]) -> bool:
    path = settings().outbox_folder / f"{day}_{_plain_id(visit)}_reminder.txt"
    told = {**visit, "day": day, "file_name": path.name}
    with told_plainly("ops.reminder"), engine.begin() as connection:
        if connection.execute(sa.text(CLAIM), told).first() is None:
            return False
    _write(path, _letter(day, visit))
    with told_plainly("ops.reminder"), engine.begin() as connection:
        connection.execute(sa.text(SENT), told)
    return True


def _plain_id(visit: dict[str, Any]) -> str:
    # What a file says is an id must not become a folder or another line of the mail.
    return quote(visit["appointment_id"], safe="")


def _letter(day: dt.date, visit: dict[str, Any]) -> str:
    name = " ".join(filter(None, (visit["first_name"], visit["last_name"]))) or "patient"
    name = " ".join(NO_NAME.sub(" ", name).split())
    begins = local(visit["start_at"])
    physio = f" with {visit['physio_name']}" if visit["physio_name"] else ""
    address = f"{_plain_id(visit)}@patients.invalid"
    return LETTER.format(name=name, address=address, day=day, time=f"{begins:%H:%M}", physio=physio)


def _write(path: Path, letter: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(letter, encoding="utf-8")
    unfinished.replace(path)


class ReminderConfig(dg.Config):
    """Which day (tomorrow if not said), and whether to write nothing."""

    day: str | None = None
    dry_run: bool = False


@dg.op(description="Writes one mail per visit ahead with phone and consent; never twice.")
def send_reminders(context: dg.OpExecutionContext, config: ReminderConfig) -> None:
    """Send, and log counts only."""
    day = dt.date.fromisoformat(config.day) if config.day else today() + ONE
    counts = send(warehouse_engine(), day, dt.datetime.now(dt.UTC), config.dry_run)
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    context.log.info(f"Reminders for {day}{' (dry run)' if config.dry_run else ''}: {told}.")


@dg.job(
    name="reminders",
    description="Reminder mails for tomorrow into the outbox. Its schedule is off until somebody"
    " turns it on; a backfill never runs it.",
    executor_def=dg.in_process_executor,
)
def reminders_job() -> None:
    """Send the reminders."""
    send_reminders()


reminders_schedule = dg.ScheduleDefinition(
    name="reminders_for_tomorrow",
    job=reminders_job,
    cron_schedule="0 19 * * *",
    execution_timezone=settings().timezone,
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="After the evening run; off until somebody turns it on.",
)
