"""Why so much is to be ordered, or nothing, in words that a stock keeper would use."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

USED = [
    "day", "status", "last_report_day", "daily_demand", "lead_time_days", "lead_time_source",
    "expected_on", "on_order_qty", "transfer_in_qty", "transfer_out_qty", "expiring_qty",
    "position_qty", "reorder_point_qty", "order_qty",
]  # fmt: skip
"""What the words are made of."""


def reasons(told: pd.DataFrame) -> list[str]:
    """A sentence a shelf, of the plan's own columns."""
    # Lists of the columns used: rows of the whole plan take three times as long.
    shelves = zip(*(told[name].tolist() for name in USED), strict=True)
    return ["; ".join(_words(dict(zip(USED, row, strict=True)))) for row in shelves]


def _words(row: Mapping[Any, Any]) -> list[str]:
    if row["status"] == "STALE":
        return [f"silent since {row['last_report_day']}: what is there is not known"]
    if np.isnan(row["lead_time_days"]):
        return ["no lead time is known: put one into the stock log, or list the orders"]
    is_late = pd.notna(row["expected_on"]) and row["expected_on"] < row["day"]
    promised = f", promised for {row['expected_on']}" if is_late else ""
    more = {
        f"{float(row['on_order_qty']):.10g} on order{promised}": row["on_order_qty"] > 0,
        f"{row['transfer_in_qty']:.10g} come from other sites": row["transfer_in_qty"] > 0,
        f"{row['transfer_out_qty']:.10g} go to other sites": row["transfer_out_qty"] > 0,
        f"{row['expiring_qty']:.0f} will expire unused": row["expiring_qty"] >= 1,
        "lead time as declared, its spread unknown": row["lead_time_source"] == "declared",
    }
    return [_need(row), *(words for words, is_so in more.items() if is_so)]


def _need(row: Mapping[Any, Any]) -> str:
    if np.isnan(row["daily_demand"]):
        return "never in stock, so its use is unknown: one shows it"
    if row["daily_demand"] == 0:
        return "nothing is used"
    lasts = max(0.0, row["position_qty"]) / row["daily_demand"]
    lead = row["lead_time_days"]
    cover = f"lasts {lasts:.0f} days with all that comes, delivery takes {lead:.0f}"
    if row["order_qty"] == 0:
        return f"enough until the next review: {cover}"
    if row["position_qty"] <= row["reorder_point_qty"]:
        return f"below the reorder point: {cover}"
    return f"below the level to fill up to: {cover}"
