"""How good a forecast of losses was: plain numbers from outcomes and forecasts.

Here: metrics in numpy, the interval of a comparison, and the gate: which forecast has earned to
serve. Not here: making forecasts (recipe.py). Throughout, `lost` is 0 or 1, `risk` a probability,
both of shape (n,). What cannot be computed is None.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinic_assets.risk.asof import Vector
from clinic_assets.risk.baseline import fit_logistic, logit
from clinic_assets.risk.score import KINDS

Metrics = dict[str, float | int | None]

CAPACITY_A_DAY = 10
"""How many patients reception can call in a day."""
TOP_SHARE = 0.1
ECE_BINS = 10
FLAT = 0.05
"""Forecasts whose log odds spread less than this have no slope to speak of."""
RESAMPLES = 500
MIN_ROWS, MIN_OF_EACH = 200, 20
"""Fewer labelled rows, or fewer lost or kept ones, and only the table serves."""
TOLERANCE = 0.0005
"""A cleverer candidate has to be better by so much Brier score, or the simpler one is kept."""


def measured(lost: Vector, risk: Vector, table_risk: Vector, day: npt.ArrayLike) -> Metrics:
    """Return every published metric of one forecast, next to the lead-time table's."""
    slope, intercept = calibration_of(lost, risk)
    precision, n_called = precision_at_capacity(lost, risk, day)
    return {
        "n": int(lost.size),
        "n_lost": int(lost.sum()),
        "auc": auc(lost, risk),
        "average_precision": average_precision(lost, risk),
        "brier": brier(lost, risk),
        "skill_vs_table": skill(lost, risk, table_risk),
        "calibration_slope": slope,
        "calibration_intercept": intercept,
        "ece": expected_calibration_error(lost, risk),
        "lift_at_10_percent": lift(lost, risk),
        "precision_at_capacity": precision,
        "n_at_capacity": n_called,
    }


def auc(lost: Vector, risk: Vector) -> float | None:
    """Return the chance that a lost row is ranked above a kept one, ties half (Mann-Whitney)."""
    n_lost, n_kept = lost.sum(), lost.size - lost.sum()
    if not n_lost or not n_kept:
        return None
    _, place, count = np.unique(risk, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((rank[lost == 1].sum() - n_lost * (n_lost + 1) / 2) / (n_lost * n_kept))


def average_precision(lost: Vector, risk: Vector) -> float | None:
    """Return the sum over thresholds of precision times the recall gained there."""
    if not lost.sum():
        return None
    order = np.argsort(-risk, kind="stable")
    ends = np.append(np.nonzero(np.diff(risk[order]))[0], risk.size - 1)
    hits = np.cumsum(lost[order])[ends]
    gained = np.diff(hits, prepend=0.0) / lost.sum()
    return float((gained * hits / (ends + 1)).sum())


def brier(lost: Vector, risk: Vector) -> float | None:
    """Return the mean squared distance of forecast and outcome; smaller is better."""
    return float(np.mean((risk - lost) ** 2)) if lost.size else None


def skill(lost: Vector, risk: Vector, table_risk: Vector) -> float | None:
    """Return 1 - Brier / Brier of the table: above 0 is better than the table."""
    ours, theirs = brier(lost, risk), brier(lost, table_risk)
    return None if ours is None or not theirs else 1 - ours / theirs


def calibration_of(lost: Vector, risk: Vector) -> tuple[float | None, float | None]:
    """Return slope and intercept of logit(lost) on logit(risk); ideal are 1 and 0.

    The intercept is the one at slope 1: is the level right. Both as in Cox (1958).
    """
    if not 0 < lost.sum() < lost.size:
        return None, None
    score = logit(risk)
    ones = np.ones_like(score)
    level = fit_logistic(ones[:, None], lost, offset=score)
    if score.std() < FLAT:
        return None, float(level[0])
    both = fit_logistic(np.column_stack([ones, score]), lost, centre=np.array([0.0, 1.0]))
    return float(both[1]), float(level[0])


def expected_calibration_error(lost: Vector, risk: Vector) -> float | None:
    """Return the mean |forecast - share lost| over ten bins of about equal count."""
    if not lost.size:
        return None
    edges = np.unique(np.quantile(risk, np.linspace(0, 1, ECE_BINS + 1)[1:-1]))
    place = np.searchsorted(edges, risk, side="left")
    return float(np.abs(np.bincount(place, weights=risk - lost)).sum() / lost.size)


def lift(lost: Vector, risk: Vector, share: float = TOP_SHARE) -> float | None:
    """Return the share lost in the riskiest tenth over the share lost in all."""
    if not lost.sum():
        return None
    k = int(np.ceil(share * lost.size))
    return float(hits_in_top(lost, risk, k) / k / lost.mean())


def hits_in_top(lost: Vector, risk: Vector, k: int) -> float:
    """Return the losses among the k riskiest; rows tied at the cut count their mean."""
    if k >= lost.size:
        return float(lost.sum())
    cut = np.partition(risk, lost.size - k)[lost.size - k]
    above, tied = risk > cut, risk == cut
    return float(lost[above].sum() + (k - above.sum()) * lost[tied].mean())


def precision_at_capacity(
    lost: Vector, risk: Vector, day: npt.ArrayLike, capacity: int = CAPACITY_A_DAY
) -> tuple[float | None, int]:
    """Return the share lost among each day's `capacity` riskiest, and how many those are."""
    if not lost.size:
        return None, 0
    _, place = np.unique(np.asarray(day), return_inverse=True)
    ends = np.cumsum(np.bincount(place))[:-1]
    rows = np.split(np.argsort(place, kind="stable"), ends)
    n_called = sum(min(capacity, len(of_day)) for of_day in rows)
    hits = sum(hits_in_top(lost[of_day], risk[of_day], capacity) for of_day in rows)
    return float(hits / n_called), n_called


def gain_interval(
    lost: Vector, risk: Vector, table_risk: Vector, patient: npt.ArrayLike, seed: int
) -> tuple[float, float]:
    """Return the 90 % interval of Brier(table) - Brier(risk); above 0 the forecast is better.

    Paired bootstrap that draws patients, not rows: one patient's visits are not independent.
    """
    gain = (table_risk - lost) ** 2 - (risk - lost) ** 2
    _, place = np.unique(np.asarray(patient), return_inverse=True)
    total, rows = np.bincount(place, weights=gain), np.bincount(place)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, rows.size, size=(RESAMPLES, rows.size))
    means = total[drawn].sum(axis=1) / rows[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.05, 0.95])
    return float(low), float(high)


