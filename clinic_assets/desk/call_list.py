"""Whom to call today: the visits whose loss costs most, no more than there is time for.

Here: choosing and the reason in words, from rows of desk.reception_priorities. Not here: the risks
(risk room) and the reception's own order of urgency (models/reception_priorities.sql). A call helps
a visit to take place, it never takes a slot from anybody.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

SMALLEST_RISK = 0.05
"""Nobody is called about a visit that is all but sure."""


def calls_of_a_day(visits: pd.DataFrame, capacity: int) -> pd.DataFrame:
    """Return the visits to call about, with `call_rank` from 1, `worth` and `call_reason`.

    Worth is risk x price; without a price, risk x the mean price of the day's other visits; without
    any, the risk. Left out: whom no telephone reaches, and risks below SMALLEST_RISK. Equal worth:
    the earlier visit, then the id.
    """
    is_at_risk = visits["risk_score"].astype(float) >= SMALLEST_RISK
    is_reached = ~visits["missing_phone"].astype(bool)
    reachable = visits.assign(worth=_worth(visits))[is_at_risk & is_reached]
    order = ["worth", "appt_start", "appointment_id"]
    chosen = reachable.sort_values(order, ascending=[False, True, True]).head(max(capacity, 0))
    reasons = [_reason(visit) for visit in chosen.to_dict("records")]
    return chosen.assign(call_rank=range(1, len(chosen) + 1), call_reason=reasons)


def _worth(visits: pd.DataFrame) -> pd.Series:
    risk = visits["risk_score"].astype(float)
    price = pd.to_numeric(visits["expected_loss"]).astype(float) / risk.where(risk > 0)
    typical = price.mean()
    return (risk * price.fillna(1.0 if pd.isna(typical) else typical)).round(2)


def _reason(visit: Mapping[Any, Any]) -> str:
    said = [f"{float(visit['risk_score']):.0%} risk of losing the visit"]
    if pd.notna(visit["expected_loss"]):
        said.append(f"{visit['expected_loss']:.2f} at stake")
    else:
        said.append("no price known")
    if float(visit["noshow_rate_90d"]) > 0:
        said.append(f"missed {float(visit['noshow_rate_90d']):.0%} in 90 days")
    if visit["is_new_patient"]:
        said.append("new patient")
    return ", ".join(said)
