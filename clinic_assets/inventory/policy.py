"""What an order policy costs: days without stock, stock held, units expired, orders placed.

Demand is replayed day by day. A policy sees what the books would show, which is issues and stock;
demand that met an empty shelf is lost, and nobody ever hears of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clinic_assets.inventory.demand.history import (
    Bools,
    Floats,
    Ints,
    of_rows,
)
from clinic_assets.inventory.demand.weeks import WEEK, weekly
from clinic_assets.inventory.forecast import demand_forecast

SPREAD_WEEKS = 26
WINDOW_DAYS = 90


Each = float | Floats
"""The same for all shelves, or one entry a shelf."""


@dataclass(frozen=True)
class Terms:
    """How ordering goes: days between reviews, lead time, whole packs, least order, shelf life."""

    review_days: float = 7
    lead_days: Each = 25.0
    lead_spread: Each = 8.0
    pack: Each = 1.0
    least_order: Each = 0.0
    shelf_life_days: int = 365


@dataclass(frozen=True)
class Seen:
    """What a policy may know on the morning of a review: shelves by past days, and the terms."""

    issued: Floats
    closing: Floats
    terms: Terms


Policy = Callable[[Seen], Floats]
"""The level up to which each shelf is filled, what is on order counted in."""


@dataclass(frozen=True)
class Outcome:
    """What a policy led to, over all shelves and the days that are judged."""

    stockout_days: float
    average_stock: float
    expired: float
    lost: float
    orders: float


def seed_formula(cover_days: float = 30.0) -> Policy:
    """The seed's: mean of all history, enough for thirty days."""
    return lambda seen: seen.issued.mean(axis=1) * cover_days


def adjusted_mean(cover_days: float = 30.0) -> Policy:
    """Mean of the days that ended with stock, ninety days back, enough for so many days."""

    def level(seen: Seen) -> Floats:
        issued, closing = (days[:, -WINDOW_DAYS:] for days in (seen.issued, seen.closing))
        in_stock = closing > 0
        used = np.where(in_stock, issued, 0).sum(axis=1)
        return np.asarray(used / np.maximum(in_stock.sum(axis=1), 1) * cover_days)

    return level


def forecast_with_safety(z: float = 1.645) -> Policy:
    """Ours: forecast demand over lead time and review, and z spreads of demand and delivery."""

    def level(seen: Seen) -> Floats:
        weeks = weekly(seen.issued, seen.closing)
        told = demand_forecast(weeks).level
        return order_up_to(told / WEEK, daily_spread(weeks.demand, told), seen.terms, z)

    return level


def order_up_to(daily: Floats, spread: Floats, terms: Terms, z: float) -> Floats:
    """ADU * (L + R) + z * sqrt((L + R) * sd_d^2 + ADU^2 * sd_L^2), and one.

    The one is what must be left: a shelf that has met all demand and ends empty is out of stock.
    It is nothing to fast items and nearly all to slow ones. Where nothing is known, one shows.
    """
    horizon = terms.lead_days + terms.review_days
    level = daily * horizon + safety_stock(daily, spread, terms, z) + 1
    return np.where(np.isnan(daily), 1.0, np.where(daily > 0, level, 0.0))


def safety_stock(daily: Floats, spread: Floats, terms: Terms, z: float) -> Floats:
    """Held against chance: z * sqrt((L + R) * sd_d^2 + ADU^2 * sd_L^2)."""
    horizon = terms.lead_days + terms.review_days
    return np.asarray(z * np.sqrt(horizon * spread**2 + daily**2 * terms.lead_spread**2))


def daily_spread(demand: Floats, level: Floats) -> Floats:
    """The standard deviation of a day, from known weeks; never below that of random calls."""
    wrong = (demand[:, -SPREAD_WEEKS:] - level[:, None]) ** 2
    variance = np.fmax(of_rows(np.nanmean, wrong), level)
    return np.sqrt(variance / WEEK)


