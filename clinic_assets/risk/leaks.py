"""A training table that knows the future is refused before anything learns from it.

Here: features told again from the clinic as it stood at a past instant, all that came later hidden,
and single features that tell more than anybody could have known. Not here: a price filled in later
(recipe.usable_features) and a model too good as a whole (the card's warning).
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from clinic_assets.risk.asof import instants
from clinic_assets.risk.evaluate import auc, is_enough
from clinic_assets.risk.features import NOTICE_HOURS, outcomes

INSTANTS = (0.4, 0.8)
"""Where in the window the clinic is looked at again."""
SAMPLE = 300
"""Rows told again at each instant: the last ones told before it whose outcome came after it."""
IMPLAUSIBLE_AUC = 0.9
"""No single fact known beforehand ranks outcomes so well; one written afterwards does."""

Features = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]
"""From rows and their history to features, as features_at does."""


class LeakFound(ValueError):
    """A feature tells what was not known at its moment. The message names it and says how."""


def refuse_leaks(
    rows: pd.DataFrame,
    appointments: pd.DataFrame,
    features_of: Features,
    notice_hours: float = NOTICE_HOURS,
) -> None:
    """Raise LeakFound unless a training table holds only what was known at each row's moment.

    `rows`: features with moment, is_lost and outcome_known_at, indexed as in `appointments`;
    `features_of`: what made them. A column that is only handed through cannot be made again; it
    is judged by what it tells alone.
    """
    if not is_enough(rows):
        return
    known_at = rows["outcome_known_at"].sort_values()
    for share in INSTANTS:
        instant = known_at.iloc[int(share * len(rows))]
        is_pending = (rows["moment"] <= instant) & (rows["outcome_known_at"] > instant)
        pending = rows[is_pending].sort_values("moment", kind="stable").tail(SAMPLE)
        standing = as_known_at(appointments, instant, notice_hours)
        pending = pending[pending.index.isin(standing.index)]
        again = features_of(standing.loc[pending.index], standing)
        _refuse_changed(pending, again, instant)
    for name in again.columns:
        _refuse_telltale(rows, str(name))


def as_known_at(
    appointments: pd.DataFrame, instant: pd.Timestamp, notice_hours: float = NOTICE_HOURS
) -> pd.DataFrame:
    """Return the appointments that were booked, each as open as it was at that instant."""
    seen = appointments[instants(appointments["created_at"]) <= instant]
    outcome_known = outcomes(seen, notice_hours)["outcome_known_at"] < instant
    is_known = outcome_known | (instants(seen["cancelled_known_at"]) <= instant)
    return seen.assign(
        status=seen["status"].where(is_known, "booked"),
        cancelled_at=instants(seen["cancelled_at"]).where(is_known),
        cancelled_known_at=instants(seen["cancelled_known_at"]).where(is_known),
    )


def _refuse_changed(told: pd.DataFrame, again: pd.DataFrame, instant: pd.Timestamp) -> None:
    for name in again.columns:
        before, now = (frame[name].to_numpy(dtype=float) for frame in (told, again))
        changed = int((~np.isclose(before, now, equal_nan=True)).sum())
        if changed:
            raise LeakFound(
                f"Feature {name} knows the future: {changed} of {len(told)} rows change when"
                f" what became known after {instant:%Y-%m-%d} is hidden."
            )


def _refuse_telltale(rows: pd.DataFrame, name: str) -> None:
    lost, told = rows["is_lost"].to_numpy(dtype=float), rows[name]
    is_there = told.notna().to_numpy()
    ranked = [(lost, 1.0 - is_there), (lost[is_there], told[is_there].to_numpy(dtype=float))]
    found = [auc(outcome, value) for outcome, value in ranked]
    best = max((max(alone, 1 - alone) for alone in found if alone is not None), default=0.5)
    if best > IMPLAUSIBLE_AUC:
        raise LeakFound(
            f"Feature {name} alone tells the outcome (AUC {best:.2f}): it was written after it."
        )
