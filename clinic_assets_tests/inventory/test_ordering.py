"""Orders by hand: lead times, lots by expiry, levels, transfers of a day, and a budget."""

import datetime as dt
import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_assets.inventory.ordering.budget import urgent_first, within
from clinic_assets.inventory.ordering.expiry import KEEPS, lots_on_hand, unused
from clinic_assets.inventory.ordering.lead_time import lead_times
from clinic_assets.inventory.ordering.levels import Service, levels, ordered
from clinic_assets.inventory.ordering.moving import distances, moved_by_shelf, moves_of
from clinic_assets.inventory.ordering.reason import reasons

DAY = dt.date(2025, 3, 3)
WEEKLY = Service(z=1.645, review_days=7)
NOWHERE = pd.DataFrame(columns=["clinic_id", "location_id", "day", "latitude", "longitude"])
NO_LOTS = pd.DataFrame({"shelf": pd.Series(dtype=int), "days_left": [], "quantity": []})


def shelves(*rows):
    """Shelves of one day, Tape at A, B, C unless said otherwise."""
    usual = {
        "clinic_id": "clinic", "day": DAY, "item": "Tape", "status": "GOOD", "current_stock": 50,
        "burn_rate": 2.0, "burn_rate_raw": 1.5, "declared_lead_days": 10, "last_report_day": DAY,
        "mean_per_day": 2.0, "spread_per_day": 3.0, "method": "six_mean", "deliveries_here": None,
        "lead_days_here": None, "lead_spread_here": None, "on_order_qty": 0, "expected_on": None,
        "deliveries_of_item": None, "lead_days_of_item": None, "lead_spread_of_item": None,
        "pack_size": 1, "least_order": 0, "unit_cost": 2,
    }  # fmt: skip
    return pd.DataFrame(
        [{"location_id": "ABCDEF"[n], **usual, **row} for n, row in enumerate(rows)]
    )


def told_of(stock, lots=None, service=WEEKLY):
    on_hand = lots_on_hand(
        NO_LOTS if lots is None else lots, stock["current_stock"].to_numpy(float)
    )
    return levels(stock, on_hand, service), on_hand


def planned(stock, lots=None, service=WEEKLY, places=NOWHERE):
    told, on_hand = told_of(stock, lots, service)
    moves = moves_of(told, on_hand, places)
    plan = ordered(told, moved_by_shelf(told, moves), service)
    return plan.assign(reason=reasons(plan)), moves


def lots(*rows):
    return pd.DataFrame(rows, columns=["shelf", "days_left", "quantity"])


def test_a_lead_time_is_measured_from_five_deliveries_here_then_of_the_item_then_declared():
    here = {"deliveries_here": 5, "lead_days_here": 12, "lead_spread_here": 4}
    of_item = {"deliveries_of_item": 9, "lead_days_of_item": 14, "lead_spread_of_item": 6}
    few = {"deliveries_here": 4, "lead_days_here": 1, "lead_spread_here": 1}
    found = lead_times(
        shelves(here | of_item, few | of_item, few, {"declared_lead_days": None})
    ).to_numpy()
    assert found.tolist()[:3] == [
        [12, 4, "measured here"],
        [14, 6, "measured for the item"],
        [10, 0, "declared"],
    ]
    assert np.isnan(found[3][0]) and found[3][2] == "unknown"


def test_what_is_left_on_the_shelf_is_what_expires_last_and_the_rest_nobody_knows():
    delivered = lots((0, 30, 10), (0, 90, 10), (1, 5, 4))
    found = lots_on_hand(delivered, np.array([13.0, 9.0, 2.0]))
    assert found.to_numpy().tolist() == [
        [0, 30, 3], [0, 90, 10], [1, 5, 4], [1, KEEPS, 5], [2, KEEPS, 2],
    ]  # fmt: skip


def test_each_lot_is_used_after_those_before_it_and_until_its_own_last_day():
    """Two a day: by day 5 ten are used, so 2 of 12; by day 8 six more, so 4 of the next ten."""
    on_hand = lots((0, 5, 12), (0, 8, 10), (0, 60, 30))
    assert unused(on_hand, np.array([2.0])).tolist() == [2, 4, 0]
    assert unused(on_hand, np.array([0.0])).tolist() == [12, 10, 30]
    assert unused(lots((0, 0, 7), (0, KEEPS, 9)), np.array([0.0])).tolist() == [7, 0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-3, 60), st.integers(1, 40)), min_size=1, max_size=8),
    st.integers(0, 5),
)
def test_what_is_projected_to_expire_is_what_a_shelf_lived_through_throws_away(found, daily):
    on_hand = lots(*sorted((0, left, quantity) for left, quantity in found))
    left = on_hand["quantity"].tolist()
    for day in range(1, 62):
        wanted = daily
        for lot, until in enumerate(on_hand["days_left"]):
            given_out = min(wanted, left[lot]) if until >= day else 0
            left[lot] -= given_out
            wanted -= given_out
    assert unused(on_hand, np.array([float(daily)])).sum() == sum(left)


