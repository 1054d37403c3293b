"""How a declared score is served: its stages, its two tables, and where its facts come from."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from clinic_assets.risk.recipe.asof import HISTORY_DAYS
from clinic_assets.risk.recipe.score import Facts, Score


@dataclass(frozen=True)
class Served:
    """One score, all its stages, between the warehouse's facts and its tables."""

    stages: Callable[[], tuple[Score, ...]]
    """Its declarations, by the clinic's settings."""
    model_table: sa.Table
    table: sa.Table
    facts_between: Callable[[sa.Connection, dt.date, dt.date], Facts]
    """All facts of a range of days: what a training may read."""
    facts_of_days: Callable[[sa.Connection, dt.date, dt.date], Facts]
    """The facts whose cases fall into a range of days, with the history that they need."""
    shown: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]
    """From told_by's rows and their cases to the table's own columns."""
    history_days: int = 2 * HISTORY_DAYS
    """Days before a month that its training reads: its window, and what was before that."""
    told_ahead: tuple[str, ...] = ()
    """Stages that are told of days to come too; the others only until the range's last day."""