def is_enough(rows: pd.DataFrame) -> bool:
    """Say whether labelled rows suffice for more than counting a table."""
    n_lost = int((rows["is_lost"] == 1).sum())
    return len(rows) >= MIN_ROWS and min(n_lost, len(rows) - n_lost) >= MIN_OF_EACH


def chosen(told: pd.DataFrame, seed: int) -> tuple[str, str]:
    """Return the kind that serves and, in one sentence, why.

    From the table to the logistic model to the trees each step has to be earned: a gain in Brier
    score of TOLERANCE whose 90 % interval, by patient, lies above 0. The constant serves where the
    table tells no more than it.
    """
    if not is_enough(told):
        return "table", f"The table serves: only {len(told)} rows to compare forecasts on."
    brier = told[list(KINDS)].sub(told["is_lost"], axis=0).pow(2).mean()
    scores = ", ".join(f"{name} {brier[name]:.4f}" for name in KINDS)
    kind, refused = "table", ""
    for rival in KINDS[2:]:
        gain = _gain(told, rival, kind, seed)
        if brier[rival] > brier[kind] - TOLERANCE:
            continue
        if gain[0] > 0:
            kind = rival
        else:
            refused = f", the {rival} model was not promoted: {_in_words(gain)}"
    if kind != "table":
        gain = _gain(told, kind, "table", seed)
        return kind, f"The {kind} model serves: {_in_words(gain)} ({scores})."
    plain = "constant" if brier["constant"] <= brier["table"] else "table"
    why = refused or f": nothing beats the table by {TOLERANCE}"
    return plain, f"The {plain} serves{why} ({scores})."


def _gain(told: pd.DataFrame, kind: str, over: str, seed: int) -> tuple[float, float]:
    lost, risk, other = (told[name].to_numpy(dtype=float) for name in ("is_lost", kind, over))
    return gain_interval(lost, risk, other, told["patient"], seed)


def _in_words(gain: tuple[float, float]) -> str:
    return f"gain over the table {gain[0]:+.4f} to {gain[1]:+.4f} in 90 % of resamples"


def judged(told: pd.DataFrame, kind: str) -> Metrics:
    """Return the metrics of one candidate's column, rounded so that a card reads the same twice."""
    lost, risk, table = (told[name].to_numpy(dtype=float) for name in ("is_lost", kind, "table"))
    metrics = measured(lost, risk, table, told["day"])
    return {k: round(v, 6) if isinstance(v, float) else v for k, v in metrics.items()}
