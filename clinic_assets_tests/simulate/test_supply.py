"""The stock keeper's lists: what they say of orders is what the ledger saw."""

import pandas as pd

SHELF = ["location_id", "item_name"]


def test_what_has_come_by_the_orders_is_what_the_stock_rooms_received(world):
    orders, ledger = world.final["stock_orders"], world.stock_ledger
    came = orders[orders["received_on"].notna()]
    by_order = came.groupby([*SHELF, "received_on"])["quantity"].sum()
    received = ledger[ledger["received"] > 0].set_index([*SHELF, "log_date"])["received"]
    assert by_order.to_dict() == received.to_dict()


def test_what_has_not_come_by_the_last_day_is_on_order(world, plan):
    orders, ledger = world.final["stock_orders"], world.stock_ledger
    open_orders = orders[orders["received_on"].isna()].groupby(SHELF)["quantity"].sum()
    last = ledger[ledger["log_date"] == pd.Timestamp(plan.last_day)].set_index(SHELF)["on_order"]
    assert open_orders.to_dict() == last[last > 0].to_dict()


def test_an_order_is_told_when_it_is_placed_and_once_more_when_it_comes(world):
    told = world.histories["stock_orders"]
    placed, came = told[told["received_on"].isna()], told[told["received_on"].notna()]
    assert (placed["slice_day"] == placed["ordered_on"]).all() and placed["order_id"].is_unique
    assert (came["slice_day"] == came["received_on"]).all() and came["order_id"].is_unique
    assert (came["expires_on"] > came["received_on"]).all() and placed["expires_on"].isna().all()


def test_every_shelf_has_its_item_and_its_place(world):
    logs = world.histories["stock_logs"]
    assert set(logs["ITEM_NAME"]) == set(world.final["stock_items"]["item_name"])
    assert set(logs["LOCATION_ID"]) == set(world.final["stock_locations"]["location_id"])
