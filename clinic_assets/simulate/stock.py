"""The stock rooms: what each item was wanted for, what was there, and what was ordered.

Demand is drawn whether or not it can be met; the logs only ever see what was issued.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from clinic_assets.simulate import names
from clinic_assets.simulate.clock import midnight
from clinic_assets.simulate.dice import Bools, Floats, Ints, Stream, dice
from clinic_assets.simulate.plan import ClinicPlan

LONGEST_DELIVERY = 64
WEEK_COVERED = 12
LEAD_SPREAD = 0.5
MISCOUNTED = 0.003
SILENT_WEEKS = 0.08
DORMANT_SPELL = 70
DEMAND_BY_WEEKDAY = np.array([1.25, 1.05, 1.0, 1.0, 0.9, 0.35, 0.0])


@dataclass(frozen=True)
class Shelves:
    """What is fixed for every item at every location, one entry each."""

    location: tuple[str, ...]
    item: tuple[str, ...]
    demand: Floats
    frequency: Floats
    dormant: Bools
    lead_days: Ints
    reorder_at: Floats
    fill_up_to: Floats


def shelves(plan: ClinicPlan) -> Shelves:
    """Steady, occasional and long-forgotten items, in stock rooms of shrinking size."""
    pairs = [(n, m) for n in range(len(plan.locations)) for m in range(plan.items)]
    place, item = (np.array(column) for column in zip(*pairs, strict=True))
    size = plan.visits_per_day / 27 / (1 + 0.6 * place)
    demand = np.array([6.0, 2.5, 8.0, 3.5, 1.2, 4.0, 0.8, 1.5])[item % 8] * size
    frequency = np.array([1.0, 1.0, 1.0, 0.7, 0.35, 1.0, 0.15, 0.25])[item % 8]
    lead_days = np.array([5, 7, 3, 10, 14, 6, 21, 9])[item % 8]
    return Shelves(
        location=tuple(plan.locations[n] for n in place),
        item=tuple(_item_name(int(n)) for n in item),
        demand=demand,
        frequency=frequency,
        dormant=item % 8 == 7,
        lead_days=lead_days,
        reorder_at=np.ceil(demand * frequency * lead_days * 0.8),
        fill_up_to=np.ceil(demand * frequency * (lead_days + WEEK_COVERED) + 3),
    )


def stock_ledger(plan: ClinicPlan) -> pd.DataFrame:
    """Every day of every shelf, with what the logs hide: true demand and what is on order."""
    return stock_rooms(plan)[0]


def stock_rooms(plan: ClinicPlan) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The ledger, and every order: its shelf's number, the days it was placed and comes."""
    fixed = shelves(plan)
    opening = fixed.fill_up_to.astype(np.int64)
    coming = np.zeros((LONGEST_DELIVERY, len(opening)), dtype=np.int64)
    days, orders = [], []
    for day in plan.days():
        ledger, opening, ordered = _day(plan, fixed, day, opening, coming)
        days.append(ledger)
        orders.append(ordered)
    return pd.concat(days, ignore_index=True), pd.concat(orders, ignore_index=True)


def reported(plan: ClinicPlan, ledger: pd.DataFrame) -> pd.DataFrame:
    """The rows that reached the logs: now and then a location falls silent for some days."""
    silent = pd.DataFrame(
        [(midnight(day), _silent_location(plan, day)) for day in plan.days()],
        columns=["log_date", "silent"],
    ).astype({"log_date": "datetime64[s]"})
    rows = ledger.merge(silent, on="log_date", how="left")
    return ledger[(rows["silent"] != rows["location_id"]).to_numpy()]


