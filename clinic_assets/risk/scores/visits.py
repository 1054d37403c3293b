"""What was known about a visit at a moment, and what became of it afterwards.

Here: the moments at which a risk is told, who is in the list at that moment, the label, and the
features. Each feature is named in FEATURES; no other column of the frame can enter, unless a caller
declares it by name. Not here: the declaration (cancellation.py), and anything about who the patient
is: age, sex, name, address and telephone are never read.

Frames of appointments have one row per appointment, instants as UTC, `day` as the local date.
"""

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.asof import (
    HISTORY_DAYS,
    Vector,
    at,
    codes,
    instants,
    numbers,
    own_place,
    places_before,
)
from clinic_assets.risk.recipe.score import PRIOR_ROWS, Enters
from clinic_assets.risk.scores.diary import days_of_visits, diary_at

NOTICE_HOURS = 24
"""A patient who cancels later than this before the start leaves a slot that cannot be sold."""
EVENING_HOUR = 18
PRIOR_RATE = 0.15
"""The share lost that is assumed before anything has been seen."""
STAGES = ("booking", "evening_before")
LATEST = "latest"
"""A third moment, that no list serves: the evening before, or the booking if that came later."""
KEPT = ("arrived", "completed")
FEATURES: dict[str, Enters] = {
    "lead_time_days": "buckets",
    "log_lead_time": "plain",
    "local_weekday": "weekday",
    "local_hour": "plain",
    "is_edge_hour": "plain",
    "price_amount": "plain",
    "n_prior": "log",
    "n_lost_prior": "trees",
    "smoothed_rate": "logit",
    "days_since_last_outcome": "log",
    "last_outcome_lost": "plain",
    "is_new_patient": "plain",
    "local_hour_booked": "plain",
    "n_same_day": "log",
    "n_booked_together": "log",
    "n_called_off_prior": "log",
}


def outcomes(appointments: pd.DataFrame, notice_hours: float = NOTICE_HOURS) -> pd.DataFrame:
    """Return `is_lost` (1, 0 or null) and `outcome_known_at` (UTC), indexed like the input.

    Lost: no_show, and cancelled_patient later than `notice_hours` before the start; a patient's
    cancellation whose time is unknown counts as lost. Kept: arrived, completed. All else (in
    time, by the clinic, rescheduled, still open, unresolved) has no label and teaches nothing.
    Known: at the end of the visit, or when it was cancelled, never before it was booked.
    """
    status, end_at = appointments["status"], instants(appointments["end_at"])
    cancelled_at = instants(appointments["cancelled_at"])
    deadline = instants(appointments["start_at"]) - pd.Timedelta(hours=notice_hours)
    is_late = (status == "cancelled_patient") & (cancelled_at.isna() | (cancelled_at > deadline))
    is_lost = pd.Series(np.nan, index=appointments.index)
    is_lost[status.isin(KEPT)] = 0.0
    is_lost[(status == "no_show") | is_late] = 1.0
    known_at = cancelled_at.where(is_late).fillna(end_at)
    booked_at = instants(appointments["created_at"])
    known_at = known_at.mask(known_at < booked_at, booked_at).where(is_lost.notna())
    return pd.DataFrame({"is_lost": is_lost, "outcome_known_at": known_at})


def moment_of(appointments: pd.DataFrame, stage: str, timezone: str) -> pd.Series:
    """Return the instant (UTC) whose knowledge a stage uses.

    booking: when it was booked (its start, if it was entered only after that). evening_before:
    18:00 by the clinic's clock on the day before. latest: the later of the two.
    """
    booked_at, start_at = (instants(appointments[name]) for name in ("created_at", "start_at"))
    booked_at = booked_at.mask(start_at < booked_at, start_at)
    if stage == "booking":
        return booked_at
    if stage not in ("evening_before", LATEST):
        raise ValueError(f"No stage {stage!r}: there are {', '.join((*STAGES, LATEST))}.")
    evening = days_of_visits(appointments) - pd.Timedelta(days=1) + pd.Timedelta(hours=EVENING_HOUR)
    local = evening.dt.tz_localize(timezone, ambiguous="NaT", nonexistent="shift_forward")
    if stage == LATEST:
        return instants(local).where(instants(local) >= booked_at, booked_at)
    return instants(local)


