"""From a trained model and what was known at a moment to a risk, its bucket and the money at stake.

Here: what a model is once trained, and telling risks with it. Not here: training (recipe.py) and
files (model_file.py, imported only when boosted trees have to be read, as sklearn is slow to load).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from clinic_assets.risk.asof import Vector
from clinic_assets.risk.baseline import LeadTimeTable, logit, sigmoid, told_by_logistic
from clinic_assets.risk.features import features_at, in_population, moment_of

KINDS = ("constant", "table", "logistic", "trees")
"""Simplest first."""
HIGH, MEDIUM = 0.7, 0.4
"""Where a risk starts to be called high or medium: the words of the clinic's first lists."""
DECIMALS = 6
"""Risks are rounded so that a rerun on another machine gives the same bytes."""

Payload = dict[str, Any] | bytes


class Trees(Protocol):
    """Boosted trees as sklearn has them."""

    def predict_proba(self, rows: Vector) -> Vector:
        """Return (n, 2): the probabilities of 0 and 1."""
        ...


@dataclass(frozen=True)
class TrainedModel:
    """One stage's model, as it serves moments from `trained_for` on.

    The payload of trees is bytes (skops), of all others a dict that JSON can hold. `calibration`
    (a, b) turns the raw log odds z into a z + b.
    """

    model_id: str
    kind: str
    stage: str
    trained_for: dt.date
    notice_hours: float
    base: float
    features: tuple[str, ...]
    payload: Payload
    calibration: tuple[float, float]
    card: dict[str, Any]

    def predict(self, features: pd.DataFrame) -> Vector:
        """Return calibrated probabilities, shape (n,), for rows of features_at."""
        return calibrated(self.raw(features), self.calibration)

    def raw(self, features: pd.DataFrame) -> Vector:
        """Return the probabilities before calibration."""
        if not isinstance(self.payload, bytes):
            return raw_risk(self.kind, self.payload, features)
        from clinic_assets.risk.model_file import predicted_by_trees, trees_of

        return predicted_by_trees(trees_of(self.payload), features[list(self.features)])

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


def raw_risk(kind: str, payload: dict[str, Any], features: pd.DataFrame) -> Vector:
    """Return the uncalibrated probabilities of a model that is kept as JSON."""
    if kind == "constant":
        return np.full(len(features), float(payload["rate"]))
    if kind == "table":
        return LeadTimeTable.from_json(payload).predict(features["lead_time_days"])
    if kind == "logistic":
        return told_by_logistic(features, payload)
    raise ValueError(f"A model of kind {kind!r} cannot be read from JSON.")


def calibrated(risk: Vector, calibration: tuple[float, float]) -> Vector:
    """Return probabilities with the log odds z moved to a z + b."""
    slope, intercept = calibration
    return sigmoid(slope * logit(risk) + intercept)


def risk_of(
    model: TrainedModel,
    appointments: pd.DataFrame,
    history: pd.DataFrame,
    stage: str,
    timezone: str,
) -> pd.DataFrame:
    """Tell the risk of each appointment that the stage's list holds, indexed as they are.

    `scored_for` is the moment (UTC) whose knowledge was used; `expected_loss` = risk x price,
    null without a price. A model of the other stage is refused: it answers another question.
    """
    if model.stage != stage:
        raise ValueError(f"Model {model.model_id} is for {model.stage}, not for {stage}.")
    due = appointments[in_population(appointments, stage, timezone)]
    features = features_at(
        due, history, stage, timezone, base=model.base, notice_hours=model.notice_hours
    )
    risk = np.round(model.predict(features), DECIMALS)
    price = pd.to_numeric(due["price_amount"]).astype(float)
    return pd.DataFrame(
        {
            "appointment_key": due["appointment_key"],
            "stage": stage,
            "scored_for": moment_of(due, stage, timezone),
            "risk": risk,
            "risk_bucket": bucket_names(risk),
            "expected_loss": (risk * price).round(2),
            "model_id": model.model_id,
        },
        index=due.index,
    )


def bucket_names(risk: Vector) -> list[str]:
    """Return high from 0.7, medium from 0.4, else low."""
    names = np.where(risk >= HIGH, "high", np.where(risk >= MEDIUM, "medium", "low"))
    return [str(name) for name in names]
