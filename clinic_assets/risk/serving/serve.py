"""Train the months' models and tell the days, from the facts that are in the warehouse.

Here: which facts and which model for which moment. What a model learns and says: recipe/.
"""

import datetime as dt
import hashlib
import logging

import pandas as pd
import sqlalchemy as sa

from clinic_assets.risk.recipe.model import TrainedModel, told_by
from clinic_assets.risk.recipe.model_file import ModelRefused
from clinic_assets.risk.recipe.score import Facts, Score
from clinic_assets.risk.recipe.teaching import month_of_model
from clinic_assets.risk.recipe.train import VERSION, train
from clinic_assets.risk.serving.registry import Registered, register, serving, trained_before
from clinic_assets.risk.serving.served import Served
from clinic_assets.settings import settings
from clinic_assets.warehouse.days import Days

LOG = logging.getLogger(__name__)
SEED = 7


def models_of_days(connection: sa.Connection, days: Days, served: Served) -> pd.DataFrame:
    """The model of each month of the range and stage, trained if need be; a row for each day."""
    rows = []
    for month in sorted({day.replace(day=1) for day in days.listed()}):
        facts = _facts_before(connection, month, served)
        told = hash_of_facts(facts)
        of_month = [day for day in days.listed() if day.replace(day=1) == month]
        for score in served.stages():
            known = trained_before(connection, score, month, told)
            model = known or register(connection, train(facts, month, score, SEED), told)
            rows += [_row(model, score.stage, month, day) for day in of_month]
    return pd.DataFrame(rows, columns=[c.name for c in served.model_table.columns])


def told_of_days(connection: sa.Connection, days: Days, served: Served) -> pd.DataFrame:
    """Tell every case of the range at each stage, each by the model that served its moment.

    What is only known later of a day of the open end is not told before.
    """
    columns = [c.name for c in served.table.columns]
    facts, told = served.facts_of_days(connection, days.first, days.upper), []
    for score in served.stages():
        last = days.upper if score.stage in served.told_ahead else days.last
        cases = score.cases(facts)
        due = cases.loc[(cases["day"] >= days.first) & (cases["day"] <= last)]
        for month, group in due.groupby(month_of_model(due["moment"], score.timezone)):
            model = _model_for(connection, served, score, pd.Timestamp(str(month)).date())
            rows = served.shown(told_by(model, score, group, facts), group)
            told.append(rows.join(group[["clinic_id", "day"]]))
    return pd.concat(told)[columns] if told else pd.DataFrame(columns=columns)


def hash_of_facts(facts: Facts) -> str:
    """Of all that a training could read, and of the recipe that reads it."""
    frames = facts.values() if isinstance(facts, dict) else [facts]
    wanted = f"{VERSION} {SEED} {settings().timezone} {settings().notice_hours} "
    told = hashlib.sha256(wanted.encode())
    for frame in frames:
        rows = pd.util.hash_pandas_object(frame.astype(str), index=False)
        told.update(rows.to_numpy().tobytes())
    return told.hexdigest()


def _facts_before(connection: sa.Connection, month: dt.date, served: Served) -> Facts:
    oldest = month - dt.timedelta(days=served.history_days)
    return served.facts_between(connection, oldest, month - dt.timedelta(days=1))


def _model_for(
    connection: sa.Connection, served: Served, score: Score, month: dt.date
) -> TrainedModel:
    """The month's model; for moments before the first trained month the prior alone.

    A model file that is not the one recorded is never opened: the same model is trained again.
    """
    try:
        known = serving(connection, served.model_table.fullname, score, month)
    except ModelRefused as refused:
        LOG.warning("%s It is trained again.", refused)
        facts = _facts_before(connection, month, served)
    else:
        if known:
            return known
        facts = served.facts_between(connection, dt.date.max, dt.date.max)
    trained = train(facts, month, score, SEED)
    register(connection, trained, hash_of_facts(facts))
    return trained


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
