"""The plain forecasts, in numpy and kept as JSON: the lead-time table and the logistic regression.

Here: the table that any cleverer forecast has to beat, or else it serves, and a regression that
says what each feature adds. Not here: boosted trees (model_file.py), and the comparison of all
(recipe.py, evaluate.py).
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinic_assets.risk.asof import Vector
from clinic_assets.risk.features import FEATURES, PRIOR_RATE

BUCKET_STARTS = (0, 1, 3, 7, 14, 30)
"""Days booked ahead: 0, 1-2, 3-6, 7-13, 14-29, 30 and more."""
BUCKETS = ("0", "1-2", "3-6", "7-13", "14-29", "30+")
SMOOTHING_ROWS = 20
"""A bucket is pulled to the overall rate, and that to the prior, as if by so many rows."""
RIDGE = 3.0
"""How firmly the regression holds each standardised coefficient at 0."""
EDGE = 1e-6
"""Forecasts are kept this far from 0 and 1, where a logit ends."""


def bucket_of(lead_time_days: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return the bucket's place, 0 to 5, and -1 where the lead time is unknown."""
    days = np.asarray(lead_time_days, dtype=float)
    place = np.searchsorted(BUCKET_STARTS, np.maximum(days, 0.0), side="right") - 1
    return np.where(np.isnan(days), -1, place).astype(np.int64)


