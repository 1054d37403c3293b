"""Who works when: the shifts of any day, known as far ahead as anyone asks.

The clinic opens 8 to 18 on weekdays and 9 to 13 on Saturdays; it is closed on Sundays unless the
plan says otherwise.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pandas as pd

from clinic_assets.simulate.dice import Floats, Stream, dice
from clinic_assets.simulate.plan import ClinicPlan, days_between

Shift = tuple[int, int, int]
"""A physio's number, and the hours of beginning and end."""

PART_TIMERS = {2: (8, 13), 3: (13, 18)}
EARLY, LATE, SATURDAY = (8, 17), (9, 18), (9, 13)
HOLIDAY_WEEKS = 0.35
PUBLISHED_AHEAD = 14


def shifts_on(plan: ClinicPlan, day: date) -> list[Shift]:
    """The shifts of one day, one for each physio who works."""
    week = day.toordinal() // 7
    away = _on_holiday(plan, day)
    team = [physio for physio in range(plan.practitioners) if physio != away]
    if day.weekday() == 6 and not plan.works_sundays:
        return []
    if day.weekday() >= 5:
        return [(physio, *SATURDAY) for physio in team if (physio + week) % 2 == 0]
    usual = (EARLY, LATE)
    return [(physio, *PART_TIMERS.get(physio, usual[(physio + week) % 2])) for physio in team]


def shift_history(plan: ClinicPlan, ids: Iterable[str]) -> pd.DataFrame:
    """Every published shift; each day publishes the day two weeks on, the first all until then."""
    keys = list(ids)
    rows = [
        (keys[physio], _at(day, start), _at(day, end), _published(plan, day))
        for day in days_between(plan.first_day, plan.last_day + timedelta(days=PUBLISHED_AHEAD))
        for physio, start, end in shifts_on(plan, day)
    ]
    history = pd.DataFrame(rows, columns=["practitioner", "start", "end", "slice_day"])
    return history.astype(dict.fromkeys(["start", "end", "slice_day"], "datetime64[s]"))


def weekly_hours(plan: ClinicPlan) -> Floats:
    """How much of a usual week each physio works."""
    spans = (PART_TIMERS.get(physio, EARLY) for physio in range(plan.practitioners))
    return np.array([5.0 * (end - start) for start, end in spans])


def _on_holiday(plan: ClinicPlan, day: date) -> int | None:
    rng = dice(plan.seed, Stream.HOLIDAYS, day - timedelta(days=day.weekday()))
    away = rng.random() < HOLIDAY_WEEKS and plan.practitioners > 2
    return int(rng.integers(plan.practitioners)) if away else None


def _at(day: date, hour: int) -> np.datetime64:
    return np.datetime64(day, "s") + np.timedelta64(hour, "h")


def _published(plan: ClinicPlan, day: date) -> date:
    return max(plan.first_day, day - timedelta(days=PUBLISHED_AHEAD))
