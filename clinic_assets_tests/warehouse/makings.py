"""What the tests of writing are made from: small files, a second database, the healing loop."""

import datetime as dt
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from clinic_assets.settings import settings
from clinic_assets.warehouse import postgres
from clinic_assets.warehouse.contracts import metadata

RAW = tuple(
    f"raw.{name}"
    for name in (
        "practice_files_patients",
        "practice_files_physios",
        "practice_files_appointments",
        "practice_files_payments",
        "practice_files_shifts",
        "stock_logs_daily",
        "stock_logs_items",
        "stock_logs_locations",
        "stock_logs_orders",
        "stock_logs_service_items",
    )
)
APPOINTMENTS = (
    "raw.practice_files_appointments",
    "clean.practice_files_appointments",
    "core.fct_appointment",
)
_numbers = count()


def appointments(*rows: str) -> str:
    """A file of appointments from `id patient day hour status price` each, an hour long."""
    lines = ["appointment_id,patient_id,physio_id,appt_start,appt_end,booked_at,status,"
             "price_estimate,cancelled_at"]  # fmt: skip
    for row in rows:
        key, patient, day, hour, status, price = row.split()
        start = f"{day}T{int(hour):02d}:00:00"
        end = f"{day}T{int(hour) + 1:02d}:00:00"
        lines.append(f"{key},{patient},T1,{start},{end},2025-01-01T09:00:00,{status},{price},")
    return "\n".join(lines) + "\n"


def patients(*rows: str) -> str:
    """A file of patients from `id first last phone`."""
    lines = ["patient_id,first_name,last_name,phone,consent_form_received,created_at"]
    lines += [",".join(row.split()) + ",1,2024-05-01T10:00:00" for row in rows]
    return "\n".join(lines) + "\n"


def stock(*rows: str) -> str:
    """A stock log from `day item opening received issued closing`, at MAIN, seven days of lead."""
    lines = ["LOG_DATE,LOCATION_ID,ITEM_NAME,OPENING_STOCK,RECEIVED_QTY,ISSUED_QTY,CLOSING_STOCK,"
             "LEAD_TIME_DAYS"]  # fmt: skip
    for row in rows:
        day, item, *quantities = row.split()
        lines.append(",".join([day, "MAIN", item, *quantities, "7"]))
    return "\n".join(lines) + "\n"


def days_between(first: str, last: str) -> list[dt.date]:
    """Every day from the first to the last."""
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]


def heal(clinic: Any, most: int = 100) -> set[tuple[str, dt.date]]:
    """Run what is due until nothing is; the assets and days that were written by that."""
    from clinic_assets.definitions import ORDER
    from clinic_assets.timing.due import touched
    from clinic_assets.timing.partitions import newest_day

    before = clinic.one("select coalesce(max(load_id), 0) from ops.load_ledger")
    for _ in range(most):
        waiting = touched(clinic.engine, ORDER, newest_day())
        if not waiting:
            return written_since(clinic, before)
        for due in waiting:
            done = clinic.run(str(due.days.first), str(due.days.last), *due.assets)
            assert done.success, str(
                [e.event_specific_data for e in done.filter_events(lambda e: e.is_step_failure)]
            )[-1800:]
    raise AssertionError(f"still due after {most} rounds: {waiting}")


def written_since(clinic: Any, load_id: int) -> set[tuple[str, dt.date]]:
    """Assets and days that later loads have written."""
    loads = clinic.rows(
        "select asset, first_day, last_day from ops.load_ledger where load_id > :id", id=load_id
    )
    return {
        (asset, day) for asset, first, last in loads for day in days_between(str(first), str(last))
    }


@contextmanager
def another(clinic: Any) -> Iterator[Any]:
    """The same inbox with a fresh, empty database; the other one is back when it is left."""
    name = f"another_{os.getpid()}_{next(_numbers)}"
    base, _, _ = clinic.url.rpartition("/")
    with psycopg.connect(f"{base}/clinic", autocommit=True) as connection:
        connection.execute(f"create database {name} template template_clinic strategy file_copy")
    home = clinic.home.parent / name
    with _switched_to(f"{base}/{name}", home) as engine:
        yield type(clinic)(clinic.data, home, engine, f"{base}/{name}")
    with psycopg.connect(f"{base}/clinic", autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


@contextmanager
def _switched_to(url: str, home: Path) -> Iterator[sa.Engine]:
    kept = {n: os.environ[n] for n in ("CLINIC_DATABASE_URL", "CLINIC_HOME")}
    os.environ.update({"CLINIC_DATABASE_URL": url, "CLINIC_HOME": str(home)})
    _forget()
    engine = postgres.engine()
    try:
        yield engine
    finally:
        engine.dispose()
        os.environ.update(kept)
        _forget()


def _forget() -> None:
    settings.cache_clear()
    postgres.engine.cache_clear()


def contents(clinic: Any, schemas: Sequence[str], without: Iterable[str] = ()) -> dict[str, Any]:
    """Every row of every table of some schemas, sorted, to see whether anything changed."""
    tables = sorted(
        name
        for name, table in metadata.tables.items()
        if table.schema in schemas and name not in set(without)
    )
    return {
        name: sorted(row for (row,) in clinic.rows(f"select t::text from {name} as t"))
        for name in tables
    }


def say(told: str) -> None:
    """Into the report of a test, for example its seed."""
    sys.stdout.write(told + "\n")