def _day(
    plan: ClinicPlan, fixed: Shelves, day: date, opening: Ints, coming: Ints
) -> tuple[pd.DataFrame, Ints, pd.DataFrame]:
    """One day of all shelves, with what they close, and the day's orders; `coming` is the ring of
    deliveries.
    """
    rng = dice(plan.seed, Stream.STOCK, day)
    received = _deliveries(day, coming)
    demand = _demand(rng, fixed, day)
    issued = np.minimum(demand, opening + received)
    closing = np.maximum(0, opening + received - issued + _miscounts(rng, len(opening)))
    ordered = _order(rng, fixed, day, closing, coming)
    ledger = pd.DataFrame(
        {
            "log_date": np.full(len(opening), midnight(day)),
            "location_id": fixed.location,
            "item_name": fixed.item,
            "true_demand": demand,
            "issued": issued,
            "opening": opening,
            "received": received,
            "closing": closing,
            "is_stockout": (issued < demand).astype(np.int64),
            "lead_time_days": fixed.lead_days,
            "on_order": coming.sum(axis=0),
        }
    )
    return ledger, closing, ordered


def _deliveries(day: date, coming: Ints) -> Ints:
    """What arrives today; on Sundays nobody is in, and it comes the day after."""
    today = day.toordinal() % LONGEST_DELIVERY
    received: Ints = coming[today].copy()
    coming[today] = 0
    if day.weekday() == 6:
        coming[(today + 1) % LONGEST_DELIVERY] += received
        return np.zeros_like(received)
    return received


def _demand(rng: np.random.Generator, fixed: Shelves, day: date) -> Ints:
    day_of_year = day.timetuple().tm_yday
    season = 1 + 0.3 * np.cos(2 * np.pi * (day_of_year - 20) / 365.25)
    expected = fixed.demand * season * DEMAND_BY_WEEKDAY[day.weekday()]
    wanted = rng.random(len(expected)) < fixed.frequency
    shelf = np.arange(len(expected))
    asleep = fixed.dormant & ((day.toordinal() // DORMANT_SPELL + shelf // 8) % 3 != 0)
    return np.asarray(rng.poisson(expected) * (wanted & ~asleep))


def _miscounts(rng: np.random.Generator, count: int) -> Ints:
    sizes = rng.choice([-3, -2, -1, 1, 2], size=count)
    return np.asarray(sizes * (rng.random(count) < MISCOUNTED))


def _order(
    rng: np.random.Generator, fixed: Shelves, day: date, closing: Ints, coming: Ints
) -> pd.DataFrame:
    """On weekdays, whatever has run low is filled up; suppliers keep their word only roughly."""
    days = np.rint(fixed.lead_days * (1 + LEAD_SPREAD * rng.normal(size=len(closing))))
    days = np.clip(days, 1, LONGEST_DELIVERY - 2).astype(np.int64)
    held = closing + coming.sum(axis=0)
    low = np.flatnonzero((held <= fixed.reorder_at) & (day.weekday() < 5))
    arrival = (day.toordinal() + days[low]) % LONGEST_DELIVERY
    quantity = (fixed.fill_up_to - held).astype(np.int64)[low]
    coming[arrival, low] += quantity
    comes = [day + timedelta(days=int(n)) for n in days[low]]
    return pd.DataFrame(
        {
            "shelf": low,
            "quantity": quantity,
            "ordered_on": np.full(len(low), midnight(day)),
            # On Sundays nobody is in.
            "received_on": [midnight(d + timedelta(days=d.weekday() == 6)) for d in comes],
        }
    ).astype({"ordered_on": "datetime64[s]", "received_on": "datetime64[s]"})


def _silent_location(plan: ClinicPlan, day: date) -> str | None:
    """At most one location a week, and never the first, so that every day has its log."""
    monday = day - timedelta(days=day.weekday())
    rng = dice(plan.seed, Stream.SILENCE, monday)
    silent = rng.random() < SILENT_WEEKS and len(plan.locations) > 1
    first, length = int(rng.integers(0, 5)), int(rng.integers(2, 6))
    location = plan.locations[int(rng.integers(1, max(2, len(plan.locations))))] if silent else None
    return location if first <= day.weekday() < first + length else None


def _item_name(number: int) -> str:
    name, edition = names.ITEMS[number % len(names.ITEMS)], number // len(names.ITEMS)
    return f"{name} ({edition + 1})" if edition else name
