"""Which site gives what to which, before anything is ordered.

One item at a time. A site gives only what it has above its own need, soonest expiry first, and only
to a site that is short and can use it up in time. Of all such plans the one is taken that fills
most of what is short, the emptiest sites first, saves what would expire, and drives least: a linear
program.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog  # type: ignore[attr-defined]
from scipy.sparse import csr_array

from clinic_assets.inventory.demand.history import Floats, Ints

SAVED, DISTANCE = 0.3, 0.2
"""What saving an expiring unit is worth, and what the longest way costs, to filling one unit."""


@dataclass(frozen=True)
class Lots:
    """What lies where: the site's number, the days until it expires, how much."""

    site: Ints
    days_left: Floats
    quantity: Floats


@dataclass(frozen=True)
class Sites:
    """Daily use and own need of each site, what is on its way to it, and distances between them."""

    daily: Floats
    need: Floats
    on_order: Floats
    distance: Floats


@dataclass(frozen=True)
class Transfer:
    """So much of a lot goes to a site."""

    lot: int
    to: int
    quantity: float


def transfers(lots: Lots, sites: Sites) -> list[Transfer]:
    """The best plan of whole units; empty where nobody has too much or nobody is short."""
    stock = stock_of(lots, len(sites.need))
    spare, short = np.floor(surplus(lots, sites)), np.floor(shortage(stock, sites))
    usable = _usable(lots, sites, stock)
    lot, to = np.nonzero((spare[:, None] > 0) & (short > 0) & (usable >= 1))
    if not len(lot):
        return []
    found = linprog(  # type: ignore[no-untyped-call]
        -_worth(lots, sites, stock, lot, to),
        A_ub=_limits(lots, len(short), lot, to),
        b_ub=np.concatenate([spare, short, usable.ravel()]),
        method="highs",
    )
    moved = np.floor(np.round(found.x, 6))
    return [
        Transfer(int(a), int(b), float(q)) for a, b, q in zip(lot, to, moved, strict=True) if q > 0
    ]


def stock_of(lots: Lots, sites: int) -> Floats:
    """What each site has in all lots that can still be used."""
    good = np.where(lots.days_left > 0, lots.quantity, 0)
    return np.bincount(lots.site, weights=good, minlength=sites).astype(np.float64)


def surplus(lots: Lots, sites: Sites) -> Floats:
    """Of each lot what its site can spare beyond its own need, soonest expiry first."""
    left = np.maximum(0, stock_of(lots, len(sites.need)) - sites.need)
    spare = np.zeros(len(lots.quantity))
    for lot in np.lexsort((lots.days_left, lots.site)):
        if lots.days_left[lot] > 0:
            spare[lot] = min(lots.quantity[lot], left[lots.site[lot]])
            left[lots.site[lot]] -= spare[lot]
    return spare


def shortage(stock: Floats, sites: Sites) -> Floats:
    """What each site lacks of its own need, what is on its way counted in."""
    return np.maximum(0, sites.need - stock - sites.on_order)


def _usable(lots: Lots, sites: Sites, stock: Floats) -> Floats:
    """What a site can still use of all lots that expire no later than this one: lot by site."""
    return np.maximum(0, lots.days_left[:, None] * sites.daily - stock)


def _worth(lots: Lots, sites: Sites, stock: Floats, lot: Ints, to: Ints) -> Floats:
    """One for a unit that fills, up to one more where the shelf is empty; less for the way."""
    empty = 1 - np.clip(stock / np.maximum(sites.need, 1e-9), 0, 1)
    source = lots.site[lot]
    held = stock[source] / np.maximum(sites.daily[source], 1e-9)
    expires_unused = lots.days_left[lot] < held
    way = sites.distance[source, to] / max(float(sites.distance.max()), 1e-9)
    return np.asarray(1 + empty[to] + SAVED * expires_unused - DISTANCE * way)


def _limits(lots: Lots, count: int, lot: Ints, to: Ints) -> csr_array:
    """Rows: what each lot can spare, what each site lacks, what it can use before each expiry."""
    ways = np.arange(len(lot))
    other, way = np.nonzero(lots.days_left[lot][None] <= lots.days_left[:, None])
    rows = np.concatenate(
        [lot, len(lots.quantity) + to, len(lots.quantity) + count * (1 + other) + to[way]]
    )
    ones, columns = np.ones(len(rows)), np.concatenate([ways, ways, way])
    height = len(lots.quantity) + count * (1 + len(lots.quantity))
    return csr_array((ones, (rows, columns)), shape=(height, len(lot)))  # type: ignore[no-untyped-call]
