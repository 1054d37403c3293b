"""Train the months' models and score the days, from the facts that are in the warehouse.

Here: which facts and which model for which moment. What a model learns and says: recipe.py,
score.py.
"""

import datetime as dt
import hashlib
import logging

import pandas as pd
import sqlalchemy as sa

from clinic_assets.risk.diary import HISTORY_DAYS
from clinic_assets.risk.facts import facts_between, facts_with_history
from clinic_assets.risk.features import month_of_model
from clinic_assets.risk.model_file import ModelRefused
from clinic_assets.risk.recipe import VERSION, train
from clinic_assets.risk.registry import Registered, register, serving, trained_before
from clinic_assets.risk.score import TrainedModel, risk_of
from clinic_assets.risk.tables import STAGES, cancellation_model, cancellation_risk
from clinic_assets.settings import settings
from clinic_assets.warehouse.days import Days

LOG = logging.getLogger(__name__)
SEED = 7
MODEL_REACH = 31 + 2 * HISTORY_DAYS
"""Days back from a day to the oldest fact its month's model may have read."""
LONGEST_LEAD = 200
"""Days; a booking made earlier than that before the visit is scored by the oldest model reached."""


def models_of_days(connection: sa.Connection, days: Days) -> pd.DataFrame:
    """The model of each month of the range and stage, trained if need be; a row for each day."""
    rows = []
    for month in sorted({day.replace(day=1) for day in days.listed()}):
        facts = facts_between(
            connection, month - dt.timedelta(days=2 * HISTORY_DAYS), month - dt.timedelta(days=1)
        )
        for stage in STAGES:
            model = _known_or_trained(connection, facts, month, stage)
            served = [day for day in days.listed() if day.replace(day=1) == month]
            rows += [_row(model, stage, month, day) for day in served]
    return pd.DataFrame(rows, columns=[c.name for c in cancellation_model.columns])


def _known_or_trained(
    connection: sa.Connection, facts: pd.DataFrame, month: dt.date, stage: str
) -> Registered:
    told = hash_of_facts(facts)
    known = trained_before(connection, stage, month, told)
    return known or register(connection, _trained(facts, month, stage), told)


def hash_of_facts(facts: pd.DataFrame) -> str:
    """Of all that a training could read, and of the recipe that reads it."""
    rows = pd.util.hash_pandas_object(facts.astype(str), index=False).to_numpy().tobytes()
    wanted = f"{VERSION} {SEED} {settings().timezone} {settings().notice_hours} "
    return hashlib.sha256(wanted.encode() + rows).hexdigest()


def risks_of_days(connection: sa.Connection, days: Days) -> pd.DataFrame:
    """Score every visit of the range at both stages, each by the model that served its moment.

    The evening before a day of the open end has not come: those visits have the booking stage only.
    """
    columns = [c.name for c in cancellation_risk.columns]
    facts = facts_with_history(connection, days.first, days.upper)
    told = facts[facts["status"] != "rescheduled"]
    scored = []
    for stage in STAGES:
        last = days.upper if stage == "booking" else days.last
        due = told.loc[(told["day"] >= days.first) & (told["day"] <= last)]
        due = due[due["created_at"].notna()] if stage == "booking" else due
        months = month_of_model(due, stage, settings().timezone)
        for month, group in due.groupby(months):
            model = _model_for(connection, stage, pd.Timestamp(str(month)).date())
            scored.append(_scored(model, group, facts, stage))
    return pd.concat(scored)[columns] if scored else pd.DataFrame(columns=columns)


def _trained(facts: pd.DataFrame, month: dt.date, stage: str) -> TrainedModel:
    wanted = settings()
    return train(facts, month, stage, wanted.timezone, wanted.notice_hours, SEED)


def _model_for(connection: sa.Connection, stage: str, month: dt.date) -> TrainedModel:
    """The month's model; for moments before the first trained month the prior alone.

    A model file that is not the one recorded is never opened: the same model is trained again.
    """
    try:
        known = serving(connection, stage, month)
    except ModelRefused as refused:
        LOG.warning("%s It is trained again.", refused)
        known = None
        facts = facts_between(
            connection, month - dt.timedelta(days=2 * HISTORY_DAYS), month - dt.timedelta(days=1)
        )
    else:
        facts = facts_between(connection, dt.date.max, dt.date.max)
    if known is None:
        known = _trained(facts, month, stage)
        register(connection, known, hash_of_facts(facts))
    return known


def _scored(
    model: TrainedModel, group: pd.DataFrame, facts: pd.DataFrame, stage: str
) -> pd.DataFrame:
    told = risk_of(model, group, facts, stage, settings().timezone)
    return told.join(group[["clinic_id", "day"]])


def _row(model: Registered, stage: str, month: dt.date, day: dt.date) -> dict[str, object]:
    return {
        "clinic_id": settings().id,
        "day": day,
        "stage": stage,
        "model_id": model.model_id,
        "kind": model.kind,
        "trained_for": month,
        "decision": model.card["decision"],
        "card": model.card,
    }
