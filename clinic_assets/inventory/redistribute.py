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
MOST_LOTS = 40
"""Of a large network's lots a site weighs only so many, those that suit it best."""


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
    giving, taking = np.flatnonzero(spare > 0), np.flatnonzero(short > 0)
    usable = _usable(lots.days_left[giving], sites.daily[taking], stock[taking])
    given, taken = np.nonzero(usable >= 1)
    if not len(given):
        return []
    worth = _worth(lots, sites, stock, giving[given], taking[taken])
    kept = _best(worth, taken)
    given, taken, worth = given[kept], taken[kept], worth[kept]
    lot, to = giving[given], taking[taken]
    limits, most = _limits(lots.days_left[giving], given, taken, usable, short[taking])
    found = linprog(  # type: ignore[no-untyped-call]
        -worth,
        A_ub=limits,
        b_ub=np.concatenate([spare[giving], short[taking], most]),
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


def _usable(days_left: Floats, daily: Floats, stock: Floats) -> Floats:
    """What a site can still use of all lots that expire no later than this one: lot by site."""
    return np.maximum(0, days_left[:, None] * daily - stock)


def _worth(lots: Lots, sites: Sites, stock: Floats, lot: Ints, to: Ints) -> Floats:
    """One for a unit that fills, up to one more where the shelf is empty; less for the way."""
    empty = 1 - np.clip(stock / np.maximum(sites.need, 1e-9), 0, 1)
    source = lots.site[lot]
    held = stock[source] / np.maximum(sites.daily[source], 1e-9)
    expires_unused = lots.days_left[lot] < held
    way = sites.distance[source, to] / max(float(sites.distance.max()), 1e-9)
    return np.asarray(1 + empty[to] + SAVED * expires_unused - DISTANCE * way)


def _best(worth: Floats, taken: Ints) -> Ints:
    """The ways that are worth most to each site, no more than it may weigh."""
    order = np.lexsort((-worth, taken))
    first = np.searchsorted(taken[order], taken[order])
    return np.sort(order[np.arange(len(order)) - first < MOST_LOTS])


def _limits(
    days_left: Floats, given: Ints, taken: Ints, usable: Floats, short: Floats
) -> tuple[csr_array, Floats]:
    """Rows: what each lot can spare, what each site lacks, what it can use before each expiry.

    Of the last kind only those that bind sooner than what the site lacks, and what they allow.
    """
    expiries, first = np.unique(days_left, return_index=True)
    expiry, site = np.nonzero(usable[first] < short)
    way = np.arange(len(given))
    row, of_row = _ways_until(expiries[expiry], site, days_left[given], taken)
    before = len(days_left) + len(short)
    rows = np.concatenate([given, len(days_left) + taken, before + row])
    columns = np.concatenate([way, way, of_row])
    shape = (before + len(expiry), len(given))
    ones = np.ones(len(rows))
    limits = csr_array((ones, (rows, columns)), shape=shape)  # type: ignore[no-untyped-call]
    return limits, usable[first[expiry], site]


def _ways_until(until: Floats, site: Ints, days_left: Floats, taken: Ints) -> tuple[Ints, Ints]:
    """For each expiry and site the ways to it with lots that expire no later, as pairs."""
    pairs = (taken[None] == site[:, None]) & (days_left[None] <= until[:, None])
    row, way = np.nonzero(pairs)
    return row, way
