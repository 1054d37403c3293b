"""Whom to call: by what a loss costs, as many as there is time for, and why."""

import pandas as pd

from clinic_assets.desk.call_list import calls_of_a_day


def visits(*rows) -> pd.DataFrame:
    usual = {
        "appt_start": pd.Timestamp("2025-09-02 09:00", tz="UTC"),
        "risk_score": 0.5,
        "expected_loss": 30.0,
        "missing_phone": False,
        "noshow_rate_90d": 0.0,
        "is_new_patient": False,
    }
    return pd.DataFrame([usual | {"appointment_id": str(k)} | row for k, row in enumerate(rows)])


def called(frame, capacity=10) -> list[str]:
    return calls_of_a_day(frame, capacity)["appointment_id"].tolist()


def test_the_dearest_loss_is_called_first_and_no_more_than_there_is_time_for():
    frame = visits({}, {"expected_loss": 90.0}, {"risk_score": 0.9, "expected_loss": 18.0})
    assert called(frame) == ["1", "0", "2"]
    assert called(frame, capacity=1) == ["1"] and called(frame, capacity=0) == []


def test_a_visit_without_a_price_counts_as_the_days_mean_and_without_any_the_risk_decides():
    frame = visits(
        {}, {"risk_score": 0.6, "expected_loss": None}, {"risk_score": 0.4, "expected_loss": 24.0}
    )
    assert called(frame) == ["1", "0", "2"]
    assert called(frame.assign(expected_loss=None)) == ["1", "0", "2"]


def test_whom_no_telephone_reaches_or_who_is_all_but_sure_is_not_called():
    assert called(visits({"missing_phone": True}, {"risk_score": 0.04}, {})) == ["2"]


def test_the_reason_is_said_in_words():
    frame = visits({"noshow_rate_90d": 0.25, "is_new_patient": True}, {"expected_loss": None})
    assert calls_of_a_day(frame, 2)["call_reason"].tolist() == [
        "50% risk of losing the visit, 30.00 at stake, missed 25% in 90 days, new patient",
        "50% risk of losing the visit, no price known",
    ]


def test_a_day_without_visits_has_no_calls():
    assert called(visits({}).iloc[:0]) == []
