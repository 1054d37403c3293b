"""Whom the forecast flags, group by group: a table for the card, not a judgement.

Here: counts over groups that are in the rows. Not here: which groups a clinic has; a model of ours
knows practitioner, clinic and whether a patient is new, never age, sex, health or welfare.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.asof import Vector
from clinic_assets.risk.recipe.evaluate import TOP_SHARE

SMALLEST_GROUP, MOST_GROUPS = 50, 12
"""Of each kind of group at most the twelve largest are told, and none of fewer rows."""


def by_group(told: pd.DataFrame, kind: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return, for each group of each column, n, share of events, told, flagged, flagged wrongly.

    Flagged are the likeliest tenth of all rows; `false_positive_rate` is the share flagged of those
    without the event: of those who came, where a lost visit is foretold. Where it differs between
    groups, one of them is called, or doubled, for nothing.
    """
    outcome, forecast = (told[name].to_numpy(dtype=float) for name in ("outcome", kind))
    rows = pd.DataFrame({"n": 1.0, "events": outcome, "told": forecast})
    rows = rows.assign(flagged=flagged(forecast))
    rows = rows.assign(wrongly=rows["flagged"] * (1 - outcome))
    return [row for column in columns for row in _of_column(rows, told[column].to_numpy(), column)]


def flagged(forecast: Vector, share: float = TOP_SHARE) -> Vector:
    """Return 1 for the likeliest share of rows, else 0; rows tied at the cut share what is left."""
    if not forecast.size:
        return np.zeros(0)
    k = int(np.ceil(share * forecast.size))
    cut = np.partition(forecast, forecast.size - k)[forecast.size - k]
    above, tied = forecast > cut, forecast == cut
    return np.asarray(above + tied * (k - above.sum()) / tied.sum())


def _of_column(rows: pd.DataFrame, group: Any, column: str) -> list[dict[str, Any]]:
    summed = rows.groupby(group).sum().sort_values("n", ascending=False, kind="stable")
    summed = summed[summed["n"] >= SMALLEST_GROUP].head(MOST_GROUPS)
    return [
        {
            "by": column,
            "group": str(name),
            "n": int(of["n"]),
            "base_rate": round(of["events"] / of["n"], 4),
            "told": round(of["told"] / of["n"], 4),
            "flagged": round(of["flagged"] / of["n"], 4),
            "false_positive_rate": _rate(of["wrongly"], of["n"] - of["events"]),
        }
        for name, of in summed.iterrows()
    ]


def _rate(hits: float, of: float) -> float | None:
    return round(hits / of, 4) if of else None
