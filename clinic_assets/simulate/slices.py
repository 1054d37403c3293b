"""Cutting time: from all states of all rows to what one day's export holds, or the last state.

A history is a frame with a `slice_day` for each state of a row; states of the same row and
day stand in the order in which they happened.
"""

from datetime import date

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import midnight
from clinic_assets.simulate.dice import Times

Tables = dict[str, pd.DataFrame]


def from_first_day(first_day: date, days: Times) -> Times:
    """The first export also holds what happened before it."""
    return np.asarray(np.maximum(days, midnight(first_day)))


def until(history: pd.DataFrame, last_day: date) -> pd.DataFrame:
    """Without what has not happened by the end of the last day, in order of its days."""
    known = history[history["slice_day"] <= pd.Timestamp(last_day)]
    return known.sort_values("slice_day", kind="stable", ignore_index=True)


def daily(history: pd.DataFrame, key: list[str]) -> dict[date, pd.DataFrame]:
    """For each day with changes the rows that changed, as they stood that evening."""
    evening = history.drop_duplicates([*key, "slice_day"], keep="last").sort_values(key)
    return {
        day.date(): rows
        for day, rows in evening.drop(columns="slice_day").groupby(evening["slice_day"])
        if isinstance(day, pd.Timestamp)
    }


def final(history: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Each row as it stood at the end."""
    last = history.drop_duplicates(key, keep="last").drop(columns="slice_day")
    return last.sort_values(key, ignore_index=True)
