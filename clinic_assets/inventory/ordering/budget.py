"""Which orders to place when there is not money for all: what saves most days without stock."""

import numpy as np
import pandas as pd


def within(plan: pd.DataFrame, budget: float) -> pd.DataFrame:
    """The orders that the budget pays for, those first that save most days for their money.

    One that does not fit any more is passed over for a cheaper one after it. What nobody knows the
    cost of is not bought.
    """
    priced = plan[(plan["order_qty"] > 0) & plan["order_cost"].notna()]
    cost = priced["order_cost"].to_numpy(float)
    saved = priced["avoided_stockout_days"].to_numpy(float) / np.maximum(cost, 1e-9)
    best_first = np.lexsort((cost, -saved))
    left, bought = budget, []
    for place in best_first:
        if cost[place] <= left:
            left -= cost[place]
            bought.append(place)
    return priced.iloc[bought]


def urgent_first(plan: pd.DataFrame) -> pd.DataFrame:
    """All orders, those first that save most days without stock."""
    orders = plan[plan["order_qty"] > 0]
    return orders.sort_values(
        ["avoided_stockout_days", "location_id", "item"], ascending=[False, True, True]
    )
