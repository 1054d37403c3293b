"""The metrics and the gate, against sklearn and against numbers checked by eye."""

import numpy as np
import pandas as pd
import pytest

from clinic_assets.risk.recipe import evaluate
from clinic_assets.risk.recipe.baseline import logit, sigmoid
from clinic_assets.risk.recipe.model import KINDS

RNG = np.random.default_rng(4)
RISK = np.round(RNG.beta(1.5, 6, 4000), 2)  # rounded: many ties
LOST = (RNG.random(4000) < RISK).astype(float)


def test_auc_average_precision_and_brier_are_those_of_sklearn_ties_included():
    from sklearn import metrics

    assert evaluate.auc(LOST, RISK) == pytest.approx(metrics.roc_auc_score(LOST, RISK))
    expected = metrics.average_precision_score(LOST, RISK)
    assert evaluate.average_precision(LOST, RISK) == pytest.approx(expected)
    assert evaluate.brier(LOST, RISK) == pytest.approx(metrics.brier_score_loss(LOST, RISK))


def test_a_forecast_drawn_from_the_truth_has_slope_one_and_intercept_zero():
    slope, intercept = evaluate.calibration_of(LOST, RISK)
    assert slope == pytest.approx(1, abs=0.1) and intercept == pytest.approx(0, abs=0.1)


def test_an_overconfident_forecast_has_a_small_slope_and_a_low_one_a_positive_intercept():
    assert evaluate.calibration_of(LOST, sigmoid(2 * logit(RISK)))[0] == pytest.approx(0.5, abs=0.1)
    assert evaluate.calibration_of(LOST, sigmoid(logit(RISK) - 1))[1] == pytest.approx(1, abs=0.1)


def test_the_calibration_error_is_the_gap_between_told_and_seen():
    lost = np.repeat([0.0, 1.0], [80, 20])
    assert evaluate.expected_calibration_error(lost, np.full(100, 0.2)) == pytest.approx(0)
    assert evaluate.expected_calibration_error(lost, np.full(100, 0.5)) == pytest.approx(0.3)


def test_lift_is_how_much_denser_the_losses_are_in_the_riskiest_tenth():
    lost = np.repeat([1.0, 0.0], [10, 90])
    assert evaluate.lift(lost, np.linspace(1, 0, 100)) == pytest.approx(10)
    assert evaluate.lift(lost, np.full(100, 0.3)) == pytest.approx(1)


def test_precision_at_capacity_takes_the_riskiest_of_each_day():
    lost, risk = np.array([1.0, 0, 0, 0, 1]), np.array([0.9, 0.8, 0.1, 0.2, 0.1])
    day = pd.Series(["mon", "mon", "mon", "tue", "tue"])
    assert evaluate.precision_at_capacity(lost, risk, day, capacity=1) == (0.5, 2)
    assert evaluate.precision_at_capacity(lost, risk, day, capacity=10) == (0.4, 5)


@pytest.mark.parametrize("lost", [np.zeros(0), np.zeros(5), np.ones(5)])
def test_what_cannot_be_computed_is_none_and_never_nan(lost):
    risk = np.full(lost.size, 0.2)
    found = evaluate.measured(lost, risk, risk, np.arange(lost.size))
    assert found["auc"] is None and found["calibration_slope"] is None
    assert not any(isinstance(v, float) and np.isnan(v) for v in found.values())


def test_the_interval_of_a_gain_is_wider_when_rows_belong_to_few_patients():
    better, worse = RISK, np.full(RISK.size, LOST.mean())
    alone = evaluate.gain_interval(LOST, better, worse, np.arange(RISK.size), seed=1)
    shared = evaluate.gain_interval(LOST, better, worse, np.argsort(np.argsort(RISK)) // 400, 1)
    assert 0 < alone[0] < alone[1]
    assert shared[1] - shared[0] > alone[1] - alone[0]
    assert alone == evaluate.gain_interval(LOST, better, worse, np.arange(RISK.size), seed=1)


def told(**risks) -> pd.DataFrame:
    frame = pd.DataFrame({kind: np.full(RISK.size, LOST.mean()) for kind in KINDS})
    return frame.assign(outcome=LOST, patient=np.arange(RISK.size), **risks)


def test_of_forecasts_as_good_as_each_other_the_simplest_serves():
    everyone = {"table": RISK, "logistic": RISK, "trees": RISK}
    assert evaluate.chosen(told(**everyone), seed=1)[0] == "table"
    assert evaluate.chosen(told(logistic=RISK, trees=RISK), seed=1)[0] == "logistic"
    assert evaluate.chosen(told(trees=RISK), seed=1)[0] == "trees"
    assert evaluate.chosen(told(), seed=1)[0] == "constant"


def test_a_gain_that_rests_on_a_few_patients_is_not_promoted():
    few = told(trees=RISK).assign(patient=np.where(np.arange(RISK.size) < 3990, 0, 1))
    noisy = few.assign(trees=np.where(few["patient"] == 1, 1 - LOST, RISK))
    kind, why = evaluate.chosen(noisy, seed=1)
    assert kind == "constant" and "the trees model was not promoted" in why


def test_too_few_rows_to_compare_leave_the_table():
    kind, why = evaluate.chosen(told(trees=RISK).head(50), seed=1)
    assert kind == "table" and "only 50 rows" in why
