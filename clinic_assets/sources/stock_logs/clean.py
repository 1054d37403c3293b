"""Stock rows in the clinic's vocabulary. Pure: frames of text in, typed frames out."""

from decimal import Decimal
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


def _quantity(cell: str, decimal_mark: str) -> Decimal:
    amount = parse_number(cell, decimal_mark)
    if amount < 0:
        raise ValueError("is negative")
    if amount >= LARGEST_QUANTITY:
        raise ValueError("is too large for a quantity")
    return amount