@dataclass(frozen=True)
class LeadTimeTable:
    """Share lost per bucket of lead time, with what it was counted from."""

    overall: float
    rates: tuple[float, ...]
    n: tuple[int, ...]
    n_lost: tuple[int, ...]

    @classmethod
    def counted(cls, lead_time_days: npt.ArrayLike, is_lost: npt.ArrayLike) -> Self:
        """Count rows of (days, 0 or 1): rate = (lost + 20 overall) / (n + 20).

        The overall rate is smoothed alike towards PRIOR_RATE; rows without a lead time only
        enter there.
        """
        bucket, lost = bucket_of(lead_time_days), np.asarray(is_lost, dtype=float)
        overall = _smoothed(lost.sum(), lost.size, PRIOR_RATE)
        known = bucket >= 0
        n = np.bincount(bucket[known], minlength=len(BUCKETS))
        n_lost = np.bincount(bucket[known], weights=lost[known], minlength=len(BUCKETS))
        rates = [_smoothed(hits, rows, overall) for hits, rows in zip(n_lost, n, strict=True)]
        return cls(overall, tuple(rates), tuple(map(int, n)), tuple(map(int, n_lost)))

    @classmethod
    def untrained(cls) -> Self:
        """Return the table of a clinic that has seen nothing: PRIOR_RATE everywhere."""
        return cls.counted([], [])

    @property
    def is_trained(self) -> bool:
        """Whether any row was counted; if not, every forecast is the prior, not a finding."""
        return sum(self.n) > 0

    def predict(self, lead_time_days: npt.ArrayLike) -> Vector:
        """Return the share expected to be lost, 0..1, one per lead time in days."""
        return np.asarray([*self.rates, self.overall])[bucket_of(lead_time_days)]

    def to_json(self) -> dict[str, Any]:
        """Return a dict that JSON can hold and from_json reads back equal."""
        return {
            "overall": self.overall,
            "is_trained": self.is_trained,
            "buckets": [
                {"days": days, "rate": rate, "n": n, "n_lost": n_lost}
                for days, rate, n, n_lost in zip(
                    BUCKETS, self.rates, self.n, self.n_lost, strict=True
                )
            ],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Read what to_json wrote."""
        rows = kept["buckets"]
        rates = tuple(float(row["rate"]) for row in rows)
        n, n_lost = (tuple(int(row[count]) for row in rows) for count in ("n", "n_lost"))
        return cls(float(kept["overall"]), rates, n, n_lost)


def logistic_of(known: pd.DataFrame, lost: Vector, features: tuple[str, ...]) -> dict[str, Any]:
    """Fit standardised coefficients; rounded, so that a processor's last bit does not matter."""
    unusable = [name for name in FEATURES if name not in features]
    if "local_weekday" in unusable:
        unusable += [f"weekday_{d}" for d in range(1, 7)]
    beside = tuple(name for name in features if name not in FEATURES)
    design = design_of(known, beside).drop(columns=unusable, errors="ignore")
    mean, spread = design.mean().to_numpy(), design.std(ddof=0).to_numpy()
    scale = np.where(spread > 0, spread, 1.0)
    penalty = np.full(design.shape[1] + 1, RIDGE)
    penalty[0] = 0.0
    ready = standardised(design.to_numpy(dtype=float), mean, scale)
    coefficients = fit_logistic(ready, lost, penalty=penalty)
    numbers = {"mean": mean, "scale": scale, "coefficients": coefficients}
    return {"columns": list(design)} | {k: np.round(v, 9).tolist() for k, v in numbers.items()}


def design_of(features: pd.DataFrame, beside: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return what a logistic regression adds up: lead buckets, weekdays, logs of counts.

    With the buckets among them it can say all that the table can. Columns beside go in as they are.
    """
    bucket = bucket_of(features["lead_time_days"])
    weekday = features["local_weekday"].to_numpy()
    known = {f"lead_bucket_{b}": (bucket == b).astype(float) for b in range(1, 6)}
    known |= {f"weekday_{d}": (weekday == d).astype(float) for d in range(1, 7)}
    since = features["days_since_last_outcome"].fillna(0.0)
    known |= {
        "logit_smoothed_rate": logit(features["smoothed_rate"].to_numpy()),
        "log_n_prior": np.log1p(features["n_prior"].to_numpy()),
        "log_days_since": np.log1p(since.to_numpy()),
    }
    for count in ("n_same_day", "n_booked_together", "n_called_off_prior"):
        known[f"log_{count}"] = np.log1p(features[count].to_numpy())
    plain = ("log_lead_time", "local_hour", "is_edge_hour", "price_amount", "local_hour_booked")
    own = ("last_outcome_lost", "is_new_patient")
    told = pd.DataFrame(known, index=features.index)
    return pd.concat([told, features[[*plain, *own, *beside]]], axis=1)


def told_by_logistic(features: pd.DataFrame, payload: dict[str, Any]) -> Vector:
    """Return the probabilities, shape (n,), of what logistic_of kept."""
    beside = tuple(name for name in payload["columns"] if name in features and name not in FEATURES)
    design = design_of(features, beside)[payload["columns"]].to_numpy(dtype=float)
    ready = standardised(design, np.asarray(payload["mean"]), np.asarray(payload["scale"]))
    return sigmoid(ready @ np.asarray(payload["coefficients"]))


def standardised(design: Vector, mean: Vector, scale: Vector) -> Vector:
    """Return (n, 1 + k): ones, then columns in deviations; an unknown value counts as the mean."""
    deviations = np.nan_to_num((design - mean) / scale, nan=0.0)
    return np.column_stack([np.ones(len(design)), deviations])


def logit(risk: Vector) -> Vector:
    """Return log odds, of shape (n,)."""
    p = np.clip(risk, EDGE, 1 - EDGE)
    return np.asarray(np.log(p / (1 - p)))


def sigmoid(score: Vector) -> Vector:
    """Return the probability of log odds, of shape (n,)."""
    return np.asarray(1 / (1 + np.exp(-np.clip(score, -30, 30))))


def fit_logistic(
    design: Vector,
    lost: Vector,
    *,
    centre: Vector | None = None,
    penalty: float | Vector = 1e-6,
    offset: float | Vector = 0.0,
) -> Vector:
    """Return k coefficients of a logistic regression on an (n, k) design, by Newton's steps.

    Each coefficient is pulled to its centre (0) by penalty / 2 times the squared distance.
    """
    k = design.shape[1]
    start = np.zeros(k) if centre is None else centre
    pull, beta = np.broadcast_to(penalty, k), start.astype(float)
    for _ in range(30):
        p = sigmoid(design @ beta + offset)
        slope = design.T @ (lost - p) - pull * (beta - start)
        curve = (design.T * (p * (1 - p))) @ design + np.diag(pull)
        step = np.clip(np.linalg.solve(curve, slope), -3, 3)
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    return beta


def _smoothed(hits: float, rows: int, towards: float) -> float:
    return float((hits + SMOOTHING_ROWS * towards) / (rows + SMOOTHING_ROWS))
