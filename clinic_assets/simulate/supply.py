"""What the stock keeper's lists would say beside the logs: items, places, orders, and what a visit
uses.
"""

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import NEVER, days_later, midnight
from clinic_assets.simulate.keys import numbered
from clinic_assets.simulate.plan import ClinicPlan
from clinic_assets.simulate.slices import Tables
from clinic_assets.simulate.stock import Shelves, shelves

PACKS = np.array([4, 2, 6, 2, 1, 4, 1, 1])
LEAST_ORDERS = np.array([8, 2, 12, 4, 1, 4, 1, 1])
COSTS = np.array([4.9, 7.25, 11.5, 3.1, 5.75, 8.4, 32.0, 14.9])
LIVES = np.array([720, 540, 1000, 365, 1000, 270, 1000, 400])
"""Of each item: its pack, the least that is sent, what one costs, and the days that it keeps."""
USED_BY_A_VISIT = ((0, 0.2), (2, 0.3), (3, 0.1))
"""Items that any visit uses, and how much of them."""


def supply_history(plan: ClinicPlan, orders: pd.DataFrame) -> Tables:
    """The lists as they would be exported: all on the first day, orders whenever they change."""
    fixed = shelves(plan)
    return {
        "stock_items": _since_the_first(plan, _items(plan, fixed)),
        "stock_locations": _since_the_first(plan, _locations(plan)),
        "service_items": _since_the_first(plan, _used(plan, fixed)),
        "stock_orders": _order_history(plan, fixed, orders),
    }


def _items(plan: ClinicPlan, fixed: Shelves) -> pd.DataFrame:
    kind = np.arange(plan.items) % len(PACKS)
    return pd.DataFrame(
        {
            "item_name": fixed.item[: plan.items],
            "pack_size": PACKS[kind],
            "least_order": LEAST_ORDERS[kind],
            "unit_cost": COSTS[kind],
        }
    )


def _locations(plan: ClinicPlan) -> pd.DataFrame:
    """The first in the middle of the town, the others further and further around it."""
    turn = np.arange(len(plan.locations))
    return pd.DataFrame(
        {
            "location_id": plan.locations,
            "latitude": (52.52 + 0.04 * turn * np.cos(2 * turn)).round(5),
            "longitude": (13.405 + 0.06 * turn * np.sin(2 * turn)).round(5),
        }
    )


def _used(plan: ClinicPlan, fixed: Shelves) -> pd.DataFrame:
    used = [("*", fixed.item[n], much) for n, much in USED_BY_A_VISIT if n < plan.items]
    return pd.DataFrame(used, columns=["service", "item_name", "quantity"])


def _since_the_first(plan: ClinicPlan, rows: pd.DataFrame) -> pd.DataFrame:
    told = np.full(len(rows), midnight(plan.first_day))
    return rows.assign(slice_day=told).astype({"slice_day": "datetime64[s]"})


def _order_history(plan: ClinicPlan, fixed: Shelves, orders: pd.DataFrame) -> pd.DataFrame:
    """Each order as it was placed, and again on the day it came, with the date of its lot."""
    shelf = orders["shelf"].to_numpy()
    ordered, received = (orders[day].to_numpy() for day in ("ordered_on", "received_on"))
    placed = pd.DataFrame(
        {
            "order_id": numbered("O", len(orders), 6),
            "location_id": np.array(fixed.location, dtype=object)[shelf],
            "item_name": np.array(fixed.item, dtype=object)[shelf],
            "ordered_on": ordered,
            "quantity": orders["quantity"],
            "expected_on": days_later(ordered, fixed.lead_days[shelf]),
            "received_on": NEVER,
            "expires_on": NEVER,
            "slice_day": ordered,
        }
    )
    kept = LIVES[shelf % plan.items % len(LIVES)]
    came = placed.assign(
        received_on=received, expires_on=days_later(received, kept), slice_day=received
    )
    return pd.concat([placed, came], ignore_index=True)
