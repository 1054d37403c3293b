"""Who works when, and the places for visits that this makes.

Team n has dentist 2n + 1 with two chairs and hygienist 2n + 2 with one. Minutes count from
midnight, lengths are in the five-minute units in which OpenDental draws its patterns.
"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import weekday
from clinic_assets.simulate.dental.lots import Lots
from clinic_assets.simulate.dental.plan import DentalPlan
from clinic_assets.simulate.dice import Bools, Floats, Ints, Times

EARLY, LATE = (480, 720, 780, 1020), (540, 780, 840, 1080)
FRIDAY_ENDS = 900
SATURDAYS, SATURDAY = 0.12, (540, 780)
AWAY_WEEKS = 0.07
HOLIDAYS = ((1, 1), (5, 1), (7, 4), (12, 24), (12, 25), (12, 26), (12, 31))
EXTRA_SHIFT, EXTRA_HOURS = 0.02, (660, 840)
UNIT = 5
DENTIST_LENGTHS, DENTIST_WEIGHTS = (6, 8, 10, 12, 16, 18), (0.15, 0.25, 0.25, 0.2, 0.1, 0.05)
HYGIENE_LENGTHS, HYGIENE_WEIGHTS = (8, 10, 12), (0.2, 0.3, 0.5)
PLACES_IN_BLOCK = 8
FILLED = 0.94
SQUEEZED_IN = 0.02
SEASON_DEPTH = 0.07


def every_day(first: date, last: date) -> Times:
    """The days from `first` to `last`, both included."""
    one = np.timedelta64(1, "D")
    return np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + one, one)


def is_hygienist(provider: Ints) -> Bools:
    """Whether the provider is a team's hygienist."""
    return np.asarray(provider % 2 == 0)


def colleague(provider: Ints) -> Ints:
    """The other provider of the team."""
    return np.where(is_hygienist(provider), provider - 1, provider + 1)


def team_of(provider: Ints) -> Ints:
    """The provider's team, from 0."""
    return (provider - 1) // 2


def clinic_of(plan: DentalPlan, team: Ints) -> Ints:
    """The ClinicNum in which a team works; 0 where there is only one clinic."""
    return np.zeros_like(team) if plan.clinics == 1 else 1 + team % plan.clinics


def chair_of(provider: Ints, is_second: Bools) -> Ints:
    """The OperatoryNum: of each team the dentist's two chairs, then the hygienist's."""
    place = np.where(is_hygienist(provider), 3, np.where(is_second, 2, 1))
    return np.asarray(3 * team_of(provider) + place)


def season(days: Times) -> Floats:
    """How busy the time of year is: fullest in early December, emptiest in early summer."""
    day_of_year = (days - days.astype("datetime64[Y]")).astype(np.int64)
    return np.asarray(1 + SEASON_DEPTH * np.cos(2 * np.pi * (day_of_year - 340) / 365.25))


def is_holiday(days: Times) -> Bools:
    """Whether the practice is closed that day."""
    months = days.astype("datetime64[M]")
    month, day = months.astype(np.int64) % 12 + 1, (days - months).astype(np.int64) + 1
    return np.isin(month * 100 + day, [m * 100 + d for m, d in HOLIDAYS])


def shifts(plan: DentalPlan, lots: Lots, first: date, last: date) -> pd.DataFrame:
    """One row for each stretch that a provider works; an extra one may overlap the others."""
    days = every_day(first, last)
    providers = np.arange(1, 2 * plan.teams + 1)
    day, provider = np.repeat(days, len(providers)), np.tile(providers, len(days))
    number, on = day.astype(np.int64), weekday(day.astype("datetime64[s]"))
    week = (number + 3) // 7
    away = lots("away", week, provider) < AWAY_WEEKS
    saturday = (on == 5) & (lots("saturday", number, provider) < SATURDAYS)
    works = ((on < 5) | saturday) & ~is_holiday(day) & ~away
    late = (week + provider) % 2 == 1
    extra = lots("extra shift", number, provider) < EXTRA_SHIFT
    usual = works & ~saturday
    opens, pauses, returns, closes = np.where(late[:, None], LATE, EARLY).T
    blocks: tuple[tuple[Bools, int, Any, Any], ...] = (
        (usual, 0, opens, pauses),
        (usual, 1, returns, np.where(on == 4, FRIDAY_ENDS, closes)),
        (works & saturday, 0, *SATURDAY),
        (usual & extra, 2, *EXTRA_HOURS),
    )
    everybody = pd.DataFrame({"day": day, "provider": provider})
    rows = [
        everybody.assign(start=start, stop=stop, block=block)[there]
        for there, block, start, stop in blocks
    ]
    return pd.concat(rows).sort_values(["day", "provider", "block"], ignore_index=True)


def places(plan: DentalPlan, lots: Lots, roster: pd.DataFrame) -> pd.DataFrame:
    """The places for visits in the usual shifts, and those squeezed in beside them."""
    blocks = roster[roster["block"] < 2]
    numbers = np.arange(PLACES_IN_BLOCK)
    number = blocks["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    key = (number * 1024 + blocks["provider"].to_numpy()) * 2 + blocks["block"].to_numpy()
    keys = (key[:, None] * PLACES_IN_BLOCK + numbers) * 4
    lengths = _lengths(lots, keys, is_hygienist(blocks["provider"].to_numpy())[:, None])
    ends = blocks["start"].to_numpy()[:, None] + np.cumsum(lengths, axis=1) * UNIT
    fits = ends <= blocks["stop"].to_numpy()[:, None]
    wanted = FILLED * season(blocks["day"].to_numpy().astype("datetime64[D]"))[:, None]
    row, at = np.nonzero(fits & (lots("filled", keys) < wanted))
    table = pd.DataFrame(
        {
            "key": keys[row, at],
            "day": blocks["day"].to_numpy()[row],
            "provider": blocks["provider"].to_numpy()[row],
            "minute": (ends - lengths * UNIT)[row, at],
            "length": lengths[row, at],
        }
    )
    doubled = ~is_hygienist(table["provider"].to_numpy())
    doubled &= lots("squeezed in", table["key"]) < SQUEEZED_IN
    rows = table.loc[table.index.repeat(1 + doubled)]
    squeezed = rows.index.duplicated()
    rows = rows.assign(key=rows["key"] + squeezed, is_squeezed=squeezed)
    return rows.sort_values(["day", "key"], ignore_index=True)


def _lengths(lots: Lots, keys: Ints, is_hygiene: Bools) -> Ints:
    dentist = np.array(DENTIST_LENGTHS)[lots.which("length", DENTIST_WEIGHTS, keys)]
    hygienist = np.array(HYGIENE_LENGTHS)[lots.which("length", HYGIENE_WEIGHTS, keys)]
    return np.where(is_hygiene, hygienist, dentist)
