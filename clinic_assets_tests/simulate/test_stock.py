"""The stock rooms, and what their logs hide."""

import pandas as pd
import pytest

SHELF = ["location_id", "item_name"]


@pytest.fixture
def ledger(world):
    return world.stock_ledger


def test_the_opening_stock_is_what_closed_the_day_before(ledger):
    before = ledger.groupby(SHELF)["closing"].shift()
    assert (ledger["opening"] == before)[before.notna()].all()


def test_stock_adds_up_except_for_a_few_miscounts(ledger):
    off = ledger["opening"] + ledger["received"] - ledger["issued"] - ledger["closing"]
    assert 0 < (off != 0).mean() < 0.01
    assert (ledger["closing"] >= 0).all()


def test_only_what_is_there_can_be_issued_and_a_stockout_hides_demand(ledger):
    there = ledger["opening"] + ledger["received"]
    assert (ledger["issued"] == ledger["true_demand"].clip(upper=there)).all()
    assert ((ledger["is_stockout"] == 1) == (ledger["issued"] < ledger["true_demand"])).all()
    assert 0.01 < ledger["is_stockout"].mean() < 0.08


def test_what_is_on_order_arrives_after_about_its_lead_time(ledger):
    before = ledger.groupby(SHELF)["on_order"].shift()
    ordered = (ledger["on_order"] - before + ledger["received"])[before.notna()]
    assert (ordered >= 0).all()
    # Little's law: what is on order at any time is what arrives per day times the days it takes.
    days_it_takes = ledger["received"] * ledger["lead_time_days"]
    assert 0.7 < ledger["on_order"].sum() / days_it_takes.sum() < 1.4


def test_nothing_moves_on_sundays(ledger):
    sundays = ledger[ledger["log_date"].dt.day_of_week == 6]
    assert (sundays[["true_demand", "received"]] == 0).all(axis=None)


def test_some_items_are_wanted_every_day_and_some_not_for_months(ledger):
    wanted = ledger[ledger["log_date"].dt.day_of_week < 5].assign(
        wanted=lambda rows: rows["true_demand"] > 0
    )
    by_shelf = wanted.groupby(SHELF)["wanted"].mean()
    assert by_shelf.max() > 0.95
    assert by_shelf.min() < 0.1


def test_demand_is_higher_in_winter_than_in_summer(ledger):
    monthly = ledger.groupby(ledger["log_date"].dt.month)["true_demand"].mean()
    assert monthly[2] > 1.2 * monthly[6]


def test_a_location_falls_silent_at_times_but_never_the_first(world, plan):
    logs = world.histories["stock_logs"]
    days = logs.groupby("LOCATION_ID")["LOG_DATE"].nunique()
    assert days[plan.locations[0]] == len(list(plan.days()))
    assert days.min() < days.max()


def test_the_logs_show_the_ledger_and_nothing_of_the_truth(world, ledger):
    logs = world.histories["stock_logs"]
    keys = {"left_on": ["LOG_DATE", "LOCATION_ID", "ITEM_NAME"], "right_on": ["log_date", *SHELF]}
    both = logs.merge(ledger, how="left", **keys)
    pd.testing.assert_series_equal(both["ISSUED_QTY"], both["issued"], check_names=False)
    assert not {"true_demand", "is_stockout", "on_order"} & set(logs.columns)
