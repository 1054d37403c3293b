"""Who pays for a visit, how, how much, and when it gets into the books."""

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import day_of, days_later, seconds, shifted
from clinic_assets.simulate.dice import Floats, Spans, Texts, Times, spread
from clinic_assets.simulate.keys import numbered

PAYING = 0.92
SPLIT = 0.03
CARD, CASH = 0.55, 0.75
DISCOUNT, EXTRA = 0.04, 0.96
ENTERED_LATE = 0.01


def payments(book: pd.DataFrame, fate: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
    """All payments there will ever be for these visits, in the order of their entry."""
    paying = (ends["last_status"] == "completed") & (fate["pays"] < PAYING)
    book, fate, ends = book[paying], fate[paying], ends[paying]
    method = _methods(fate, ends)
    amount, part = _amounts(fate, ends), np.where(fate["split"] < SPLIT, 0.5, 1.0)
    paid_at = _paid_at(book, fate, ends, method)
    whole = pd.DataFrame(
        {
            "payment_id": "",
            "appointment_id": book["appointment_id"],
            "amount": (amount * part).round(2),
            "paid_at": paid_at,
            "method": method,
            "slice_day": _entered_on(paid_at, fate),
            "part": 1,
        }
    )
    rows = pd.concat([whole, _second_parts(whole, amount, fate)])
    rows = rows.sort_values(["slice_day", "paid_at", "appointment_id", "part"], kind="stable")
    rows["payment_id"] = numbered("B", len(rows), 6)
    return rows.drop(columns="part").reset_index(drop=True)


def _methods(fate: pd.DataFrame, ends: pd.DataFrame) -> Texts:
    """Those of whom the clinic knew only later that they came get an invoice."""
    share = fate["method"].to_numpy()
    found_later = (ends["status"] != ends["last_status"]).to_numpy()
    desk = np.where(share < CARD, "card", np.where(share < CASH, "cash", "invoice"))
    return np.where(found_later, "invoice", desk).astype(object)


def _amounts(fate: pd.DataFrame, ends: pd.DataFrame) -> Floats:
    share = fate["extra"].to_numpy()
    factor = np.where(share < DISCOUNT, 0.9, 1.0)
    extra = np.where(share > EXTRA, 5.0 * spread((share - EXTRA) / (1 - EXTRA), 1, 4), 0.0)
    return np.asarray(ends["price"].to_numpy() * factor + extra)


def _paid_at(book: pd.DataFrame, fate: pd.DataFrame, ends: pd.DataFrame, method: Texts) -> Times:
    """Card and cash at the desk after the visit, invoices some day within the weeks after."""
    end = shifted(book["start"].to_numpy(), seconds(book["minutes"].to_numpy() * 60))
    desk = end + seconds(spread(fate["clock"].to_numpy(), 60, 900))
    visible = np.where(ends["status"] != ends["last_status"], ends["corrected_on"], day_of(end))
    wait = spread(fate["wait"].to_numpy() ** 1.5, 1, 45)
    transfer = days_later(visible, wait) + _daytime(fate["clock"].to_numpy())
    return np.where(method == "invoice", transfer, desk)


def _daytime(share: Floats) -> Spans:
    return seconds(spread(share, 6 * 3600, 22 * 3600 - 1))


def _entered_on(paid_at: Times, fate: pd.DataFrame) -> Times:
    late = (fate["entered_late"] < ENTERED_LATE).to_numpy()
    return days_later(day_of(paid_at), np.where(late, spread(fate["entry"].to_numpy(), 1, 5), 0))


def _second_parts(whole: pd.DataFrame, amount: Floats, fate: pd.DataFrame) -> pd.DataFrame:
    split = (fate["split"] < SPLIT).to_numpy()
    rows, wait = whole[split].copy(), spread(fate["second"].to_numpy()[split], 5, 30)
    clock = _daytime(fate["moment"].to_numpy()[split])
    rows["amount"] = (amount[split] - rows["amount"]).round(2)
    rows["paid_at"] = days_later(day_of(rows["paid_at"].to_numpy()), wait) + clock
    rows["slice_day"] = day_of(rows["paid_at"].to_numpy())
    return rows.assign(method="invoice", part=2)


def entered_late(rows: pd.DataFrame) -> pd.DataFrame:
    """The payments that were entered on a later day than they were made."""
    paid_on = day_of(rows["paid_at"].to_numpy())
    late = paid_on < rows["slice_day"].to_numpy()
    return pd.DataFrame(
        {
            "kind": "late_payment",
            "key": rows["payment_id"],
            "slice_day": rows["slice_day"],
            "event_day": paid_on,
        }
    )[late]
