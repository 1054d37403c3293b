"""The patient score: counted by hand, null where nothing is known, with its reasons."""

import numpy as np
import pandas as pd
import pytest

from clinic_assets.risk.scores.patient import SEGMENTS, WEIGHTS, patient_scores
from clinic_assets_tests.risk.test_acceptance import facts as proposals
from clinic_assets_tests.risk.test_payment import facts as paying
from clinic_assets_tests.risk.test_worlds import ZONE, appointments

DAY = pd.Timestamp("2025-05-12")


def told(visits=(), charges=(), payments=(), treatments=(), contacts=(), patient="anna"):
    """Score one patient on the day; visits are statuses and days, all of anna unless they say."""
    rows = [{"start_at": f"{day} 08:00", "status": status, **more} for status, day, more in visits]
    seen = appointments(*rows) if rows else appointments({}).iloc[:0]
    seen = seen.assign(family_key="anna")
    facts = {
        "appointments": seen,
        "procedures": proposals(*(treatments or [{}]))["procedures"],
        "contacts": pd.DataFrame(
            [{"clinic_id": "mitte", "patient_key": "anna", **row} for row in contacts],
            columns=["clinic_id", "patient_key", "direction", "occurred_at"],
        ),
    }
    money = paying(charges or [{}], payments or [{"day": "2025-01-01"}])
    facts |= {"charges": money["visits"], "payments": money["payments"]}
    for name, given in (("procedures", treatments), ("charges", charges), ("payments", payments)):
        facts[name] = facts[name].assign(clinic_id="mitte").iloc[: len(given)]
    facts["contacts"]["occurred_at"] = pd.to_datetime(facts["contacts"]["occurred_at"], utc=True)
    asked = pd.DataFrame([{"clinic_id": "mitte", "patient_key": patient, "family_key": "anna"}])
    return patient_scores(asked.assign(day=DAY), facts, ZONE, 24).iloc[0]


def seen(*days, status="completed", **more):
    booked = {"created_at": "2024-01-01 08:00"}
    return [(status, day, booked | more) for day in days]


def test_of_whom_nothing_is_known_nothing_is_guessed():
    row = told()
    assert row[list(WEIGHTS)].isna().all() and np.isnan(row["score"])
    assert (row["stratum"], row["segment"]) == ("unknown", "new")
    assert row["reasons"] == "nothing known yet" and row["step"] == SEGMENTS["new"]


def test_a_part_is_a_share_pulled_to_the_usual_one_as_if_by_three():
    row = told(
        seen("2025-02-03", "2025-03-03", "2025-04-07") + seen("2025-04-08", status="no_show")
    )
    assert (row["reliability_n"], row["reliability_hits"]) == (4, 3)
    assert row["reliability"] == pytest.approx(100 * (3 + 3 * 0.85) / 7, abs=0.05)
    assert row["reasons"] == "kept 3 of 4 visits"


def test_what_became_known_on_the_day_or_later_does_not_count():
    before = told(seen("2025-02-03"))
    after = told(seen("2025-02-03") + seen("2025-05-12", "2025-05-13", status="no_show"))
    assert before["reliability"] == after["reliability"] and after["reliability_n"] == 1


def test_who_misses_visits_is_reminded_and_told_as_a_high_risk():
    row = told(seen("2025-02-10", "2025-03-10", "2025-04-10", status="no_show"))
    assert (row["segment"], row["stratum"]) == ("misses visits", "high")
    assert "remind by phone" in row["step"]


def test_who_pays_late_is_asked_before_the_visit():
    days = ["2025-01-06", "2025-02-03", "2025-03-03"]
    row = told(seen(*days), charges=[{"day": day} for day in days],
               payments=[{"day": "2025-05-01"}])  # fmt: skip
    assert (row["payment_n"], row["payment_hits"]) == (3, 0)
    assert row["segment"] == "pays late" and "paid 0 of 3 visits within 30 days" in row["reasons"]


def test_the_household_is_the_others_not_the_patient():
    days = seen("2025-02-03", "2025-03-03", patient_key="ben") + seen(
        "2025-04-01", status="no_show"
    )
    ben, anna = told(days, patient="ben"), told(days)
    assert (ben["household_n"], ben["household_hits"]) == (1, 0)
    assert (anna["household_n"], anna["household_hits"]) == (2, 2)


def test_in_touch_is_who_came_lately_and_answers():
    wrote = [{"direction": way, "occurred_at": "2025-04-01"} for way in ("sent", "received")]
    assert told(seen("2025-04-07"), contacts=wrote)["engagement"] == 100
    assert told(seen("2025-04-07"), contacts=wrote[:1])["engagement"] == 50
    assert told(seen("2025-04-07"))["engagement_n"] == 1
    row = told(seen("2024-02-05"))
    assert (row["engagement"], row["segment"]) == (0, "drifting away")


def test_the_score_weighs_what_is_known():
    row = told(
        seen("2025-02-03"), charges=[{"day": "2025-02-03"}], payments=[{"day": "2025-02-03"}]
    )
    known = {part: weight for part, weight in WEIGHTS.items() if not np.isnan(row[part])}
    expected = sum(row[part] * weight for part, weight in known.items()) / sum(known.values())
    assert set(known) == {"reliability", "payment", "engagement"}
    assert row["score"] == pytest.approx(expected, abs=0.06)
