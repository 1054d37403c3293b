"""How visits get into the diary: who books, how far ahead, for when, and what is moved.

The days are walked through in order, because what is booked today depends on what is still
free. What becomes of a visit does not happen here; see `outcomes`.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import day_of, days_apart, midnight
from clinic_assets.simulate.diary import QUARTERS, Diary, Slot, Wish
from clinic_assets.simulate.dice import Floats, Ints, Stream, Times, dice
from clinic_assets.simulate.plan import LONGEST_LEAD, ClinicPlan

BOOKINGS_BY_WEEKDAY = (1.3, 1.1, 1.0, 1.0, 0.9, 0.4, 0.15)
SATURDAY_VISITS = 0.35
SPONTANEOUS = 0.42
SERIES = 0.12
SERIES_LENGTHS = (3, 4, 5, 6)
NEWCOMER_BOOKS = 0.85
SQUEEZED_IN = 0.03
MOVED = 0.06
LENGTHS = (2, 3, 4)
LENGTH_SHARES = (0.45, 0.35, 0.20)
FADING_DAYS = 300.0


@dataclass
class Booking:
    """A visit in the diary, from the moment it is booked; moved at most once."""

    patient: int
    booked_at: np.datetime64
    slot: Slot
    moves_on: date | None = None
    moved_to: Slot | None = None


def bookings(plan: ClinicPlan, people: pd.DataFrame) -> pd.DataFrame:
    """All visits booked until the last day, in order of booking, with their moves until then."""
    diary, made = Diary(plan), list[Booking]()
    moves: dict[date, list[Booking]] = defaultdict(list)
    for day in plan.booking_days():
        rng = dice(plan.seed, Stream.MOVES, day)
        for booking in moves.pop(day, []):
            _move(plan, booking, diary, rng, day)
        for booking in _booked_on(plan, people, diary, day):
            made.append(booking)
            if booking.moves_on:
                moves[booking.moves_on].append(booking)
    return _table(made)


def _booked_on(plan: ClinicPlan, people: pd.DataFrame, diary: Diary, day: date) -> list[Booking]:
    rng = dice(plan.seed, Stream.BOOKINGS, day)
    patients, booked_at = _callers(plan, people, day, rng)
    leads = _leads(rng, len(patients))
    homes = people["home_physio"].to_numpy()[patients]
    booked = []
    for n in np.argsort(booked_at, kind="stable"):
        for wish in _wishes(
            plan, rng, int(patients[n]), int(homes[n]), booked_at[n], int(leads[n])
        ):
            slot = diary.place(wish)
            if slot is not None:
                moves_on = _moving_day(rng, day, slot)
                booked.append(Booking(wish.patient, booked_at[n], slot, moves_on))
    return booked


def _callers(
    plan: ClinicPlan, people: pd.DataFrame, day: date, rng: np.random.Generator
) -> tuple[Ints, Times]:
    """Who books on a day, and when: some of the known patients, and most of the new ones."""
    created = people["created_at"].to_numpy()
    known = int(np.searchsorted(created, midnight(day)))
    until_today = int(np.searchsorted(created, midnight(day + timedelta(days=1))))
    days_known = days_apart(midnight(day), created[:known])
    weights = people["activity"].to_numpy()[:known] * np.exp(-days_known / FADING_DAYS)
    count = min(known, max(1, int(rng.poisson(_calls_expected(plan, day)))))
    regulars = rng.choice(known, count, replace=False, p=weights / weights.sum())
    new = known + np.flatnonzero(rng.random(until_today - known) < NEWCOMER_BOOKS)
    calls = midnight(day) + rng.integers(7 * 3600, 20 * 3600, count).astype("timedelta64[s]")
    return np.concatenate([regulars, new]), np.concatenate(
        [calls, created[new] + np.timedelta64(5, "m")]
    )


def _calls_expected(plan: ClinicPlan, day: date) -> float:
    weekly_visits = plan.visits_per_day * (5 + SATURDAY_VISITS)
    visits_per_call = 1 + SERIES * (float(np.mean(SERIES_LENGTHS)) - 1)
    share = BOOKINGS_BY_WEEKDAY[day.weekday()] / sum(BOOKINGS_BY_WEEKDAY)
    return weekly_visits / visits_per_call * share


def _leads(rng: np.random.Generator, count: int) -> Ints:
    """Days ahead: many today or tomorrow, the others up to six weeks, most within three."""
    ahead = 1 + rng.gamma(2.0, 6.5, count).astype(np.int64)
    soon = rng.integers(0, 2, count)
    leads = np.where(rng.random(count) < SPONTANEOUS, soon, ahead)
    return np.asarray(np.minimum(leads, LONGEST_LEAD - 5))


def _wishes(
    plan: ClinicPlan,
    rng: np.random.Generator,
    patient: int,
    physio: int,
    booked_at: np.datetime64,
    lead: int,
) -> list[Wish]:
    """One visit, or a weekly series at the same hour as far as the diary reaches."""
    length = int(rng.choice(LENGTHS, p=LENGTH_SHARES))
    quarter = int(rng.integers(QUARTERS - length + 1))
    visits = int(rng.choice(SERIES_LENGTHS)) if rng.random() < SERIES else 1
    first = booked_at.astype("datetime64[D]").item() + timedelta(days=lead)
    days = [first + timedelta(weeks=n) for n in range(visits) if lead + 7 * n <= LONGEST_LEAD - 5]
    soonest = booked_at + np.timedelta64(1, "h")
    squeezed = rng.random(len(days)) < SQUEEZED_IN
    return [
        Wish(
            patient,
            Slot(_open_day(rng, plan, day), physio, quarter, length),
            soonest,
            bool(squeeze),
        )
        for day, squeeze in zip(days, squeezed, strict=True)
    ]


def _open_day(rng: np.random.Generator, plan: ClinicPlan, day: date) -> date:
    """Who would come at the weekend mostly comes in the week after it."""
    is_open = day.weekday() == 5 or plan.works_sundays
    if day.weekday() < 5 or (is_open and rng.random() < 0.45):
        return day
    return day + timedelta(days=6 - day.weekday() + int(rng.integers(1, 5)))


def _moving_day(rng: np.random.Generator, booked: date, slot: Slot) -> date | None:
    lead = (slot.day - booked).days
    moves = rng.random() < MOVED and lead > 1
    return booked + timedelta(days=int(rng.integers(1, lead))) if moves else None


def _move(
    plan: ClinicPlan, booking: Booking, diary: Diary, rng: np.random.Generator, day: date
) -> None:
    """Find another slot: often later, sometimes sooner, now and then with someone else."""
    old = booking.slot
    sooner = (old.day - day).days > 2 and rng.random() < 0.4
    first, last = (day, old.day) if sooner else (old.day, old.day + timedelta(days=15))
    target = first + timedelta(days=int(rng.integers(1, (last - first).days)))
    physio = int(rng.integers(diary.physios)) if rng.random() < 0.2 else old.physio
    wish_day = _open_day(rng, plan, target)
    wished = Slot(wish_day, physio, int(rng.integers(QUARTERS - 3)), old.length)
    booking.moved_to = diary.place(Wish(booking.patient, wished, midnight(day + timedelta(1))))
    if booking.moved_to is not None:
        diary.release(old, booking.patient)


def _table(made: list[Booking]) -> pd.DataFrame:
    finals = [booking.moved_to or booking.slot for booking in made]
    table = pd.DataFrame(
        {
            "patient": [booking.patient for booking in made],
            "booked_at": [booking.booked_at for booking in made],
            "first_start": [booking.slot.start for booking in made],
            "first_physio": [booking.slot.physio for booking in made],
            "start": [slot.start for slot in finals],
            "physio": [slot.physio for slot in finals],
            "minutes": [slot.length * 15 for slot in finals],
            "moves_on": [booking.moves_on for booking in made],
            "moved": [booking.moved_to is not None for booking in made],
        }
    )
    times = dict.fromkeys(["booked_at", "first_start", "start", "moves_on"], "datetime64[s]")
    return table.astype(times)


def price_of(minutes: Ints) -> Floats:
    """A visit costs 60, 75 or 90 by its length of 30, 45 or 60 minutes."""
    return np.asarray(30.0 + minutes, dtype=np.float64)


def booking_days(book: pd.DataFrame) -> Times:
    """The day on which each visit was booked."""
    return day_of(book["booked_at"].to_numpy())
