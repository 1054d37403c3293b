"""What the scores of treatments, payments and recalls count of a person's and a family's past.

Here: counts as of a moment that several scores share. Not here: counting itself
(recipe/asof.py).
"""

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.asof import Vector, counted_before, day_ends

Frames = dict[str, pd.DataFrame]
"""Facts of several kinds, by name."""
LOST = ("no_show", "cancelled_patient")


def by_person_and_family(cases: pd.DataFrame, known: pd.DataFrame, word: str) -> dict[str, Vector]:
    """Count earlier outcomes that were known by the moment: the patient's own, and the family's.

    `known`: cases with outcome and outcome_known_at; `word`: what an outcome of 1 is called.
    """
    told: dict[str, Vector] = {}
    moment = cases["moment"]
    known = known[known["outcome"].notna()]
    for whose, by in (("", "patient_key"), ("family_", "family_key")):
        of = counted_before(cases, moment, known, known["outcome_known_at"], by, "outcome")
        told |= {f"n_{whose}prior": of.n, f"n_{whose}{word}_prior": of.total}
    return told


def visits_before(cases: pd.DataFrame, visits: pd.DataFrame, timezone: str) -> dict[str, Vector]:
    """Count earlier visits that took place or were lost; each is known when its day is over."""
    ended = visits.assign(is_lost=visits["status"].isin(LOST).astype(float))
    ended = ended[ended["status"].isin(("completed", "arrived", *LOST))]
    known_at = day_ends(ended["day"], timezone)
    of = counted_before(cases, cases["moment"], ended, known_at, "patient_key", "is_lost")
    return {
        "n_visits_prior": of.n - of.total,
        "n_visits_lost_prior": of.total,
        "days_since_visit": of.days_since,
    }


def open_amounts(
    cases: pd.DataFrame, charges: pd.DataFrame, payments: pd.DataFrame, timezone: str
) -> dict[str, Vector]:
    """Return what patient and family owed of the year before: shares less payments, at least 0."""
    told, moment = {}, cases["moment"]
    for name, by in (("open_amount", "patient_key"), ("family_open_amount", "family_key")):
        owed, paid = (
            counted_before(cases, moment, rows, day_ends(rows["day"], timezone), by, amount)
            for rows, amount in ((charges, "share_amount"), (payments, "amount"))
        )
        told[name] = np.maximum(owed.total - paid.total, 0.0)
        if by == "patient_key":
            told["days_since_payment"] = paid.days_since
    return told


def dated_until(frame: pd.DataFrame, instant: pd.Timestamp, timezone: str) -> pd.DataFrame:
    """Return the rows whose day was over at an instant."""
    return frame[day_ends(frame["day"], timezone) <= instant]
