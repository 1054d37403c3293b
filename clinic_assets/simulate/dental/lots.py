"""Where all chance comes from: every question asked of a thing has its own share in [0, 1).

The share follows from the seed, the question and the keys of the thing alone. So it does not
matter in which order, or in how large pieces, a practice is made up.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np
import pandas as pd

from clinic_assets.simulate.dice import Bools, Floats, Ints, Texts

GOLDEN, FIRST, SECOND = (
    np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)
"""The constants of SplitMix64, whose last step scatters the keys."""


SMALL = 32

Keys: TypeAlias = "Ints | np.integer[Any] | pd.Series[Any]"


class Lots:
    """The lots of one seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __call__(self, question: str, *keys: Keys) -> Floats:
        """One share for each thing; several arrays of keys name it together."""
        drawn = np.array([(self._seed << 32 | crc32(question.encode())) % 2**64], dtype=np.uint64)
        for key in keys:
            drawn = _scattered(
                drawn + GOLDEN * (np.atleast_1d(key).astype(np.uint64) + np.uint64(1))
            )
        return np.asarray((drawn >> np.uint64(11)) * 2.0**-53, dtype=np.float64)

    def normal(self, question: str, *keys: Keys) -> Floats:
        """Normally distributed numbers (Box and Muller)."""
        radius = np.sqrt(-2 * np.log1p(-self(question, *keys)))
        return np.asarray(radius * np.cos(2 * np.pi * self(f"{question}'s angle", *keys)))

    def waits(self, question: str, mean: Floats | float, *keys: Keys) -> Floats:
        """Waiting times: rarely nothing, mostly below the mean, now and then far above it."""
        both = self(question, *keys), self(f"{question}, once more", *keys)
        return np.asarray(-np.log1p(-both[0]) - np.log1p(-both[1])) * mean / 2

    def whole(self, question: str, low: int, high: int, *keys: Keys) -> Ints:
        """Whole numbers from `low` to `high`, both included."""
        return low + np.floor(self(question, *keys) * (high - low + 1)).astype(np.int64)

    def which(self, question: str, weights: Sequence[float], *keys: Keys) -> Ints:
        """Which of the options, each as likely as its weight says."""
        limits = np.cumsum(weights) / np.sum(weights)
        return np.asarray(np.searchsorted(limits[:-1], self(question, *keys), side="right"))

    def pick(self, question: str, options: Sequence[Any], *keys: Keys) -> Texts:
        """One of the options, each equally likely."""
        named = np.array(options, dtype=object)
        picked: Texts = named[self.whole(question, 0, len(options) - 1, *keys)]
        return picked


def among(values: Ints, members: Iterable[int]) -> Bools:
    """Whether each of the small numbers is one of the members: `isin`, quick on short arrays."""
    is_member = np.zeros(SMALL, dtype=np.bool_)
    is_member[list(members)] = True
    return is_member[values]


def _scattered(drawn: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    drawn = (drawn ^ (drawn >> np.uint64(30))) * FIRST
    drawn = (drawn ^ (drawn >> np.uint64(27))) * SECOND
    return np.asarray(drawn ^ (drawn >> np.uint64(31)))
