"""Order policies replayed on demand that is known to the test and hidden from the policy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_assets.inventory.demand.weeks import weekly
from clinic_assets.inventory.policy import (
    Seen,
    Shelves,
    Terms,
    adjusted_mean,
    daily_spread,
    forecast_with_safety,
    in_packs,
    order_up_to,
    replay,
    seed_formula,
)

PROMPT = Terms(review_days=7, lead_days=3, lead_spread=0, shelf_life_days=20)


def shelf(*demand):
    return Shelves.full(np.array([demand], dtype=float), PROMPT)


def lived(shelves, days, orders=None):
    rng = np.random.default_rng(0)
    for day in range(days):
        shelves.open(day)
        if orders and day in orders:
            shelves.order(day, np.array([float(orders[day])]), rng)
        shelves.serve(day)


def test_the_level_is_demand_over_lead_and_review_its_safety_and_the_one_that_stays():
    terms = Terms(review_days=7, lead_days=25, lead_spread=8)
    level = order_up_to(np.array([2.0, 0.0]), np.array([3.0, 1.0]), terms, 1.645)
    assert level[0] == pytest.approx(2 * 32 + 1.645 * np.sqrt(32 * 9 + 4 * 64) + 1)
    assert level[1] == 0


def test_orders_are_whole_packs_and_not_below_the_least_order():
    wanted, terms = np.array([-3.0, 0.0, 0.3, 24.0, 25.0]), Terms(pack=12, least_order=20)
    assert in_packs(wanted, terms).tolist() == [0, 0, 20, 24, 36]


def test_an_order_arrives_after_its_lead_time_and_is_on_order_until_then():
    shelves = shelf(*[0] * 10)
    begun = shelves.stock.copy()
    lived(shelves, 4, {2: 9})
    assert shelves.on_order(3) == 9 and (shelves.stock == begun).all()
    shelves.open(5)
    assert shelves.on_order(5) == 0 and shelves.stock == begun + 9


def test_what_is_not_handed_out_within_its_shelf_life_is_thrown_away_oldest_first():
    shelves = shelf(*[1, *[0] * 39])
    begun = float(shelves.stock[0])
    lived(shelves, 40, {5: 9})
    assert shelves.expired[0, 20] == begun - 1 > 0
    assert shelves.expired[0, 28] == 9 and shelves.stock == 0


def test_demand_that_meets_an_empty_shelf_is_lost_and_nobody_sees_it():
    shelves = shelf(*[50] * 40)
    begun = float(shelves.stock[0])
    lived(shelves, 40)
    assert shelves.issued.sum() == begun and shelves.outcome(0).lost > 0.4


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(5, 60))
def test_every_item_received_is_issued_expired_or_still_there(seed, life):
    rng = np.random.default_rng(seed)
    demand = rng.poisson(rng.uniform(0, 4, (4, 1)), (4, 90)).astype(float)
    shelves = Shelves.full(demand, Terms(lead_days=6, lead_spread=3, shelf_life_days=life))
    for day in range(90):
        shelves.open(day)
        shelves.order(day, np.floor(rng.uniform(0, 5, 4)), rng)
        shelves.serve(day)
        assert (shelves.stock >= 0).all() and (shelves.issued[:, day] <= demand[:, day]).all()
    gone = shelves.issued.sum(axis=1) + shelves.expired.sum(axis=1)
    assert shelves.received.sum(axis=1) == pytest.approx(gone + shelves.stock)


def test_a_policy_is_not_told_of_demand_that_was_not_met():
    demand = np.random.default_rng(0).poisson(5, (6, 120)).astype(float)

    def nothing(seen: Seen):
        assert (seen.issued.sum(axis=1) <= first).all()
        return np.zeros(6)

    first = Shelves.full(demand, PROMPT).stock
    assert replay(demand, nothing, PROMPT, np.random.default_rng(0), 0).lost > 0.5


def test_days_without_stock_hide_demand_from_the_seed_and_not_from_the_others():
    issued = np.tile([[4.0] * 7 + [0.0] * 7], (1, 10))
    closing = np.where(issued > 0, 50.0, 0.0)
    seen = Seen(issued, closing, Terms())
    assert seed_formula(1)(seen) == 2
    assert adjusted_mean(1)(seen) == 4
    terms = Terms()
    safe = order_up_to(np.array([4.0]), np.array([np.sqrt(4)]), terms, 1)
    assert forecast_with_safety(1)(seen) == pytest.approx(safe, rel=0.2)


def test_weeks_end_on_the_last_day_and_a_week_without_stock_is_not_known():
    issued = np.array([[9.0] + [1.0] * 7 + [0.0] * 7 + [2.0] * 7])
    closing = np.where(issued > 0, 5.0, 0.0)
    weeks = weekly(issued, closing)
    assert np.array_equal(weeks.demand, [[7, np.nan, 14]], equal_nan=True)
    assert daily_spread(weeks.demand, np.array([14.0])) >= np.sqrt(14 / 7)


def test_ours_has_fewer_days_without_stock_at_less_stock_than_the_adjusted_mean():
    rng = np.random.default_rng(3)
    rate = np.exp(rng.uniform(np.log(0.2), np.log(20), (24, 1)))
    demand = rng.negative_binomial(2, 2 / (2 + rate), (24, 380)).astype(float)
    theirs, ours = (
        replay(demand, policy, Terms(), np.random.default_rng(7), 180)
        for policy in (adjusted_mean(45), forecast_with_safety(1.0))
    )
    assert ours.stockout_days < theirs.stockout_days
    assert ours.average_stock < theirs.average_stock
