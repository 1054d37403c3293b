"""How good a forecast was: plain numbers from outcomes and forecasts.

Here: metrics in numpy, the interval of a comparison, and the gate: which forecast has earned to
serve. Not here: making forecasts (train.py). Throughout, `outcome` is 0 or 1, `forecast` a
probability, both of shape (n,); an event is an outcome of 1. What cannot be computed is None.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinic_assets.risk.recipe.asof import Vector
from clinic_assets.risk.recipe.baseline import fit_logistic, logit
from clinic_assets.risk.recipe.model import KINDS

Metrics = dict[str, float | int | None]

CAPACITY_A_DAY = 10
"""How many patients reception can call in a day."""
TOP_SHARE = 0.1
ECE_BINS = 10
FLAT = 0.05
"""Forecasts whose log odds spread less than this have no slope to speak of."""
RESAMPLES = 500
MIN_ROWS, MIN_OF_EACH = 200, 20
"""Fewer labelled rows, or fewer of either outcome, and only the table serves."""
TOLERANCE = 0.0005
"""A cleverer candidate has to be better by so much Brier score, or the simpler one is kept."""


def measured(outcome: Vector, forecast: Vector, of_table: Vector, day: npt.ArrayLike) -> Metrics:
    """Return every published metric of one forecast, next to the plain table's."""
    slope, intercept = calibration_of(outcome, forecast)
    precision, n_called = precision_at_capacity(outcome, forecast, day)
    return {
        "n": int(outcome.size),
        "n_events": int(outcome.sum()),
        "auc": auc(outcome, forecast),
        "average_precision": average_precision(outcome, forecast),
        "brier": brier(outcome, forecast),
        "skill_vs_table": skill(outcome, forecast, of_table),
        "calibration_slope": slope,
        "calibration_intercept": intercept,
        "ece": expected_calibration_error(outcome, forecast),
        "lift_at_10_percent": lift(outcome, forecast),
        "precision_at_capacity": precision,
        "n_at_capacity": n_called,
    }


