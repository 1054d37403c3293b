"""How a month's model comes to be: who competes, and who has to win what.

Here: the candidates, the walk forward through time, the model card. Not here: the training table
(teaching.py), features and labels (features.py), metrics and the gate (evaluate.py), scoring
(score.py).

The same candidates are judged the way they would have served: each forward block of moments is
told by models that learned from outcomes known before the block. The choice is made on those
pooled forecasts and reported on them too; the gate's interval is what keeps luck out.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from clinic_assets.risk.asof import Vector
from clinic_assets.risk.baseline import LeadTimeTable, fit_logistic, logistic_of, logit
from clinic_assets.risk.evaluate import chosen, is_enough, judged
from clinic_assets.risk.fairness import by_group
from clinic_assets.risk.features import (
    FEATURES,
    NOTICE_HOURS,
    with_base,
)
from clinic_assets.risk.score import KINDS, Payload, TrainedModel, Trees, calibrated, raw_risk
from clinic_assets.risk.teaching import leak_in, midnight, training_rows, usable_features

VERSION = "2"
"""Raise it when the recipe changes: it is part of every model's id."""
BLOCKS, FORWARD_SHARE, LONGEST_WAIT_SHARE = 4, 0.4, 0.1
"""The last 40 % of the window, less at most 10 % of waiting, is told in four equal blocks."""
CALIBRATION_SHARE = 0.15
"""The last outcomes before a block set the level, so that the forecast follows a drift."""
CALIBRATION_PULL = np.array([25.0, 25.0])
"""How firmly intercept and slope are held at 0 and 1: as by a prior of spread 0.2."""
GROUPS = ("clinic_id", "practitioner_key", "patient_is")
"""What the card tells apart, of those booked a day ahead or more; nothing that is sensitive."""
SUSPECT_AUC = 0.8
"""Above this a leak is likelier than a good model; the card says so."""


@dataclass(frozen=True)
class Fitted:
    """A candidate that has learned: trees as such, all others as their JSON payload."""

    kind: str
    base: float
    payload: dict[str, Any] | Trees
    features: tuple[str, ...]
    calibration: tuple[float, float] = (1.0, 0.0)

    def predict(self, rows: pd.DataFrame) -> Vector:
        """Return calibrated probabilities, shape (n,)."""
        known = with_base(rows, self.base)
        if isinstance(self.payload, dict):
            return calibrated(raw_risk(self.kind, self.payload, known), self.calibration)
        from clinic_assets.risk.model_file import predicted_by_trees

        raw = predicted_by_trees(self.payload, known[list(self.features)])
        return calibrated(raw, self.calibration)


def train(
    appointments_with_history: pd.DataFrame,
    trained_for: dt.date,
    stage: str,
    timezone: str,
    notice_hours: float = NOTICE_HOURS,
    seed: int = 0,
    beside: tuple[str, ...] = (),
) -> TrainedModel:
    """Return the stage's model for moments from `trained_for`, the first day of a month, on.

    It learns from the HISTORY_DAYS before that local midnight and knows nothing later. Pass two
    such windows of appointments, or the older rows of the first will lack their own history. From
    a table that knows the future nothing is learned but the overall rate, and the card says why.
    """
    wanted = (stage, timezone, notice_hours, beside)
    rows = training_rows(appointments_with_history, trained_for, *wanted)
    features = usable_features(rows, beside)
    leak = leak_in(rows, appointments_with_history, *wanted)
    told = told_forward(rows[:0] if leak else rows, midnight(trained_for, timezone), features, seed)
    kind, decision = chosen(told, seed)
    if leak:
        kind, decision = "constant", f"The constant serves, nothing was learned: {leak}"
    elif not is_enough(rows):
        decision = _too_few(rows)
    fitted = fit(kind, rows, features, seed)
    return TrainedModel(
        model_id=_model_id(rows, features, trained_for, stage, timezone, notice_hours, seed),
        kind=kind,
        stage=stage,
        trained_for=trained_for,
        notice_hours=notice_hours,
        base=fitted.base,
        features=features,
        payload=_kept(fitted),
        calibration=fitted.calibration,
        card=_card(rows, told, kind, decision, features) | ({"warning": leak} if leak else {}),
    )


def fit(kind: str, rows: pd.DataFrame, features: tuple[str, ...], seed: int) -> Fitted:
    """Let a candidate learn from rows in order of their outcome; the last ones set its level."""
    if not is_enough(rows):
        return _learned(kind, rows, features, seed)
    cut = int(len(rows) * (1 - CALIBRATION_SHARE))
    return levelled(_learned(kind, rows.iloc[:cut], features, seed), rows.iloc[cut:])


