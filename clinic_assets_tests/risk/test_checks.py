"""The risks, distrusted without figures, when too good to be true, or when not coming true."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from clinic_assets.risk.checks import CHECKS
from clinic_assets.warehouse.checks import findings
from clinic_assets.warehouse.days import Days

DAY = dt.date(2025, 9, 4)
CARD = {"n": 0, "candidates": {"table": {"all": {"auc": None}}}, "warning": None}


def found(clinic):
    told = findings(clinic.engine, CHECKS, Days(DAY, DAY))
    return [(f.check, f.bad_rows, f.detail) for f in told if f.check != "rows_are_as_written"]


def put_model(clinic, card, decision="The table serves: nothing beats it."):
    with clinic.engine.begin() as connection:
        connection.execute(
            sa.text(
                "insert into score.cancellation_model (clinic_id, day, stage, model_id, kind,"
                " trained_for, decision, card) values ('c', :day, 'booking', 'm', 'table',"
                " '2025-09-01', :decision, cast(:card as jsonb))"
            ),
            {"day": DAY, "decision": decision, "card": json.dumps(card)},
        )


@pytest.mark.parametrize(
    ("card", "decision", "check"),
    [
        (CARD, "The table serves, the logistic model was not promoted.", None),
        (CARD, "", "models_have_figures"),
        ({**CARD, "candidates": {}}, "The table serves.", "models_have_figures"),
        ({**CARD, "warning": "a leak until proven otherwise"}, "So.", "models_do_not_leak"),
    ],
)
def test_models_say_why_they_serve_and_do_not_leak(clinic, card, decision, check):
    put_model(clinic, card, decision)
    assert found(clinic) == ([(check, 1, "booking")] if check else [])


def put_visits(clinic, visits, lost, risk, status="no_show", known_before=False):
    """Visits of the day, the first `lost` of them lost."""
    cancelled = "timestamp '2025-09-03 12:00'" if known_before else "null::timestamptz"
    with clinic.engine.begin() as connection:
        connection.execute(
            sa.text(f"""
                insert into core.fct_appointment (clinic_id, appointment_key, source, patient_key,
                    practitioner_key, start_at, end_at, day, status, status_raw, cancelled_at,
                    cancelled_known_at)
                select 'c', n, 'pf', 'p', 'd', day + time '09:00', day + time '10:00', day,
                    case when n <= {lost} then '{status}' else 'completed' end, '',
                    case when n <= {lost} then {cancelled} end,
                    case when n <= {lost} then {cancelled} end
                from generate_series(1, {visits}) as n, (select date '{DAY}' as day) as d;
                insert into score.cancellation_risk (clinic_id, appointment_key, stage, day,
                    scored_for, risk, risk_bucket, model_id)
                select clinic_id, appointment_key, 'evening_before', day, '2025-09-03 16:00',
                    {risk}, 'low', 'm' from core.fct_appointment
            """)
        )


@pytest.mark.parametrize(
    ("visits", "lost", "risk", "is_drift"),
    [
        (100, 32, 0.2, False),  # exactly 3 sigmas above 20
        (100, 33, 0.2, True),
        (100, 7, 0.2, True),
        (29, 29, 0.2, False),
        (30, 30, 0.2, True),
    ],
)
def test_risks_that_do_not_come_true_are_told(clinic, visits, lost, risk, is_drift):
    put_visits(clinic, visits, lost, risk)
    told = found(clinic)
    assert [(check, rows) for check, rows, _ in told] == [("risks_come_true", visits)] * is_drift
    assert all(detail.startswith("evening_before: 20.0 % told") for _, _, detail in told)


def test_a_drift_too_slow_for_a_day_is_told_over_four_weeks_with_what_was_expected(clinic):
    put_visits(clinic, 100, 40, 0.2)
    with clinic.engine.begin() as connection:
        for table in ("core.fct_appointment", "score.cancellation_risk"):
            connection.exec_driver_sql(f"update {table} set day = day - appointment_key::int / 5")
    [(check, rows, detail)] = found(clinic)
    assert (check, rows) == ("risks_come_true", 100)
    assert detail == "evening_before: 20.0 % told, 40 of 100 lost, 8 to 32 expected"


def test_what_was_known_to_be_cancelled_or_has_no_outcome_is_left_out(clinic):
    put_visits(clinic, 100, 70, 0.01, "cancelled_patient", known_before=True)
    assert found(clinic) == []


def test_a_cancellation_in_time_is_no_loss(clinic):
    put_visits(clinic, 100, 70, 0.01, "cancelled_clinic")
    assert found(clinic) == []
