"""Training: who teaches, who wins, and that the same input makes the same model."""

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from clinic_assets.risk.recipe.model import KINDS
from clinic_assets.risk.recipe.teaching import training_rows, usable_features
from clinic_assets.risk.recipe.train import fit, told_forward, train
from clinic_assets.risk.scores.visits import FEATURES, PRIOR_RATE, STAGES
from clinic_assets_tests.risk.test_worlds import ZONE, a_clinic, appointments, lost

MONTH = dt.date(2026, 8, 1)
MIDNIGHT = pd.Timestamp(MONTH, tz=ZONE)


@pytest.fixture(scope="module")
def clinic() -> pd.DataFrame:
    return a_clinic()


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("seed", [1, 2])
def test_where_patients_have_habits_a_model_beats_the_table_and_serves(stage, seed):
    model = train(a_clinic(seed=seed), MONTH, lost(stage))
    metrics = model.card["candidates"][model.kind]["all"]
    assert model.kind in ("logistic", "trees")
    assert metrics["skill_vs_table"] > 0.03 and 0.6 < metrics["auc"] < 0.8
    assert f"The {model.kind} model serves" in model.card["decision"]


@pytest.mark.parametrize("stage", STAGES)
def test_where_losses_are_drawn_at_random_no_model_is_promoted(stage):
    served = [train(a_clinic(signal="none", seed=s), MONTH, lost(stage)) for s in range(5)]
    assert sum(model.kind in ("logistic", "trees") for model in served) == 0
    assert all("serves" in model.card["decision"] for model in served)


@pytest.mark.parametrize("stage", STAGES)
def test_the_same_rows_make_the_same_model_in_whatever_order_they_come(clinic, stage):
    once = train(clinic, MONTH, lost(stage))
    again = train(clinic.sample(frac=1, random_state=9), MONTH, lost(stage))
    assert once == again
    assert json.loads(json.dumps(once.card, allow_nan=False)) == once.card


def test_what_no_sum_can_say_is_left_to_the_trees_and_they_tell_it_twice_alike():
    frame = a_clinic(signal="crossed")
    once, again = (train(frame, MONTH, lost("booking")) for _ in range(2))
    rows = lost().features_of(frame, frame)
    assert once.kind == "trees" and once.model_id == again.model_id
    assert (once.predict(lost(), rows) == again.predict(lost(), rows)).all()


def test_another_month_stage_notice_or_seed_is_another_model(clinic):
    small = clinic.tail(600)
    ids = {
        train(small, MONTH, lost("booking")).model_id,
        train(small, dt.date(2026, 7, 1), lost("booking")).model_id,
        train(small, MONTH, lost("evening_before")).model_id,
        train(small, MONTH, lost("booking", notice_hours=2)).model_id,
        train(small, MONTH, lost("booking"), seed=7).model_id,
    }
    assert len(ids) == 5 and all(len(made) == 16 for made in ids)


@pytest.mark.parametrize("stage", STAGES)
def test_what_happens_from_the_first_of_the_month_on_cannot_change_the_model(clinic, stage):
    is_later = clinic["end_at"] >= MIDNIGHT
    changed = clinic.assign(
        status=clinic["status"].mask(is_later, "no_show"),
        price_amount=clinic["price_amount"].mask(is_later, 1.0),
    )
    assert is_later.sum() > 100
    assert train(changed, MONTH, lost(stage)) == train(clinic, MONTH, lost(stage))


def test_columns_that_tell_the_outcome_are_not_looked_at(clinic):
    missed = clinic["status"].eq("no_show").astype(float)
    planted = clinic.assign(
        arrived_at=clinic["end_at"],
        paid_amount=1 - missed,
        patient_rate=missed.groupby(clinic["patient_key"]).transform("mean"),
        is_lost=missed,
        moment=clinic["end_at"],
    )
    clean = train(clinic, MONTH, lost("booking"))
    assert train(planted, MONTH, lost("booking")) == clean


def test_only_labelled_outcomes_of_the_year_before_the_month_teach(clinic):
    for stage in STAGES:
        rows = training_rows(lost(stage), clinic, MONTH)
        known = rows["outcome_known_at"]
        assert known.max() < MIDNIGHT <= known.min() + pd.Timedelta(days=366)
        assert rows["outcome"].isin([0, 1]).all() and (rows["moment"] < known).all()


