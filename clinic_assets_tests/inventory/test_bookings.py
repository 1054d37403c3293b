"""What the visits that are booked will use, by hand, against what is there."""

import datetime as dt
import json

from clinic_assets.inventory.checks import CHECKS
from clinic_assets.warehouse.checks import findings
from clinic_assets.warehouse.days import Days
from clinic_assets_tests.cli.command import clinic_says
from clinic_assets_tests.desk.rows import DAY, MONDAY, at, put, visit

ONE = dt.timedelta(days=1)


def stocked(clinic, left, location="A", item="Roll", status="GOOD"):
    nothing = dict.fromkeys(("expiring_qty", "on_order_qty", "transfer_in_qty", "transfer_out_qty",
                             "position_qty", "lead_time_spread", "least_order", "seed004_qty"), 0)  # fmt: skip
    put(clinic, "mart.reorder_plan", clinic_id="clinic", day=MONDAY, location_id=location, item=item,
        status=status, current_stock=left, usable_qty=left, last_report_day=MONDAY,
        demand_method="tsb", lead_time_source="declared", pack_size=1, reason="so", **nothing)  # fmt: skip


def used(clinic, service, quantity, item="Roll", since=dt.date(1, 1, 1)):
    put(clinic, "core.service_item_version", clinic_id="clinic", service=service, item=item,
        day=since, source="s", quantity=quantity)  # fmt: skip


def needed(clinic):
    assert clinic.run(str(MONDAY), None, "mart.stock_for_bookings").success
    return {
        item: tuple(map(float, told))
        for item, *told in clinic.rows(
            "select item, visits_week, needed_tomorrow_qty, needed_week_qty, short_tomorrow_qty,"
            " short_week_qty from mart.stock_for_bookings where day = :day", day=MONDAY
        )
    }  # fmt: skip


def test_a_visit_uses_what_any_visit_its_type_and_its_procedures_use(clinic):
    stocked(clinic, 3)
    stocked(clinic, 1, location="B")
    stocked(clinic, 90, location="C", status="STALE")
    used(clinic, "*", 1.5)
    used(clinic, "Massage", 2)
    used(clinic, "D1110", 4, item="Cup")
    visit(clinic, "1", service_type="Massage")
    visit(clinic, "2", hour=12, practitioner_key="pf:T2")
    visit(clinic, "3", day=MONDAY + 7 * ONE)
    put(clinic, "core.fct_procedure", clinic_id="clinic", procedure_key="q", source="pf",
        patient_key="pf:p", practitioner_key="pf:T1", appointment_key="pf:3", code="D1110",
        status="planned", fee_amount=0, planned_on=MONDAY, day=MONDAY)  # fmt: skip
    assert needed(clinic) == {"Roll": (3, 5, 6.5, 1, 2.5), "Cup": (1, 0, 4, 0, 4)}
    named = [check for check in CHECKS if check.name == "tomorrow_has_what_it_needs"]
    [found] = findings(clinic.engine, named, Days(MONDAY, MONDAY))
    assert (found.bad_rows, found.detail) == (1, "Roll")
    said = json.loads(clinic_says("shortages", "--day", str(MONDAY), "--format", "json").out)
    assert [(row["item"], row["short_week_qty"]) for row in said] == [("Roll", 2.5), ("Cup", 4)]


def test_only_what_was_booked_and_not_called_off_by_the_evening_counts(clinic):
    stocked(clinic, 0)
    used(clinic, "*", 1)
    visit(clinic, "booked", created_at=at(MONDAY, 23, 59))
    visit(clinic, "booked later", created_at=at(DAY, 0))
    visit(clinic, "called off", cancelled_known_at=at(MONDAY, 23, 59), status="cancelled_patient")
    visit(clinic, "called off later", cancelled_known_at=at(DAY, 0), status="cancelled_patient")
    visit(clinic, "of today", day=MONDAY)
    visit(clinic, "in eight days", day=MONDAY + 8 * ONE)
    assert needed(clinic) == {"Roll": (2, 2, 2, 2, 2)}


def test_the_bill_of_the_day_counts_and_a_quantity_of_nothing_ends_it(clinic):
    stocked(clinic, 0)
    for item, quantities in (("Roll", (9, 2, 5)), ("Gel", (7, 0, 5))):
        for since, quantity in zip((dt.date(1, 1, 1), MONDAY, DAY), quantities, strict=True):
            used(clinic, "*", quantity, item, since)
    visit(clinic, "1")
    assert needed(clinic) == {"Roll": (1, 2, 2, 2, 2)}


def test_a_clinic_that_lists_nothing_has_no_row(clinic):
    stocked(clinic, 5)
    visit(clinic, "1")
    assert needed(clinic) == {}
