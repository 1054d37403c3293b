"""What it would have cost to follow the suggestions, to overbook every session alike, or not to."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from clinic_assets.desk.overbooking.sessions import SESSION, past_sessions, visits_between
from clinic_assets.desk.overbooking.suggest import Costs, cost_of, costs_of_clinic
from clinic_assets.settings import settings
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.frames import frame_of

COLUMNS = ("policy", "sessions", "more", "cost")
SUGGESTED = """
    select clinic_id, day, practitioner_key, session, visits, expected_lost::float, more
    from desk.overbooking
    where day between :first_day and :last_day and is_full
"""


def replay_of_days(connection: sa.Connection, days: Days) -> list[dict[str, object]]:
    """The policies on the full sessions of a range whose visits' outcomes are known."""
    span = {"first_day": days.first, "last_day": days.last}
    told = frame_of(connection.execute(sa.text(SUGGESTED), span))
    visits = visits_between(connection, days.first, days.last)
    known = told.merge(past_sessions(visits, settings().notice_hours), on=SESSION)
    return list(replayed(known, costs_of_clinic())) if len(known) else []


def replayed(sessions: pd.DataFrame, costs: Costs) -> Iterator[dict[str, object]]:
    """Yield for each policy how many more it books in all, and what a session costs on average.

    Of each session: `visits`, `expected_lost`, `lost`, and what was suggested, `more`. Whoever
    would have been booked in addition comes as surely as the session's others were expected to.
    """
    each = sessions.to_dict("records")
    policies = {"none": [0] * len(each)}
    for more in range(1, costs.cap + 1):
        alike = [min(more, costs.most(session["visits"])) for session in each]
        policies[f"{more} more in every session"] = alike
    policies["as suggested"] = [int(session["more"]) for session in each]
    for policy, booked in policies.items():
        paid = [_cost(session, more, costs) for session, more in zip(each, booked, strict=True)]
        cost = round(float(np.mean(paid)), 4)
        yield {"policy": policy, "sessions": len(each), "more": sum(booked), "cost": cost}


def _cost(session: Mapping[Any, Any], more: int, costs: Costs) -> float:
    lost = np.eye(int(session["visits"]) + 1)[int(session["lost"])]
    comes = 1 - session["expected_lost"] / session["visits"]
    return cost_of(lost, more, comes, costs.crowded)
