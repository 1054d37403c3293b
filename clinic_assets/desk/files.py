"""The lists as files for the desk: the reception's of today and tomorrow, today's orders.

Other days are only looked at: neither a backfill nor a look at a list of theirs writes a file.
"""

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from clinic_assets.desk.call_list import calls_of_a_day
from clinic_assets.inbox.csv_out import write_csv
from clinic_assets.settings import settings
from clinic_assets.timing.local import as_told
from clinic_assets.timing.partitions import today
from clinic_assets.warehouse.days import ONE, Days
from clinic_assets.warehouse.sessions import told_plainly

PRIORITIES = (
    "appointment_id",
    "patient_id",
    "patient_name",
    "phone",
    "consent_form_received",
    "physio_name",
    "appt_start",
    "appt_end",
    "booked_at",
    "is_new_patient",
    "noshow_rate_90d",
    "risk_score",
    "risk_bucket",
    "missing_phone",
    "missing_consent",
    "priority_score",
    "priority_reason",
)
"""The header other tools read, the same on a day without visits."""
SCORES_AHEAD = "cancellation_scores.csv"
SCORES = ("day", "appointment_id", "risk_score", "risk_bucket")
CALLS = (
    "call_rank",
    "appointment_id",
    "patient_name",
    "phone",
    "physio_name",
    "appt_start",
    "risk_score",
    "expected_loss",
    "call_reason",
)
PROCUREMENT = (
    "rank",
    "location_id",
    "item",
    "status",
    "current_stock",
    "burn_rate",
    "days_remaining",
    "lead_time_days",
    "reorder_qty",
    "last_report_day",
    "on_order_qty",
    "transfer_in_qty",
    "order_cost",
    "seed004_qty",
    "reason",
)
OVERBOOKING = (
    "session",
    "practitioner",
    "more",
    "beside",
    "visits",
    "expected_lost",
    "lost_low",
    "lost_high",
    "free_minutes",
    "reason",
)
TRANSFERS = (
    "item",
    "from_location_id",
    "to_location_id",
    "quantity",
    "expires_on",
    "distance_km",
)

SHORTAGES = (
    "item",
    "visits_week",
    "needed_tomorrow_qty",
    "needed_week_qty",
    "usable_qty",
    "short_tomorrow_qty",
    "short_week_qty",
)

COMPUTED = "select exists(select from ops.load_day where asset = :table and day = :day)"

Row = dict[str, Any]


def desk_folder() -> Path:
    """Where the lists lie."""
    return settings().data / "desk"


def priorities(engine: sa.Engine, day: dt.date) -> list[Row]:
    """The reception's list of a day, the most urgent first."""
    return _rows(
        engine,
        "select * from desk.reception_priorities where day = :day"
        " order by priority_score desc, appt_start, appointment_id",
        day,
    )


def procurement(engine: sa.Engine, day: dt.date) -> list[Row]:
    """What to order on a day, the shortest cover first."""
    return _rows(engine, "select * from desk.procurement_list where day = :day order by rank", day)


def overbooking(engine: sa.Engine, day: dt.date) -> list[Row]:
    """Which sessions of a day may book more, those first."""
    return _rows(
        engine,
        "select * from desk.overbooking where day = :day"
        " order by more desc, session desc, practitioner, practitioner_key",
        day,
    )


def transfers(engine: sa.Engine, day: dt.date) -> list[Row]:
    """What to move between locations on a day, before anything is ordered."""
    return _rows(
        engine,
        "select * from mart.stock_transfers where day = :day"
        " order by from_location_id, to_location_id, item",
        day,
    )


def shortages(engine: sa.Engine, day: dt.date) -> list[Row]:
    """What the visits of the week after a day will lack if nothing comes, tomorrow's first."""
    return _rows(
        engine,
        "select * from mart.stock_for_bookings where day = :day and short_week_qty > 0"
        " order by short_tomorrow_qty desc, short_week_qty desc, item",
        day,
    )


def is_computed(engine: sa.Engine, table: str, day: dt.date) -> bool:
    """Whether the list of a day was ever made: without it, no rows do not mean nothing to do."""
    with told_plainly("ops.load_day"), engine.connect() as connection:
        return bool(connection.scalar(sa.text(COMPUTED), {"table": table, "day": day}))


def hand_out_reception(engine: sa.Engine, days: Days) -> list[Path]:
    """Write the reception's lists of a range, those that belong on the desk."""
    wanted = [day for day in (today(), today() + ONE) if days.first <= day <= days.last]
    lists = [path for day in wanted for path in write_reception(engine, day)]
    return [*lists, *(write_calls(engine, day) for day in wanted if day != today())]


def hand_out_procurement(engine: sa.Engine, days: Days) -> list[Path]:
    """Write today's orders and what moves before them, if the range holds today."""
    return write_procurement(engine, today()) if days.first <= today() <= days.last else []


def hand_out_overbooking(engine: sa.Engine, days: Days) -> list[Path]:
    """Write tomorrow's `overbooking_DAY.csv`, if the range holds it: today nobody can be found."""
    tomorrow = today() + ONE
    return [write_overbooking(engine, tomorrow)] if days.first <= tomorrow <= days.last else []


def write_reception(engine: sa.Engine, day: dt.date) -> list[Path]:
    """Write `priorities_DAY.csv`, the scores beside it and, of a day ahead,
    `cancellation_scores.csv`.
    """
    rows = priorities(engine, day)
    scores = sorted(rows, key=lambda r: (-r["risk_score"], r["appointment_id"]))
    written = [
        _write(f"priorities_{day}.csv", PRIORITIES, rows),
        _write(f"cancellation_scores_{day}.csv", SCORES[1:], scores),
    ]
    # Tomorrow's lies there already; today's visits are no longer ahead.
    return written if day == today() else [*written, _write(SCORES_AHEAD, SCORES, scores)]


def write_calls(engine: sa.Engine, day: dt.date) -> Path:
    """Write `calls_DAY.csv`: whom to call about a day ahead, as many as there is time for."""
    rows = priorities(engine, day)
    called = calls_of_a_day(pd.DataFrame(rows), settings().calls_a_day) if rows else pd.DataFrame()
    told: list[Row] = [
        dict(zip(map(str, called), row, strict=True)) for row in called.to_numpy(dtype=object)
    ]
    return _write(f"calls_{day}.csv", CALLS, told)


def write_overbooking(engine: sa.Engine, day: dt.date) -> Path:
    """Write `overbooking_DAY.csv`: which sessions of a day ahead may book more."""
    return _write(f"overbooking_{day}.csv", OVERBOOKING, overbooking(engine, day))


def write_procurement(engine: sa.Engine, day: dt.date) -> list[Path]:
    """Write `procurement_list.csv` and `transfers.csv` as of a day."""
    return [
        _write("procurement_list.csv", PROCUREMENT, procurement(engine, day)),
        _write("transfers.csv", TRANSFERS, transfers(engine, day)),
    ]


def _rows(engine: sa.Engine, statement: str, day: dt.date) -> list[Row]:
    with told_plainly("desk"), engine.connect() as connection:
        return [dict(r) for r in connection.execute(sa.text(statement), {"day": day}).mappings()]


def _write(name: str, header: tuple[str, ...], rows: list[Row]) -> Path:
    path = desk_folder() / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_csv(path, list(header), [[as_told(row[column]) for column in header] for row in rows])
    return path