def test_open_moved_and_unresolved_rows_teach_nothing():
    statuses = ("completed", "booked", "confirmed", "rescheduled", "unresolved", "cancelled_clinic")
    in_july = {"created_at": "2026-07-01 08:00", "start_at": "2026-07-06 08:00"}
    frame = appointments(*({"status": status} for status in statuses), **in_july)
    for stage in STAGES:
        rows = training_rows(lost(stage), frame, MONTH)
        assert rows["appointment_key"].tolist() == ["a0"]


def test_a_visit_entered_after_it_began_teaches_nothing():
    frame = appointments(
        {"status": "completed", "start_at": "2026-07-06 08:00", "created_at": "2026-07-06 08:30"}
    )
    assert training_rows(lost("booking"), frame, MONTH).empty


def test_a_month_begins_on_its_first_day(clinic):
    with pytest.raises(ValueError, match="first day of a month, not 2026-08-02"):
        train(clinic, dt.date(2026, 8, 2), lost("booking"))


@pytest.mark.parametrize("stage", STAGES)
def test_a_clinic_that_has_seen_nothing_gets_the_prior_and_the_card_says_so(clinic, stage):
    model = train(clinic.iloc[:0], MONTH, lost(stage))
    rows = lost(stage).features_of(clinic, clinic.iloc[:0])
    assert model.kind == "table" and "all are told the prior" in model.card["decision"]
    assert model.predict(lost(stage), rows) == pytest.approx(PRIOR_RATE)
    json.dumps(model.to_json(), allow_nan=False)


@pytest.mark.parametrize("status", ["no_show", "completed"])
def test_with_few_rows_or_one_kind_of_outcome_only_the_table_serves(clinic, status):
    few = train(clinic[clinic["end_at"] < MIDNIGHT].tail(150), MONTH, lost("booking"))
    one_kind = train(clinic.assign(status=status), MONTH, lost("booking"))
    assert [few.kind, one_kind.kind] == ["table", "table"]
    assert "The table serves" in few.card["decision"]
    assert few.card["n"] > 0


