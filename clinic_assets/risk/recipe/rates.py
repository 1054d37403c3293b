"""Shares that need what training found: a person's own, smoothed, and those of categories.

Here: the base rate's way into features, and small categories pooled by pulling their share to it.
Not here: counting a person's outcomes (asof.py, scores/).
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.asof import Vector
from clinic_assets.risk.recipe.score import PRIOR_ROWS, Score

CATEGORY_ROWS = 100
"""A category is pulled to the base rate as if by so many rows: a small one is all but it."""

Levels = dict[str, dict[str, float]]
"""Feature to category to share."""


@dataclass(frozen=True)
class Rates:
    """What a training found of shares: overall, and of each category."""

    base: float
    levels: Levels = field(default_factory=dict)


def rates_in(score: Score, rows: pd.DataFrame, outcome: Vector, base: float) -> Rates:
    """Count the shares of the score's categories: (hits + 100 base) / (n + 100)."""
    return Rates(base, {
        feature: _shares(rows[column].to_numpy(), outcome, base)
        for feature, column in score.categories.items()
    })  # fmt: skip


def with_rates(score: Score, rows: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """Return rows with all shares: a category that was not seen has the base rate."""
    own = {
        share.feature: (rows[share.hits] + PRIOR_ROWS * rates.base) / (rows[share.n] + PRIOR_ROWS)
        for share in score.shares
    }
    of_category = {
        feature: rows[column].map(rates.levels.get(feature, {})).astype(float).fillna(rates.base)
        for feature, column in score.categories.items()
    }
    return rows.assign(**own, **of_category)


def _shares(category: "np.ndarray[tuple[int], np.dtype[np.object_]]", outcome: Vector,
            base: float) -> dict[str, float]:  # fmt: skip
    counted = pd.DataFrame({"n": 1.0, "hits": outcome}).groupby(category).sum()
    shares = (counted["hits"] + CATEGORY_ROWS * base) / (counted["n"] + CATEGORY_ROWS)
    return {str(name): round(float(share), 9) for name, share in shares.items()}