def auc(outcome: Vector, forecast: Vector) -> float | None:
    """Return the chance that an event is ranked above another row, ties half (Mann-Whitney)."""
    n_events, n_others = outcome.sum(), outcome.size - outcome.sum()
    if not n_events or not n_others:
        return None
    _, place, count = np.unique(forecast, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((rank[outcome == 1].sum() - n_events * (n_events + 1) / 2) / (n_events * n_others))


def average_precision(outcome: Vector, forecast: Vector) -> float | None:
    """Return the sum over thresholds of precision times the recall gained there."""
    if not outcome.sum():
        return None
    order = np.argsort(-forecast, kind="stable")
    ends = np.append(np.nonzero(np.diff(forecast[order]))[0], forecast.size - 1)
    hits = np.cumsum(outcome[order])[ends]
    gained = np.diff(hits, prepend=0.0) / outcome.sum()
    return float((gained * hits / (ends + 1)).sum())


def brier(outcome: Vector, forecast: Vector) -> float | None:
    """Return the mean squared distance of forecast and outcome; smaller is better."""
    return float(np.mean((forecast - outcome) ** 2)) if outcome.size else None


def skill(outcome: Vector, forecast: Vector, of_table: Vector) -> float | None:
    """Return 1 - Brier / Brier of the table: above 0 is better than the table."""
    ours, theirs = brier(outcome, forecast), brier(outcome, of_table)
    return None if ours is None or not theirs else 1 - ours / theirs


def calibration_of(outcome: Vector, forecast: Vector) -> tuple[float | None, float | None]:
    """Return slope and intercept of logit(outcome) on logit(forecast); ideal are 1 and 0.

    The intercept is the one at slope 1: is the level right. Both as in Cox (1958).
    """
    if not 0 < outcome.sum() < outcome.size:
        return None, None
    score = logit(forecast)
    ones = np.ones_like(score)
    level = fit_logistic(ones[:, None], outcome, offset=score)
    if score.std() < FLAT:
        return None, float(level[0])
    both = fit_logistic(np.column_stack([ones, score]), outcome, centre=np.array([0.0, 1.0]))
    return float(both[1]), float(level[0])


def expected_calibration_error(outcome: Vector, forecast: Vector) -> float | None:
    """Return the mean |forecast - share of events| over ten bins of about equal count."""
    if not outcome.size:
        return None
    edges = np.unique(np.quantile(forecast, np.linspace(0, 1, ECE_BINS + 1)[1:-1]))
    place = np.searchsorted(edges, forecast, side="left")
    return float(np.abs(np.bincount(place, weights=forecast - outcome)).sum() / outcome.size)


def lift(outcome: Vector, forecast: Vector, share: float = TOP_SHARE) -> float | None:
    """Return the share of events in the likeliest tenth over their share in all."""
    if not outcome.sum():
        return None
    k = int(np.ceil(share * outcome.size))
    return float(hits_in_top(outcome, forecast, k) / k / outcome.mean())


def hits_in_top(outcome: Vector, forecast: Vector, k: int) -> float:
    """Return the events among the k likeliest; rows tied at the cut count their mean."""
    if k >= outcome.size:
        return float(outcome.sum())
    cut = np.partition(forecast, outcome.size - k)[outcome.size - k]
    above, tied = forecast > cut, forecast == cut
    return float(outcome[above].sum() + (k - above.sum()) * outcome[tied].mean())


def precision_at_capacity(
    outcome: Vector, forecast: Vector, day: npt.ArrayLike, capacity: int = CAPACITY_A_DAY
) -> tuple[float | None, int]:
    """Return the share of events among each day's `capacity` likeliest, and how many those are."""
    if not outcome.size:
        return None, 0
    _, place = np.unique(np.asarray(day), return_inverse=True)
    ends = np.cumsum(np.bincount(place))[:-1]
    rows = np.split(np.argsort(place, kind="stable"), ends)
    n_called = sum(min(capacity, len(of_day)) for of_day in rows)
    hits = sum(hits_in_top(outcome[of_day], forecast[of_day], capacity) for of_day in rows)
    return float(hits / n_called), n_called


def gain_interval(
    outcome: Vector, forecast: Vector, of_table: Vector, patient: npt.ArrayLike, seed: int
) -> tuple[float, float]:
    """Return the 90 % interval of Brier(table) - Brier(forecast); above 0 the forecast is better.

    Paired bootstrap that draws patients, not rows: one patient's visits are not independent.
    """
    gain = (of_table - outcome) ** 2 - (forecast - outcome) ** 2
    _, of_patient = np.unique(np.asarray(patient), return_inverse=True)
    total, rows = np.bincount(of_patient, weights=gain), np.bincount(of_patient)
    rng = np.random.default_rng(seed)
    means = np.empty(RESAMPLES)
    for place in range(RESAMPLES):  # One at a time: all at once would be a gigabyte.
        drawn = rng.integers(0, rows.size, size=rows.size)
        means[place] = total[drawn].sum() / rows[drawn].sum()
    low, high = np.quantile(means, [0.05, 0.95])
    return float(low), float(high)


def is_enough(rows: pd.DataFrame) -> bool:
    """Say whether labelled rows suffice for more than counting a table."""
    n_events = int((rows["outcome"] == 1).sum())
    return len(rows) >= MIN_ROWS and min(n_events, len(rows) - n_events) >= MIN_OF_EACH


def chosen(told: pd.DataFrame, seed: int) -> tuple[str, str]:
    """Return the kind that serves and, in one sentence, why.

    From the table to the logistic model to the trees each step has to be earned: a gain in Brier
    score of TOLERANCE whose 90 % interval, by patient, lies above 0. The constant serves where the
    table tells no more than it.
    """
    if not is_enough(told):
        return "table", f"The table serves: only {len(told)} rows to compare forecasts on."
    brier = told[list(KINDS)].sub(told["outcome"], axis=0).pow(2).mean()
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
    outcome, ours, other = (told[name].to_numpy(dtype=float) for name in ("outcome", kind, over))
    return gain_interval(outcome, ours, other, told["patient"], seed)


def _in_words(gain: tuple[float, float]) -> str:
    return f"gain over the table {gain[0]:+.4f} to {gain[1]:+.4f} in 90 % of resamples"


def judged(told: pd.DataFrame, kind: str) -> Metrics:
    """Return the metrics of one candidate's column, rounded so that a card reads the same twice."""
    outcome, ours, table = (told[name].to_numpy(dtype=float) for name in ("outcome", kind, "table"))
    metrics = measured(outcome, ours, table, told["day"])
    return {k: round(v, 6) if isinstance(v, float) else v for k, v in metrics.items()}
