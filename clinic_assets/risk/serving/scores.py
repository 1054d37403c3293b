"""Every score that is served: its declarations by the settings, its tables, its facts."""

import pandas as pd

from clinic_assets.risk import tables
from clinic_assets.risk.recipe.score import Score
from clinic_assets.risk.scores.acceptance import accepted_treatment
from clinic_assets.risk.scores.cancellation import lost_visit
from clinic_assets.risk.scores.payment import WINDOWS, paid_visit
from clinic_assets.risk.scores.recall import HISTORY, kept_recall
from clinic_assets.risk.serving.facts import facts_between, facts_with_history
from clinic_assets.risk.serving.served import Served
from clinic_assets.risk.serving.treatment_facts import (
    acceptance_between,
    acceptance_of_days,
    payment_between,
    payment_of_days,
    recall_between,
    recall_of_days,
)
from clinic_assets.settings import settings


def _cancellation() -> tuple[Score, ...]:
    wanted = settings()
    return tuple(lost_visit(stage, wanted.timezone, wanted.notice_hours) for stage in tables.STAGES)


def _risks(told: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """Expected loss = risk x price, null without a price."""
    price = pd.to_numeric(visits["price_amount"]).astype(float)
    named = told.rename(columns={"probability": "risk", "bucket": "risk_bucket"})
    return named.assign(expected_loss=(named["risk"] * price).round(2))


CANCELLATION = Served(
    _cancellation,
    tables.cancellation_model,
    tables.cancellation_risk,
    facts_between,
    facts_with_history,
    _risks,
    told_ahead=("booking",),
)


def _expected(told: pd.DataFrame, proposals: pd.DataFrame) -> pd.DataFrame:
    fee = proposals["fee_amount"]
    return told.assign(fee_amount=fee, expected_amount=(told["probability"] * fee).round(2))


ACCEPTANCE = Served(
    lambda: (accepted_treatment(settings().timezone),),
    tables.acceptance_model,
    tables.treatment_acceptance,
    acceptance_between,
    acceptance_of_days,
    _expected,
)


def _unpaid(told: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    share = visits["share_amount"]
    unpaid = ((1 - told["probability"]) * share).round(2)
    return told.assign(share_amount=share.round(2), expected_unpaid=unpaid)


PAYMENT = Served(
    lambda: tuple(paid_visit(window, settings().timezone) for window in WINDOWS),
    tables.payment_model,
    tables.payment_compliance,
    payment_between,
    payment_of_days,
    _unpaid,
)


def _due(told: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    return told.assign(kind=visits["kind"], due_on=visits["due_on"].dt.date)


RECALL = Served(
    lambda: (kept_recall(settings().timezone),),
    tables.recall_model,
    tables.recall_compliance,
    recall_between,
    recall_of_days,
    _due,
    history_days=HISTORY,
)
