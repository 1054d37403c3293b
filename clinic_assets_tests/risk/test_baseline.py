"""The plain forecasts: the lead-time table and the logistic regression."""

import json

import numpy as np
import pytest

from clinic_assets.risk.recipe.baseline import (
    BucketTable,
    bucket_of,
    logistic_of,
    told_by_logistic,
)
from clinic_assets.risk.scores.cancellation import LEAD_TIME
from clinic_assets.risk.scores.visits import FEATURES, PRIOR_RATE, features_at, outcomes
from clinic_assets_tests.risk.test_worlds import ZONE, a_clinic, lost


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        *[(-1, "0"), (0, "0"), (1, "1-2"), (2, "1-2"), (3, "3-6"), (6, "3-6"), (7, "7-13")],
        *[(13, "7-13"), (14, "14-29"), (29, "14-29"), (30, "30+"), (400, "30+")],
    ],
)
def test_the_buckets_are_as_declared(days, bucket):
    assert LEAD_TIME.names[bucket_of(LEAD_TIME, [days])[0]] == bucket


def test_a_bucket_is_its_share_lost_pulled_a_little_to_the_overall_rate():
    table = BucketTable.counted(LEAD_TIME, PRIOR_RATE, [0] * 80 + [40] * 20, [0] * 80 + [1] * 20)
    overall = (20 + 20 * PRIOR_RATE) / (100 + 20)
    assert table.overall == pytest.approx(overall)
    assert table.predict([0])[0] == pytest.approx(20 * overall / 100)
    assert table.predict([30])[0] == pytest.approx((20 + 20 * overall) / 40)
    assert (table.n, table.n_events) == ((80, 0, 0, 0, 0, 20), (0, 0, 0, 0, 0, 20))


def test_an_empty_bucket_and_an_unknown_lead_time_get_the_overall_rate():
    table = BucketTable.counted(LEAD_TIME, PRIOR_RATE, [0, 0, np.nan], [0, 1, 1])
    assert table.predict([5, np.nan]).tolist() == pytest.approx([table.overall] * 2)


def test_a_table_that_has_seen_nothing_tells_the_prior_and_says_so():
    table = BucketTable.counted(LEAD_TIME, PRIOR_RATE, [], [])
    assert not table.is_trained and not table.to_json()["is_trained"]
    assert table.predict([0, 9, np.nan]).tolist() == pytest.approx([PRIOR_RATE] * 3)


def test_a_table_survives_json():
    table = BucketTable.counted(LEAD_TIME, PRIOR_RATE, [0, 3, 50], [0, 1, 1])
    assert BucketTable.from_json(json.loads(json.dumps(table.to_json()))) == table


def test_the_regression_is_kept_as_json_and_agrees_with_sklearn():
    from sklearn.linear_model import LogisticRegression

    from clinic_assets.risk.recipe.baseline import RIDGE, design_of, standardised

    frame = a_clinic(rows=1500)
    features = features_at(frame, frame, "booking", ZONE)
    outcome = outcomes(frame)["is_lost"].fillna(0).to_numpy()
    payload = json.loads(json.dumps(logistic_of(lost(), features, outcome, tuple(FEATURES))))
    design = design_of(lost(), features, tuple(FEATURES))[payload["columns"]].to_numpy()
    ready = standardised(design, np.array(payload["mean"]), np.array(payload["scale"]))[:, 1:]
    theirs = LogisticRegression(C=1 / RIDGE, tol=1e-8, max_iter=1000).fit(ready, outcome)
    found = told_by_logistic(lost(), features, payload)
    np.testing.assert_allclose(found, theirs.predict_proba(ready)[:, 1], atol=1e-4)


def test_an_index_with_repeats_does_no_harm_to_the_regression():
    frame = a_clinic(rows=400)
    features = features_at(frame, frame, "booking", ZONE)
    payload = logistic_of(
        lost(), features, outcomes(frame)["is_lost"].fillna(0).to_numpy(), tuple(FEATURES)
    )
    repeated = features.set_index(features.index * 0)
    assert (
        told_by_logistic(lost(), repeated, payload) == told_by_logistic(lost(), features, payload)
    ).all()


def test_a_regression_without_the_price_never_reads_it():
    frame = a_clinic(rows=1500)
    features = features_at(frame, frame, "booking", ZONE)
    outcome = outcomes(frame)["is_lost"].fillna(0).to_numpy()
    without = tuple(name for name in FEATURES if name != "price_amount")
    payload = logistic_of(lost(), features, outcome, without)
    assert "price_amount" not in payload["columns"]
    free = features.assign(price_amount=0.0)
    assert (
        told_by_logistic(lost(), features, payload) == told_by_logistic(lost(), free, payload)
    ).all()