def replay(
    demand: Floats, policy: Policy, terms: Terms, rng: np.random.Generator, warm_up: int
) -> Outcome:
    """Follow every shelf through all days; those of the warm-up are lived through, not judged."""
    shelves = Shelves.full(demand, terms)
    for day in range(demand.shape[1]):
        shelves.open(day)
        if day and day % terms.review_days == 0:
            seen = Seen(shelves.issued[:, :day], shelves.closing[:, :day], terms)
            wanted = policy(seen) - shelves.stock - shelves.on_order(day)
            shelves.order(day, in_packs(wanted, terms), rng)
        shelves.serve(day)
    return shelves.outcome(warm_up)


def in_packs(wanted: Floats, terms: Terms) -> Floats:
    """Whole packs, at least the least order; nothing where nothing is wanted."""
    packs = np.ceil(np.round(wanted / terms.pack, 9)) * terms.pack
    return np.where(wanted > 0, np.maximum(packs, terms.least_order), 0.0)


@dataclass
class Shelves:
    """All shelves through time; what is delivered later expires later, so the oldest goes first."""

    demand: Floats
    terms: Terms
    stock: Floats
    received: Floats
    due: Floats
    issued: Floats
    closing: Floats
    expired: Floats
    placed: Ints

    @classmethod
    def full(cls, demand: Floats, terms: Terms) -> "Shelves":
        """Every shelf begins with plenty; what it began with is history when it is judged."""
        horizon = terms.lead_days + terms.review_days
        first = np.ceil(demand.mean(axis=1) * horizon * 1.5) + 1
        days = np.zeros_like(demand, dtype=float)
        received = days.copy()
        received[:, 0] = first
        due = np.zeros((len(demand), demand.shape[1] + 400))
        return cls(demand, terms, first, received, due, days.copy(), days.copy(), days.copy(),
                   np.zeros(demand.shape, dtype=np.int64))  # fmt: skip

    def open(self, day: int) -> None:
        """Take in what arrives, throw away what has expired."""
        self.received[:, day] += self.due[:, day]
        self.stock = self.stock + self.due[:, day]
        begin = day - self.terms.shelf_life_days
        if begin >= 0:
            gone = self.issued[:, :day].sum(axis=1) + self.expired[:, :day].sum(axis=1)
            old = np.maximum(0, self.received[:, : begin + 1].sum(axis=1) - gone)
            self.expired[:, day] = old
            self.stock = self.stock - old

    def on_order(self, day: int) -> Floats:
        """What has been ordered and not yet come."""
        return np.asarray(self.due[:, day + 1 :].sum(axis=1))

    def order(self, day: int, quantity: Floats, rng: np.random.Generator) -> None:
        """Each order has its own lead time; suppliers keep their word only roughly."""
        drawn = rng.normal(self.terms.lead_days, self.terms.lead_spread, len(quantity))
        arrives = day + np.clip(np.rint(drawn), 1, 300).astype(int)
        np.add.at(self.due, (np.arange(len(quantity)), arrives), quantity)
        self.placed[:, day] = quantity > 0

    def serve(self, day: int) -> None:
        """Hand out what there is."""
        self.issued[:, day] = np.minimum(self.demand[:, day], self.stock)
        self.stock = self.stock - self.issued[:, day]
        self.closing[:, day] = self.stock

    def outcome(self, warm_up: int) -> Outcome:
        """Days without stock are days that ended empty or sent somebody away."""
        wanted, issued, closing = (
            days[:, warm_up:] for days in (self.demand, self.issued, self.closing)
        )
        is_out: Bools = (closing <= 0) | (issued < wanted)
        return Outcome(
            stockout_days=float(is_out.mean()),
            average_stock=float(closing.mean()),
            expired=float(self.expired[:, warm_up:].sum() / self.received[:, warm_up:].sum()),
            lost=float((wanted - issued).sum() / wanted.sum()),
            orders=float(self.placed[:, warm_up:].mean() * 30),
        )