def test_a_forward_forecast_learns_from_no_outcome_known_after_its_block_began(clinic):
    rows = training_rows(lost("booking"), clinic, MONTH)
    told = told_forward(lost(), rows, MIDNIGHT, tuple(FEATURES), seed=0)
    middle = told["moment"].sort_values().iloc[len(told) // 2]
    is_later = rows["outcome_known_at"] >= middle
    changed = rows.assign(outcome=rows["outcome"].mask(is_later, 1 - rows["outcome"]))
    again = told_forward(lost(), changed, MIDNIGHT, tuple(FEATURES), seed=0)
    early = told["moment"] < middle
    assert early.sum() > 200
    pd.testing.assert_frame_equal(told.loc[early, list(KINDS)], again.loc[early, list(KINDS)])


def test_a_price_that_is_filled_in_after_the_visit_is_not_used(clinic):
    rows = training_rows(lost("booking"), clinic, MONTH)
    after = rows.assign(price_amount=rows["price_amount"].where(rows["outcome"] == 0))
    assert usable_features(lost(), rows) == tuple(lost().features)
    assert "price_amount" not in usable_features(lost(), after)


def test_a_price_that_is_cut_after_a_lost_visit_is_not_used(clinic):
    rows = training_rows(lost("booking"), clinic, MONTH)
    cut = rows["price_amount"] * np.where(rows["outcome"] == 1, 0.6, 1.0)
    used = usable_features(lost(), rows.assign(price_amount=cut))
    assert set(lost().features) - set(used) == {"price_amount"}


def test_a_price_that_is_not_used_keeps_no_model_from_serving(clinic):
    kept = clinic["status"].eq("completed")
    model = train(
        clinic.assign(price_amount=clinic["price_amount"].where(kept)), MONTH, lost("booking")
    )
    assert model.kind == "logistic" and model.card["warning"] is None


def test_in_less_than_four_weeks_a_weekday_is_not_used(clinic):
    rows = training_rows(lost("booking"), clinic, MONTH)
    short = rows[rows["day"] > rows["day"].max() - pd.Timedelta(days=20)]
    assert "local_weekday" not in usable_features(lost(), short)
    assert not any(c.startswith("weekday") for c in logistic_columns(short))
    assert any(c.startswith("weekday") for c in logistic_columns(rows))


def logistic_columns(rows) -> list[str]:
    return fit(lost(), "logistic", rows, usable_features(lost(), rows), seed=0).payload["columns"]


def test_the_level_follows_a_drift_of_the_last_weeks(clinic):
    late = clinic["start_at"] > MIDNIGHT - pd.Timedelta(days=60)
    rng = np.random.default_rng(0)
    worse = late & (rng.random(len(clinic)) < 0.4) & (clinic["status"] == "completed")
    drifted = clinic.assign(status=clinic["status"].mask(worse, "no_show"))
    ahead = lost().features_of(clinic[late], clinic)
    calm, risen = (
        train(f, MONTH, lost("booking")).predict(lost(), ahead) for f in (clinic, drifted)
    )
    assert risen.mean() > calm.mean() + 0.1


def test_the_card_reports_every_candidate_apart_for_those_booked_ahead(clinic):
    card = train(clinic, MONTH, lost("booking")).card
    assert set(card["candidates"]) == {"constant", "table", "logistic", "trees"}
    for judged in card["candidates"].values():
        assert 0 < judged["booked_ahead"]["n"] < judged["all"]["n"] < card["n"]
    assert card["sensitive_features"] == [] and card["features"] == list(lost().features)


def test_the_card_tells_whom_the_model_flags_by_practitioner_clinic_and_newness(clinic):
    table = train(clinic, MONTH, lost("booking")).card["fairness"]
    groups = {(row["by"], row["group"]): row for row in table}
    everybody = groups["clinic_id", "mitte"]
    assert everybody["flagged"] == pytest.approx(0.1, abs=0.001)
    assert (
        groups["practitioner_key", "files:1"] | {"by": "clinic_id", "group": "mitte"} == everybody
    )
    assert 0 < groups["patient_is", "known"]["n"] < everybody["n"]


def test_from_a_field_written_after_the_visit_nothing_is_learned_and_the_card_says_why():
    frame = a_clinic(rows=3000)
    missed = frame["status"].eq("no_show")
    frame["local_hour"] = frame["local_hour"].mask(
        missed | (frame["status"] == "cancelled_patient"), 19
    )
    model = train(frame, MONTH, lost("booking"))
    assert model.kind == "constant"
    assert "Feature local_hour alone tells the outcome" in model.card["decision"]
    assert model.card["warning"] in model.card["decision"]


def test_a_forecast_too_good_to_be_true_is_called_a_leak():
    frame = a_clinic(rows=3000)
    missed = frame["status"].eq("no_show")
    frame["local_hour"] = frame["local_hour"].mask(missed, 19)
    card = train(frame, MONTH, lost("booking")).card
    assert card["warning"] == "a leak until proven otherwise"


def test_a_clinic_that_tells_no_service_type_is_trained_for_all_the_same(clinic):
    untold = train(clinic.assign(service_type=None), MONTH, lost())
    assert untold.kind == train(clinic, MONTH, lost()).kind
    assert untold.levels["service_rate"] == {}


def test_a_practitioner_whose_visits_are_lost_more_often_is_told_so_and_a_small_one_is_pooled():
    frame = a_clinic(signal="none")
    rng = np.random.default_rng(5)
    worse = frame["patient_key"].str.len() % 2 == 1
    frame["practitioner_key"] = np.where(worse, "p2", "p1")
    frame.loc[frame.index[-4:], "practitioner_key"] = "new"
    more = worse & (frame["status"] == "completed") & (rng.random(len(frame)) < 0.4)
    model = train(frame.assign(status=frame["status"].mask(more, "no_show")), MONTH, lost())
    shares = model.levels["practitioner_rate"]
    assert model.kind == "logistic"
    assert shares["p2"] > shares["p1"] + 0.2
    assert "new" not in shares or abs(shares["new"] - model.base) < 0.05
