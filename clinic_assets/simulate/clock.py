"""Days and local wall-clock times as numpy knows them.

All simulated times are local and without a zone; `files` adds the offset of the clinic's zone.
"""

from datetime import date

import numpy as np

from clinic_assets.simulate.dice import Floats, Ints, Spans, Times

NEVER = np.datetime64("NaT", "s")


def midnight(day: date) -> np.datetime64:
    """The start of a day."""
    return np.datetime64(day, "s")


def day_of(times: Times) -> Times:
    """The midnight before each time; never stays never."""
    return times.astype("datetime64[D]").astype("datetime64[s]")


def days_later(times: Times, days: Ints) -> Times:
    """Each time, that many days on."""
    return shifted(times, days.astype("timedelta64[D]"))


def shifted(times: Times, span: Spans | np.timedelta64) -> Times:
    """Each time, moved by a span."""
    moved: Times = times + span
    return moved


def days_apart(later: Times | np.datetime64, earlier: Times) -> Floats:
    """How many days lie between, with their fractions."""
    return np.asarray((later - earlier).astype("timedelta64[s]").astype(np.int64) / 86_400)


def seconds(count: Ints) -> Spans:
    """Whole seconds as a span of time."""
    return count.astype("timedelta64[s]")


def weekday(times: Times) -> Ints:
    """Monday is 0. The epoch was a Thursday."""
    return (times.astype("datetime64[D]").astype(np.int64) + 3) % 7


def hour(times: Times) -> Ints:
    """The hour of the day, 0 to 23."""
    return times.astype("datetime64[h]").astype(np.int64) % 24


def awake(times: Times) -> Times:
    """Move what would happen in the small hours to the hour between six and seven."""
    return shifted(times, np.maximum(0, 6 - hour(times)).astype("timedelta64[h]"))
