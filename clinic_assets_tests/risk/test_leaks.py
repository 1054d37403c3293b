"""Training tables with a planted leak are refused, the honest one passes."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from clinic_assets.risk.recipe.leaks import LeakFound, refuse_leaks
from clinic_assets.risk.recipe.teaching import training_rows
from clinic_assets.risk.scores.cancellation import as_known_at
from clinic_assets.risk.scores.visits import STAGES, outcomes
from clinic_assets_tests.risk.test_worlds import a_clinic, appointments, lost

MONTH = dt.date(2026, 8, 1)
CLINIC = a_clinic(rows=4000)


def judged(stage, planted=None, clinic=CLINIC) -> None:
    """Make the training table as the recipe does, with a planted feature, and judge it."""
    score = lost(stage)
    if planted:

        def features_of(due, history):
            return lost(stage).features_of(due, history).assign(planted=planted(due, history))

        told = {**score.features, "planted": "plain"}
        score = replace(score, features=told, features_of=features_of)
    rows = training_rows(score, clinic, MONTH)
    refuse_leaks(score, rows, clinic, tuple(score.features))


@pytest.mark.parametrize("stage", STAGES)
def test_the_honest_table_passes(stage):
    judged(stage)


@pytest.mark.parametrize("stage", STAGES)
def test_visits_whose_booking_nobody_dated_are_no_leak(stage):
    undated = CLINIC["created_at"].mask(CLINIC.index % 3 == 0)
    judged(stage, clinic=CLINIC.assign(created_at=undated))


@pytest.mark.parametrize("stage", STAGES)
def test_a_patients_rate_over_all_rows_is_refused(stage):
    def patient_rate(due, history):
        lost = outcomes(history)["is_lost"].groupby(history["patient_key"]).mean()
        return due["patient_key"].map(lost)

    with pytest.raises(
        LeakFound, match=r"^Feature planted knows the future: \d+ of \d+ rows change"
    ):
        judged(stage, patient_rate)


def test_a_rate_of_the_days_before_that_ignores_when_it_was_known_is_refused():
    """Ordered by start instead of by knowledge: a booking weeks ahead sees what came meanwhile."""

    def rate_of_earlier_visits(due, history):
        lost = outcomes(history)["is_lost"]
        by_start = history.assign(lost=lost).sort_values("start_at")
        before = by_start.groupby("patient_key")["lost"].transform(
            lambda s: s.shift().expanding().mean()
        )
        return before.reindex(due.index)

    with pytest.raises(LeakFound, match="knows the future"):
        judged("booking", rate_of_earlier_visits)


def test_a_field_derived_from_the_status_is_refused():
    paid = 1 - outcomes(CLINIC)["is_lost"]
    with pytest.raises(LeakFound, match=r"alone tells the outcome \(AUC 1.00\)"):
        judged("booking", lambda due, _: paid.loc[due.index])


def test_a_field_that_is_only_there_for_those_who_came_is_refused():
    signed = (1 - outcomes(CLINIC)["is_lost"]).replace(0.0, float("nan"))
    with pytest.raises(LeakFound, match="alone tells the outcome"):
        judged("booking", lambda due, _: signed.loc[due.index])


def test_the_clinic_as_it_stood_has_no_later_booking_and_no_later_outcome():
    frame = appointments(
        {"status": "completed", "start_at": "2025-05-02 08:00"},
        {"status": "no_show", "start_at": "2025-05-12 08:00"},
        {"status": "cancelled_patient", "cancelled_known_at": "2025-05-04 08:00"},
        {"status": "cancelled_patient", "cancelled_known_at": "2025-05-06 08:00"},
        {"created_at": "2025-05-06 08:00"},
    )
    stood = as_known_at(frame, pd.Timestamp("2025-05-05", tz="UTC"))
    assert stood["status"].tolist() == ["completed", "booked", "cancelled_patient", "booked"]
    assert stood["cancelled_known_at"].notna().tolist() == [False, False, True, False]