def test_levels_and_the_order_are_those_of_the_textbook():
    stock = shelves(
        {"deliveries_here": 6, "lead_days_here": 20, "lead_spread_here": 5, "on_order_qty": 8,
         "pack_size": 12}
    )  # fmt: skip
    plan, _ = planned(stock)
    [row] = plan.to_dict("records")
    safety = 1.645 * math.sqrt(27 * 3**2 + 2**2 * 5**2)
    assert row["safety_stock_qty"] == pytest.approx(safety)
    assert row["order_up_to_qty"] == pytest.approx(2 * 27 + safety + 1)
    point = 2 * 20 + 1.645 * math.sqrt(20 * 3**2 + 2**2 * 5**2) + 1
    assert row["reorder_point_qty"] == pytest.approx(point)
    assert row["order_qty"] == 12 * math.ceil((2 * 27 + safety + 1 - 58) / 12)
    assert row["order_cost"] == 2 * row["order_qty"]
    assert row["seed004_qty"] == 0


def test_an_order_saves_the_days_that_demand_would_have_emptied_the_shelf_before_the_next():
    [row] = planned(shelves({"current_stock": 25}))[0].to_dict("records")
    saved = sum(1 - NormalDist(2 * t, 3 * math.sqrt(t)).cdf(25) for t in range(11, 18))
    assert row["avoided_stockout_days"] == pytest.approx(saved)
    assert planned(shelves({"current_stock": 900}))[0]["avoided_stockout_days"].item() == 0


def test_what_expires_before_the_next_delivery_is_not_counted_on():
    """Of 40 that keep five days ten are used: 30 are thrown away, as if they were not there."""
    kept, _ = planned(shelves({"current_stock": 40}))
    spoilt, _ = planned(shelves({"current_stock": 40}), lots((0, 5, 40)))
    assert spoilt["order_qty"].item() == kept["order_qty"].item() + 30
    assert spoilt["expiring_qty"].item() == 30 and "30 will expire" in spoilt["reason"].item()
    gone, _ = planned(shelves({"current_stock": 40}), lots((0, -1, 40)))
    assert gone["usable_qty"].item() == 0 and gone["expiring_qty"].item() == 0


def test_a_silent_site_is_not_one_that_uses_nothing():
    plan, _ = planned(
        shelves(
            {"status": "STALE", "last_report_day": dt.date(2025, 2, 20)},
            {"status": "NO_DEMAND", "burn_rate": 0, "mean_per_day": 0, "spread_per_day": 0},
            {"declared_lead_days": None},
        )
    )
    silent, unused_item, unknown = plan.to_dict("records")
    assert np.isnan(silent["order_qty"]) and silent["reason"].startswith("silent since 2025-02-20")
    assert silent["daily_demand"] == 2
    assert unused_item["order_qty"] == 0 and unused_item["reason"].startswith("nothing is used")
    assert np.isnan(unknown["order_qty"]) and "no lead time" in unknown["reason"]


def test_without_a_forecast_the_burn_rate_stands_in_and_is_as_varied_as_random_calls():
    new = {"mean_per_day": None, "spread_per_day": None, "method": None, "burn_rate": 4.0}
    [row] = planned(shelves(new))[0].to_dict("records")
    assert (row["daily_demand"], row["daily_spread"], row["demand_method"]) == (4, 2, "burn_rate")
    never = new | {"burn_rate": None, "current_stock": 0, "status": "STOCKOUT"}
    [row] = planned(shelves(never))[0].to_dict("records")
    assert row["order_qty"] == 1 and "one shows it" in row["reason"]