def levelled(learned: Fitted, recent: pd.DataFrame) -> Fitted:
    """Return the candidate with the level and slope that rows it has not learned from ask for."""
    score = logit(replace(learned, calibration=(1.0, 0.0)).predict(recent))
    intercept, slope = fit_logistic(
        np.column_stack([np.ones_like(score), score]),
        recent["is_lost"].to_numpy(),
        centre=np.array([0.0, 1.0]),
        penalty=CALIBRATION_PULL,
    )
    return replace(learned, calibration=(round(float(slope), 9), round(float(intercept), 9)))


def _learned(kind: str, rows: pd.DataFrame, features: tuple[str, ...], seed: int) -> Fitted:
    lost = rows["is_lost"].to_numpy(dtype=float)
    table = LeadTimeTable.counted(rows["lead_time_days"], lost)
    known = with_base(rows, table.overall)
    payload: dict[str, Any] | Trees = table.to_json()
    if kind == "constant":
        payload = {"rate": table.overall}
    elif kind == "logistic":
        payload = logistic_of(known, lost, features)
    elif kind == "trees":
        from clinic_assets.risk.model_file import grown_trees

        payload = grown_trees(known[list(features)], lost, seed)
    return Fitted(kind, table.overall, payload, features)


def told_forward(
    rows: pd.DataFrame, until: pd.Timestamp, features: tuple[str, ...], seed: int
) -> pd.DataFrame:
    """Return rows of the last blocks with a forecast by each candidate, in a column each.

    The blocks end early enough for most outcomes to be known: of the very last bookings only
    those for the next few days have one, and these are not like the rest.
    """
    known_at, span = rows["outcome_known_at"], until - rows["outcome_known_at"].min()
    wait = min((known_at - rows["moment"]).quantile(0.9), span * LONGEST_WAIT_SHARE)
    first, length = until - span * FORWARD_SHARE, (span * FORWARD_SHARE - wait) / BLOCKS
    blocks = []
    for k in range(BLOCKS if is_enough(rows) else 0):
        start, end = first + k * length, first + (k + 1) * length
        past = rows[known_at < start]
        block = rows[(rows["moment"] >= start) & (rows["moment"] < end)]
        if is_enough(past) and len(block):
            told = {kind: fit(kind, past, features, seed).predict(block) for kind in KINDS}
            blocks.append(block.assign(**told))
    return pd.concat(blocks) if blocks else rows.iloc[:0].assign(**dict.fromkeys(KINDS, 0.0))


def _too_few(rows: pd.DataFrame) -> str:
    n, n_lost = len(rows), int((rows["is_lost"] == 1).sum())
    basis = "no outcome is known yet, all risks are the prior" if not n else "it is all they allow"
    return f"The table serves: {n} labelled rows, {n_lost} lost; {basis}."


def _card(
    rows: pd.DataFrame, told: pd.DataFrame, kind: str, decision: str, features: tuple[str, ...]
) -> dict[str, Any]:
    """Return what a reader needs to distrust the model: counts, window, metrics, decision."""
    days = pd.to_datetime(rows["day"])
    ahead = told[told["lead_time_days"] >= 1]
    candidates = {
        name: {"all": judged(told, name), "booked_ahead": judged(ahead, name)} for name in KINDS
    }
    found = candidates[kind]["all"]["auc"]
    return {
        "recipe_version": VERSION,
        "n": len(rows),
        "n_lost": int((rows["is_lost"] == 1).sum()),
        "first_day": days.min().date().isoformat() if len(rows) else None,
        "last_day": days.max().date().isoformat() if len(rows) else None,
        "judged_from": None if told.empty else told["moment"].min().isoformat(),
        "serves": kind,
        "decision": decision,
        "warning": "a leak until proven otherwise" if (found or 0) > SUSPECT_AUC else None,
        "features": list(features),
        "sensitive_features": [],
        "candidates": candidates,
        "fairness": by_group(_with_newness(ahead), kind, GROUPS),
    }


def _with_newness(told: pd.DataFrame) -> pd.DataFrame:
    return told.assign(patient_is=np.where(told["is_new_patient"] == 1, "new", "known"))


def _kept(fitted: Fitted) -> Payload:
    if isinstance(fitted.payload, dict):
        return fitted.payload
    from clinic_assets.risk.model_file import bytes_of

    return bytes_of(fitted.payload)


def _model_id(rows: pd.DataFrame, *settings: object) -> str:
    """Return 16 hex digits of all that makes a model what it is: recipe, settings, rows."""
    taught = rows[[*FEATURES, "is_lost"]].to_numpy(dtype=float)
    told = "\n".join([VERSION, *map(repr, settings), *rows["appointment_key"].astype(str)])
    numbers = np.where(np.isnan(taught), np.nan, taught).tobytes()
    return hashlib.sha256(told.encode() + numbers).hexdigest()[:16]
