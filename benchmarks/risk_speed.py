"""How long a model takes to train on many appointments, and how much memory.

A clinic that never was, with habits; the stages of one month, in this process.
"""

import argparse
import datetime as dt
import json
import resource
import time

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.model import told_by
from clinic_assets.risk.recipe.train import train
from clinic_assets.risk.scores.cancellation import lost_visit
from clinic_assets.risk.tables import STAGES

ZONE = "Europe/Berlin"
FIRST, DAYS = pd.Timestamp("2024-08-01"), 730


def appointments(rows: int, seed: int = 1) -> pd.DataFrame:
    """Draw two years of appointments, eight for each patient, with a habit each."""
    rng = np.random.default_rng(seed)
    patient = rng.integers(0, rows // 8, rows)
    habit = rng.normal(0, 1.2, rows // 8)[patient]
    day = FIRST + pd.to_timedelta(np.sort(rng.integers(0, DAYS, rows)), unit="D")
    lead = np.where(rng.random(rows) < 0.2, 0, rng.geometric(1 / 14, rows))
    hour = rng.integers(10, 18, rows)
    start = day.tz_localize(ZONE).tz_convert("UTC") + pd.to_timedelta(hour, unit="h")
    chance = 1 / (1 + np.exp(2.6 - 0.45 * np.log1p(lead) - habit))
    return pd.DataFrame(
        {
            "clinic_id": "clinic",
            "appointment_key": np.arange(rows).astype(str),
            "patient_key": patient.astype(str),
            "practitioner_key": (patient % 20).astype(str),
            "service_type": (patient % 3).astype(str),
            "created_at": start - pd.to_timedelta(lead * 24 + 2, unit="h"),
            "start_at": start,
            "end_at": start + pd.Timedelta(minutes=45),
            "day": day,
            "local_hour": hour,
            "local_weekday": day.day_of_week,
            "status": np.where(rng.random(rows) < chance, "no_show", "completed"),
            "cancelled_at": pd.NaT,
            "cancelled_known_at": pd.NaT,
            "price_amount": 60.0,
        }
    )


def main() -> None:
    """Print seconds for each stage, for a day's scores, and the peak of this process in MB."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--appointments", type=int, default=500_000)
    asked = parser.parse_args()
    frame = appointments(asked.appointments)
    month, told = dt.date(2026, 8, 1), {}
    for stage in STAGES:
        began = time.monotonic()
        score = lost_visit(stage, ZONE)
        model = train(frame, month, score)
        told[stage] = round(time.monotonic() - began, 1)
        last = frame[frame["day"] == frame["day"].max()]
        own = frame[frame["patient_key"].isin(last["patient_key"])]
        began = time.monotonic()
        told_by(model, score, score.cases(last), own)
        told[f"{stage}_a_day_scored"] = round(time.monotonic() - began, 2)
        told[f"{stage}_serves"] = model.kind
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"appointments": len(frame), **told, "peak_mb": round(peak)}))


if __name__ == "__main__":
    main()
