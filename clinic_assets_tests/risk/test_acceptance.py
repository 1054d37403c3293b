"""Acceptance of treatments: the label, what was known of it, and who wins where."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from clinic_assets.risk.recipe.leaks import refuse_leaks
from clinic_assets.risk.recipe.teaching import training_rows
from clinic_assets.risk.recipe.train import train
from clinic_assets.risk.scores.acceptance import accepted_treatment, banded
from clinic_assets_tests.risk.test_worlds import ZONE

MONTH = dt.date(2026, 8, 1)
SCORE = accepted_treatment(ZONE)
FEES = {"D2392": 250.0, "D2740": 1320.0, "D7140": 206.0, "D3330": 1215.0}
EMPTY = {
    "claims": {"clinic_id": "c", "insurance_estimate": 0.0, "claimed_amount": 0.0},
    "visits": {"clinic_id": "c", "status": "completed"},
}


def a_practice(rows=5000, signal=True, seed=1):
    """Proposals over two years; with a signal, price, cover and the family's reluctance decide."""
    rng = np.random.default_rng(seed)
    patient = rng.integers(0, rows // 6, rows)
    family = patient // 2
    covered = rng.random(rows // 6) < 0.5
    reluctance = rng.normal(0, 1.2, rows // 6)[family]
    day = pd.Timestamp("2024-08-01") + pd.to_timedelta(np.sort(rng.integers(0, 700, rows)), "D")
    code = rng.choice(list(FEES), rows)
    fee = pd.Series(code).map(FEES).to_numpy() * rng.choice([1.0, 1.035], rows)
    odds = 1.2 - 1.1 * (fee > 500) + 0.9 * covered[patient] - reluctance
    chance = 1 / (1 + np.exp(-odds)) if signal else np.full(rows, 0.55)
    accepted, wait = rng.random(rows) < chance, rng.integers(0, 30, rows)
    later = accepted | (rng.random(rows) < 0.1)
    done = pd.Series(day + pd.to_timedelta(np.where(accepted, wait, 90), "D")).where(later)
    booked = pd.Series(day.tz_localize(ZONE) + pd.to_timedelta(wait, "D")).where(accepted)
    procedures = frame(
        procedure_key=np.arange(rows).astype(str), patient_key=patient.astype(str),
        family_key=family.astype(str), practitioner_key="p1", code=code, fee_amount=fee, day=day,
        done_on=done.to_numpy(), scheduled_at=booked.dt.tz_convert("UTC").to_numpy(),
    )  # fmt: skip
    who = rng.integers(0, rows // 6, 2 * rows)
    seen = pd.Timestamp("2024-08-01") + pd.to_timedelta(rng.integers(0, 700, 2 * rows), "D")
    visits = frame(patient_key=who.astype(str), day=seen, status="completed")
    claims = visits.assign(claimed_amount=100.0, insurance_estimate=80.0)[covered[who]]
    return {"procedures": procedures, "claims": claims, "visits": visits}


def frame(**columns):
    return pd.DataFrame({"clinic_id": "c", **columns})


def facts(*procedures, claims=(), visits=()):
    """A few rows, each a dict over sensible defaults."""
    usual = {
        **{"clinic_id": "c", "patient_key": "anna", "family_key": "anna", "practitioner_key": "p1"},
        **{"code": "D2392", "fee_amount": 250.0, "day": "2025-05-12", "done_on": None},
        "scheduled_at": None,
    }
    rows = [usual | {"procedure_key": f"t{k}"} | row for k, row in enumerate(procedures)]
    told = {"procedures": pd.DataFrame(rows)}
    for name, given in (("claims", claims), ("visits", visits)):
        known = pd.DataFrame([EMPTY[name] | {"patient_key": "anna"} | row for row in given])
        told[name] = known if given else pd.DataFrame(columns=[*EMPTY[name], "patient_key", "day"])
    for each in told.values():
        each["day"] = pd.to_datetime(each["day"])
    for name in ("done_on", "scheduled_at"):
        told["procedures"][name] = pd.to_datetime(
            told["procedures"][name], utc=name == "scheduled_at"
        )
    return told


@pytest.mark.parametrize(
    ("done_on", "scheduled_at", "outcome"),
    [
        ("2025-05-12", None, 1),
        ("2025-06-11", None, 1),
        ("2025-06-12", None, 0),
        (None, "2025-06-11 21:59", 1),
        (None, "2025-06-11 22:00", 0),
        (None, None, 0),
    ],
)
def test_accepted_is_done_or_booked_within_thirty_days(done_on, scheduled_at, outcome):
    cases = SCORE.cases(facts({"done_on": done_on, "scheduled_at": scheduled_at}))
    assert cases["outcome"].item() == outcome
    assert cases["moment"].item() == pd.Timestamp("2025-05-11 22:00", tz="UTC")
    assert cases["outcome_known_at"].item().ceil("s") == pd.Timestamp("2025-06-11 22:00", tz="UTC")


def test_the_past_counts_from_when_it_was_known():
    told = facts(
        {"day": "2025-04-11", "done_on": "2025-04-12"},  # known when 2025-05-11 is over
        {"day": "2025-04-12", "done_on": "2025-04-13"},  # known a day later: too late
        {"day": "2025-03-01", "patient_key": "ben"},
        {},
        {"code": "D2740", "fee_amount": 1000.0},
        claims=[{"day": "2025-05-11", "claimed_amount": 100.0, "insurance_estimate": 70.0},
                {"day": "2025-05-12", "claimed_amount": 900.0}],
        visits=[{"day": "2025-05-11"}, {"day": "2025-05-10", "status": "no_show"},
                {"day": "2025-05-12"}],
    )  # fmt: skip
    cases = SCORE.cases(told)
    row = SCORE.features_of(cases.loc[[3]], told).iloc[0]
    assert (row["n_prior"], row["n_accepted_prior"], row["n_done_prior"]) == (1, 1, 2)
    assert (row["n_family_prior"], row["n_family_accepted_prior"]) == (2, 1)
    assert (row["n_claims_prior"], row["covered_share"], row["is_insured"]) == (1, 0.7, 1)
    assert (row["n_visits_prior"], row["n_visits_lost_prior"]) == (1, 1)
    assert (row["n_proposed_together"], row["fee_band"]) == (2, 256.0)


def test_a_raise_of_a_few_percent_changes_no_band():
    assert banded(np.array([250.0, 258.75])).tolist() == [256.0, 256.0]
    assert banded(np.array([0.0, np.nan, 1320.0, 1366.2])).tolist() == [0, 0, 1448.15, 1448.15]


def test_the_honest_table_passes_and_what_was_done_since_is_refused():
    world = a_practice(2000)
    rows = training_rows(SCORE, world, MONTH)
    refuse_leaks(SCORE, rows, world, tuple(SCORE.features))
    assert (rows["outcome_known_at"] < pd.Timestamp(MONTH, tz=ZONE)).all()
    late = world["procedures"].assign(done_on=world["procedures"]["day"])
    assert SCORE.cases({**world, "procedures": late})["outcome"].all()


def test_where_price_cover_and_family_decide_a_model_beats_the_table_of_prices():
    model = train(a_practice(), MONTH, SCORE)
    found = model.card["candidates"][model.kind]["all"]
    assert model.kind in ("logistic", "trees") and found["skill_vs_table"] > 0.03
    assert 0.7 < found["calibration_slope"] < 1.3
    assert model.card["baseline"] == "fee_band" and "model serves" in model.card["decision"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_where_chance_decides_the_plain_table_or_constant_serves_and_says_so(seed):
    model = train(a_practice(signal=False, seed=seed), MONTH, SCORE)
    assert model.kind in ("constant", "table")
    assert f"The {model.kind} serves" in model.card["decision"]
