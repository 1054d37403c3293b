"""What each shelf has, what it should be filled up to, and what is left to order.

Pure: a frame of shelves in (a row a shelf and day, as models/shelves.sql gives it), frames out, by
the same index. The formulas are those of policy.py, which the simulator replays.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtr

from clinic_assets.inventory.demand.history import Bools, Floats
from clinic_assets.inventory.ordering.expiry import unused
from clinic_assets.inventory.ordering.lead_time import lead_times
from clinic_assets.inventory.policy import Terms, in_packs, order_up_to, safety_stock

SEED_DAYS = 30


@dataclass(frozen=True)
class Service:
    """What ordering is asked for: the quantile of the service level, days between reviews, and how
    many days longer deliveries are taken to last than they do (what if).
    """

    z: float
    review_days: float
    later_days: float = 0.0


def levels(shelves: pd.DataFrame, lots: pd.DataFrame, service: Service) -> pd.DataFrame:
    """Demand, lead time, levels and what can be counted on, for each shelf.

    Without a forecast, which needs a whole week, the burn rate stands in, as varied as random
    calls. A site that is silent has none of it known but its demand.
    """
    told = shelves.join(lead_times(shelves))
    told["lead_time_days"] = (told["lead_time_days"] + service.later_days).clip(lower=0)
    burn, mean, varies = (
        told[name].to_numpy(float) for name in ("burn_rate", "mean_per_day", "spread_per_day")
    )
    daily = np.where(np.isnan(mean), burn, mean)
    spread = np.where(np.isnan(varies), np.sqrt(burn), varies)
    stands_in = np.where(np.isnan(burn), "unknown", "burn_rate")
    told["daily_demand"], told["daily_spread"] = daily, spread
    told["demand_method"] = np.where(told["method"].isna(), stands_in, told["method"])
    terms = terms_of(told, service)
    held = safety_stock(daily, spread, terms, service.z)
    told["safety_stock_qty"] = np.where(daily == 0, 0.0, held)
    told["order_up_to_qty"] = _level(told, terms, service.z)
    told["reorder_point_qty"] = _level(told, replace(terms, review_days=0), service.z)
    return told.join(_by_expiry(told, lots, service.review_days))


def terms_of(told: pd.DataFrame, service: Service) -> Terms:
    """The terms of each shelf."""
    lead, spread, pack, least = (
        told[name].to_numpy(float)
        for name in ("lead_time_days", "lead_time_spread", "pack_size", "least_order")
    )
    return Terms(service.review_days, lead, spread, pack, least)


def ordered(told: pd.DataFrame, moved: pd.DataFrame, service: Service) -> pd.DataFrame:
    """What is left to order when transfers have moved, in packs, and what that order saves.

    `moved`: `transfer_in_qty` and `transfer_out_qty` of each shelf, by the same index.
    """
    told = told.join(moved)
    position = told["position_qty"] + told["transfer_in_qty"] - told["transfer_out_qty"]
    terms = terms_of(told, service)
    wanted = (told["order_up_to_qty"] - position).to_numpy(float)
    known = is_known(told)
    quantity = np.where(known, in_packs(np.nan_to_num(wanted), terms), np.nan)
    told["position_qty"] = position
    told["order_qty"] = quantity
    told["order_cost"] = quantity * told["unit_cost"].to_numpy(float)
    saved = avoided_days(told, position.to_numpy(float), service.review_days)
    told["avoided_stockout_days"] = np.where(known, np.where(quantity > 0, saved, 0.0), np.nan)
    stock = told["current_stock"].to_numpy(float)
    target = told["burn_rate_raw"].to_numpy(float) * SEED_DAYS
    told["seed004_qty"] = np.maximum(0, target - stock)
    return told


def is_known(told: pd.DataFrame) -> Bools:
    """Whether it can be said what to order: the site is not silent and a lead time is known."""
    return np.asarray(
        (told["status"] != "STALE") & np.isfinite(told["lead_time_days"].to_numpy(float))
    )


def avoided_days(told: pd.DataFrame, position: Floats, review_days: float) -> Floats:
    """Days without stock that an order now saves over one at the next review.

    The expected number of days between the arrivals of the two, L to L + R ahead, by whose evening
    demand would have used up what there is: demand of t days is taken as normal.
    """
    daily, spread, lead, varies = (
        told[name].to_numpy(float)
        for name in ("daily_demand", "daily_spread", "lead_time_days", "lead_time_spread")
    )
    days = np.zeros(len(told))
    for ahead in range(1, int(review_days) + 1):
        mean = daily * (lead + ahead)
        deviation = np.sqrt((lead + ahead) * spread**2 + daily**2 * varies**2)
        days += ndtr((mean - position) / np.maximum(deviation, 1e-9))
    return np.where(daily > 0, days, 0.0)


def _level(told: pd.DataFrame, terms: Terms, z: float) -> Floats:
    daily, spread = (told[name].to_numpy(float) for name in ("daily_demand", "daily_spread"))
    level = order_up_to(daily, spread, terms, z)
    return np.where(np.isfinite(told["lead_time_days"].to_numpy(float)), level, np.nan)


def _by_expiry(told: pd.DataFrame, lots: pd.DataFrame, review_days: float) -> pd.DataFrame:
    """What can still be used, what will expire unused, and what an order may count on.

    An order counts on what is usable and will not be thrown away before the next one has come, and
    on what is on order.
    """
    wasted, shelf = unused(lots, told["daily_demand"].to_numpy(float)), lots["shelf"].to_numpy()
    left = lots["days_left"].to_numpy(float)
    covered = (told["lead_time_days"].to_numpy(float) + review_days)[shelf]

    def summed(quantity: Floats, only: Bools) -> Floats:
        weights = np.where(only, quantity, 0)
        return np.bincount(shelf, weights=weights, minlength=len(told)).astype(np.float64)

    usable = summed(lots["quantity"].to_numpy(float), left > 0)
    gone = summed(wasted, (left > 0) & (left <= covered))
    return pd.DataFrame(
        {
            "usable_qty": usable,
            "expiring_qty": summed(wasted, left > 0),
            "position_qty": usable - gone + told["on_order_qty"].to_numpy(float),
        },
        index=told.index,
    )
