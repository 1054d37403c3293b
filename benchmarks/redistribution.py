"""Stock-out days and expired units with and without transfers, at the same purchases.

python -m benchmarks.redistribution [--networks 100] [--json]

Networks of five to nine sites that get the same monthly delivery whatever they use, as from a
programme that allocates by plan: some have too much, some too little. Once a month, before the
delivery, stock may move. Sites know only what they issued. Every network is lived through twice
with the same demand.
"""

import argparse
import json
import time
from dataclasses import dataclass, field

import numpy as np

from clinic_assets.inventory.demand.history import Floats
from clinic_assets.inventory.redistribute import Lots, Sites, stock_of, transfers

DAYS, MONTH, SHELF_LIFE, WINDOW, HORIZON = 540, 28, 168, 84, 56


@dataclass
class Network:
    """One item at several sites: true rates, deliveries a month, distances, and what lies there."""

    demand: Floats
    delivery: Floats
    distance: Floats
    site: list[int] = field(default_factory=list)
    expires: list[float] = field(default_factory=list)
    quantity: list[float] = field(default_factory=list)

    @classmethod
    def drawn(cls, seed: int) -> "Network":
        """Deliveries are right on the whole and wrong by site."""
        rng = np.random.default_rng(seed)
        count = int(rng.integers(5, 10))
        rate = np.exp(rng.uniform(np.log(0.3), np.log(6), count))
        planned = rate * np.exp(rng.normal(0, 0.5, count))
        delivery = np.floor(planned / planned.sum() * rate.sum() * MONTH)
        place = rng.uniform(0, 100, (count, 2))
        way = np.linalg.norm(place[:, None] - place[None], axis=2)
        return cls(rng.poisson(rate[:, None], (count, DAYS)).astype(float), delivery, way)


@dataclass(frozen=True)
class Lived:
    """What came of it; `pushed_below` counts givers left with less than their own need."""

    stockout_days: int
    expired: float
    bought: float
    moved: float
    pushed_below: int


def main() -> None:
    """Live through every network twice."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--networks", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    start = time.perf_counter()
    pairs = [(lived(Network.drawn(n), False), lived(Network.drawn(n), True))
             for n in range(asked.networks)]  # fmt: skip
    told = compared(pairs) | {"seconds": round(time.perf_counter() - start, 1)}
    print(json.dumps(told, indent=2) if asked.json else "\n".join(f"{k:28}{told[k]}" for k in told))


def compared(pairs: list[tuple[Lived, Lived]]) -> dict[str, float]:
    """Sums without and with transfers, and in how many networks each is lower with them."""
    return {
        "networks": len(pairs),
        "equal_purchases": sum(a.bought == b.bought for a, b in pairs),
        "stockout_days_without": sum(a.stockout_days for a, _ in pairs),
        "stockout_days_with": sum(b.stockout_days for _, b in pairs),
        "networks_fewer_stockout_days": sum(b.stockout_days < a.stockout_days for a, b in pairs),
        "expired_without": sum(a.expired for a, _ in pairs),
        "expired_with": sum(b.expired for _, b in pairs),
        "networks_fewer_expired": sum(b.expired < a.expired for a, b in pairs),
        "networks_none_expired": sum(a.expired == b.expired == 0 for a, b in pairs),
        "units_moved": sum(b.moved for _, b in pairs),
        "givers_pushed_below_need": sum(b.pushed_below for _, b in pairs),
    }


def lived(network: Network, is_moving: bool) -> Lived:
    """Deliver, issue oldest first, throw away; once a month move, if asked to."""
    count = len(network.delivery)
    issued, out = np.zeros((count, DAYS)), np.zeros((count, DAYS), dtype=bool)
    expired = moved = bought = 0.0
    below = 0
    for day in range(DAYS):
        if day % MONTH == 0:
            if is_moving and day >= WINDOW:
                quantity, pushed = _move(network, day, issued, out)
                moved, below = moved + quantity, below + pushed
            for site in range(count):
                _put(network, site, day + SHELF_LIFE, float(network.delivery[site]))
            bought += float(network.delivery.sum())
        expired += _thrown_away(network, day)
        issued[:, day] = [_issue(network, site, network.demand[site, day]) for site in range(count)]
        stock = np.bincount(network.site, weights=network.quantity, minlength=count)
        out[:, day] = stock <= 0
    return Lived(int(out.sum()), expired, bought, moved, below)


def _move(network: Network, day: int, issued: Floats, out: Floats) -> tuple[float, int]:
    seen, empty = issued[:, day - WINDOW : day], out[:, day - WINDOW : day]
    daily = seen.sum(axis=1) / np.maximum((~empty).sum(axis=1), 1)
    need = daily * HORIZON + 1.3 * np.sqrt(daily * HORIZON)
    left = np.array(network.expires) - day
    lots = Lots(np.array(network.site), left, np.array(network.quantity))
    sites = Sites(daily, need, np.zeros(len(need)), network.distance)
    plan = transfers(lots, sites)
    before = stock_of(lots, len(need))
    for each in plan:
        network.quantity[each.lot] -= each.quantity
        _put(network, each.to, network.expires[each.lot], each.quantity)
    gave = {network.site[each.lot] for each in plan}
    after = np.bincount(network.site, weights=network.quantity, minlength=len(need))
    pushed = sum(after[site] < need[site] or before[site] < need[site] for site in gave)
    return sum(each.quantity for each in plan), int(pushed)


def _put(network: Network, site: int, expires: float, quantity: float) -> None:
    network.site.append(site)
    network.expires.append(expires)
    network.quantity.append(quantity)


def _thrown_away(network: Network, day: int) -> float:
    kept = [n for n, e in enumerate(network.expires) if e > day and network.quantity[n] > 0]
    total = sum(network.quantity[n] for n, e in enumerate(network.expires) if e <= day)
    network.site = [network.site[n] for n in kept]
    network.quantity = [network.quantity[n] for n in kept]
    network.expires = [network.expires[n] for n in kept]
    return total


def _issue(network: Network, site: int, wanted: float) -> float:
    given = 0.0
    lots = [n for n, s in enumerate(network.site) if s == site]
    for lot in sorted(lots, key=network.expires.__getitem__):
        part = min(wanted - given, network.quantity[lot])
        network.quantity[lot] -= part
        given += part
    return given


if __name__ == "__main__":
    main()
