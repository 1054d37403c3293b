"""Recalls kept: the label, what was known, and who wins where."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from clinic_assets.risk.recipe.leaks import LeakFound, refuse_leaks
from clinic_assets.risk.recipe.teaching import training_rows
from clinic_assets.risk.recipe.train import train
from clinic_assets.risk.scores.recall import AROUND_DAYS, INTERVAL_DAYS, KINDS, kept_recall
from clinic_assets_tests.risk.test_acceptance import frame
from clinic_assets_tests.risk.test_worlds import ZONE

MONTH = dt.date(2026, 8, 1)
SCORE = kept_recall(ZONE)
FIRST = pd.Timestamp("2021-10-01")
COLUMNS = {
    "appointments": {"day": None, "status": "completed"},
    "charges": {"day": None, "share_amount": 0.0},
    "payments": {"day": None, "amount": 0.0},
}


def a_practice(rows=4500, signal=True, seed=1):
    """Five years of cleanings; the next is in time by the family's habit and lead, or by chance."""
    rng = np.random.default_rng(seed)
    people = rows // 9
    habit = rng.normal(0, 1.2, people)[np.arange(people) // 2]
    day, visits = rng.integers(0, 200, people), []
    for _ in range(12):
        lead = rng.integers(1, 180, people)
        visits.append(pd.DataFrame({"patient": np.arange(people), "offset": day, "lead": lead}))
        chance = 1 / (1 + np.exp(0.9 * np.log(lead) - 4 - habit)) if signal else 0.6
        in_time = rng.random(people) < chance
        wait = np.where(in_time, rng.normal(185, 20, people), rng.uniform(260, 600, people))
        day = day + wait.astype(int)
    told = pd.concat(visits, ignore_index=True)
    told["day"] = FIRST + pd.to_timedelta(told["offset"], "D")
    told = told[told["day"] < "2026-10-01"]
    keys = {"patient_key": told["patient"].astype(str), "practitioner_key": "p1"}
    keys |= {"family_key": (told["patient"] // 2).astype(str), "day": told["day"]}
    visits = frame(
        **keys, procedure_key=np.arange(len(told)).astype(str), 
        booked_at=(told["day"] - pd.to_timedelta(told["lead"], "D")).dt.tz_localize("UTC"),
        code=rng.choice(["D1110", "D1120", "D0150", "D0120"], len(told)),
    )  # fmt: skip
    who = visits[["clinic_id", "patient_key", "family_key", "day"]]
    return {
        "visits": visits,
        "appointments": who.assign(status="completed"),
        "charges": who.assign(share_amount=20.0),
        "payments": who.assign(amount=20.0),
    }


def facts(*visits, **beside):
    """A few rows, each a dict over sensible defaults."""
    who = {"clinic_id": "c", "patient_key": "anna", "family_key": "anna"}
    usual = who | {"practitioner_key": "p1", "code": "D1110", "booked_at": None}
    rows = [usual | {"procedure_key": f"t{k}"} | row for k, row in enumerate(visits)]
    told = {"visits": pd.DataFrame(rows)}
    for name, columns in COLUMNS.items():
        given = [who | columns | row for row in beside.get(name, ())]
        told[name] = pd.DataFrame(given, columns=[*who, *columns])
    for each in told.values():
        each["day"] = pd.to_datetime(each["day"])
    return told


@pytest.mark.parametrize(
    ("code", "again", "outcome"),
    [
        ("D1110", "2025-09-11", 1),  # 121 days later, 61 before it is due on 2025-11-11
        ("D1110", "2025-09-10", 0),
        ("D1120", "2026-01-11", 1),  # 243 days later
        ("D0120", "2026-01-12", 0),
        ("D4910", "2025-06-12", 1),  # due on 2025-08-12
        ("D4910", "2025-06-11", 0),
        ("D4910", "2025-10-12", 1),
        ("D4910", "2025-10-13", 0),
    ],
)
def test_a_recall_is_kept_from_61_days_before_it_is_due_to_61_after(code, again, outcome):
    told = facts({"code": code, "day": "2025-05-13"}, {"day": again},
                 {"day": "2025-10-01", "patient_key": "ben"})  # fmt: skip
    assert SCORE.cases(told)["outcome"][0] == outcome


def test_a_cleaning_two_weeks_after_an_examination_is_no_recall_kept():
    told = facts({"code": "D0150", "day": "2025-05-13"}, {"day": "2025-05-27"})
    assert SCORE.cases(told)["outcome"].tolist() == [0, 0]


def test_the_outcome_is_known_when_the_time_for_it_has_passed_also_of_who_came_early():
    cases = SCORE.cases(facts({"day": "2025-05-13"}, {"day": "2025-10-01"}))
    assert cases["outcome"][0] == 1
    assert cases["moment"][0].ceil("s") == pd.Timestamp("2025-05-13 22:00", tz="UTC")
    assert cases["outcome_known_at"][0].ceil("s") == pd.Timestamp("2026-01-11 23:00", tz="UTC")


def test_every_code_has_an_interval_and_children_are_not_told_from_adults():
    assert set(KINDS.values()) == set(INTERVAL_DAYS) and KINDS["D1110"] == KINDS["D1120"]
    assert min(INTERVAL_DAYS.values()) > AROUND_DAYS


def test_the_past_counts_from_when_it_was_known():
    told = facts(
        {"day": "2024-09-11"},  # its 243 days are over when 2025-05-12 is
        {"day": "2024-09-13", "patient_key": "ben"},  # a day too late to be known
        {"day": "2024-09-11", "patient_key": "cleo"},
        {"day": "2025-03-12"},
        {"day": "2025-05-13", "booked_at": "2025-05-02 22:00"},
        appointments=[{"day": "2025-05-12"}, {"day": "2025-05-13"},
                      {"day": "2025-04-01", "status": "no_show"}],
        charges=[{"day": "2025-03-12", "share_amount": 90.0}, {"day": "2025-05-13"}],
        payments=[{"day": "2025-05-12", "amount": 30.0}, {"day": "2025-05-13", "amount": 60.0}],
    )  # fmt: skip
    row = SCORE.features_of(SCORE.cases(told).loc[[4]], told).iloc[0]
    assert (row["n_hygiene_prior"], round(row["days_since_hygiene"])) == (2, 62)
    assert (row["n_prior"], row["n_kept_prior"]) == (1, 1)
    assert (row["n_family_prior"], row["n_family_kept_prior"]) == (2, 1)
    assert (row["n_visits_prior"], row["n_visits_lost_prior"]) == (1, 1)
    assert (row["lead_days"], row["open_amount"]) == (10, 60)


def test_nothing_is_learned_of_a_recall_before_its_time_has_passed():
    world = a_practice()
    rows = training_rows(SCORE, world, MONTH)
    last = pd.Timestamp(MONTH) - pd.Timedelta(days=182 + AROUND_DAYS)
    assert rows["day"].max() < last <= rows["day"].max() + pd.Timedelta(days=5)
    refuse_leaks(SCORE, rows, world, tuple(SCORE.features))


def test_a_count_of_visits_to_come_is_refused():
    def of_all_time(cases, told):
        n = told["visits"].groupby("patient_key").size()
        return SCORE.features_of(cases, told).assign(n_hygiene_prior=cases["patient_key"].map(n))

    leaky, world = replace(SCORE, features_of=of_all_time), a_practice()
    rows = training_rows(leaky, world, MONTH)
    with pytest.raises(LeakFound, match="n_hygiene_prior knows the future"):
        refuse_leaks(leaky, rows, world, tuple(SCORE.features))


def test_where_families_have_habits_a_model_beats_the_table_of_earlier_visits():
    model = train(a_practice(), MONTH, SCORE)
    found = model.card["candidates"][model.kind]["all"]
    assert model.kind in ("logistic", "trees") and found["skill_vs_table"] > 0.03
    assert 0.7 < found["calibration_slope"] < 1.3
    assert model.card["baseline"] == "n_hygiene_prior" and "model serves" in model.card["decision"]


def test_where_chance_decides_the_plain_table_or_constant_serves_and_says_so():
    model = train(a_practice(signal=False), MONTH, SCORE)
    assert model.kind in ("constant", "table")
    assert f"The {model.kind} serves" in model.card["decision"]
    assert model.card["candidates"]["table"]["all"]["n"] > 300
