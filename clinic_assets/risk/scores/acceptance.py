"""Whether a patient accepts a proposed treatment: done, or booked, within thirty days.

Here: the declaration, its label and its features. A procedure is a treatment by its code: all but
diagnosis, prevention and the upkeep of gums, which are booked as a matter of course.
Facts: `procedures` (day: when proposed; done_on, scheduled_at), `claims` and `visits` of the same
patients, all with family_key. The moment is the midnight before the proposal: of the person only
what was known until then, of the proposal what it is and costs.
"""

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.asof import Vector, counted_before, day_ends, instants, midnights
from clinic_assets.risk.recipe.score import Buckets, Enters, Score, Share
from clinic_assets.risk.scores.history import (
    Frames,
    by_person_and_family,
    dated_until,
    visits_before,
)

STAGE = "proposal"
ACCEPTED_WITHIN_DAYS = 30
TREATMENT = "^D(?!4910)[2-8]"
"""Codes of treatments, of the American Dental Association's list."""
PRIOR_RATE = 0.5
FEATURES: dict[str, Enters] = {
    "fee_band": "buckets",
    "log_fee_band": "plain",
    "n_proposed_together": "log",
    "log_plan_band": "plain",
    "n_prior": "log",
    "own_rate": "logit",
    "n_family_prior": "log",
    "family_rate": "logit",
    "n_done_prior": "log",
    "n_claims_prior": "log",
    "is_insured": "plain",
    "covered_share": "plain",
    "n_visits_prior": "log",
    "n_visits_lost_prior": "log",
    "days_since_visit": "log",
    "type_rate": "logit",
    "code_rate": "logit",
    "practitioner_rate": "logit",
}
FEE = Buckets(
    "fee_band", (0, 100, 250, 500, 1000, 2000), ("0", "100", "250", "500", "1000", "2000+")
)
"""What it costs, in the clinic's currency: the table that has to be beaten."""


def accepted_treatment(timezone: str) -> Score:
    """Declare the score."""
    return Score(
        name="acceptance",
        stage=STAGE,
        words="the treatment is accepted",
        population="every proposed treatment: codes D2 to D8 but D4910, referred ones left out",
        label="1: done, or attached to a visit booked, within 30 days of the proposal; 0: not",
        key="procedure_key",
        timezone=timezone,
        features=FEATURES,
        buckets=FEE,
        prior=PRIOR_RATE,
        cases=lambda facts: cases_at(facts, timezone),
        features_of=lambda cases, facts: features_at(cases, facts, timezone),
        standing=lambda facts, instant: as_known_at(facts, instant, timezone),
        shares=(
            Share("own_rate", "n_accepted_prior", "n_prior"),
            Share("family_rate", "n_family_accepted_prior", "n_family_prior"),
        ),
        categories={
            "type_rate": "type",
            "code_rate": "code",
            "practitioner_rate": "practitioner_key",
        },
        longest_wait_share=0.3,
    )


def cases_at(facts: Frames, timezone: str) -> pd.DataFrame:
    """Return the proposals with their outcome, which is known when thirty days have passed."""
    proposed = facts["procedures"]
    until = day_ends(proposed["day"], timezone, ACCEPTED_WITHIN_DAYS)
    done_at = midnights(proposed["done_on"], timezone)
    is_accepted = (done_at <= until) | (instants(proposed["scheduled_at"]) <= until)
    return proposed.assign(
        type=proposed["code"].str[:2],
        moment=midnights(proposed["day"], timezone),
        outcome=is_accepted.astype(float),
        outcome_known_at=until,
    )


def features_at(cases: pd.DataFrame, facts: Frames, timezone: str) -> pd.DataFrame:
    """Return what was known at each moment.

    Fees are as they stand now, so a raise between proposal and treatment would tell: they enter in
    bands of half a doubling.
    """
    proposals = cases_at(facts, timezone)
    same_day = proposals.groupby(["clinic_id", "patient_key", "moment"])["fee_amount"]
    together = same_day.agg(["size", "sum"]).reindex(
        pd.MultiIndex.from_frame(cases[["clinic_id", "patient_key", "moment"]])
    )
    fee, plan = banded(cases["fee_amount"].to_numpy()), banded(together["sum"].to_numpy())
    done = counted_before(
        cases, cases["moment"], proposals, day_ends(proposals["done_on"], timezone),
        "patient_key",
    )  # fmt: skip
    told = {
        "fee_band": fee,
        "log_fee_band": np.log1p(fee),
        "n_proposed_together": together["size"].to_numpy(dtype=float),
        "log_plan_band": np.log1p(plan),
        **by_person_and_family(cases, proposals, "accepted"),
        "n_done_prior": done.n,
        **_cover(cases, facts["claims"], timezone),
        **visits_before(cases, facts["visits"], timezone),
    }
    texts = cases[["type", "code", "practitioner_key"]]
    return pd.DataFrame(told, index=cases.index).join(texts)


def banded(amount: Vector) -> Vector:
    """Return amounts rounded to powers of the square root of 2; below 1 all are 0."""
    known = np.maximum(np.nan_to_num(np.asarray(amount, dtype=float)), 1.0)
    band = np.round(2.0 ** (np.round(2 * np.log2(known)) / 2), 2)
    return np.asarray(np.where(known > 1.0, band, 0.0))


def _cover(cases: pd.DataFrame, claims: pd.DataFrame, timezone: str) -> dict[str, Vector]:
    """Return how far a carrier was expected to pay for the patient's earlier claims."""
    known_at = day_ends(claims["day"], timezone)
    of = [
        counted_before(cases, cases["moment"], claims, known_at, "patient_key", amount)
        for amount in ("insurance_estimate", "claimed_amount")
    ]
    claimed = np.maximum(of[1].total, 1.0)
    return {
        "n_claims_prior": of[0].n,
        "is_insured": (of[0].n > 0).astype(float),
        "covered_share": np.clip(of[0].total / claimed, 0.0, 1.0),
    }


def as_known_at(facts: Frames, instant: pd.Timestamp, timezone: str) -> Frames:
    """Return the facts of an instant: later proposals, treatments, bookings, claims are hidden."""
    proposed = facts["procedures"]
    proposed = proposed[midnights(proposed["day"], timezone) <= instant]
    is_done = day_ends(proposed["done_on"], timezone) <= instant
    is_booked = instants(proposed["scheduled_at"]) <= instant
    return {
        "procedures": proposed.assign(
            done_on=proposed["done_on"].where(is_done),
            scheduled_at=proposed["scheduled_at"].where(is_booked),
        ),
        "claims": dated_until(facts["claims"], instant, timezone),
        "visits": dated_until(facts["visits"], instant, timezone),
    }
