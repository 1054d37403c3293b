"""The stock's health, distrusted when an item has not been counted for long."""

import datetime as dt

import pytest
import sqlalchemy as sa

from clinic_assets.inventory.checks import CHECKS
from clinic_assets.warehouse.checks import findings
from clinic_assets.warehouse.days import Days

FIRST, LAST = dt.date(2025, 9, 1), dt.date(2025, 9, 5)
REPORTED = [check for check in CHECKS if check.name == "items_are_reported"]


def put(clinic, day, status):
    with clinic.engine.begin() as connection:
        connection.execute(
            sa.text(
                "insert into mart.inventory_health (clinic_id, day, location_id, item,"
                " current_stock, days_in_stock, is_low_confidence, status, last_report_day)"
                " values ('c', :day, 'L', 'Gauze', 5, 20, false, :status, '2025-08-01')"
            ),
            {"day": day, "status": status},
        )


@pytest.mark.parametrize(
    ("day", "status", "bad"), [(LAST, "STALE", 1), (LAST, "GOOD", 0), (FIRST, "STALE", 0)]
)
def test_stale_items_of_the_last_day_are_told(clinic, day, status, bad):
    put(clinic, day, status)
    told = findings(clinic.engine, REPORTED, Days(FIRST, LAST))
    assert [(f.day, f.bad_rows) for f in told] == [(LAST, 1)] * bad
