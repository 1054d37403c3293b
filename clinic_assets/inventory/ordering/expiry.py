"""What lies on the shelves by its expiry, and what of it will expire before anybody wants it.

The soonest to expire goes first (FEFO): what is left is what expires last. Lots are delivered
orders that say when they expire; stock of which nobody said is taken to keep.

A frame of lots has a row a lot, by shelf and expiry: `shelf` (the shelf's place), `days_left`,
`quantity`.
"""

import numpy as np
import pandas as pd

from clinic_assets.inventory.demand.history import Floats

LOT = {"shelf": np.int64, "days_left": np.float64, "quantity": np.float64}
KEEPS = 3650.0
"""Days that stock keeps of which nobody said when it expires."""


def lots_on_hand(delivered: pd.DataFrame, stock: Floats) -> pd.DataFrame:
    """The lots that the stock of each shelf consists of, the rest as one that keeps."""
    known = delivered[list(LOT)].astype(LOT)
    latest_first = known.sort_values(["shelf", "days_left"], ascending=[True, False])
    until = latest_first.groupby("shelf")["quantity"].cumsum().to_numpy(float)
    before = until - latest_first["quantity"].to_numpy(float)
    shelf = latest_first["shelf"].to_numpy(np.int64)
    left = np.clip(stock[shelf] - before, 0, until - before)
    told = latest_first.assign(quantity=left)
    rest = stock - np.bincount(shelf, weights=left, minlength=len(stock))
    unknown = pd.DataFrame({"shelf": np.arange(len(stock)), "days_left": KEEPS, "quantity": rest})
    lots = pd.concat([told, unknown], ignore_index=True)
    in_order = lots[lots["quantity"] > 0].sort_values(["shelf", "days_left"])
    return in_order.reset_index(drop=True)


def unused(lots: pd.DataFrame, daily: Floats) -> Floats:
    """What of each lot nobody will have used by its last day, at a shelf's use a day.

    As OpenBoxes projects it: lot after lot by expiry, each is used after those before it, until its
    own last day.
    """
    shelf = lots["shelf"].to_numpy(np.int64)
    left, quantity = (lots[name].to_numpy(float) for name in ("days_left", "quantity"))
    most = np.where(left < KEEPS, np.maximum(0, left) * np.nan_to_num(daily[shelf]), np.inf)
    place = pd.Series(shelf).groupby(shelf).cumcount().to_numpy()
    used, wasted = np.zeros(len(daily)), np.zeros(len(lots))
    for turn in range(place.max(initial=-1) + 1):
        now = place == turn
        at = shelf[now]
        after = np.clip(used[at] + quantity[now], None, np.maximum(used[at], most[now]))
        wasted[now] = used[at] + quantity[now] - after
        used[at] = after
    return wasted
