"""Every score that is served: its declarations by the settings, its tables, its facts."""

import pandas as pd

from clinic_assets.risk import tables
from clinic_assets.risk.recipe.score import Score
from clinic_assets.risk.scores.cancellation import lost_visit
from clinic_assets.risk.serving.facts import facts_between, facts_with_history
from clinic_assets.risk.serving.served import Served
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
