"""How a month's model comes to be: who competes, and who has to win what.

Here: the candidates, the walk forward through time, the model card. Not here: the training table
(teaching.py), what a score is (score.py, scores/), metrics and the gate (evaluate.py), telling
(model.py).

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

from clinic_assets.risk.recipe.asof import Vector
from clinic_assets.risk.recipe.baseline import BucketTable, fit_logistic, logistic_of, logit
from clinic_assets.risk.recipe.evaluate import chosen, is_enough, judged
from clinic_assets.risk.recipe.fairness import by_group
from clinic_assets.risk.recipe.model import (
    KINDS,
    Payload,
    TrainedModel,
    Trees,
    calibrated,
    raw_forecast,
)
from clinic_assets.risk.recipe.rates import Rates, rates_in, with_rates
from clinic_assets.risk.recipe.score import Facts, Score
from clinic_assets.risk.recipe.teaching import leak_in, midnight, training_rows, usable_features

VERSION = "3"
"""Raise it when the recipe changes: it is part of every model's id."""
BLOCKS = 4
"""The last share of the window, less a wait for outcomes, is told in equal blocks."""
CALIBRATION_SHARE = 0.15
"""The last outcomes before a block set the level, so that the forecast follows a drift."""
CALIBRATION_PULL = np.array([25.0, 25.0])
"""How firmly intercept and slope are held at 0 and 1: as by a prior of spread 0.2."""


@dataclass(frozen=True)
class Fitted:
    """A candidate that has learned: trees as such, all others as their JSON payload."""

    kind: str
    rates: Rates
    payload: dict[str, Any] | Trees
    features: tuple[str, ...]
    calibration: tuple[float, float] = (1.0, 0.0)

    def predict(self, score: Score, rows: pd.DataFrame) -> Vector:
        """Return calibrated probabilities, shape (n,)."""
        known = with_rates(score, rows, self.rates)
        if isinstance(self.payload, dict):
            raw = raw_forecast(score, self.kind, self.payload, known)
            return calibrated(raw, self.calibration)
        from clinic_assets.risk.recipe.model_file import predicted_by_trees

        raw = predicted_by_trees(self.payload, known[list(self.features)])
        return calibrated(raw, self.calibration)


def train(facts: Facts, trained_for: dt.date, score: Score, seed: int = 0) -> TrainedModel:
    """Return the score's model for moments from `trained_for`, the first day of a month, on.

    It learns from the window before that local midnight and knows nothing later. Pass two
    such windows of facts, or the older rows of the first will lack their own history. From a table
    that knows the future nothing is learned but the overall rate, and the card says why.
    """
    rows = training_rows(score, facts, trained_for)
    features = usable_features(score, rows)
    leak = leak_in(score, rows, facts, features)
    until = midnight(trained_for, score.timezone)
    told = told_forward(score, rows[:0] if leak else rows, until, features, seed)
    kind, decision = chosen(told, seed)
    if leak:
        kind, decision = "constant", f"The constant serves, nothing was learned: {leak}"
    elif not is_enough(rows):
        decision = _too_few(score, rows)
    fitted = fit(score, kind, rows, features, seed)
    return TrainedModel(
        model_id=_model_id(score, rows, features, trained_for, seed),
        score=score.name,
        kind=kind,
        stage=score.stage,
        trained_for=trained_for,
        base=fitted.rates.base,
        levels=fitted.rates.levels,
        features=features,
        payload=_kept(fitted),
        calibration=fitted.calibration,
        card=_card(score, rows, told, kind, decision, features)
        | ({"warning": leak} if leak else {}),
    )


def fit(
    score: Score, kind: str, rows: pd.DataFrame, features: tuple[str, ...], seed: int
) -> Fitted:
    """Let a candidate learn from rows in order of their outcome; the last ones set its level."""
    if not is_enough(rows):
        return _learned(score, kind, rows, features, seed)
    cut = int(len(rows) * (1 - CALIBRATION_SHARE))
    return levelled(score, _learned(score, kind, rows.iloc[:cut], features, seed), rows.iloc[cut:])


def levelled(score: Score, learned: Fitted, recent: pd.DataFrame) -> Fitted:
    """Return the candidate with the level and slope that rows it has not learned from ask for."""
    odds = logit(replace(learned, calibration=(1.0, 0.0)).predict(score, recent))
    intercept, slope = fit_logistic(
        np.column_stack([np.ones_like(odds), odds]),
        recent["outcome"].to_numpy(),
        centre=np.array([0.0, 1.0]),
        penalty=CALIBRATION_PULL,
    )
    return replace(learned, calibration=(round(float(slope), 9), round(float(intercept), 9)))


