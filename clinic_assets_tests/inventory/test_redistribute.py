"""Transfers between sites: by hand, and for any network: who gives is never short by it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.redistribution import Network, lived
from clinic_assets.inventory.redistribute import (
    Lots,
    Sites,
    Transfer,
    shortage,
    stock_of,
    surplus,
    transfers,
)


def lots(*rows):
    site, days_left, quantity = zip(*rows, strict=True)
    return Lots(np.array(site), np.array(days_left, float), np.array(quantity, float))


def sites(need, daily=None, on_order=None, distance=None):
    count = len(need)
    apart = 10.0 * (1 - np.eye(count))
    return Sites(
        np.array(daily or [1.0] * count),
        np.array(need, float),
        np.array(on_order or [0.0] * count),
        np.array(distance) if distance else apart,
    )


def test_what_one_has_too_much_of_fills_what_another_lacks_and_no_more():
    assert transfers(lots((0, 300, 50)), sites([20, 12])) == [Transfer(0, 1, 12)]
    assert transfers(lots((0, 300, 50)), sites([45, 12])) == [Transfer(0, 1, 5)]
    assert transfers(lots((0, 300, 50)), sites([50, 12])) == []


def test_what_is_on_its_way_to_a_site_is_not_lacking_there():
    assert transfers(lots((0, 300, 50)), sites([20, 12], on_order=[0, 12])) == []


def test_what_expires_soonest_goes_first():
    both = lots((0, 400, 30), (0, 60, 10))
    assert surplus(both, sites([25, 0])).tolist() == [5, 10]
    assert transfers(both, sites([25, 8])) == [Transfer(1, 1, 8)]


def test_a_lot_that_would_expire_there_too_stays():
    """Site 1 uses one a day: of what expires in five days it can use five, of what is gone nothing."""
    assert transfers(lots((0, 5, 50)), sites([0, 30])) == [Transfer(0, 1, 5)]
    assert transfers(lots((0, 0, 50)), sites([0, 30])) == []
    two = lots((0, 5, 50), (0, 9, 50))
    assert sum(t.quantity for t in transfers(two, sites([0, 30]))) == 9


def test_the_nearer_site_gives_and_the_emptier_one_gets():
    near = [[0, 5, 90], [5, 0, 40], [90, 40, 0]]
    given_by = transfers(lots((0, 300, 9), (2, 300, 9)), sites([0, 6, 0], distance=near))
    assert given_by == [Transfer(0, 1, 6)]
    got = transfers(lots((0, 300, 6), (1, 300, 10)), sites([0, 16, 6], distance=near))
    assert got == [Transfer(0, 2, 6)]


networks = st.integers(2, 6).flatmap(
    lambda count: st.tuples(
        st.lists(
            st.tuples(st.integers(0, count - 1), st.integers(-5, 400), st.integers(0, 80)),
            min_size=1,
            max_size=12,
        ),
        st.lists(st.floats(0, 90), min_size=count, max_size=count),
        st.lists(st.floats(0, 5), min_size=count, max_size=count),
    )
)


@settings(max_examples=60)
@given(networks)
def test_whoever_gives_keeps_its_own_need_and_nobody_gets_more_than_it_lacks(network):
    rows, need, daily = network
    here, there = lots(*rows), sites(need, daily)
    plan = transfers(here, there)
    before = stock_of(here, len(need))
    gives, gets = np.zeros(len(need)), np.zeros(len(need))
    for each in plan:
        assert each.quantity >= 1 and each.quantity == int(each.quantity)
        assert here.days_left[each.lot] > 0
        gives[here.site[each.lot]] += each.quantity
        gets[each.to] += each.quantity
    assert (before - gives >= np.minimum(before, np.array(need)) - 1e-9).all()
    assert (gets <= shortage(before, there) + 1e-9).all()
    assert not ((gives > 0) & (gets > 0)).any()
    moved = [sum(t.quantity for t in plan if t.lot == lot) for lot in range(len(rows))]
    assert (np.array(moved) <= here.quantity).all()


def test_networks_that_move_stock_run_out_less_at_the_same_purchases():
    pairs = [(lived(Network.drawn(n), False), lived(Network.drawn(n), True)) for n in (0, 1)]
    for without, moving in pairs:
        assert moving.bought == without.bought and moving.pushed_below == 0
        assert moving.stockout_days < without.stockout_days
        assert moving.expired <= without.expired


def test_in_a_large_network_a_site_weighs_the_lots_that_suit_it_best():
    """Sixty givers in a row, each further away; the last site lacks what the first three have."""
    place = np.arange(61.0)
    way = np.abs(place[:, None] - place[::-1][None]).tolist()
    rich = lots(*[(n, 300, 30) for n in range(60)])
    found = transfers(rich, sites([20] * 60 + [30], distance=way))
    assert {t.lot for t in found} == {0, 1, 2} and sum(t.quantity for t in found) == 30
