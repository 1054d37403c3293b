"""Counting as of a moment: which of a person's facts lie before it, without a loop over rows.

Here: numbering the keys of two frames alike, and binary searches in facts sorted by key and
instant. Not here: what is counted (scores/).
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

HISTORY_DAYS = 365
"""Outcomes older than this before the moment are forgotten, however many are passed."""

Value = TypeVar("Value", bound=np.generic)
Vector = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Instants = npt.NDArray[np.datetime64]


def instants(column: pd.Series) -> pd.Series:
    """Return a column of instants as UTC in microseconds; an empty or untyped one as well."""
    return pd.to_datetime(column, utc=True).dt.as_unit("us")


def places_before(of_fact: Places, known_at: Instants, own: Places, asked_at: Instants) -> Places:
    """Return, for each (patient, instant) asked, how many facts sort strictly before it."""
    ticks = np.unique(known_at)
    width = len(ticks) + 1
    sorted_facts = of_fact * width + np.searchsorted(ticks, known_at)
    return np.searchsorted(sorted_facts, own * width + np.searchsorted(ticks, asked_at))


def codes(left: pd.DataFrame, right: pd.DataFrame, key: str) -> tuple[Places, Places]:
    """Number the pairs (clinic, key) of two frames alike; a null key gets -1 and has no facts."""
    both = pd.concat([left[["clinic_id", key]], right[["clinic_id", key]]], ignore_index=True)
    groups = both.groupby(["clinic_id", key], sort=False, observed=True).ngroup()
    numbered: Places = np.asarray(groups.fillna(-1), dtype=np.int64)
    return numbered[: len(left)], numbered[len(left) :]


def own_place(appointments: pd.DataFrame, facts: pd.DataFrame) -> Places:
    """Return each appointment's own place among the facts, or -1."""
    own, of_fact = codes(appointments, facts, "appointment_key")
    place = np.full(max(own.max(initial=-1), of_fact.max(initial=-1)) + 2, -1, dtype=np.int64)
    place[of_fact] = np.arange(len(facts))
    return place[own]


def numbers(column: pd.Series) -> Instants:
    """Return a column of instants as numpy has them."""
    return np.asarray(column.dt.tz_localize(None), dtype="datetime64[us]")


def at(values: npt.NDArray[Value], places: Places) -> npt.NDArray[Value]:
    """Return values at places; where a place means "none" the caller masks the answer."""
    if not len(values):
        return np.zeros(len(places), dtype=values.dtype)
    return values[np.clip(places, 0, len(values) - 1)]


@dataclass(frozen=True)
class Counted:
    """For each row asked: how many facts lie before its moment, their sum, and days since the last.

    `days_since` is nan where there is none.
    """

    n: Vector
    total: Vector
    days_since: Vector


def counted_before(
    asked: pd.DataFrame,
    moment: pd.Series,
    facts: pd.DataFrame,
    known_at: pd.Series,
    by: str,
    value: str | None = None,
    days: int | None = HISTORY_DAYS,
) -> Counted:
    """Count the facts of the same clinic and `by` that were known in [moment - days, moment).

    Facts without a key or an instant are in no count; `days=None` forgets nothing.
    """
    is_there = (facts[by].notna() & known_at.notna()).to_numpy()
    facts, known = facts[is_there], numbers(instants(known_at[is_there]))
    own, of_fact = codes(asked, facts, by)
    order = np.lexsort([known, of_fact])
    of_fact, known = of_fact[order], known[order]
    asked_at = numbers(instants(moment))
    oldest = (
        np.full_like(asked_at, "0001") if days is None else asked_at - np.timedelta64(days, "D")
    )
    first, behind = (places_before(of_fact, known, own, then) for then in (oldest, asked_at))
    values = np.ones(len(facts)) if value is None else facts[value].to_numpy(dtype=float)[order]
    running = np.concatenate([[0.0], np.cumsum(values)])
    since = (asked_at - at(known, behind - 1)) / np.timedelta64(1, "D")
    n = (behind - first).astype(float)
    return Counted(n, running[behind] - running[first], np.where(n > 0, since, np.nan))


def midnights(days: pd.Series, timezone: str, later: int = 0) -> pd.Series:
    """Return the local midnight at which each day begins, or that so many days later, in UTC."""
    moved = pd.to_datetime(days).dt.as_unit("us") + pd.Timedelta(days=later)
    local = moved.dt.tz_localize(timezone, ambiguous="NaT", nonexistent="shift_forward")
    return instants(local)


def day_ends(days: pd.Series, timezone: str, later: int = 0) -> pd.Series:
    """Return the last instant of each day, or of that so many days later: when it is known."""
    return midnights(days, timezone, later + 1) - pd.Timedelta(microseconds=1)