def _learned(
    score: Score, kind: str, rows: pd.DataFrame, features: tuple[str, ...], seed: int
) -> Fitted:
    outcome = rows["outcome"].to_numpy(dtype=float)
    of_feature = rows[score.buckets.feature]
    table = BucketTable.counted(score.buckets, score.prior, of_feature, outcome)
    rates = rates_in(score, rows, outcome, table.overall)
    known = with_rates(score, rows, rates)
    payload: dict[str, Any] | Trees = table.to_json()
    if kind == "constant":
        payload = {"rate": table.overall}
    elif kind == "logistic":
        payload = logistic_of(score, known, outcome, features)
    elif kind == "trees":
        from clinic_assets.risk.recipe.model_file import grown_trees

        payload = grown_trees(known[list(features)], outcome, seed)
    return Fitted(kind, rates, payload, features)


def told_forward(
    score: Score, rows: pd.DataFrame, until: pd.Timestamp, features: tuple[str, ...], seed: int
) -> pd.DataFrame:
    """Return rows of the last blocks with a forecast by each candidate, in a column each.

    The blocks end early enough for most outcomes to be known: of the very last bookings only
    those for the next few days have one, and these are not like the rest.
    """
    known_at, span = rows["outcome_known_at"], until - rows["outcome_known_at"].min()
    wait = min((known_at - rows["moment"]).quantile(0.9), span * score.longest_wait_share)
    forward = span * score.forward_share
    first, length = until - forward, (forward - wait) / BLOCKS
    blocks = []
    for k in range(BLOCKS if is_enough(rows) else 0):
        start, end = first + k * length, first + (k + 1) * length
        past = rows[known_at < start]
        block = rows[(rows["moment"] >= start) & (rows["moment"] < end)]
        if is_enough(past) and len(block):
            told = {
                kind: fit(score, kind, past, features, seed).predict(score, block) for kind in KINDS
            }
            blocks.append(block.assign(**told))
    return pd.concat(blocks) if blocks else rows.iloc[:0].assign(**dict.fromkeys(KINDS, 0.0))


def _too_few(score: Score, rows: pd.DataFrame) -> str:
    n, events = len(rows), int((rows["outcome"] == 1).sum())
    basis = "no outcome is known yet, all are told the prior" if not n else "it is all they allow"
    return f"The table serves: {n} labelled rows, in {events} {score.words}; {basis}."


def _card(
    score: Score,
    rows: pd.DataFrame,
    told: pd.DataFrame,
    kind: str,
    decision: str,
    features: tuple[str, ...],
) -> dict[str, Any]:
    """Return what a reader needs to distrust the model: counts, window, metrics, decision."""
    days = pd.to_datetime(rows["day"])
    judged_rows = {"all": told}
    if score.apart:
        judged_rows[score.apart.name] = told[score.apart.is_among(told)]
    candidates = {
        name: {which: judged(of, name) for which, of in judged_rows.items()} for name in KINDS
    }
    found = candidates[kind]["all"]["auc"]
    return {
        "recipe_version": VERSION,
        "foretells": score.words,
        "population": score.population,
        "label": score.label,
        "baseline": score.buckets.feature,
        "n": len(rows),
        "n_events": int((rows["outcome"] == 1).sum()),
        "first_day": days.min().date().isoformat() if len(rows) else None,
        "last_day": days.max().date().isoformat() if len(rows) else None,
        "judged_from": None if told.empty else told["moment"].min().isoformat(),
        "serves": kind,
        "decision": decision,
        "warning": "a leak until proven otherwise" if (found or 0) > score.suspect_auc else None,
        "features": list(features),
        "sensitive_features": [],
        "candidates": candidates,
        "fairness": by_group(list(judged_rows.values())[-1], kind, score.groups),
    }


def _kept(fitted: Fitted) -> Payload:
    if isinstance(fitted.payload, dict):
        return fitted.payload
    from clinic_assets.risk.recipe.model_file import bytes_of

    return bytes_of(fitted.payload)


def _model_id(
    score: Score, rows: pd.DataFrame, features: tuple[str, ...], trained_for: dt.date, seed: int
) -> str:
    """Return 16 hex digits of all that makes a model what it is: recipe, score, settings, rows."""
    wanted = (score.name, score.stage, score.timezone, score.settings, features, trained_for, seed)
    texts = [rows[name].map(str) for name in (score.key, *score.categories.values())]
    told = "\n".join([VERSION, *map(repr, wanted), *(text for of in texts for text in of)])
    counted = [name for name in rows if name in score.features or name in _counts(score)]
    taught = rows[[*counted, "outcome"]].to_numpy(dtype=float)
    numbers = np.where(np.isnan(taught), np.nan, taught).tobytes()
    return hashlib.sha256(told.encode() + numbers).hexdigest()[:16]


def _counts(score: Score) -> set[str]:
    return {name for share in score.shares for name in (share.hits, share.n)}
