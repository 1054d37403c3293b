"""The risk that a visit is lost, told when it is booked and the evening before.

Here: the declaration, and the appointments as they stood at an instant. Not here: the moments, the
label and the features (visits.py).
"""

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.asof import instants
from clinic_assets.risk.recipe.score import Apart, Buckets, Enters, Score, Share
from clinic_assets.risk.scores.visits import (
    FEATURES,
    LATEST,
    NOTICE_HOURS,
    PRIOR_RATE,
    features_at,
    in_population,
    moment_of,
    outcomes,
)

POPULATIONS = {
    "booking": "every visit, when it is booked",
    "evening_before": "the visits on the list at 18:00 of the day before",
    LATEST: "the visits on the list the evening before, or booked since",
}
PLAIN: Enters = "plain"
LOGIT: Enters = "logit"
CATEGORIES = {"practitioner_rate": "practitioner_key", "service_rate": "service_type"}
"""Of whom and of what the share lost, as found at training, is a feature too."""
LEAD_TIME = Buckets(
    "lead_time_days", (0, 1, 3, 7, 14, 30), ("0", "1-2", "3-6", "7-13", "14-29", "30+")
)
"""Days booked ahead: the table that has to be beaten."""


def lost_visit(
    stage: str,
    timezone: str,
    notice_hours: float = NOTICE_HOURS,
    beside: tuple[str, ...] = (),
) -> Score:
    """Declare the risk that a visit is lost, told at a stage. Facts: a frame of appointments.

    `beside`: columns of numbers that a caller declares to be known at booking.
    """

    def features_of(cases: pd.DataFrame, appointments: pd.DataFrame) -> pd.DataFrame:
        told = features_at(
            cases, appointments, stage, timezone, notice_hours=notice_hours, beside=beside
        )
        is_new = told["is_new_patient"] == 1
        of_case = {name: cases[name] for name in CATEGORIES.values()}
        return told.assign(**of_case, patient_is=np.where(is_new, "new", "known"))

    return Score(
        name="cancellation",
        stage=stage,
        words="the visit is lost",
        population=POPULATIONS[stage],
        label="1: no-show, or cancelled by the patient later than the notice; 0: came",
        key="appointment_key",
        timezone=timezone,
        features={
            **FEATURES,
            **dict.fromkeys(CATEGORIES, LOGIT),
            **dict.fromkeys(beside, PLAIN),
        },
        buckets=LEAD_TIME,
        prior=PRIOR_RATE,
        cases=lambda appointments: cases_at(appointments, stage, timezone, notice_hours),
        features_of=features_of,
        standing=lambda appointments, instant: as_known_at(appointments, instant, notice_hours),
        shares=(Share("smoothed_rate", "n_lost_prior", "n_prior"),),
        categories=CATEGORIES,
        filled_later=("price_amount",),
        settings=(notice_hours,),
        groups=("clinic_id", "practitioner_key", "patient_is"),
        apart=Apart("booked_ahead", lambda rows: rows["lead_time_days"] >= 1),
    )


def cases_at(
    appointments: pd.DataFrame, stage: str, timezone: str, notice_hours: float = NOTICE_HOURS
) -> pd.DataFrame:
    """Return the appointments in a stage's list, but those moved away, with moment and outcome.

    A visit entered after its start was never foretold: it has no outcome to learn from.
    """
    asked = in_population(appointments, stage, timezone) & (appointments["status"] != "rescheduled")
    listed = appointments[asked]
    known = outcomes(listed, notice_hours)
    is_foretold = instants(listed["created_at"]) <= instants(listed["start_at"])
    return listed.assign(
        moment=moment_of(listed, stage, timezone),
        outcome=known["is_lost"].where(is_foretold),
        outcome_known_at=known["outcome_known_at"],
    )


def as_known_at(
    appointments: pd.DataFrame, instant: pd.Timestamp, notice_hours: float = NOTICE_HOURS
) -> pd.DataFrame:
    """Return the appointments that were booked, each as open as it was at that instant.

    One whose booking nobody dated was there all along: its outcome counts from when it was known.
    """
    booked_at = instants(appointments["created_at"])
    seen = appointments[(booked_at <= instant) | booked_at.isna()]
    outcome_known = outcomes(seen, notice_hours)["outcome_known_at"] < instant
    is_known = outcome_known | (instants(seen["cancelled_known_at"]) <= instant)
    return seen.assign(
        status=seen["status"].where(is_known, "booked"),
        cancelled_at=instants(seen["cancelled_at"]).where(is_known),
        cancelled_known_at=instants(seen["cancelled_known_at"]).where(is_known),
    )
