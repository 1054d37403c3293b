"""What is refused of the stock keeper's lists, and what may be left out."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd

from clinic_assets.sources.stock_logs import clean

ZONE = ZoneInfo("Europe/Berlin")


def typed(type_rows, header, *rows):
    """The typed rows as dictionaries, and each refusal's column and reason."""
    cells = [dict(zip(header.split(","), row.split(","), strict=True)) for row in rows]
    told = type_rows(pd.DataFrame(cells).assign(decimal_mark="."), ZONE)
    return told.frame.to_dict("records"), [(r.column, r.reason) for r in told.refused]


def test_an_item_may_say_only_some_of_how_it_is_ordered():
    header = "item_name,pack_size,least_order,unit_cost"
    good, bad = typed(clean.items, header, "Gauze,12,,0.0825", "Tape,,,", "Bad,0,1,1", "Bad,1,-1,1")
    assert good == [
        {"item": "Gauze", "pack_size": 12, "least_order": None, "unit_cost": Decimal("0.0825")},
        {"item": "Tape", "pack_size": None, "least_order": None, "unit_cost": None},
    ]
    assert bad == [("pack_size", "is no size of a pack"), ("least_order", "is negative")]


def test_a_place_lies_on_the_globe():
    header = "location_id,latitude,longitude"
    good, bad = typed(clean.locations, header, "A,-33.9,151.2", "B,90.1,0", "C,0,-180.5")
    assert [row["longitude"] for row in good] == [Decimal("151.2")]
    assert bad == [
        ("latitude", "is beyond 90 degrees"),
        ("longitude", "is beyond 180 degrees"),
    ]


def test_an_order_lies_on_the_day_it_was_placed_and_does_not_come_before_it():
    header = "order_id,location_id,item_name,ordered_on,quantity,expected_on,received_on,expires_on"
    good, bad = typed(
        clean.orders,
        header,
        "1,A,Gauze,2025-03-03,20,2025-03-10,,",
        "2,A,Gauze,2025-03-03,20,,2025-03-03,2026-01-31",
        "3,A,Gauze,2025-03-03,20,,2025-03-02,",
        "4,A,Gauze,2025-03-03,-1,,,",
    )
    assert [(row["order_id"], row["day"]) for row in good] == [
        ("1", dt.date(2025, 3, 3)),
        ("2", dt.date(2025, 3, 3)),
    ]
    assert good[1]["expires_on"] == dt.date(2026, 1, 31) and good[0]["received_on"] is None
    assert bad == [("received_on", "lies before the order"), ("quantity", "is negative")]


def test_a_visit_may_use_part_of_an_item():
    good, bad = typed(clean.service_items, "service,item_name,quantity", "*,Roll,0.3", "D1110,Cup,")
    assert good == [{"service": "*", "item": "Roll", "quantity": Decimal("0.3")}]
    assert bad == [("quantity", "is empty")]
