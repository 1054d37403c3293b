"""The plan in Postgres: what was known of orders, items and places on the day, and what if."""

import datetime as dt
import json
import math

import pytest

from clinic_assets.inventory import shelves
from clinic_assets.warehouse.days import Days
from clinic_assets_tests.cli.command import clinic_says
from clinic_assets_tests.desk.rows import put

DAY = dt.date(2025, 9, 2)
ONE = dt.timedelta(days=1)
PLAN = ("mart.stock_transfers", "mart.reorder_plan", "desk.procurement_list")


def shelf(clinic, location, left, day=DAY, item="Tape", **more):
    told = {
        "clinic_id": "clinic", "day": day, "location_id": location, "item": item, "status": "GOOD",
        "current_stock": left, "burn_rate": 2, "burn_rate_raw": 2, "days_in_stock": 60,
        "lead_time_days": 10, "is_low_confidence": False, "last_report_day": day,
    }  # fmt: skip
    put(clinic, "mart.inventory_health", **(told | more))
    put(clinic, "mart.demand_forecast", clinic_id="clinic", day=day, location_id=location,
        item=item, as_of=day, method="tsb", mean_per_day=2, spread_per_day=3, weeks_known=30)  # fmt: skip


def order(clinic, key, placed, quantity, received=None, location="A", **more):
    put(clinic, "core.fct_stock_order", clinic_id="clinic", order_key=key, source="s",
        location_id=location, item="Tape", day=placed, quantity=quantity, received_on=received,
        **more)  # fmt: skip


def run(clinic, first=DAY, last=DAY):
    assert clinic.run(str(first), str(last), *PLAN).success


def planned(clinic, columns, location="A", day=DAY):
    return clinic.rows(
        f"select {columns} from mart.reorder_plan where location_id = :at and day = :day",
        at=location, day=day,
    )[0]  # fmt: skip


def test_what_comes_later_is_on_order_until_then_and_no_lead_time_before(clinic):
    for day in (DAY, DAY + ONE):
        shelf(clinic, "A", 60, day)
    for n, took in enumerate((10, 20, 12, 18)):
        placed = DAY - dt.timedelta(days=60 + n)
        order(clinic, f"came{n}", placed, 5, placed + took * ONE)
    order(clinic, "tomorrow", DAY - 14 * ONE, 30, DAY + ONE, expected_on=DAY - 4 * ONE)
    order(clinic, "cancelled", DAY - 3 * ONE, 0)
    order(clinic, "not known yet", DAY + ONE, 99)
    order(clinic, "forgotten", DAY - 366 * ONE, 77)
    run(clinic, DAY, DAY + ONE)
    told = "on_order_qty, lead_time_source, lead_time_days, round(lead_time_spread, 3)"
    assert planned(clinic, told) == (30, "declared", 10, 0)
    times = (10, 20, 12, 18, 15)
    mean = sum(times) / 5
    spread = math.sqrt(sum((t - mean) ** 2 for t in times) / 4)
    after = planned(clinic, told, day=DAY + ONE)
    assert after[:3] == (99, "measured here", mean)
    assert float(after[3]) == pytest.approx(spread, abs=0.001)
    assert "30 on order, promised for 2025-08-29" in planned(clinic, "reason")[0]


def test_an_item_is_ordered_by_the_terms_that_held_on_the_day(clinic):
    for day in (DAY, DAY + ONE):
        shelf(clinic, "A", 5, day)
    for since, pack in ((dt.date(1, 1, 1), 12), (DAY + ONE, 50)):
        put(clinic, "core.item_version", clinic_id="clinic", item="Tape", day=since, source="s",
            pack_size=pack, least_order=40, unit_cost=0.125)  # fmt: skip
    run(clinic, DAY, DAY + ONE)
    level = 2 * 17 + 1.645 * math.sqrt(17 * 9) + 1
    packs = math.ceil((level - 5) / 12) * 12
    told = "order_qty, order_cost, order_up_to_qty"
    assert planned(clinic, told)[:2] == (packs, packs / 8)
    assert float(planned(clinic, told)[2]) == pytest.approx(level, abs=0.001)
    assert planned(clinic, told, day=DAY + ONE)[0] == 100


