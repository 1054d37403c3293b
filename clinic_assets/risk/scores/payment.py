"""Whether a visit is paid for in time: the patient's share, within 30, 60 or 90 days.

Here: the declaration, its label and its features. The share is what the visit costs less what
carriers are expected to pay, write-offs and discounts; paid is 95 % of it. Whether in time is
only known once the days have passed, also of who paid at once: else only the quick would teach.
Facts: `visits` that took place (day, price_amount, share_amount) and `payments` of patients
(appointment_key, day, amount), both with patient_key and family_key. The moment is the midnight
before the visit.
"""

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.asof import counted_before, day_ends, midnights
from clinic_assets.risk.recipe.score import Buckets, Enters, Score, Share
from clinic_assets.risk.scores.history import (
    Frames,
    by_person_and_family,
    dated_until,
    open_amounts,
)

WINDOWS = (30, 60, 90)
SMALLEST_SHARE = 1.0
"""Below it there is nothing to be paid."""
PAID_IN_FULL = 0.95
PRIOR_RATE = 0.8
FEATURES: dict[str, Enters] = {
    "share_amount": "buckets",
    "log_share": "plain",
    "log_price": "plain",
    "n_prior": "log",
    "own_rate": "logit",
    "n_family_prior": "log",
    "family_rate": "logit",
    "n_at_visit_prior": "log",
    "at_visit_rate": "logit",
    "open_amount": "log",
    "family_open_amount": "log",
    "days_since_payment": "log",
    "practitioner_rate": "logit",
    "service_rate": "logit",
}
SHARE = Buckets("share_amount", (0, 25, 50, 100, 250, 500), ("1", "25", "50", "100", "250", "500+"))
"""What the patient owes, in the clinic's currency: the table that has to be beaten."""


def paid_visit(window: int, timezone: str) -> Score:
    """Declare the score for one window of days."""
    return Score(
        name="payment",
        stage=stage_of(window),
        words="the visit is paid",
        population="visits that took place and cost the patient something",
        label=f"1: 95 % of the patient's share paid within {window} days; 0: not",
        key="appointment_key",
        timezone=timezone,
        features=FEATURES,
        buckets=SHARE,
        prior=PRIOR_RATE,
        cases=lambda facts: cases_at(facts, window, timezone),
        features_of=lambda cases, facts: features_at(cases, facts, window, timezone),
        standing=lambda facts, instant: {
            name: dated_until(rows, instant + LOOK_AHEAD[name], timezone)
            for name, rows in facts.items()
        },
        shares=(
            Share("own_rate", "n_paid_prior", "n_prior"),
            Share("family_rate", "n_family_paid_prior", "n_family_prior"),
            Share("at_visit_rate", "n_paid_at_visit_prior", "n_at_visit_prior"),
        ),
        categories={"practitioner_rate": "practitioner_key", "service_rate": "service_type"},
        settings=(window,),
        longest_wait_share=0.3,
    )


LOOK_AHEAD = {"visits": pd.Timedelta(days=1), "payments": pd.Timedelta(0)}
"""A visit of the day is in the diary before it takes place; what is paid is known afterwards."""


def stage_of(window: int) -> str:
    """Return the stage's name: 30_days."""
    return f"{window}_days"


def cases_at(facts: Frames, window: int, timezone: str) -> pd.DataFrame:
    """Return the visits with whether their share was paid within the window."""
    visits = facts["visits"][facts["visits"]["share_amount"] >= SMALLEST_SHARE]
    paid = paid_within(visits, facts["payments"], window)
    return visits.assign(
        moment=midnights(visits["day"], timezone),
        outcome=(paid >= PAID_IN_FULL * visits["share_amount"]).astype(float),
        outcome_known_at=day_ends(visits["day"], timezone, window),
    )


def paid_within(visits: pd.DataFrame, payments: pd.DataFrame, window: int) -> pd.Series:
    """Return what was paid for each visit until so many days after it, ahead of it included."""
    keys = ["clinic_id", "appointment_key"]
    asked = visits[[*keys, "day"]].reset_index(names="row")
    both = asked.merge(payments[[*keys, "day", "amount"]], on=keys, suffixes=("", "_paid"))
    waited = pd.to_datetime(both["day_paid"]) - pd.to_datetime(both["day"])
    in_time = both[waited <= pd.Timedelta(days=window)]
    return in_time.groupby("row")["amount"].sum().reindex(visits.index, fill_value=0.0)


def features_at(cases: pd.DataFrame, facts: Frames, window: int, timezone: str) -> pd.DataFrame:
    """Return what was known at each moment: the visit's price and share, and the past."""
    at_visit = cases_at(facts, 0, timezone)
    of_day = counted_before(
        cases, cases["moment"], at_visit, at_visit["outcome_known_at"], "patient_key", "outcome"
    )
    told = {
        "share_amount": cases["share_amount"].to_numpy(dtype=float),
        "log_share": np.log1p(cases["share_amount"].to_numpy(dtype=float)),
        "log_price": np.log1p(cases["price_amount"].to_numpy(dtype=float)),
        **by_person_and_family(cases, cases_at(facts, window, timezone), "paid"),
        "n_at_visit_prior": of_day.n,
        "n_paid_at_visit_prior": of_day.total,
        **open_amounts(cases, facts["visits"], facts["payments"], timezone),
    }
    texts = cases[["practitioner_key", "service_type"]]
    return pd.DataFrame(told, index=cases.index).join(texts)
