"""What a score is: one declaration that the recipe trains, judges, serves and describes.

Here: what has to be declared. Not here: any one score (scores/), and what is done with it
(train.py, teaching.py, leaks.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from clinic_assets.risk.recipe.asof import HISTORY_DAYS

Facts = Any
"""What a score's own functions agree on: a frame, or several by name. The recipe never looks in."""

Enters = Literal["plain", "log", "logit", "weekday", "buckets", "trees"]
"""How a feature enters the regression: as it is, log(1 + x), log odds, an indicator a weekday, in
the table's buckets, or not at all (trees alone). Trees read every feature as it is."""

PRIOR_ROWS = 3
"""How many outcomes at the base rate everybody is assumed to bring along."""


@dataclass(frozen=True)
class Buckets:
    """The plain table that has to be beaten: one feature, cut at these lower bounds."""

    feature: str
    starts: tuple[float, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Share:
    """A feature that is a person's (or family's) smoothed share: (hits + 3 base) / (n + 3)."""

    feature: str
    hits: str
    n: str


@dataclass(frozen=True)
class Apart:
    """Rows that the card judges once more by themselves, and tells the groups of."""

    name: str
    is_among: Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Score:
    """A question asked at a moment about a case, whose answer is 0 or 1 and known later.

    `cases(facts)`: a row each, indexed as the facts they are made of, with clinic_id, the `key`,
    patient_key, practitioner_key, day, moment and outcome_known_at (UTC), outcome (1, 0, null).
    `features_of(cases, facts)`: a column for each feature but the categories' rates, as of each
    case's moment; categories as text. `standing(facts, instant)`: the facts as they stood then, all
    that came later hidden; what proves that no feature knows the future.
    """

    name: str
    stage: str
    words: str
    """What an outcome of 1 is: "the visit is lost"."""
    population: str
    label: str
    key: str
    timezone: str
    features: Mapping[str, Enters]
    buckets: Buckets
    prior: float
    """The share that is assumed before anything has been seen."""
    cases: Callable[[Facts], pd.DataFrame]
    features_of: Callable[[pd.DataFrame, Facts], pd.DataFrame]
    standing: Callable[[Facts, pd.Timestamp], Facts]
    shares: tuple[Share, ...] = ()
    categories: Mapping[str, str] = field(default_factory=dict)
    """From a feature to the column of texts whose share, found at training, it is."""
    filled_later: tuple[str, ...] = ()
    """Features that a clinic may fill in once it knows the outcome; see teaching.py."""
    settings: tuple[object, ...] = ()
    """What else makes it what it is; part of a model's id."""
    groups: tuple[str, ...] = ("clinic_id", "practitioner_key")
    """What the card tells apart; nothing that is sensitive."""
    apart: Apart | None = None
    window_days: int = HISTORY_DAYS
    """How long ago an outcome may have become known and still teach."""
    forward_share: float = 0.4
    """The last of the window, which the walk forward tells, less a wait for outcomes."""
    longest_wait_share: float = 0.1
    """How much of the window the walk forward may leave out for outcomes that are not known yet."""
    suspect_auc: float = 0.8
    """Above this a leak is likelier than a good model; the card says so."""
