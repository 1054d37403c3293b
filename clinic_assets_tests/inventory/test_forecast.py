"""Demand by hand: what is known of it, the simple methods, the choice, intervals, and issues."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clinic_assets.inventory.demand import choice, methods
from clinic_assets.inventory.demand.history import (
    History,
    adjusted_consumption,
    known_demand,
    naive_scale,
)
from clinic_assets.inventory.demand.intervals import half_widths
from clinic_assets.inventory.demand.shelf import issued_shares, weighted_median
from clinic_assets.inventory.forecast import demand_forecast, issue_forecast

GAP = np.nan


def row(*values):
    return np.array([values], dtype=float)


def plenty(demand, year=12):
    return History(demand, demand, np.full(demand.shape, 1e6), year)


def test_consumption_is_scaled_up_by_the_days_without_stock_as_openlmis_does():
    issued, days_out = np.array([10.0, 10, 10, 7, 7]), np.array([0.0, 15, 7, 30, 45])
    assert adjusted_consumption(issued, days_out, 30).tolist() == [10, 20, 14, 7, 7]


def test_a_period_without_stock_or_almost_without_says_nothing_of_demand():
    issued, out, usable = row(0, 0, 4, 4), row(0, 30, 25, 15), row(9, 9, 9, 9)
    assert np.array_equal(known_demand(issued, out, 30, usable), row(0, GAP, GAP, 8), True)
    assert np.isnan(known_demand(row(0), row(0), 30, row(0))).all()


def test_a_silent_period_is_passed_over_and_never_a_zero():
    heard, silent = row(4, 4, 4, 4, 4, 4, 4), row(4, GAP, 4, GAP, 4, 4, GAP)
    said = methods.levels(np.vstack([heard, silent]), [7], 12)
    for name, (of_heard, of_silent) in zip(methods.NAMES, said[0], strict=True):
        assert of_heard == pytest.approx(of_silent), name


def test_each_method_says_what_its_textbook_says():
    demand = row(8, 0, 0, 2)
    assert methods.seed_mean(demand, [2, 4]).tolist() == [[4], [2.5]]
    assert methods.median_6(demand, [4]) == 1
    level = 8 * 0.7**3 + 0.3 * 2
    assert methods.exponential(demand, [4]) == pytest.approx(level)
    size, gap = 8 + 0.15 * (2 - 8), 1 + 0.15 * (3 - 1)
    assert methods.croston_sba(demand, [4]) == pytest.approx((1 - 0.075) * size / gap)
    chance = 0.85**3 + 0.15
    assert methods.tsb(demand, [4]) == pytest.approx((8 + 0.2 * (2 - 8)) * chance)


def test_what_nobody_asks_for_any_more_fades_by_tsb_and_not_by_croston():
    demand = row(5, 5, 5, *[0] * 30)
    assert methods.tsb(demand, [33]) < 0.1 < methods.croston_sba(demand, [33])


def test_a_falling_trend_never_becomes_negative_use():
    assert methods.damped_trend(row(*range(100, -1, -10), 0, 0), [13]) >= 0


@settings(max_examples=25)
@given(arrays(float, (3, 14), elements=st.one_of(st.integers(0, 500).map(float), st.just(GAP))))
def test_no_forecast_is_negative_or_lost_where_anything_was_ever_known(demand):
    told = demand_forecast(plenty(demand))
    known = np.isfinite(demand).any(axis=1)
    assert (np.isfinite(told.level) == known).all()
    assert (told.level[known] >= 0).all() and not (told.low < 0).any()
    assert all(bool(name) == k for name, k in zip(told.method, known, strict=True))


def test_a_season_serves_the_series_that_has_one_and_no_other():
    rng = np.random.default_rng(3)
    wave = 50 + 45 * np.sin(2 * np.pi * np.arange(60) / 12)
    seasonal = rng.poisson(wave, (5, 60)).astype(float)
    steady = rng.poisson(50, (40, 60)).astype(float)
    told = demand_forecast(plenty(np.vstack([seasonal, steady])))
    assert set(told.method[:5]) == {"seasonal"}
    assert "seasonal" not in told.method[5:]
    assert (told.error[:5] < 0.6 * told.seed_error[:5]).all()


def test_the_choice_at_an_origin_knows_nothing_that_came_later():
    rng = np.random.default_rng(1)
    demand = rng.poisson(6, (30, 24)).astype(float)
    changed = demand.copy()
    changed[:, 18:] = rng.poisson(90, (30, 6))
    before, after = (choice.Backtest.of(plenty(d)) for d in (demand, changed))
    place = before.origins.index(18)
    for loss in (choice.MIDDLE, choice.MEAN):
        served = [choice.chosen(b, loss)[: place + 1] for b in (before, after)]
        assert np.array_equal(*served)


def test_the_interval_of_like_levels_covers_eighty_percent_of_what_comes():
    rng = np.random.default_rng(2)
    level = rng.choice([2.0, 30.0, 200.0], 6000)
    error = np.abs(rng.normal(0, np.sqrt(level)))
    width = half_widths(level[:3000], level[3000:], error[3000:])
    for each in (2.0, 30.0, 200.0):
        covered = (error[:3000] <= width)[level[:3000] == each].mean()
        assert covered == pytest.approx(0.8, abs=0.05)


def test_the_mean_demand_of_simulated_shelves_lies_within_most_of_the_intervals():
    rng = np.random.default_rng(5)
    demand = rng.poisson(rng.uniform(1, 40, (400, 1)), (400, 27)).astype(float)
    told = demand_forecast(plenty(demand[:, :24]))
    came = demand[:, 24:].mean(axis=1)
    assert 0.75 <= ((told.low <= came) & (came <= told.high)).mean() <= 0.9


def test_an_empty_shelf_issues_nothing_though_its_demand_is_unchanged():
    rng = np.random.default_rng(4)
    demand = rng.poisson(20, (120, 30)).astype(float)
    has_stock = np.repeat(rng.random((120, 6)) < 0.6, 5, axis=1)
    issued = np.where(has_stock, demand, 0)
    left = np.where(np.roll(has_stock, -1, axis=1), 60, 0)
    left[:2, -1] = 0, 60
    history = History(np.where(has_stock, demand, np.nan), issued, left)
    empty, full = issue_forecast(history).level[:2, 0]
    assert empty < 2 < 15 < full
    assert demand_forecast(history).level[:2].min() > 15


def test_a_share_is_the_weighted_median_of_what_was_handed_out():
    assert weighted_median(np.array([3.0, 1, 2]), np.array([1.0, 1, 5])) == 2
    classes = np.repeat([0, 1], 40)
    issued = np.where(classes == 0, 0.0, 5.0)
    shares = issued_shares(classes, np.full(80, 10.0), issued, np.ones(80))
    assert shares[:3].tolist() == [0, 0.5, 1]


def test_the_yardstick_steps_over_silent_months():
    assert naive_scale(np.vstack([row(1, GAP, 4, 4), row(7, GAP, GAP, GAP)])).tolist()[0] == 1.5
    assert np.isnan(naive_scale(row(7, GAP))).all()
