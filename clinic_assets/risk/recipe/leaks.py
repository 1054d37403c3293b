"""A training table that knows the future is refused before anything learns from it.

Here: features told again from the clinic as it stood at a past instant, all that came later hidden,
and single features that tell more than anybody could have known. Not here: a price filled in later
(teaching.usable_features) and a model too good as a whole (the card's warning).
"""

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.asof import Vector
from clinic_assets.risk.recipe.evaluate import auc, is_enough
from clinic_assets.risk.recipe.rates import rates_in, with_rates
from clinic_assets.risk.recipe.score import Facts, Score

INSTANTS = (0.4, 0.8)
"""Where in the window the clinic is looked at again."""
SAMPLE = 300
"""Rows told again at each instant: the last ones told before it whose outcome came after it."""
IMPLAUSIBLE_AUC = 0.9
"""No single fact known beforehand ranks outcomes so well; one written afterwards does."""


class LeakFound(ValueError):
    """A feature tells what was not known at its moment. The message names it and says how."""


def refuse_leaks(score: Score, rows: pd.DataFrame, facts: Facts, features: tuple[str, ...]) -> None:
    """Raise LeakFound unless a training table holds only what was known at each row's moment.

    `rows`: as rows_known_before makes them; `features`: those to be judged. A column that is only
    handed through cannot be made again; it is judged by what it tells alone.
    """
    if not is_enough(rows):
        return
    outcome = rows["outcome"].to_numpy(dtype=float)
    rates = rates_in(score, rows, outcome, float(outcome.mean()))
    rows = with_rates(score, rows, rates)
    known_at = rows["outcome_known_at"].sort_values()
    for share in INSTANTS:
        instant = known_at.iloc[int(share * len(rows))]
        is_pending = (rows["moment"] <= instant) & (rows["outcome_known_at"] > instant)
        pending = rows[is_pending].sort_values("moment", kind="stable").tail(SAMPLE)
        standing = score.standing(facts, instant)
        cases = score.cases(standing)
        pending = pending[pending.index.isin(cases.index)]
        again = with_rates(score, score.features_of(cases.loc[pending.index], standing), rates)
        _refuse_changed(pending, again[list(features)], instant)
    for name in features:
        _refuse_telltale(outcome, rows[name])


def _refuse_changed(told: pd.DataFrame, again: pd.DataFrame, instant: pd.Timestamp) -> None:
    for name in again.columns:
        before, now = (frame[name].to_numpy(dtype=float) for frame in (told, again))
        changed = int((~np.isclose(before, now, equal_nan=True)).sum())
        if changed:
            raise LeakFound(
                f"Feature {name} knows the future: {changed} of {len(told)} rows change when"
                f" what became known after {instant:%Y-%m-%d} is hidden."
            )


def _refuse_telltale(outcome: Vector, told: pd.Series) -> None:
    is_there = told.notna().to_numpy()
    ranked = [(outcome, 1.0 - is_there), (outcome[is_there], told[is_there].to_numpy(dtype=float))]
    found = [auc(seen, value) for seen, value in ranked]
    best = max((max(alone, 1 - alone) for alone in found if alone is not None), default=0.5)
    if best > IMPLAUSIBLE_AUC:
        raise LeakFound(
            f"Feature {told.name} alone tells the outcome (AUC {best:.2f}):"
            " it was written after it."
        )
