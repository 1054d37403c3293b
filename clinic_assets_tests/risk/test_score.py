"""Telling risks: what a row says, and that plain models need no sklearn."""

import datetime as dt
import json
import subprocess
import sys

import pandas as pd
import pytest

from clinic_assets.risk.recipe.baseline import BucketTable
from clinic_assets.risk.recipe.model import TrainedModel, bucket_names, told_by
from clinic_assets.risk.recipe.train import train
from clinic_assets.risk.scores.cancellation import LEAD_TIME
from clinic_assets.risk.scores.visits import FEATURES, PRIOR_RATE, STAGES, moment_of
from clinic_assets.risk.serving.scores import CANCELLATION
from clinic_assets_tests.risk.test_worlds import ZONE, a_clinic, appointments, lost

MONTH = dt.date(2026, 8, 1)


def a_table(stage="evening_before") -> TrainedModel:
    """Return a table that tells 0.15 whatever the lead time."""
    table = BucketTable.counted(LEAD_TIME, PRIOR_RATE, [], []).to_json()
    return TrainedModel(
        "0" * 16,
        "cancellation",
        "table",
        stage,
        MONTH,
        0.15,
        {},
        tuple(FEATURES),
        table,
        (1.0, 0.0),
        {"n": 0},
    )


def risk_of(model, due, history, stage):
    """Tell the cases of a stage, as the table shows them."""
    score = lost(stage)
    cases = score.cases(due)
    return CANCELLATION.shown(told_by(model, score, cases, history), cases)


def test_a_row_says_what_may_be_lost_and_whose_knowledge_it_used():
    frame = appointments({}, {"price_amount": None})
    risks = risk_of(a_table(), frame, frame, "evening_before")
    assert list(risks) == [
        *["appointment_key", "stage", "scored_for", "risk", "risk_bucket", "model_id"],
        "expected_loss",
    ]
    assert risks["risk"].tolist() == [0.15, 0.15]
    assert risks["scored_for"].tolist() == [pd.Timestamp("2025-05-11 16:00", tz="UTC")] * 2
    assert risks["expected_loss"][0] == 9.0 and pd.isna(risks["expected_loss"][1])


def test_high_begins_at_seven_tenths_and_medium_at_four():
    risk = pd.Series([0.7, 0.699999, 0.4, 0.399999]).to_numpy()
    assert bucket_names(risk) == ["high", "medium", "medium", "low"]


def test_who_is_not_on_the_evening_list_has_no_row():
    frame = appointments({}, {"created_at": "2025-05-12 06:00"}).set_index(pd.Index([7, 9]))
    assert risk_of(a_table(), frame, frame, "evening_before").index.tolist() == [7]


def test_no_appointments_give_no_rows_and_all_columns():
    frame = appointments({})
    found = risk_of(a_table(), frame.iloc[:0], frame, "evening_before")
    assert found.shape == (0, 7)


def test_a_model_of_the_other_stage_is_refused():
    frame = appointments({})
    with pytest.raises(
        ValueError, match="is for cancellation at booking, not for cancellation at evening_before"
    ):
        risk_of(a_table("booking"), frame, frame, "evening_before")


@pytest.mark.parametrize("stage", STAGES)
def test_risks_are_the_same_day_by_day_as_for_the_whole_range(stage):
    frame = a_clinic(rows=3000)
    model = train(frame, MONTH, lost(stage))
    due = frame[frame["day"] >= "2026-08-01"]
    whole = risk_of(model, due, frame, stage)
    days = []
    for _, of_day in due.groupby("day"):
        since = moment_of(of_day, stage, ZONE).min() - pd.Timedelta(days=365)
        days.append(risk_of(model, of_day, frame[frame["end_at"] >= since], stage))
    pd.testing.assert_frame_equal(pd.concat(days).loc[whole.index], whole)
    assert len(whole) == len(lost(stage).cases(due)) > 0


ALONE = """
import json, sys
import clinic_assets.risk.recipe.train
from clinic_assets.risk.recipe.model import TrainedModel
from clinic_assets_tests.risk.test_score import risk_of
from clinic_assets_tests.risk.test_worlds import a_clinic
frame = a_clinic(rows=300)
models = [TrainedModel.from_json(kept) for kept in json.load(sys.stdin)]
risks = [risk_of(m, frame, frame, m.stage)["risk"].tolist() for m in models]
assert not {"sklearn", "skops", "scipy", "joblib"} & set(sys.modules)
print(json.dumps(risks))
"""


def test_a_table_and_a_regression_are_told_without_loading_sklearn():
    frame = a_clinic(rows=300)
    models = [a_table(), train(a_clinic(), MONTH, lost())]
    assert [model.kind for model in models] == ["table", "logistic"]
    kept = json.dumps([model.to_json() for model in models])
    done = subprocess.run(
        [sys.executable, "-c", ALONE], input=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    here = [risk_of(m, frame, frame, m.stage)["risk"].tolist() for m in models]
    assert json.loads(done.stdout) == here
