"""From a trained model and what was known at a moment to a probability and its bucket.

Here: what a model is once trained, and telling with it. Not here: training (train.py) and files
(model_file.py, imported only when boosted trees have to be read, as sklearn is slow to load).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.asof import Vector
from clinic_assets.risk.recipe.baseline import BucketTable, logit, sigmoid, told_by_logistic
from clinic_assets.risk.recipe.rates import Levels, Rates, with_rates
from clinic_assets.risk.recipe.score import Facts, Score

KINDS = ("constant", "table", "logistic", "trees")
"""Simplest first."""
HIGH, MEDIUM = 0.7, 0.4
"""Where a probability is called high or medium: the words of the clinic's first lists."""
DECIMALS = 6
"""Probabilities are rounded so that a rerun on another machine gives the same bytes."""

Payload = dict[str, Any] | bytes


class Trees(Protocol):
    """Boosted trees as sklearn has them."""

    def predict_proba(self, rows: Vector) -> Vector:
        """Return (n, 2): the probabilities of 0 and 1."""
        ...


@dataclass(frozen=True)
class TrainedModel:
    """One score's model at one stage, as it serves moments from `trained_for` on.

    The payload of trees is bytes (skops), of all others a dict that JSON can hold. `calibration`
    (a, b) turns the raw log odds z into a z + b.
    """

    model_id: str
    score: str
    kind: str
    stage: str
    trained_for: dt.date
    base: float
    levels: Levels
    features: tuple[str, ...]
    payload: Payload
    calibration: tuple[float, float]
    card: dict[str, Any]

    def predict(self, score: Score, features: pd.DataFrame) -> Vector:
        """Return calibrated probabilities, shape (n,), for rows of the score's features_of.

        A model of another score or stage is refused: it answers another question.
        """
        if (self.score, self.stage) != (score.name, score.stage):
            raise ValueError(
                f"Model {self.model_id} is for {self.score} at {self.stage},"
                f" not for {score.name} at {score.stage}."
            )
        known = with_rates(score, features, Rates(self.base, self.levels))
        return calibrated(self._raw(score, known), self.calibration)

    def _raw(self, score: Score, known: pd.DataFrame) -> Vector:
        if not isinstance(self.payload, bytes):
            return raw_forecast(score, self.kind, self.payload, known)
        from clinic_assets.risk.recipe.model_file import predicted_by_trees, trees_of

        return predicted_by_trees(trees_of(self.payload), known[list(self.features)])

    def to_json(self) -> dict[str, Any]:
        """Return all but a payload of bytes, for a JSON column or the head of a model file."""
        kept = {name: getattr(self, name) for name in self.__dataclass_fields__}
        kept |= {"trained_for": self.trained_for.isoformat(), "features": list(self.features)}
        kept["calibration"] = list(self.calibration)
        return kept | {"payload": None if isinstance(self.payload, bytes) else self.payload}

    @classmethod
    def from_json(cls, kept: dict[str, Any], trees: bytes | None = None) -> "TrainedModel":
        """Read what to_json wrote; the bytes of trees come from the model file."""
        read = dict(kept) | {"trained_for": dt.date.fromisoformat(kept["trained_for"])}
        read |= {"features": tuple(kept["features"]), "calibration": tuple(kept["calibration"])}
        return cls(**read | {"payload": kept["payload"] if trees is None else trees})


def raw_forecast(score: Score, kind: str, payload: dict[str, Any], known: pd.DataFrame) -> Vector:
    """Return the uncalibrated probabilities of a model that is kept as JSON."""
    if kind == "constant":
        return np.full(len(known), float(payload["rate"]))
    if kind == "table":
        table = BucketTable.from_json(payload)
        return table.predict(known[table.buckets.feature])
    if kind == "logistic":
        return told_by_logistic(score, known, payload)
    raise ValueError(f"A model of kind {kind!r} cannot be read from JSON.")


def calibrated(forecast: Vector, calibration: tuple[float, float]) -> Vector:
    """Return probabilities with the log odds z moved to a z + b."""
    slope, intercept = calibration
    return sigmoid(slope * logit(forecast) + intercept)


def told_by(model: TrainedModel, score: Score, cases: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Tell the probability of each case of the score, indexed as they are.

    `scored_for` is the moment (UTC) whose knowledge was used, `bucket` the probability in a word.
    """
    features = score.features_of(cases, facts)
    probability = np.round(model.predict(score, features), DECIMALS)
    return pd.DataFrame(
        {
            score.key: cases[score.key],
            "stage": score.stage,
            "scored_for": cases["moment"],
            "probability": probability,
            "bucket": bucket_names(probability),
            "model_id": model.model_id,
        },
        index=cases.index,
    )


def bucket_names(probability: Vector) -> list[str]:
    """Return high from 0.7, medium from 0.4, else low."""
    names = np.where(probability >= HIGH, "high", np.where(probability >= MEDIUM, "medium", "low"))
    return [str(name) for name in names]
