"""How many more a session may book, and beside whom: counts small enough to do by hand."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from clinic_assets.desk.overbooking.guard import Guard
from clinic_assets.desk.overbooking.replay import replayed
from clinic_assets.desk.overbooking.suggest import (
    Costs,
    level_of,
    likely_losses,
    lost_distribution,
    overdispersion_of,
    suggested,
)


def test_with_one_risk_for_all_and_no_overdispersion_losses_are_binomial():
    found = lost_distribution(np.full(2, 0.5), 0.0)
    assert found == pytest.approx([0.25, 0.5, 0.25], abs=1e-3)


def test_overdispersion_widens_and_keeps_the_mean():
    risk = np.full(10, 0.2)
    for rho in (0.0, 0.1):
        chance = lost_distribution(risk, rho)
        mean = chance @ np.arange(11)
        assert mean == pytest.approx(2, abs=0.01)
        variance = chance @ (np.arange(11) - mean) ** 2
        assert variance == pytest.approx(10 * 0.2 * 0.8 * (1 + 9 * rho), rel=0.01)


def test_a_certain_loss_is_filled_and_a_sure_session_is_left_alone():
    assert suggested(np.array([1.0] + [0.0] * 9), 0.0, Costs()).more == 1
    assert suggested(np.full(10, 0.01), 0.0, Costs()).more == 0


def test_no_more_than_the_cap_or_the_share_of_slots_however_many_are_lost():
    assert suggested(np.full(20, 0.9), 0.0, Costs(cap=3)).more == 3
    assert suggested(np.full(5, 0.9), 0.0, Costs(share=0.2)).more == 1
    assert suggested(np.zeros(0), 0.0, Costs()).more == 0


def test_the_dearer_a_crowded_room_the_fewer_more():
    risk = np.full(12, 0.25)
    found = [suggested(risk, 0.05, Costs(crowded=crowded)).more for crowded in (0.5, 2, 20)]
    assert found == sorted(found, reverse=True) and found[0] > found[-1]


def past(**columns) -> pd.DataFrame:
    return pd.DataFrame({"n": [10] * 4, "told": 2.0, "variance": 1.6} | columns)


def test_overdispersion_is_what_the_past_varied_beyond_single_visits():
    assert overdispersion_of(past(lost=[2, 2, 2, 2])) == 0
    assert overdispersion_of(past(lost=[0, 4, 0, 4])) == pytest.approx(2.4 / (1.6 * 9))
    assert overdispersion_of(past(lost=[2, 2, 2, 2]).iloc[:0]) == 0


def test_the_level_is_what_was_lost_over_what_was_told_and_held():
    assert level_of(past(lost=[2, 2, 2, 2])) == 1
    assert level_of(past(lost=[5, 5, 5, 5])) == pytest.approx(30 / 18)
    assert level_of(past(lost=[90, 90, 90, 90])) == 2


VISITS = [
    {"appointment_key": key, "patient_key": patient, "group": group, "risk": risk}
    for key, patient, group, risk in (
        ("a", "anna", "new", 0.9),
        ("b", "bert", "new", 0.8),
        ("c", "carl", "new", 0.7),
        ("d", "dora", "known", 0.1),
    )
]
EVEN = {"new": 0.75, "known": 0.25}


def test_the_riskiest_are_doubled_but_nobody_twice():
    guard = Guard()
    assert guard.double(VISITS, 1, EVEN) == (VISITS[:1], [])
    chosen, passed = guard.double(VISITS, 1, EVEN)
    assert chosen == VISITS[1:2] and passed == ["a patient who was doubled lately"]


def test_a_group_that_was_always_hit_is_passed_over_and_named():
    rare = {"new": 0.1, "known": 0.9}
    chosen, passed = Guard(times=Counter(new=5)).double(VISITS, 1, rare)
    assert chosen == VISITS[3:]
    assert passed == ["a patient of the group new, which was doubled too often"] * 3


def test_where_nobody_is_left_fewer_are_doubled():
    everybody = Guard({visit["patient_key"] for visit in VISITS})
    assert everybody.double(VISITS, 2, EVEN)[0] == []


def test_the_interval_is_the_fewest_losses_in_a_row_that_hold_nine_in_ten():
    assert likely_losses(np.array([0.5, 0.4, 0.06, 0.04])) == (0, 1)
    assert likely_losses(np.array([0.05, 0.3, 0.4, 0.2, 0.05])) == (1, 3)
    assert likely_losses(np.array([0.1, 0.3, 0.3, 0.3])) == (1, 3)
    assert likely_losses(np.array([0.04, 0.46, 0.45, 0.05])) == (1, 2)
    assert likely_losses(np.array([0.85, 0.1, 0.05])) == (0, 1)
    assert likely_losses(np.array([1.0])) == (0, 0)


def test_the_replay_pays_empty_slots_and_crowded_rooms():
    # Ten visits and nobody else uncertain: two lost cost 2, one lost 1, none 0; one more in each
    # fills a slot twice and crowds the third session.
    sessions = pd.DataFrame({"visits": 10, "expected_lost": 0.0, "lost": [2, 1, 0]})
    told = list(replayed(sessions.assign(more=[2, 1, 0]), Costs(crowded=3, cap=2)))
    assert [(row["policy"], row["more"], row["cost"]) for row in told] == [
        ("none", 0, 1.0),
        ("1 more in every session", 3, pytest.approx((1 + 0 + 3) / 3, abs=1e-4)),
        ("2 more in every session", 6, pytest.approx((0 + 3 + 6) / 3, abs=1e-4)),
        ("as suggested", 3, 0.0),
    ]
