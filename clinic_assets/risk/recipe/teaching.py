"""The training table: which cases may teach, with which features, and whether it knows the future.

Here: choosing rows and columns. Not here: what a case or a feature is (scores/), how a leak is
found (leaks.py), and what learns (train.py).
"""

import datetime as dt

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.evaluate import auc
from clinic_assets.risk.recipe.leaks import LeakFound, refuse_leaks
from clinic_assets.risk.recipe.score import Facts, Score

MISSING_GAP = 0.05
RANKS_APART = 0.1
"""AUC beyond 0.5, among cases that are alike, of what is filled in later: too much to be known."""
SHORTEST_FOR_WEEKDAYS = pd.Timedelta(days=27)
OF_A_CASE = (
    "clinic_id", "patient_key", "practitioner_key", "day", "moment", "outcome", "outcome_known_at",
)  # fmt: skip


def training_rows(score: Score, facts: Facts, trained_for: dt.date) -> pd.DataFrame:
    """Return the rows that may teach a month's model: features as of their moment, outcome, when it
    was known, all before local midnight of `trained_for`.
    """
    if trained_for.day != 1:
        raise ValueError(f"A model is trained for the first day of a month, not {trained_for}.")
    return rows_known_before(score, facts, midnight(trained_for, score.timezone))


def rows_known_before(score: Score, facts: Facts, until: pd.Timestamp) -> pd.DataFrame:
    """Return the rows that may teach at any instant.

    Their outcome became known after the moment and in the score's window before `until`.
    """
    cases = score.cases(facts)
    known_at = cases["outcome_known_at"]
    is_in_window = (known_at < until) & (known_at >= until - pd.Timedelta(days=score.window_days))
    seen = cases[is_in_window & cases["outcome"].notna() & (cases["moment"] < known_at)]
    seen = seen.sort_values(["outcome_known_at", "clinic_id", score.key])
    told = score.features_of(seen, facts)
    beside = [name for name in (score.key, *OF_A_CASE) if name not in told]
    patient = seen["patient_key"].fillna(seen[score.key]).astype(str)
    return told.assign(
        **{name: seen[name] for name in beside},
        patient=seen["clinic_id"].astype(str) + "|" + patient,
    )


def leak_in(
    score: Score, rows: pd.DataFrame, facts: Facts, features: tuple[str, ...]
) -> str | None:
    """Say what the features in use know of the future; None: nothing."""
    try:
        refuse_leaks(score, rows, facts, features)
    except LeakFound as found:
        return str(found)
    return None


def usable_features(score: Score, rows: pd.DataFrame) -> tuple[str, ...]:
    """Return the score's features without what this window of rows cannot teach.

    What a clinic fills in later, if it is missing more often (by 5 points) with one outcome than
    the other, or for most, or is another with one than with the other, tells what happened, not
    what was known: of a visit that was broken some procedures are taken off, and their prices. In
    fewer than four weeks a weekday is but a few days.
    """
    happened, days = rows["outcome"] == 1, pd.to_datetime(rows["day"])
    is_short = len(rows) > 0 and days.max() - days.min() < SHORTEST_FOR_WEEKDAYS
    return tuple(
        name
        for name, enters in score.features.items()
        if not (enters == "weekday" and is_short)
        and not (name in score.filled_later and _tells_too_much(score, rows, name, happened))
    )


def _tells_too_much(score: Score, rows: pd.DataFrame, name: str, happened: pd.Series) -> bool:
    if _tells_by_missing(rows[name].isna(), happened):
        return True
    return abs(_auc_among_alike(score, rows, name) - 0.5) > RANKS_APART


def _auc_among_alike(score: Score, rows: pd.DataFrame, name: str) -> float:
    """How a feature ranks outcomes among cases with the same texts; 0.5 is not at all."""
    texts = [column for column in score.categories.values() if column in rows]
    known = rows.dropna(subset=[name])
    alike = [case for _, case in known.groupby(texts, dropna=False)] if texts else [known]
    found = [
        (auc(outcome, case[name].to_numpy(dtype=float)), outcome.sum() * (1 - outcome).sum())
        for case in alike
        if 0 < (outcome := case["outcome"].to_numpy(dtype=float)).sum() < len(outcome)
    ]
    aucs, pairs = zip(*found, strict=True) if found else ((0.5,), (1.0,))
    return float(np.average(aucs, weights=pairs))


def _tells_by_missing(missing: pd.Series, happened: pd.Series) -> bool:
    gap = abs(missing[happened].mean() - missing[~happened].mean())
    return not (gap <= MISSING_GAP and missing.mean() <= 0.5)


def midnight(day: dt.date, timezone: str) -> pd.Timestamp:
    """Return a local midnight in UTC."""
    local = pd.Timestamp(day).tz_localize(timezone, ambiguous=True, nonexistent="shift_forward")
    return local.tz_convert("UTC")


def month_of_model(moment: pd.Series, timezone: str) -> pd.Series:
    """Return the first day of the local month in which each moment lies.

    The model trained for that day is the newest that knows nothing from after the moment. The
    month of the case would be wrong for a visit booked a month ahead.
    """
    day = moment.dt.tz_convert(timezone).dt.tz_localize(None).dt.normalize()
    first: pd.Series = day - pd.to_timedelta(day.dt.day - 1, unit="D")
    return first