def in_population(appointments: pd.DataFrame, stage: str, timezone: str) -> pd.Series:
    """Say of each row whether a stage tells its risk.

    booking: all but those rescheduled away. evening_before: those on the list that evening,
    booked by then and not known to be cancelled; so a booking for the same day is not among them.
    latest: these and the bookings for the same day.
    """
    moment = moment_of(appointments, stage, timezone)
    if stage == "booking":
        return (appointments["status"] != "rescheduled") & moment.notna()
    cancelled_known_at = instants(appointments["cancelled_known_at"])
    is_open = cancelled_known_at.isna() | (cancelled_known_at > moment)
    if stage == LATEST:
        return is_open & moment.notna()
    is_booked: pd.Series = instants(appointments["created_at"]) <= moment
    return is_booked & is_open


def lead_time_days(appointments: pd.DataFrame, timezone: str) -> pd.Series:
    """Return whole local days from booking to visit; never negative, null if never dated."""
    booked = instants(appointments["created_at"]).dt.tz_convert(timezone).dt.tz_localize(None)
    lead: pd.Series = (days_of_visits(appointments) - booked.dt.normalize()).dt.days.astype(float)
    return lead.clip(lower=0.0)


def features_at(
    appointments: pd.DataFrame,
    history: pd.DataFrame,
    stage: str,
    timezone: str,
    *,
    base: float = PRIOR_RATE,
    notice_hours: float = NOTICE_HOURS,
    beside: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return FEATURES as floats, indexed like `appointments`, as of each row's moment.

    `history` may hold any appointments: only what was known before the moment, at most
    HISTORY_DAYS old and of another appointment of the same patient is counted. So a result
    does not depend on how much was passed, given the last HISTORY_DAYS are complete. `beside`:
    columns of numbers that a caller declares to be known at booking; they follow as they are.
    """
    moment = moment_of(appointments, stage, timezone)
    lead = lead_time_days(appointments, timezone)
    hour = appointments["local_hour"].astype(float)
    known = {
        "lead_time_days": lead,
        "log_lead_time": np.log1p(lead),
        "local_weekday": appointments["local_weekday"].astype(float),
        "local_hour": hour,
        "is_edge_hour": ((hour < 10) | (hour >= 17)).astype(float),
        "price_amount": pd.to_numeric(appointments["price_amount"]).astype(float),
    }
    own = _own_history(appointments, moment, _facts(history, notice_hours))
    diary = diary_at(appointments, history, moment, timezone)
    declared = {name: appointments[name].astype(float) for name in beside}
    lost = own["n_lost_prior"] + PRIOR_ROWS * base
    own["smoothed_rate"] = lost / (own["n_prior"] + PRIOR_ROWS)
    told = pd.DataFrame({**known, **own, **diary, **declared}, index=appointments.index)
    return told[[*FEATURES, *beside]]


def _facts(history: pd.DataFrame, notice_hours: float) -> pd.DataFrame:
    """Return the labelled outcomes, oldest first; a fixed order makes reruns equal."""
    keys = history[["clinic_id", "patient_key", "appointment_key"]]
    facts = keys.assign(**outcomes(history, notice_hours))
    facts = facts.dropna(subset=["patient_key", "is_lost", "outcome_known_at"])
    return facts.sort_values(["outcome_known_at", "appointment_key"])


def _own_history(
    appointments: pd.DataFrame, moment: pd.Series, facts: pd.DataFrame
) -> dict[str, Vector]:
    """Count each patient's facts in [moment - HISTORY_DAYS, moment), leaving out the row itself.

    Facts lie sorted by (patient, instant), so two binary searches and a running sum suffice.
    """
    own, of_fact = codes(appointments, facts, "patient_key")
    by_patient = np.argsort(of_fact, kind="stable")
    facts, of_fact = facts.iloc[by_patient], of_fact[by_patient]
    known_at, asked_at = numbers(facts["outcome_known_at"]), numbers(moment)
    first = places_before(of_fact, known_at, own, asked_at - np.timedelta64(HISTORY_DAYS, "D"))
    behind = places_before(of_fact, known_at, own, asked_at)
    itself = own_place(appointments, facts)
    is_itself = (itself >= first) & (itself < behind)
    lost = facts["is_lost"].to_numpy(dtype=float)
    running = np.concatenate([[0.0], np.cumsum(lost)])
    n_prior = behind - first - is_itself
    n_lost = running[behind] - running[first] - np.where(is_itself, at(lost, itself), 0.0)
    last = behind - 1 - (is_itself & (itself == behind - 1))
    days = (asked_at - at(known_at, last)) / np.timedelta64(1, "D")
    return {
        "n_prior": n_prior.astype(float),
        "n_lost_prior": n_lost,
        "days_since_last_outcome": np.where(n_prior > 0, days, np.nan),
        "last_outcome_lost": np.where(n_prior > 0, at(lost, last), 0.0),
        "is_new_patient": (n_prior == 0).astype(float),
    }