def test_what_another_site_can_spare_is_not_ordered():
    alone, _ = planned(shelves({"current_stock": 5}))
    both, moves = planned(shelves({"current_stock": 5}, {"current_stock": 300}))
    [move] = moves.to_dict("records")
    assert (move["from_location_id"], move["to_location_id"]) == ("B", "A")
    assert move["quantity"] == math.floor(both["order_up_to_qty"][0] - 5)
    assert alone["order_qty"][0] == both["order_qty"][0] + move["quantity"]
    assert both["order_qty"].tolist() == [1, 0]
    assert "come from other sites" in both["reason"][0] and "go to" in both["reason"][1]


def test_only_who_is_below_the_reorder_point_gets_and_silent_sites_are_left_alone():
    waits = {"current_stock": 45}
    told, _ = told_of(shelves(waits))
    assert told["reorder_point_qty"].item() < 45 < told["order_up_to_qty"].item()
    assert planned(shelves(waits, {"current_stock": 300}))[1].empty
    assert planned(shelves({"current_stock": 5, "status": "STALE"}, {"current_stock": 300}))[
        1
    ].empty
    assert planned(shelves({"current_stock": 5}, {"current_stock": 300, "status": "STALE"}))[
        1
    ].empty


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 120), st.integers(1, 120)), min_size=2, max_size=6))
def test_no_giver_is_left_below_its_own_need(found):
    stock = shelves(*[{"current_stock": left} for left, _ in found])
    by_day = lots(*[(n, days, left) for n, (left, days) in enumerate(found)])
    plan, _ = planned(stock, by_day)
    gave = plan[plan["transfer_out_qty"] > 0]
    assert (gave["usable_qty"] - gave["transfer_out_qty"] >= gave["order_up_to_qty"]).all()
    assert plan["transfer_in_qty"].sum() == plan["transfer_out_qty"].sum()
    assert not ((plan["transfer_in_qty"] > 0) & (plan["transfer_out_qty"] > 0)).any()


def test_the_nearer_site_gives_and_who_has_moved_lies_where_it_lies_now():
    places = pd.DataFrame(
        [("clinic", name, day, *at) for name, day, at in (
            ("A", dt.date(2025, 1, 1), (52.5, 13.4)), ("B", dt.date(2025, 1, 1), (48.1, 11.6)),
            ("C", dt.date(2025, 1, 1), (52.6, 13.4)), ("B", dt.date(2025, 3, 1), (52.51, 13.4)), ("B", dt.date(2025, 3, 4), (48.1, 11.6)),
        )],
        columns=NOWHERE.columns,
    )  # fmt: skip
    network = shelves({"current_stock": 5}, {"current_stock": 300}, {"current_stock": 300})
    [move] = planned(network, places=places)[1].to_dict("records")
    assert move["from_location_id"] == "B"
    assert move["distance_km"] == pytest.approx(1.11, abs=0.01)
    [move] = planned(network, places=places[:3])[1].to_dict("records")
    assert move["from_location_id"] == "C"
    berlin_munich = distances(places[:2], ["A", "B"])[0, 1]
    assert berlin_munich == pytest.approx(506, abs=3)


def test_a_budget_buys_what_saves_most_days_for_its_money_and_passes_over_what_does_not_fit():
    plan = pd.DataFrame(
        [("dear", 9, 900.0, 6.0), ("best", 4, 40.0, 4.0), ("good", 2, 50.0, 3.0),
         ("free", 1, 0.0, 0.1), ("unknown", 7, None, 7.0), ("nothing", 0, 0.0, 0.0)],
        columns=["item", "order_qty", "order_cost", "avoided_stockout_days"],
    ).assign(location_id="A")  # fmt: skip
    assert within(plan, 90)["item"].tolist() == ["free", "best", "good"]
    assert within(plan, 60)["item"].tolist() == ["free", "best"]
    assert within(plan, 49)["item"].tolist() == ["free", "best"]
    assert within(plan, 1000)["item"].tolist() == ["free", "best", "good", "dear"]
    assert urgent_first(plan)["item"].tolist() == ["unknown", "dear", "best", "good", "free"]


def test_a_longer_lead_time_and_a_higher_level_order_more_and_never_less():
    stock = shelves({"current_stock": 30}, {"item": "Gel", "current_stock": 10, "least_order": 5})
    usual, _ = planned(stock)
    later, _ = planned(stock, service=Service(1.645, 7, later_days=7))
    safer, _ = planned(stock, service=Service(NormalDist().inv_cdf(0.99), 7))
    assert (later["order_qty"] - usual["order_qty"] >= 2 * 7).all()
    assert (safer["order_qty"] > usual["order_qty"]).all()
