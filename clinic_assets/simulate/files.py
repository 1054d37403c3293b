"""Writing a clinic to disk: the folders and CSV files its systems would have dropped.

What the rows say is settled before; here they become text, with local times that carry the
offset of the clinic's zone.
"""

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from clinic_assets.simulate import slices
from clinic_assets.simulate.keys import KEYS
from clinic_assets.simulate.plan import ClinicPlan
from clinic_assets.simulate.slices import Tables
from clinic_assets.simulate.world import World, simulate

Layout = Literal["daily", "full", "both"]

COLUMNS: dict[str, list[str]] = {
    "patients": [
        "patient_id", "first_name", "last_name", "phone", "consent_form_received", "created_at",
    ],
    "physios": ["physio_id", "full_name"],
    "appointments": [
        "appointment_id", "patient_id", "physio_id", "appt_start", "appt_end", "booked_at",
        "status", "price_estimate", "cancelled_at",
    ],
    "payments": ["payment_id", "appointment_id", "amount", "paid_at", "method"],
    "shifts": ["practitioner", "start", "end"],
    "stock_logs": [
        "LOG_DATE", "LOCATION_ID", "ITEM_NAME", "OPENING_STOCK", "RECEIVED_QTY", "ISSUED_QTY",
        "CLOSING_STOCK", "LEAD_TIME_DAYS",
    ],
    "stock_items": ["item_name", "pack_size", "least_order", "unit_cost"],
    "stock_locations": ["location_id", "latitude", "longitude"],
    "stock_orders": [
        "order_id", "location_id", "item_name", "ordered_on", "quantity", "expected_on",
        "received_on", "expires_on",
    ],
    "service_items": ["service", "item_name", "quantity"],
}  # fmt: skip
"""The header of every exported file."""

DATES = {
    "LOG_DATE", "log_date", "day", "slice_day", "event_day", "ordered_on", "expected_on",
    "received_on", "expires_on",
}  # fmt: skip


def write_clinic(
    plan: ClinicPlan, data: Path, truth: Path | None = None, layout: Layout = "daily"
) -> None:
    """Write the clinic's exports below `data`, and the truth about them into `truth`.

    `daily` writes `daily/YYYY-MM-DD/` with what changed each day, `full` writes `raw/` with
    the last state of everything. A file without rows is not written, like the roster that
    would be published on a Sunday. The truth must lie where no reader of `data` finds it.
    """
    if truth is not None and truth.resolve().is_relative_to(data.resolve()):
        raise ValueError(f"the truth must not lie inside the data: {truth}")
    world = simulate(plan)
    if layout in ("daily", "both"):
        _write_daily(world, data / "daily")
    if layout in ("full", "both"):
        _write_tables(_exported(world.final, plan.timezone), data / "raw")
    if truth is not None:
        tables = {name: texts(rows, plan.timezone) for name, rows in world.truth.items()}
        _write_tables(tables, truth)


def texts(rows: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """The rows as they are written: dates plain, times with the zone's offset."""
    written = rows.copy()
    for column in rows.columns[[kind.kind == "M" for kind in rows.dtypes]]:
        if column in DATES:
            written[column] = rows[column].dt.strftime("%Y-%m-%d")
        else:
            written[column] = _with_offset(rows[column], timezone)
    return written


def _with_offset(local: pd.Series, timezone: str) -> pd.Series:
    """ISO times like 2025-08-14T11:00:00+02:00, and nothing for those that never were."""
    known = local.dropna()
    zoned = pd.DatetimeIndex(known).tz_localize(
        timezone, ambiguous=np.ones(len(known), dtype=bool), nonexistent="shift_forward"
    )
    wall = zoned.tz_localize(None)
    minutes = pd.Series((wall - zoned.tz_convert(None)) // pd.Timedelta(minutes=1))
    clock = pd.Series(np.datetime_as_string(wall.to_numpy(), unit="s"))
    text = clock + minutes.map(_offset_text)
    return text.set_axis(known.index).reindex(local.index, fill_value="")


def _offset_text(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _exported(tables: Tables, timezone: str) -> Tables:
    return {name: texts(rows[COLUMNS[name]], timezone) for name, rows in tables.items()}


def _write_daily(world: World, folder: Path) -> None:
    for name, history in world.histories.items():
        written = texts(history[COLUMNS[name]], world.plan.timezone)
        written["slice_day"] = history["slice_day"]
        for day, rows in slices.daily(written, KEYS[name]).items():
            _write(rows, folder / day.isoformat() / f"{name}.csv")


def _write_tables(tables: Tables, folder: Path) -> None:
    for name, rows in tables.items():
        _write(rows, folder / f"{name}.csv")


def _write(rows: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
