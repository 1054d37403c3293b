"""Where all chance comes from: one generator per concern and day.

A day's dice never depend on another day's, so a longer simulation begins with exactly the
days of a shorter one.
"""

from collections.abc import Sequence
from datetime import date
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Times = npt.NDArray[np.datetime64]
Spans = npt.NDArray[np.timedelta64]
Texts = npt.NDArray[np.object_]


class Stream(IntEnum):
    """A concern with dice of its own; the numbers are part of every seeded result."""

    FOUNDERS = 1
    NEWCOMERS = 2
    PHYSIOS = 3
    HOLIDAYS = 4
    BOOKINGS = 5
    MOVES = 6
    FATES = 7
    STOCK = 8
    SILENCE = 9


def dice(seed: int, stream: Stream, day: date) -> np.random.Generator:
    """The generator of one concern on one day."""
    return np.random.default_rng([seed, int(stream), day.toordinal()])


def spread(share: Floats, low: int, high: int) -> Ints:
    """Whole numbers from `low` to `high`, both included, from shares in [0, 1)."""
    return low + np.floor(share * (high - low + 1)).astype(np.int64)


def pick(rng: np.random.Generator, options: Sequence[Any], size: int) -> Texts:
    """Draw `size` of the options, each equally likely."""
    return np.array(options, dtype=object)[rng.integers(len(options), size=size)]
