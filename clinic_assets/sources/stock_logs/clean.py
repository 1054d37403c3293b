"""Stock rows in the clinic's vocabulary. Pure: frames of text in, typed frames out."""

from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

import pandas as pd

from clinic_assets.inbox.typed import Typed, TypingRows, text
from clinic_assets.inbox.values import parse_date, parse_number

LARGEST_QUANTITY = Decimal(10**9)
QUANTITIES = {
    "opening_qty": "opening_stock",
    "received_qty": "received_qty",
    "issued_qty": "issued_qty",
    "closing_qty": "closing_stock",
}


def stock_days(rows: pd.DataFrame, _zone: ZoneInfo) -> Typed:
    """One item at one location on one day per row. Negative or absurd quantities are refused."""
    typing = TypingRows(rows)
    typing.column("day", parse_date, source="log_date")
    typing.column("location_id", text)
    typing.column("item", text, source="item_name")
    for name, source in QUANTITIES.items():
        typing.column(name, _quantity, source=source, also="decimal_mark")
    typing.column("lead_time_days", _quantity, also="decimal_mark", optional=True)
    typing.frame["is_settled"] = True
    return typing.done()


def items(rows: pd.DataFrame, _zone: ZoneInfo) -> Typed:
    """How one item is ordered per row. What a cell does not say the clinic's settings say."""
    typing = TypingRows(rows)
    typing.column("item", text, source="item_name")
    typing.column("pack_size", _pack, also="decimal_mark", optional=True)
    for name in ("least_order", "unit_cost"):
        typing.column(name, _quantity, also="decimal_mark", optional=True)
    return typing.done()


def locations(rows: pd.DataFrame, _zone: ZoneInfo) -> Typed:
    """Where one location is per row, in degrees."""
    typing = TypingRows(rows)
    typing.column("location_id", text)
    typing.column("latitude", partial(_degrees, 90), also="decimal_mark")
    typing.column("longitude", partial(_degrees, 180), also="decimal_mark")
    return typing.done()


def orders(rows: pd.DataFrame, _zone: ZoneInfo) -> Typed:
    """One order of one item for one location per row; its day is the one it was ordered on."""
    typing = TypingRows(rows)
    typing.column("order_id", text)
    typing.column("location_id", text)
    typing.column("item", text, source="item_name")
    ordered = typing.column("day", parse_date, source="ordered_on")
    typing.column("quantity", _quantity, also="decimal_mark")
    for name in ("expected_on", "received_on", "expires_on"):
        typing.column(name, parse_date, optional=True)
    days = zip(typing.frame["received_on"], ordered, strict=True)
    early = [bool(came and asked and came < asked) for came, asked in days]
    typing.refuse_where(
        pd.Series(early, index=rows.index, dtype=object), "received_on", "lies before the order"
    )
    return typing.done()


def service_items(rows: pd.DataFrame, _zone: ZoneInfo) -> Typed:
    """How much of one item one visit or procedure uses per row."""
    typing = TypingRows(rows)
    typing.column("service", text)
    typing.column("item", text, source="item_name")
    typing.column("quantity", _quantity, also="decimal_mark")
    return typing.done()


def _pack(cell: str, decimal_mark: str) -> Decimal:
    size = _quantity(cell, decimal_mark)
    if size == 0:
        raise ValueError("is no size of a pack")
    return size


def _degrees(most: int, cell: str, decimal_mark: str) -> Decimal:
    degrees = parse_number(cell, decimal_mark)
    if abs(degrees) > most:
        raise ValueError(f"is beyond {most} degrees")
    return degrees


def _quantity(cell: str, decimal_mark: str) -> Decimal:
    amount = parse_number(cell, decimal_mark)
    if amount < 0:
        raise ValueError("is negative")
    if amount >= LARGEST_QUANTITY:
        raise ValueError("is too large for a quantity")
    return amount
