"""Which site gives what to which on a day, item by item, before anything is ordered.

Only a site below its reorder point gets, only what a site has above its own order-up-to level is
given, and one always stays. A silent site neither gives nor gets.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from clinic_assets.inventory.demand.history import Floats
from clinic_assets.inventory.ordering.expiry import KEEPS
from clinic_assets.inventory.ordering.levels import is_known
from clinic_assets.inventory.redistribute import Lots, Sites, Transfer, transfers

EARTH_KM = 6371.0
PAIR = ["clinic_id", "day", "item", "from_location_id", "to_location_id"]
SHELF = ["clinic_id", "day", "location_id", "item"]

Row = tuple[Any, ...]


def moves_of(told: pd.DataFrame, lots: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The transfers of all days: a row a pair of sites and item, with the soonest expiry.

    `told` as levels.levels gives it. `places`: clinic_id, location_id, day (since when), latitude,
    longitude, in the order of their days.
    """
    taking = told["position_qty"] <= told["reorder_point_qty"]
    sites = told.assign(shelf=np.arange(len(told)), is_taking=taking)[is_known(told)]
    found = [
        row
        for key, of_day in sites.groupby(["clinic_id", "day"])
        for row in _of_day(key, of_day, lots, places)
    ]
    moved = pd.DataFrame(found, columns=[*PAIR, "quantity", "expires_on", "distance_km"])
    by_pair = moved.groupby([*PAIR, "distance_km"], as_index=False, dropna=False)
    return by_pair.agg(quantity=("quantity", "sum"), expires_on=("expires_on", "min"))


def moved_by_shelf(told: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """What each shelf gets and gives, by the index of the shelves."""
    keys = pd.MultiIndex.from_frame(told[SHELF])
    ends = {"transfer_in_qty": "to_location_id", "transfer_out_qty": "from_location_id"}
    summed = {}
    for name, end in ends.items():
        by_shelf = moves.rename(columns={end: "location_id"}).groupby(SHELF)["quantity"].sum()
        summed[name] = by_shelf.astype(float).reindex(keys).fillna(0.0).to_numpy(float)
    return pd.DataFrame(summed, index=told.index)


def distances(places: pd.DataFrame, locations: list[str]) -> Floats:
    """Kilometres between locations as the crow flies; NaN where nobody said where one lies."""
    at = places.drop_duplicates("location_id", keep="last")
    at = at.set_index("location_id").reindex(locations)
    north, east = (np.radians(at[name].to_numpy(float)) for name in ("latitude", "longitude"))
    half = (
        np.sin((north[:, None] - north) / 2) ** 2
        + np.cos(north[:, None]) * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    )
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(half)))


def _of_day(key: Any, of_day: pd.DataFrame, lots: pd.DataFrame, places: pd.DataFrame
            ) -> Iterator[Row]:  # fmt: skip
    clinic, day = key
    locations = sorted(set(of_day["location_id"]))
    known = places[(places["clinic_id"] == clinic) & (places["day"] <= day)]
    apart = distances(known, locations)
    for item, of_item in of_day.groupby("item"):
        if len(of_item) > 1 and of_item["is_taking"].any():
            names = of_item["location_id"].tolist()
            place = np.searchsorted(locations, names)
            way = apart[np.ix_(place, place)]
            for source, each, left in _of_item(of_item, lots, way):
                expires = None if left >= KEEPS else day + dt.timedelta(days=left)
                distance = way[source, each.to]
                yield (*key, item, names[source], names[each.to], each.quantity, expires, distance)


def _of_item(
    of_item: pd.DataFrame, lots: pd.DataFrame, way: Floats
) -> Iterator[tuple[int, Transfer, float]]:
    """Each transfer with the site that gives and the days that its lot keeps."""
    mine = _lots_of(of_item, lots)
    daily, need = (of_item[name].to_numpy(float) for name in ("daily_demand", "order_up_to_qty"))
    # Who is not short yet waits for the next review, as if all that is lacking were on its way.
    coming = np.where(of_item["is_taking"], of_item["on_order_qty"].to_numpy(float), np.inf)
    # Who says nothing of where it lies is as far as any.
    far = np.where(np.isfinite(way), way, np.nanmax(way, initial=0))
    sites = Sites(np.nan_to_num(daily), np.maximum(need, 1), coming, far)
    for each in transfers(mine, sites):
        yield int(mine.site[each.lot]), each, float(mine.days_left[each.lot])


def _lots_of(of_item: pd.DataFrame, lots: pd.DataFrame) -> Lots:
    """The lots of an item's shelves, by the place of their site among them."""
    shelf = lots["shelf"].to_numpy()
    wanted = of_item["shelf"].to_numpy()
    first, last = (np.searchsorted(shelf, wanted, side) for side in ("left", "right"))
    rows = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    site = np.repeat(np.arange(len(wanted)), last - first)
    left, quantity = (lots[name].to_numpy(float)[rows] for name in ("days_left", "quantity"))
    return Lots(site, left, quantity)
