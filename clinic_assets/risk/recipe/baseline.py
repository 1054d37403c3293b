"""The plain forecasts, in numpy and kept as JSON: one feature's table and the logistic regression.

Here: the table that any cleverer forecast has to beat, or else it serves, and a regression that
says what each feature adds. Not here: boosted trees (model_file.py), and the comparison of all
(train.py, evaluate.py).
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinic_assets.risk.recipe.asof import Vector
from clinic_assets.risk.recipe.score import Buckets, Score

SMOOTHING_ROWS = 20
"""A bucket is pulled to the overall rate, and that to the prior, as if by so many rows."""
RIDGE = 3.0
"""How firmly the regression holds each standardised coefficient at 0."""
SMALLEST_SPREAD = 1e-6
"""A column that varies less is all the same, but for the processor's last bits."""
EDGE = 1e-6
"""Forecasts are kept this far from 0 and 1, where a logit ends."""


def bucket_of(buckets: Buckets, value: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return each value's place in the buckets, and -1 where it is unknown.

    What is below the first bucket's start belongs to it.
    """
    known = np.asarray(value, dtype=float)
    place = np.searchsorted(buckets.starts, np.maximum(known, buckets.starts[0]), side="right") - 1
    return np.where(np.isnan(known), -1, place).astype(np.int64)


@dataclass(frozen=True)
class BucketTable:
    """Share of outcomes per bucket of one feature, with what it was counted from."""

    buckets: Buckets
    overall: float
    rates: tuple[float, ...]
    n: tuple[int, ...]
    n_events: tuple[int, ...]

    @classmethod
    def counted(
        cls, buckets: Buckets, prior: float, value: npt.ArrayLike, outcome: npt.ArrayLike
    ) -> Self:
        """Count rows of (value, 0 or 1): rate = (events + 20 overall) / (n + 20).

        The overall rate is smoothed alike towards the prior; rows without a value only enter there.
        """
        bucket, seen = bucket_of(buckets, value), np.asarray(outcome, dtype=float)
        overall = _smoothed(seen.sum(), seen.size, prior)
        known, size = bucket >= 0, len(buckets.starts)
        n = np.bincount(bucket[known], minlength=size)
        events = np.bincount(bucket[known], weights=seen[known], minlength=size)
        rates = [_smoothed(hits, rows, overall) for hits, rows in zip(events, n, strict=True)]
        return cls(buckets, overall, tuple(rates), tuple(map(int, n)), tuple(map(int, events)))

    @property
    def is_trained(self) -> bool:
        """Whether any row was counted; if not, every forecast is the prior, not a finding."""
        return sum(self.n) > 0

    def predict(self, value: npt.ArrayLike) -> Vector:
        """Return the share expected, 0..1, one per value of the feature."""
        return np.asarray([*self.rates, self.overall])[bucket_of(self.buckets, value)]

    def to_json(self) -> dict[str, Any]:
        """Return a dict that JSON can hold and from_json reads back equal."""
        rows = zip(self.buckets.starts, self.buckets.names, self.rates, self.n, self.n_events,
                   strict=True)  # fmt: skip
        return {
            "feature": self.buckets.feature,
            "overall": self.overall,
            "is_trained": self.is_trained,
            "buckets": [
                {"from": start, "name": name, "rate": rate, "n": n, "n_events": n_events}
                for start, name, rate, n, n_events in rows
            ],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Read what to_json wrote."""
        starts, names, rates, n, n_events = (
            tuple(row[name] for row in kept["buckets"])
            for name in ("from", "name", "rate", "n", "n_events")
        )
        buckets = Buckets(kept["feature"], starts, names)
        return cls(buckets, float(kept["overall"]), rates, n, n_events)


def logistic_of(
    score: Score, known: pd.DataFrame, outcome: Vector, features: tuple[str, ...]
) -> dict[str, Any]:
    """Fit standardised coefficients; rounded, so that a processor's last bit does not matter."""
    design = design_of(score, known, features)
    mean, spread = design.mean().to_numpy(), design.std(ddof=0).to_numpy()
    scale = np.where(spread > SMALLEST_SPREAD, spread, 1.0)
    penalty = np.full(design.shape[1] + 1, RIDGE)
    penalty[0] = 0.0
    ready = standardised(design.to_numpy(dtype=float), mean, scale)
    coefficients = fit_logistic(ready, outcome, penalty=penalty)
    numbers = {"mean": mean, "scale": scale, "coefficients": coefficients}
    kept = {name: np.round(values, 9).tolist() for name, values in numbers.items()}
    return {"features": list(features), "columns": list(design)} | kept


def design_of(score: Score, rows: pd.DataFrame, features: tuple[str, ...]) -> pd.DataFrame:
    """Return what a logistic regression adds up, each feature as it is declared to enter.

    With the table's buckets among them it can say all that the table can.
    """
    columns: dict[str, Vector] = {}
    for name in features:
        value = rows[name].to_numpy(dtype=float)
        columns |= _entering(score, name, value)
    return pd.DataFrame(columns, index=rows.index)


def _entering(score: Score, name: str, value: Vector) -> dict[str, Vector]:
    match score.features[name]:
        case "buckets":
            place = bucket_of(score.buckets, value)
            later = range(1, len(score.buckets.starts))
            return {f"{name}_bucket_{b}": (place == b).astype(float) for b in later}
        case "weekday":
            return {f"weekday_{d}": (value == d).astype(float) for d in range(1, 7)}
        case "log":
            return {f"log_{name}": np.log1p(np.maximum(np.nan_to_num(value), 0.0))}
        case "logit":
            return {f"logit_{name}": logit(value)}
        case "trees":
            return {}
    return {name: value}


def told_by_logistic(score: Score, rows: pd.DataFrame, payload: dict[str, Any]) -> Vector:
    """Return the probabilities, shape (n,), of what logistic_of kept."""
    design = design_of(score, rows, tuple(payload["features"]))[payload["columns"]]
    ready = standardised(
        design.to_numpy(dtype=float), np.asarray(payload["mean"]), np.asarray(payload["scale"])
    )
    return sigmoid(ready @ np.asarray(payload["coefficients"]))


def standardised(design: Vector, mean: Vector, scale: Vector) -> Vector:
    """Return (n, 1 + k): ones, then columns in deviations; an unknown value counts as the mean."""
    deviations = np.nan_to_num((design - mean) / scale, nan=0.0)
    return np.column_stack([np.ones(len(design)), deviations])


def logit(share: Vector) -> Vector:
    """Return log odds, of shape (n,)."""
    p = np.clip(share, EDGE, 1 - EDGE)
    return np.asarray(np.log(p / (1 - p)))


def sigmoid(score: Vector) -> Vector:
    """Return the probability of log odds, of shape (n,)."""
    return np.asarray(1 / (1 + np.exp(-np.clip(score, -30, 30))))


def fit_logistic(
    design: Vector,
    outcome: Vector,
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
        slope = design.T @ (outcome - p) - pull * (beta - start)
        curve = (design.T * (p * (1 - p))) @ design + np.diag(pull)
        step = np.clip(np.linalg.solve(curve, slope), -3, 3)
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    return beta


def _smoothed(hits: float, rows: int, towards: float) -> float:
    return float((hits + SMOOTHING_ROWS * towards) / (rows + SMOOTHING_ROWS))
