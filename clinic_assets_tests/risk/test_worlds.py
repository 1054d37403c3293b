"""Clinics that never were, for the tests of this room: with a signal to find, or without any."""

import numpy as np
import pandas as pd
import pytest

from clinic_assets.risk.recipe.score import Score
from clinic_assets.risk.scores.cancellation import lost_visit

ZONE = "Europe/Berlin"
FIRST_DAY = pd.Timestamp("2024-09-01")


def a_clinic(rows=6000, days=720, signal="habit", seed=1) -> pd.DataFrame:
    """Draw appointments whose losses follow lead time, habit and hour; or nothing.

    "crossed": early on even, late on odd weekdays, which no sum of features can say.
    """
    rng = np.random.default_rng(seed)
    patients = max(rows // 8, 5)
    patient = rng.integers(0, patients, rows)
    habit = rng.normal(0, 1.6, patients)
    day = FIRST_DAY + pd.to_timedelta(np.sort(rng.integers(0, days, rows)), unit="D")
    hour = rng.integers(8, 19, rows)
    lead = np.where(rng.random(rows) < 0.2, 0, rng.geometric(1 / 14, rows))
    booked_hour = np.where(lead == 0, hour - rng.integers(1, 4, rows), rng.integers(8, 19, rows))
    start = at(day, hour)
    odds = -2.6 + 0.45 * np.log1p(lead) + habit[patient] + 0.5 * (hour >= 17)
    crossed = np.where((hour >= 13) == (day.day_of_week % 2 == 1), 0.45, 0.03)
    chance = {"habit": 1 / (1 + np.exp(-odds)), "crossed": crossed, "none": 0.17}[signal]
    is_lost, draw = rng.random(rows) < chance, rng.random(rows)
    status = np.where(is_lost, np.where(draw < 0.7, "no_show", "cancelled_patient"), "completed")
    status = np.where(~is_lost & (draw < 0.05), "cancelled_clinic", status)
    status = np.where(~is_lost & (draw > 0.97), "rescheduled", status)
    is_cancelled = np.char.startswith(status.astype(str), "cancelled")
    before = pd.Series(pd.to_timedelta(rng.integers(1, 12, rows), unit="h"))
    cancelled_at = pd.Series(start - before).where(is_cancelled)
    return pd.DataFrame(
        {
            "clinic_id": "mitte",
            "appointment_key": [f"files:{k}" for k in range(rows)],
            "patient_key": [f"files:{p}" for p in patient],
            "practitioner_key": "files:1",
            "service_type": "physio",
            "created_at": at(day - pd.to_timedelta(lead, unit="D"), booked_hour),
            "start_at": start,
            "end_at": start + pd.Timedelta(minutes=45),
            "day": day,
            "local_hour": hour,
            "local_weekday": day.day_of_week,
            "status": status,
            "cancelled_at": cancelled_at,
            "cancelled_known_at": cancelled_at,
            "price_amount": np.where(rng.random(rows) < 0.1, np.nan, rng.choice([45.0, 60], rows)),
        }
    )


def lost(stage="booking", **more) -> Score:
    """Declare the score of these tests' clinics."""
    return lost_visit(stage, ZONE, **more)


def at(day, hour) -> pd.DatetimeIndex:
    """Return a local hour as UTC."""
    local = pd.DatetimeIndex(day) + pd.to_timedelta(np.asarray(hour), unit="h")
    return local.tz_localize(ZONE, ambiguous=True, nonexistent="shift_forward").tz_convert("UTC")


def appointments(*rows, **for_all) -> pd.DataFrame:
    """Return a frame of a few rows, each a dict over sensible defaults; times are UTC texts."""
    usual = {
        "clinic_id": "mitte",
        "patient_key": "anna",
        "practitioner_key": "p1",
        "service_type": None,
        "created_at": "2025-05-01 08:00",
        "start_at": "2025-05-12 08:00",
        "status": "booked",
        "cancelled_at": None,
        "cancelled_known_at": None,
        "price_amount": 60.0,
    }
    drawn = [usual | {"appointment_key": f"a{k}"} | for_all | row for k, row in enumerate(rows)]
    frame = pd.DataFrame(drawn)
    for column in ("created_at", "start_at", "cancelled_at", "cancelled_known_at"):
        frame[column] = pd.to_datetime(frame[column], utc=True)
    local = frame["start_at"].dt.tz_convert(ZONE).dt.tz_localize(None)
    frame["end_at"] = frame["start_at"] + pd.Timedelta(hours=1)
    frame["day"] = local.dt.normalize()
    frame["local_hour"], frame["local_weekday"] = local.dt.hour, local.dt.day_of_week
    return frame


@pytest.mark.parametrize("signal", ["habit", "crossed", "none"])
def test_every_world_loses_a_plausible_share(signal):
    lost = a_clinic(signal=signal)["status"].isin(["no_show", "cancelled_patient"])
    assert 0.1 < lost.mean() < 0.3
