"""The training table: which rows may teach, with which features, and whether it knows the future.

Here: choosing rows and columns. Not here: what a feature is (features.py), how a leak is found
(leaks.py), and what learns (recipe.py).
"""

import datetime as dt

import pandas as pd

from clinic_assets.risk.diary import HISTORY_DAYS
from clinic_assets.risk.features import (
    FEATURES,
    NOTICE_HOURS,
    features_at,
    in_population,
    moment_of,
    outcomes,
)
from clinic_assets.risk.leaks import LeakFound, refuse_leaks

PRICE_GAP = 0.05
SHORTEST_FOR_WEEKDAYS = pd.Timedelta(days=27)


def training_rows(
    appointments: pd.DataFrame,
    trained_for: dt.date,
    stage: str,
    timezone: str,
    notice_hours: float = NOTICE_HOURS,
    beside: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return the rows that may teach a month's model: features as of their moment, label, when it
    was known, all before local midnight of `trained_for`.
    """
    if trained_for.day != 1:
        raise ValueError(f"A model is trained for the first day of a month, not {trained_for}.")
    until = midnight(trained_for, timezone)
    return rows_known_before(appointments, until, stage, timezone, notice_hours, beside)


def rows_known_before(
    appointments: pd.DataFrame,
    until: pd.Timestamp,
    stage: str,
    timezone: str,
    notice_hours: float = NOTICE_HOURS,
    beside: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return the rows that may teach at any instant, with columns beside that a caller declares.

    Labelled, in the stage's list, the outcome known after the moment and in the HISTORY_DAYS
    before `until`. A visit entered after its start was never foretold.
    """
    moment, known = moment_of(appointments, stage, timezone), outcomes(appointments, notice_hours)
    seen = appointments.assign(moment=moment, **known)
    known_at = seen["outcome_known_at"]
    is_in_window = (known_at < until) & (known_at >= until - pd.Timedelta(days=HISTORY_DAYS))
    is_foretold = (seen["moment"] < known_at) & (seen["created_at"] <= seen["start_at"])
    seen = seen[is_in_window & is_foretold & in_population(appointments, stage, timezone)]
    seen = seen.sort_values(["outcome_known_at", "clinic_id", "appointment_key"])
    features = features_at(
        seen, appointments, stage, timezone, notice_hours=notice_hours, beside=beside
    )
    patient = seen["patient_key"].fillna(seen["appointment_key"]).astype(str)
    facts = seen[["appointment_key", "day", "moment", "is_lost", "outcome_known_at"]]
    groups = seen[["clinic_id", "practitioner_key"]]
    return features.assign(**facts, **groups, patient=seen["clinic_id"].astype(str) + "|" + patient)


def leak_in(
    rows: pd.DataFrame,
    appointments: pd.DataFrame,
    stage: str,
    timezone: str,
    notice_hours: float = NOTICE_HOURS,
    beside: tuple[str, ...] = (),
) -> str | None:
    """Say what the usable part of a training table knows of the future; None: nothing."""

    usable = list(usable_features(rows, beside))

    def told_at(due: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
        told = features_at(due, history, stage, timezone, notice_hours=notice_hours, beside=beside)
        return told[usable]

    try:
        refuse_leaks(rows, appointments, told_at, notice_hours)
    except LeakFound as found:
        return str(found)
    return None


def usable_features(rows: pd.DataFrame, beside: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return FEATURES and those beside, without what this window of rows cannot teach.

    A price missing more often (by 5 points) among the lost than the kept, or missing for most,
    tells what happened, not what was known. In fewer than four weeks a weekday is but a few days.
    """
    missing, lost = rows["price_amount"].isna(), rows["is_lost"] == 1
    gap = abs(missing[lost].mean() - missing[~lost].mean())
    unusable = set() if gap <= PRICE_GAP and missing.mean() <= 0.5 else {"price_amount"}
    days = pd.to_datetime(rows["day"])
    if len(rows) and days.max() - days.min() < SHORTEST_FOR_WEEKDAYS:
        unusable.add("local_weekday")
    return tuple(name for name in (*FEATURES, *beside) if name not in unusable)


def midnight(day: dt.date, timezone: str) -> pd.Timestamp:
    """Return a local midnight in UTC."""
    local = pd.Timestamp(day).tz_localize(timezone, ambiguous=True, nonexistent="shift_forward")
    return local.tz_convert("UTC")
