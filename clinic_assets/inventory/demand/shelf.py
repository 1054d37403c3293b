"""From what is wanted to what will be issued: an empty shelf hands out nothing until it is filled.

Learned from all series alike: by how many periods the stock lasts, the share of the demand that was
handed out one, two, three periods later.
"""

import numpy as np

from clinic_assets.inventory.demand.history import Floats, Ints

EDGES = np.array([0.25, 0.75, 1.5, 2.5, 4.0, 8.0, 16.0])
CLASSES = len(EDGES) + 2
LEAST_POINTS = 30


def cover_class(left: Floats, demand: Floats) -> Ints:
    """0 for an empty shelf, then by the periods that the stock lasts."""
    lasts = np.where(demand > 0, left / np.where(demand > 0, demand, 1), np.inf)
    return np.where(left <= 0, 0, 1 + np.searchsorted(EDGES, lasts))


def issued_shares(classes: Ints, demand: Floats, issued: Floats, scale: Floats) -> Floats:
    """For each class the share that leaves the least scaled absolute error; 1 if unknown."""
    known = np.isfinite(issued) & (scale > 0) & (demand > 0)
    shares = np.ones(CLASSES)
    for place in range(CLASSES):
        of_class = known & (classes == place)
        if of_class.sum() >= LEAST_POINTS:
            told = demand[of_class]
            shares[place] = weighted_median(issued[of_class] / told, told / scale[of_class])
    return shares


def weighted_median(values: Floats, weights: Floats) -> float:
    """The least value at which half of the weight is reached."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])
