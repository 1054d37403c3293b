"""Payment in time: the label, what was known, and who wins where."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from clinic_assets.risk.recipe.leaks import refuse_leaks
from clinic_assets.risk.recipe.teaching import training_rows
from clinic_assets.risk.recipe.train import train
from clinic_assets.risk.scores.payment import WINDOWS, paid_visit
from clinic_assets_tests.risk.test_acceptance import frame
from clinic_assets_tests.risk.test_worlds import ZONE

MONTH = dt.date(2026, 8, 1)


def a_practice(rows=5000, signal=True, seed=1):
    """Visits over two years, paid at once, by bill, or not: by the payer's habit, or by chance."""
    rng = np.random.default_rng(seed)
    patient = rng.integers(0, rows // 6, rows)
    family = patient // 2
    habit = rng.normal(0, 1.4, rows // 6)[family]
    day = pd.Timestamp("2024-08-01") + pd.to_timedelta(np.sort(rng.integers(0, 700, rows)), "D")
    share = rng.choice([20.0, 80.0, 300.0], rows)
    odds = 1.6 + habit - 0.8 * (share > 100)
    chance = 1 / (1 + np.exp(-odds)) if signal else np.full(rows, 0.75)
    wait = np.where(rng.random(rows) < 0.5, 0, rng.integers(1, 28, rows))
    wait = np.where(rng.random(rows) < chance, wait, rng.integers(31, 200, rows))
    keys = {"appointment_key": np.arange(rows).astype(str), "patient_key": patient.astype(str)}
    keys |= {"family_key": family.astype(str)}
    visits = frame(**keys, practitioner_key="p1", service_type=None, day=day, price_amount=share,
                   share_amount=share)  # fmt: skip
    paid_on = day + pd.to_timedelta(wait, "D")
    payments = frame(**keys, day=paid_on, amount=share)
    return {"visits": visits, "payments": payments[rng.random(rows) < 0.97]}


def facts(visits, payments):
    """A few rows, each a dict over sensible defaults."""
    who = {"clinic_id": "c", "patient_key": "anna", "family_key": "anna"}
    usual = who | {"practitioner_key": "p1", "service_type": None, "share_amount": 100.0}
    usual |= {"price_amount": 100.0, "day": "2025-05-12"}
    rows = [usual | {"appointment_key": f"a{k}"} | row for k, row in enumerate(visits)]
    paid = [who | {"appointment_key": "a0", "amount": 100.0} | row for row in payments]
    told = {"visits": pd.DataFrame(rows), "payments": pd.DataFrame(paid)}
    for each in told.values():
        each["day"] = pd.to_datetime(each["day"])
    return told


@pytest.mark.parametrize(
    ("payments", "paid"),
    [
        ([("2025-05-12", 100)], [1, 1, 1]),
        ([("2025-06-11", 95)], [1, 1, 1]),
        ([("2025-06-11", 94)], [0, 0, 0]),
        ([("2025-06-12", 100)], [0, 1, 1]),
        ([("2025-05-12", 50), ("2025-08-10", 50)], [0, 0, 1]),
        ([("2025-05-12", 100), ("2025-06-01", -100)], [0, 0, 0]),
        ([("2025-05-01", 100)], [1, 1, 1]),
    ],
)
def test_paid_is_95_percent_of_the_share_within_the_window_refunds_taken_off(payments, paid):
    told = facts([{}], [{"day": day, "amount": float(amount)} for day, amount in payments])
    found = [paid_visit(w, ZONE).cases(told)["outcome"].item() for w in WINDOWS]
    assert found == paid


@pytest.mark.parametrize("window", WINDOWS)
def test_nothing_is_learned_of_a_visit_before_its_window_has_passed(window):
    score, world = paid_visit(window, ZONE), a_practice(2000)
    rows = training_rows(score, world, MONTH)
    last = pd.Timestamp(MONTH) - pd.Timedelta(days=window)
    assert rows["day"].max() < last <= rows["day"].max() + pd.Timedelta(days=5)
    refuse_leaks(score, rows, world, tuple(score.features))


def test_a_visit_that_costs_the_patient_nothing_is_not_asked_about():
    assert paid_visit(30, ZONE).cases(facts([{"share_amount": 0.5}], [{"day": "2025-05-12"}])).empty


def test_the_past_counts_from_when_it_was_known():
    score = paid_visit(30, ZONE)
    told = facts(
        [
            {"day": "2025-04-11"},  # its 30 days are over when 2025-05-11 is
            {"day": "2025-04-12", "share_amount": 40.0},  # a day too late
            {"day": "2025-03-01", "patient_key": "ben"},
            {"day": "2025-05-12"},
        ],
        [{"day": "2025-04-11"}, {"day": "2025-05-12", "appointment_key": "a3"}],
    )
    row = score.features_of(score.cases(told).loc[[3]], told).iloc[0]
    assert (row["n_prior"], row["n_paid_prior"]) == (1, 1)
    assert (row["n_family_prior"], row["n_family_paid_prior"]) == (2, 1)
    assert (row["n_at_visit_prior"], row["n_paid_at_visit_prior"]) == (2, 1)
    assert (row["open_amount"], row["family_open_amount"]) == (40, 140)


def test_where_payers_have_habits_a_model_beats_the_table_of_shares():
    model = train(a_practice(), MONTH, paid_visit(30, ZONE))
    found = model.card["candidates"][model.kind]["all"]
    assert model.kind in ("logistic", "trees") and found["skill_vs_table"] > 0.03
    assert 0.7 < found["calibration_slope"] < 1.3


@pytest.mark.parametrize("window", WINDOWS)
def test_where_chance_decides_the_plain_table_or_constant_serves_and_says_so(window):
    model = train(a_practice(signal=False), MONTH, paid_visit(window, ZONE))
    assert model.kind in ("constant", "table")
    assert f"The {model.kind} serves" in model.card["decision"]
