"""How long a delivery takes: measured where enough have come, else as the stock log says."""

import numpy as np
import pandas as pd

from clinic_assets.inventory.demand.history import Floats

LEAST_DELIVERIES = 5
SOURCES = ("measured here", "measured for the item", "declared", "unknown")


def lead_times(shelves: pd.DataFrame) -> pd.DataFrame:
    """`lead_time_days`, `lead_time_spread` and `lead_time_source` of each shelf, by its index.

    Of the deliveries of a year before the day: those of the shelf if there are five, else those of
    the item at all locations, else what the last stock log says; how that varies nobody knows, so
    its spread is 0.
    """
    here = shelves["deliveries_here"].fillna(0).to_numpy(float) >= LEAST_DELIVERIES
    anywhere = shelves["deliveries_of_item"].fillna(0).to_numpy(float) >= LEAST_DELIVERIES
    declared = _numbers(shelves, "declared_lead_days")
    measured = [here, anywhere]
    days = np.select(
        measured, [_numbers(shelves, "lead_days_here"), _numbers(shelves, "lead_days_of_item")],
        declared,
    )  # fmt: skip
    spread = np.select(
        measured, [_numbers(shelves, "lead_spread_here"), _numbers(shelves, "lead_spread_of_item")],
        0.0,
    )  # fmt: skip
    source = np.select([*measured, np.isfinite(declared)], SOURCES[:3], SOURCES[3])
    columns = ("lead_time_days", "lead_time_spread", "lead_time_source")
    return pd.DataFrame(
        dict(zip(columns, (days, spread, source), strict=True)), index=shelves.index
    )


def _numbers(shelves: pd.DataFrame, name: str) -> Floats:
    return shelves[name].to_numpy(float)
