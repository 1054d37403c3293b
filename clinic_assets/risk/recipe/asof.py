"""Counting as of a moment: which of a person's facts lie before it, without a loop over rows.

Here: numbering the keys of two frames alike, and binary searches in facts sorted by key and
instant. Not here: what is counted (scores/).
"""

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
