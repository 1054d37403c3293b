"""Whom the forecast flags, group by group: a table for the card, not a judgement.

Here: counts over groups that are in the rows. Not here: which groups a clinic has; a model of ours
knows practitioner, clinic and whether a patient is new, never age, sex, health or welfare.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from clinic_assets.risk.asof import Vector
from clinic_assets.risk.evaluate import TOP_SHARE

SMALLEST_GROUP, MOST_GROUPS = 50, 12
"""Of each kind of group at most the twelve largest are told, and none of fewer rows."""


def by_group(told: pd.DataFrame, kind: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return, for each group of each column, n, share lost, told, flagged and flagged wrongly.

    Flagged are the riskiest tenth of all rows; `false_positive_rate` is the share flagged of those
    who came. Where it differs between groups, one of them is called, or doubled, for nothing.
    """
    lost, risk = (told[name].to_numpy(dtype=float) for name in ("is_lost", kind))
    rows = pd.DataFrame({"n": 1.0, "lost": lost, "told": risk, "flagged": flagged(risk)})
    rows = rows.assign(wrongly=rows["flagged"] * (1 - lost))
    return [row for column in columns for row in _of_column(rows, told[column].to_numpy(), column)]


def flagged(risk: Vector, share: float = TOP_SHARE) -> Vector:
    """Return 1 for the riskiest share of rows, else 0; rows tied at the cut share what is left."""
    if not risk.size:
        return np.zeros(0)
    k = int(np.ceil(share * risk.size))
    cut = np.partition(risk, risk.size - k)[risk.size - k]
    above, tied = risk > cut, risk == cut
    return np.asarray(above + tied * (k - above.sum()) / tied.sum())


def _of_column(rows: pd.DataFrame, group: Any, column: str) -> list[dict[str, Any]]:
    summed = rows.groupby(group).sum().sort_values("n", ascending=False, kind="stable")
    summed = summed[summed["n"] >= SMALLEST_GROUP].head(MOST_GROUPS)
    return [
        {
            "by": column,
            "group": str(name),
            "n": int(of["n"]),
            "base_rate": round(of["lost"] / of["n"], 4),
            "told": round(of["told"] / of["n"], 4),
            "flagged": round(of["flagged"] / of["n"], 4),
            "false_positive_rate": _rate(of["wrongly"], of["n"] - of["lost"]),
        }
        for name, of in summed.iterrows()
    ]


def _rate(hits: float, of: float) -> float | None:
    return round(hits / of, 4) if of else None
