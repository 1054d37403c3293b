"""The patient score: five parts from 0 to 100, each with its count, and the reasons in words.

Here: the parts, the stratum, the segment with the step that helps. A part is a share of outcomes
known by the midnight before the day, of two years, pulled to a usual share as if by three outcomes;
with no outcome it is null, never a guess. Nothing is learned, so there is no model and no gate:
every figure can be counted by hand. It adds help and takes no slot away.
Facts: those of acceptance.py and payment.py, `appointments` and `contacts`, all with family_key.
"""

from typing import Any

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.asof import HISTORY_DAYS, Vector, counted_before, day_ends, midnights
from clinic_assets.risk.recipe.score import PRIOR_ROWS
from clinic_assets.risk.scores import acceptance, payment
from clinic_assets.risk.scores.history import Frames
from clinic_assets.risk.scores.visits import outcomes

USUAL = {"reliability": 0.85, "acceptance": acceptance.PRIOR_RATE, "payment": payment.PRIOR_RATE}
"""What each part is pulled to."""
WEIGHTS = {
    "reliability": 35, "payment": 25, "acceptance": 15, "engagement": 15, "household": 10,
}  # fmt: skip
"""Of the parts that are known, in the patient's score."""
YEARS = 2 * HISTORY_DAYS
SEEN_DAYS = 270
"""Who came within so many days is in touch."""
PAID_WITHIN_DAYS = 30
HIGH_RISK, MODERATE_RISK = 55, 75
ENOUGH = 2
"""Fewer outcomes say nothing of a habit."""
SEGMENTS = {
    "new": "call before the first visit: how to come, what to bring, what it costs",
    "misses visits": "remind by phone the day before and offer times that suit",
    "pays late": "agree before the visit how it will be paid, in instalments if need be",
    "puts treatment off": "explain once more, with cost and cover in writing",
    "drifting away": "invite, and book the next visit before they leave",
    "steady": "nothing beyond the usual",
}
"""What a patient is taken for, the first that holds, and the preventive step."""


def patient_scores(
    asked: pd.DataFrame, facts: Frames, timezone: str, notice_hours: float
) -> pd.DataFrame:
    """Return parts, counts, score, stratum, segment, step and reasons, indexed as `asked`.

    `asked`: clinic_id, patient_key, family_key, day.
    """
    cases = asked.assign(moment=midnights(asked["day"], timezone))
    parts = pd.DataFrame(index=asked.index)
    counts = {part: _counted(cases, known) for part, known in
              _outcomes(facts, timezone, notice_hours).items()}  # fmt: skip
    for part, (n, hits, _, _) in counts.items():
        parts[part] = _share(hits, n, USUAL[part])
        parts[f"{part}_n"], parts[f"{part}_hits"] = n, hits
    visits, paid = counts["reliability"], counts["payment"]
    others = visits[2] - visits[0] + paid[2] - paid[0]
    others_hits = visits[3] - visits[1] + paid[3] - paid[1]
    parts["household"] = _share(others_hits, others, USUAL["reliability"])
    parts["household_n"], parts["household_hits"] = others, others_hits
    parts = parts.assign(**_engagement(cases, facts, timezone))
    return _judged(parts)


def _outcomes(facts: Frames, timezone: str, notice_hours: float) -> Frames:
    """Return, for each part, what is counted: outcome 1 is the good one."""
    visits = facts["appointments"]
    known = outcomes(visits, notice_hours)
    kept = visits.assign(outcome=1 - known["is_lost"], outcome_known_at=known["outcome_known_at"])
    return {
        "reliability": kept[kept["outcome"].notna()],
        "acceptance": acceptance.cases_at(facts, timezone),
        "payment": payment.cases_at(
            {"visits": facts["charges"], "payments": facts["payments"]}, PAID_WITHIN_DAYS, timezone
        ),
    }


def _counted(cases: pd.DataFrame, known: pd.DataFrame) -> tuple[Vector, Vector, Vector, Vector]:
    """Return n and hits of the patient, then of the whole family."""
    own, family = (
        counted_before(
            cases, cases["moment"], known, known["outcome_known_at"], by, "outcome", YEARS
        )
        for by in ("patient_key", "family_key")
    )
    return own.n, own.total, family.n, family.total


def _share(hits: Vector, n: Vector, usual: float) -> Vector:
    share = 100 * (hits + PRIOR_ROWS * usual) / (n + PRIOR_ROWS)
    return np.where(n > 0, np.round(share, 1), np.nan)


def _engagement(cases: pd.DataFrame, facts: Frames, timezone: str) -> dict[str, Vector]:
    """Signs that are known: came lately, answers when written to.

    A visit booked ahead is none: whether a later day is there depends on what was loaded by then.
    """
    visits, moment = facts["appointments"], cases["moment"]
    came = visits[visits["status"].isin(("arrived", "completed"))]
    seen = counted_before(
        cases, moment, came, day_ends(came["day"], timezone), "patient_key", days=YEARS
    )
    sent, received = (
        counted_before(cases, moment, of, of["occurred_at"], "patient_key").n
        for of in (
            facts["contacts"][facts["contacts"]["direction"] == way] for way in ("sent", "received")
        )
    )
    known, told = seen.n > 0, sent > 0
    n = 1.0 * known + told
    hits = 1.0 * known * (np.nan_to_num(seen.days_since, nan=np.inf) <= SEEN_DAYS)
    hits = hits + (told & (received > 0))
    value = np.where(n > 0, np.round(100 * hits / np.maximum(n, 1), 1), np.nan)
    return {
        "engagement": value, "engagement_n": n, "engagement_hits": hits, "n_visits": seen.n,
    }  # fmt: skip


def _judged(parts: pd.DataFrame) -> pd.DataFrame:
    weights = np.array(list(WEIGHTS.values()), dtype=float)
    values = parts[list(WEIGHTS)].to_numpy(dtype=float)
    known = ~np.isnan(values)
    weight = (known * weights).sum(axis=1)
    total = np.nansum(values * weights, axis=1) / np.maximum(weight, 1)
    score = np.where(weight > 0, np.round(total, 1), np.nan)
    levels = [np.isnan(score), score < HIGH_RISK, score < MODERATE_RISK]
    stratum = np.select(levels, ["unknown", "high", "moderate"], "low")
    segment = _segments(parts)
    return parts.assign(
        score=score,
        stratum=stratum,
        segment=segment,
        step=[SEGMENTS[name] for name in segment],
        reasons=[reasons_of(row) for row in parts.to_dict("records")],
    )


def _segments(parts: pd.DataFrame) -> list[str]:
    holds = [
        parts["reliability_n"] == 0,
        (parts["reliability"] < 70) & (parts["reliability_n"] >= ENOUGH),
        (parts["payment"] < 60) & (parts["payment_n"] >= ENOUGH),
        (parts["acceptance"] < 40) & (parts["acceptance_n"] >= ENOUGH),
        parts["engagement"] < 50,
    ]
    names = list(SEGMENTS)
    return [str(name) for name in np.select(holds, names[:-1], names[-1])]


def reasons_of(row: dict[Any, Any]) -> str:
    """Say a row's parts in words: only what is known."""
    words = {
        "reliability": "kept {} of {} visits",
        "payment": "paid {} of {} visits within 30 days",
        "acceptance": "accepted {} of {} treatments",
        "household": "family: {} of {} visits kept or paid",
    }
    told = [
        words[part].format(int(row[f"{part}_hits"]), int(row[f"{part}_n"]))
        for part in words
        if row[f"{part}_n"] > 0
    ]
    return "; ".join(told) or "nothing known yet"
