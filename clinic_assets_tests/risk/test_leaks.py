"""Training tables with a planted leak are refused, the honest one passes."""

import datetime as dt

import pandas as pd
import pytest

from clinic_assets.risk.features import STAGES, features_at, outcomes
from clinic_assets.risk.leaks import LeakFound, as_known_at, refuse_leaks
from clinic_assets.risk.teaching import training_rows
from clinic_assets_tests.risk.test_worlds import ZONE, a_clinic, appointments

MONTH = dt.date(2026, 8, 1)
CLINIC = a_clinic(rows=4000)


def judged(stage, planted=None) -> None:
    """Make the training table as the recipe does, with a planted feature, and judge it."""

    def features_of(due, history):
        told = features_at(due, history, stage, ZONE)
        return told if planted is None else told.assign(planted=planted(due, history))

    rows = training_rows(CLINIC, MONTH, stage, ZONE)
    rows = rows.assign(**features_of(CLINIC.loc[rows.index], CLINIC))
    refuse_leaks(rows, CLINIC, features_of)


@pytest.mark.parametrize("stage", STAGES)
def test_the_honest_table_passes(stage):
    judged(stage)


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
