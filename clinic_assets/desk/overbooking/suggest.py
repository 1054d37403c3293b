"""How many more patients one session may book, so that empty chairs and crowded rooms together cost
least. Pure counting; the risks are the risk room's.
"""

from dataclasses import dataclass
from math import lgamma

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinic_assets.settings import settings

Vector = npt.NDArray[np.float64]

MOST_OVERDISPERSION = 0.3
COVERED = 0.9
LEAST_TOLD = 1.0
"""Losses told in the past below which nothing is said of how they vary."""


@dataclass(frozen=True)
class Costs:
    """What a session weighs: an empty slot is 1, a patient too many `crowded`; at most `cap` more,
    and no more than `share` of its slots.
    """

    crowded: float = 1.5
    cap: int = 3
    share: float = 0.2

    def most(self, slots: int) -> int:
        """How many more at most."""
        return min(self.cap, int(self.share * slots))


def costs_of_clinic() -> Costs:
    """As the clinic has set them."""
    return Costs(crowded=settings().crowded_cost, cap=settings().overbooking_cap)


@dataclass(frozen=True)
class Suggestion:
    """So many more; the losses expected, with a 90 % interval; the cost of 0, 1, ... more."""

    more: int
    expected_lost: float
    low: int
    high: int
    costs: tuple[float, ...]


def suggested(risk: Vector, overdispersion: float, costs: Costs) -> Suggestion:
    """Return how many more a session may book: the cheapest number, the smallest if equal."""
    lost = lost_distribution(risk, overdispersion)
    comes = 1 - float(risk.mean()) if risk.size else 1.0
    each = [cost_of(lost, k, comes, costs.crowded) for k in range(costs.most(risk.size) + 1)]
    low, high = likely_losses(lost)
    return Suggestion(int(np.argmin(np.round(each, 9))), float(risk.sum()), low, high, tuple(each))


def lost_distribution(risk: Vector, overdispersion: float) -> Vector:
    """Return the chance of 0, 1, ... n losses: a beta-binomial of the risks' sum and variance.

    The visits of a session are lost together (weather, a holiday, the practitioner): their number
    varies (1 + (n - 1) overdispersion) times as much as if each were alone, with its own risk.
    """
    n, mean = risk.size, float(np.clip(risk.mean() if risk.size else 0.0, 1e-6, 1 - 1e-6))
    variance = float((risk * (1 - risk)).sum()) * (1 + (n - 1) * overdispersion)
    excess = variance / max(n * mean * (1 - mean), 1e-9) - 1
    rho = float(np.clip(excess / max(n - 1, 1), 1e-4, MOST_OVERDISPERSION))
    a, b = mean * (1 - rho) / rho, (1 - mean) * (1 - rho) / rho
    logs = [_log_choose(n, k) + _log_beta(k + a, n - k + b) - _log_beta(a, b) for k in range(n + 1)]
    chance = np.exp(logs)
    return np.asarray(chance / chance.sum())


def likely_losses(lost: Vector) -> tuple[int, int]:
    """Return the fewest numbers in a row that hold 90 % of the chance, the likeliest of these.

    Cutting 5 % off each end of so few whole numbers would leave 97 % between them.
    """
    below = np.concatenate([[0.0], np.cumsum(lost)])
    spans = [
        (int(np.searchsorted(below, below[low] + COVERED - 1e-12)) - 1, low)
        for low in range(lost.size)
        if below[-1] - below[low] >= COVERED - 1e-12
    ]
    high, low = min(spans, key=lambda s: (s[0] - s[1], below[s[1]] - below[s[0] + 1]))
    return low, high


def overdispersion_of(past: pd.DataFrame) -> float:
    """Estimate it from past sessions: visits n, losses `told`, their `variance` if alone, `lost`.

    By moments, 0 where the past varies no more than single visits do or is too short to say.
    """
    many = past[past["n"] > 1]
    if many["told"].sum() < LEAST_TOLD:
        return 0.0
    excess = ((many["lost"] - many["told"]) ** 2 - many["variance"]).sum()
    found = float(excess / (many["variance"] * (many["n"] - 1)).sum())
    return min(max(found, 0.0), MOST_OVERDISPERSION)


def level_of(past: pd.DataFrame) -> float:
    """Return lost / told of the last weeks, held between a half and two: how far risks drifted."""
    told, lost = float(past["told"].sum()), float(past["lost"].sum())
    return min(max((lost + 10) / (told + 10), 0.5), 2.0)


def cost_of(lost: Vector, more: int, comes: float, crowded: float) -> float:
    """Return what a session costs that books so many more, of whom each `comes` with that chance.

    `lost`: the chance of 0, 1, ... losses; a single 1 where they are known.
    """
    extra = np.exp([_log_choose(more, j) for j in range(more + 1)]) * np.array(
        [comes**j * (1 - comes) ** (more - j) for j in range(more + 1)]
    )
    over = np.arange(more + 1)[:, None] - np.arange(lost.size)[None, :]
    price = np.where(over > 0, crowded * over, -over)
    return float(extra @ price @ lost)


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
