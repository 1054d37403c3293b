"""Train the months' models and score the days, from the facts that are in the warehouse.

Here: which facts and which model for which moment. What a model learns and says: recipe.py, score.py.
"""

import datetime as dt

import pandas as pd
import sqlalchemy as sa

from clinic_assets.risk.facts import facts_between, facts_with_history
from clinic_assets.risk.features import HISTORY_DAYS, month_of_model
from clinic_assets.risk.registry import register, serving
from clinic_assets.risk.score import TrainedModel, risk_of
from clinic_assets.risk.tables import STAGES, cancellation_model, cancellation_risk
from clinic_assets.settings import settings
from clinic_assets.warehouse.days import Days

SEED = 7
MODEL_REACH = 31 + 2 * HISTORY_DAYS
"""Days back from a day to the oldest fact its month's model may have read."""
LONGEST_LEAD = 200
"""Days; a booking made earlier than that before the visit is scored by the oldest model reached."""


def models_of_days(connection: sa.Connection, days: Days) -> pd.DataFrame:
    """Train each month of the range and stage once; a row for each day it serves."""
    rows = []
    for month in sorted({day.replace(day=1) for day in days.listed()}):
        facts = facts_between(
            connection, month - dt.timedelta(days=2 * HISTORY_DAYS), month - dt.timedelta(days=1)
        )
        for stage in STAGES:
            model = _trained(facts, month, stage)
            register(connection, model)
            rows += [_row(model, day) for day in days.listed() if day.replace(day=1) == month]
    return pd.DataFrame(rows, columns=[c.name for c in cancellation_model.columns])


def risks_of_days(connection: sa.Connection, days: Days) -> pd.DataFrame:
    """Score every visit of the range at both stages, each by the model that served its moment.

    The evening before a day of the open end has not come: those visits have the booking stage only.
    """
    columns = [c.name for c in cancellation_risk.columns]
    facts = facts_with_history(connection, days.first, days.upper)
    facts = facts[facts["status"] != "rescheduled"]
    scored = []
    for stage in STAGES:
        last = days.upper if stage == "booking" else days.last
        due = facts[[days.first <= day <= last for day in facts["day"]]]
        due = due[due["created_at"].notna()] if stage == "booking" else due
        months = month_of_model(due, stage, settings().timezone)
        for month, group in due.groupby(months):
            model = _model_for(connection, stage, pd.Timestamp(str(month)).date())
            scored.append(_scored(model, group, facts, stage))
    return pd.concat(scored)[columns] if scored else pd.DataFrame(columns=columns)


def _trained(facts: pd.DataFrame, month: dt.date, stage: str) -> TrainedModel:
    from clinic_assets.risk.recipe import train

    wanted = settings()
    return train(facts, month, stage, wanted.timezone, wanted.notice_hours, SEED)


def _model_for(connection: sa.Connection, stage: str, month: dt.date) -> TrainedModel:
    """The month's model; for moments before the first trained month the prior alone."""
    known = serving(connection, stage, month)
    if known is not None:
        return known
    nothing = facts_between(connection, dt.date.max, dt.date.max)
    prior = _trained(nothing, month, stage)
    register(connection, prior)
    return prior


def _scored(
    model: TrainedModel, group: pd.DataFrame, facts: pd.DataFrame, stage: str
) -> pd.DataFrame:
    told = risk_of(model, group, facts, stage, settings().timezone)
    return told.join(group[["clinic_id", "day"]])


def _row(model: TrainedModel, day: dt.date) -> dict[str, object]:
    return {
        "clinic_id": settings().id,
        "day": day,
        "stage": model.stage,
        "model_id": model.model_id,
        "kind": model.kind,
        "trained_for": model.trained_for,
        "decision": model.card["decision"],
        "card": model.card,
    }