def test_transfers_come_before_orders_and_the_list_orders_what_is_left(clinic):
    shelf(clinic, "A", 0, status="STOCKOUT", days_remaining=None)
    shelf(clinic, "B", 80)
    shelf(clinic, "C", 0, status="STALE", last_report_day=DAY - 9 * ONE)
    order(clinic, "lot", DAY - 30 * ONE, 80, DAY - 20 * ONE, location="B",
          expires_on=DAY + 100 * ONE)  # fmt: skip
    run(clinic)
    level = 2 * 17 + 1.645 * math.sqrt(17 * 9) + 1
    moves = math.floor(80 - level)
    [move] = clinic.rows("select from_location_id, to_location_id, quantity, expires_on"
                         " from mart.stock_transfers")  # fmt: skip
    assert move == ("B", "A", moves, DAY + 100 * ONE)
    found = clinic.rows("select location_id, reorder_qty, transfer_in_qty, seed004_qty,"
                        " days_remaining from desk.procurement_list")  # fmt: skip
    assert found == [("A", math.ceil(level - moves), moves, 60, 0)]
    assert planned(clinic, "order_qty, daily_demand", "C") == (None, 2)


def test_asking_what_if_nothing_were_different_is_the_plan(clinic):
    for n, left in enumerate((0, 15, 90, 200)):
        shelf(clinic, "ABCD"[n], left)
        shelf(clinic, "ABCD"[n], left * 3 // 2, item="Gel")
        order(clinic, f"o{n}", DAY - 20 * ONE, 30, DAY - 9 * ONE, location="ABCD"[n],
              expires_on=DAY + 12 * ONE)  # fmt: skip
    run(clinic)
    days = Days(DAY, DAY)
    with clinic.engine.connect() as connection:
        stock = shelves.stock_of_days(connection, days)
        written = shelves.plan_of_days(connection, days)
    asked = shelves.plan_of(stock, shelves.moved(stock, shelves.usual()), shelves.usual())
    assert asked[written.columns].astype(str).equals(written.astype(str))
    stored = clinic.rows("select location_id, item, order_qty::float, reason"
                         " from mart.reorder_plan order by location_id, item")  # fmt: skip
    told = ["location_id", "item", "order_qty", "reason"]
    assert stored == [tuple(row) for row in written[told].to_numpy().tolist()]
    assert clinic.one("select count(*) from mart.stock_transfers") >= 2


def test_the_command_orders_what_the_budget_pays_for_and_says_what_it_costs_usually(clinic):
    shelf(clinic, "A", 3)
    shelf(clinic, "B", 20)
    put(clinic, "core.item_version", clinic_id="clinic", item="Tape", day=dt.date(1, 1, 1),
        source="s", unit_cost=10)  # fmt: skip
    run(clinic)
    say = ("orders", "--day", str(DAY))
    usual = json.loads(clinic_says(*say, "--format", "json").out)
    assert [row["location_id"] for row in usual] == ["A", "B"]
    later = json.loads(clinic_says(*say, "--lead-time", "+7", "--format", "json").out)
    assert later[0]["order_qty"] >= usual[0]["order_qty"] + 14
    dearest = str(usual[0]["order_cost"])
    bought = json.loads(clinic_says(*say, "--budget", dearest, "--format", "json").out)
    assert len(bought) == 1
    told = clinic_says(*say, "--service-level", "0.99").out
    cost = sum(row["order_cost"] for row in usual)
    assert f"Usually, without a limit: 2 for {cost:,.2f}, " in told
    assert clinic_says("transfers", "--day", str(DAY)).code == 0
    assert clinic.one("select count(*) from mart.reorder_plan") == 2


def test_a_clinic_without_stock_has_an_empty_plan(clinic):
    run(clinic)
    assert clinic.rows("select * from mart.reorder_plan") == []
    said = clinic_says("orders", "--day", str(DAY))
    assert said.code == 1 and "No stock was reported in the 90 days before" in said.err
