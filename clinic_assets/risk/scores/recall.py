"""Whether a recall is kept: who had a cleaning or examination comes again when it is due.

Here: the declaration, its codes, label and features. Each hygiene visit starts an interval; it is
kept if another one takes place around the day on which it is due. Whether is only known once the
time for it has passed, also of who came early: else the punctual alone would teach.
Facts: hygiene `visits` (a row per patient and day: code, booked_at), `appointments` (status),
`charges` and `payments` as of a payment's score, all with patient_key and family_key. The moment is
the end of the visit's day. Age is sensitive: children's cleanings and adults' are one kind.
"""

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.asof import (
    HISTORY_DAYS,
    Vector,
    counted_before,
    day_ends,
    instants,
    midnights,
    numbers,
)
from clinic_assets.risk.recipe.score import Buckets, Enters, Score, Share
from clinic_assets.risk.scores.history import (
    Frames,
    by_person_and_family,
    dated_until,
    open_amounts,
    visits_before,
)

STAGE = "visit"
KINDS = {
    "D4910": "maintenance",
    "D1110": "cleaning",
    "D1120": "cleaning",
    "D0150": "first examination",
    "D0180": "first examination",
    "D0120": "examination",
    "D0145": "examination",
}
"""Hygiene codes of the American Dental Association's list; a visit is of its first one here."""
INTERVAL_DAYS = {
    "maintenance": 91, "cleaning": 182, "first examination": 182, "examination": 182,
}  # fmt: skip
"""How long after it the next visit is due: gums in upkeep every 13 weeks, all others every 26."""
AROUND_DAYS = 61
"""A recall is kept from so many days before it is due until so many after: two months."""
YEARS = 2 * HISTORY_DAYS
"""How far back hygiene visits are counted, and outcomes teach."""
HISTORY = YEARS + max(INTERVAL_DAYS.values()) + AROUND_DAYS + YEARS
"""Days before a month that its training reads: what teaches, its wait, what was before it."""
PRIOR_RATE = 0.5
FEATURES: dict[str, Enters] = {
    "n_hygiene_prior": "buckets",
    "days_since_hygiene": "log",
    "n_prior": "log",
    "own_rate": "logit",
    "n_family_prior": "log",
    "family_rate": "logit",
    "lead_days": "log",
    "n_visits_prior": "log",
    "n_visits_lost_prior": "log",
    "days_since_visit": "log",
    "open_amount": "log",
    "family_open_amount": "log",
    "days_since_payment": "log",
    "kind_rate": "logit",
    "practitioner_rate": "logit",
}
BEFORE = Buckets("n_hygiene_prior", (0, 1, 2, 3, 4), ("0", "1", "2", "3", "4+"))
"""Hygiene visits in the two years before: the table that has to be beaten."""


def kept_recall(timezone: str) -> Score:
    """Declare the score."""
    return Score(
        name="recall",
        stage=STAGE,
        words="the recall is kept",
        population="every day on which a patient had a cleaning or an examination done",
        label=f"1: another such visit within {AROUND_DAYS} days of when it is due; 0: none",
        key="procedure_key",
        timezone=timezone,
        features=FEATURES,
        buckets=BEFORE,
        prior=PRIOR_RATE,
        cases=lambda facts: cases_at(facts, timezone),
        features_of=lambda cases, facts: features_at(cases, facts, timezone),
        standing=lambda facts, instant: {
            name: dated_until(rows, instant, timezone) for name, rows in facts.items()
        },
        shares=(
            Share("own_rate", "n_kept_prior", "n_prior"),
            Share("family_rate", "n_family_kept_prior", "n_family_prior"),
        ),
        categories={"kind_rate": "kind", "practitioner_rate": "practitioner_key"},
        settings=(YEARS, *INTERVAL_DAYS.items(), AROUND_DAYS),
        window_days=YEARS,
        forward_share=0.6,
        longest_wait_share=0.6,
    )


def cases_at(facts: Frames, timezone: str) -> pd.DataFrame:
    """Return the hygiene visits with when the next is due and whether it took place then."""
    visits = facts["visits"]
    kind = visits["code"].map(KINDS)
    due_on = pd.to_datetime(visits["day"]) + pd.to_timedelta(kind.map(INTERVAL_DAYS), "D")
    behind = due_on + pd.Timedelta(days=AROUND_DAYS + 1)
    around = counted_before(
        visits, behind, visits, visits["day"], "patient_key", days=2 * AROUND_DAYS + 1
    )
    return visits.assign(
        kind=kind,
        due_on=due_on,
        moment=day_ends(visits["day"], timezone),
        outcome=(around.n > 0).astype(float),
        outcome_known_at=day_ends(due_on, timezone, AROUND_DAYS),
    )


def features_at(cases: pd.DataFrame, facts: Frames, timezone: str) -> pd.DataFrame:
    """Return what was known at each moment: how the visit was booked, and what was before it."""
    hygiene, visits = cases_at(facts, timezone), facts["appointments"]
    before = counted_before(
        cases, cases["moment"], hygiene, hygiene["moment"], "patient_key", days=YEARS
    )
    told = {
        "n_hygiene_prior": before.n,
        "days_since_hygiene": before.days_since,
        "lead_days": _lead_days(cases, timezone),
        **by_person_and_family(cases, hygiene, "kept"),
        **visits_before(cases, visits, timezone),
        **open_amounts(cases, facts["charges"], facts["payments"], timezone),
    }
    texts = cases[["kind", "practitioner_key"]]
    return pd.DataFrame(told, index=cases.index).join(texts)


def _lead_days(cases: pd.DataFrame, timezone: str) -> Vector:
    """Return how long before its day the visit was booked; nan where nobody knows."""
    begins = numbers(midnights(cases["day"], timezone))
    lead = (begins - numbers(instants(cases["booked_at"]))) / np.timedelta64(1, "D")
    return np.maximum(lead, 0.0)
