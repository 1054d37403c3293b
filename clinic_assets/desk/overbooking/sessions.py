"""What each session of a day may book: by its own risks, and by how past sessions turned out.

A day's list follows from the facts alone, in whatever order days are computed: who was doubled is
found by going through the calendar quarter from its first day, not looked up in earlier lists.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from clinic_assets.desk.overbooking.guard import Guard, Visit
from clinic_assets.desk.overbooking.suggest import (
    Costs,
    Suggestion,
    costs_of_clinic,
    level_of,
    overdispersion_of,
    suggested,
)
from clinic_assets.desk.tables import overbooking
from clinic_assets.risk.scores.visits import outcomes
from clinic_assets.settings import settings
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.frames import frame_of
from clinic_assets.warehouse.sql_models import model_text

LEVEL_DAYS, PAST_DAYS, QUARTER_DAYS = 28, 91, 92
UNKNOWN_DAYS = 2
"""The evening before, what became of the visits of two days before the session is known."""
LEAST_SESSIONS = 30
"""With fewer of the past nobody knows how losses vary."""
GROUP_DAYS = QUARTER_DAYS + PAST_DAYS
READ_DAYS = GROUP_DAYS + LEVEL_DAYS + UNKNOWN_DAYS
"""How far back a day reads groups of patients, and visits: its quarter, and what was before it."""
SURELY_COMES = 0.95
"""No risk, brought to the level of late, is taken for higher."""
SESSION = ["clinic_id", "day", "practitioner_key", "session"]
VISITS, ROOMS = (model_text(__file__, name) for name in ("visits", "rooms"))

Room = Mapping[Any, Any]
"""A row of models/rooms.sql."""


@dataclass(frozen=True)
class Past:
    """How the sessions of the last months turned out, as known on an evening."""

    sessions: int
    level: float
    overdispersion: float


def sessions_of_days(connection: sa.Connection, days: Days) -> pd.DataFrame:
    """The sessions of a range of days, by the clinic's settings."""
    first = _quarter_of(days.first)
    since = first - dt.timedelta(days=READ_DAYS - QUARTER_DAYS)
    visits = visits_between(connection, since, days.last)
    rooms = _frame(connection, ROOMS, first, days.last)
    told = suggestions(visits, rooms, costs_of_clinic(), first, settings().notice_hours)
    columns = [column.name for column in overbooking.columns]
    rows = pd.DataFrame(list(told), columns=columns)
    return rows[rows["day"] >= days.first]


def visits_between(connection: sa.Connection, first: dt.date, last: dt.date) -> pd.DataFrame:
    """The visits of the evenings' lists: session, times, status, risk and group of each."""
    return _frame(connection, VISITS, first, last)


def suggestions(
    visits: pd.DataFrame, rooms: pd.DataFrame, costs: Costs, first: dt.date, notice_hours: float
) -> Iterator[dict[str, object]]:
    """Yield a row for each session from `first` on, the first day of a quarter.

    `visits` and `rooms` have the columns of their models, `visits` those of the PAST_DAYS +
    LEVEL_DAYS before too.
    """
    found = {_session_of(room): room for room in rooms.to_dict("records")}
    for _, of_clinic in visits.groupby("clinic_id"):
        past = past_sessions(of_clinic, notice_hours)
        guard, quarter = Guard(), first
        ahead = of_clinic[of_clinic["day"] >= first].sort_values([*SESSION, "start_at"])
        for day, of_day in groupby(ahead.to_dict("records"), itemgetter("day")):
            if _quarter_of(day) != quarter:
                guard, quarter = Guard(), _quarter_of(day)
            known, share = past_known(past, day), _shares(of_clinic, day)
            for key, session in groupby(of_day, _session_of):
                row = _row(list(session), found.get(key), known, costs, guard, share)
                yield dict(zip(SESSION, key, strict=True)) | row


def past_sessions(visits: pd.DataFrame, notice_hours: float) -> pd.DataFrame:
    """Return a row per session: `n` visits with an outcome, the losses `told`, their `variance` if
    each were alone, `lost`; and the `level` of losses late on its day.
    """
    outcome = outcomes(visits, notice_hours)["is_lost"]
    rows = visits.assign(lost=outcome, variance=visits["risk"] * (1 - visits["risk"]))
    rows = rows[outcome.notna()].rename(columns={"risk": "told"})
    summed = rows.groupby(SESSION)[["told", "variance", "lost"]].sum()
    summed["n"] = rows.groupby(SESSION).size()
    past = summed.reset_index()
    levels = {day: level_of(_before(past, day, LEVEL_DAYS)) for day in past["day"].unique()}
    return past.assign(level=past["day"].map(levels).astype(float))


def past_known(past: pd.DataFrame, day: dt.date) -> Past:
    """Say how the sessions before a day turned out."""
    seen = _before(past, day, PAST_DAYS)
    at_level = seen.assign(told=seen["told"] * seen["level"])
    level = level_of(_before(past, day, LEVEL_DAYS))
    return Past(len(seen), level, overdispersion_of(at_level))


def _before(past: pd.DataFrame, day: dt.date, days: int) -> pd.DataFrame:
    until = day - dt.timedelta(days=UNKNOWN_DAYS)
    return past[(past["day"] <= until) & (past["day"] > until - dt.timedelta(days=days))]


def _shares(visits: pd.DataFrame, day: dt.date) -> Mapping[str, float]:
    lately = visits[(visits["day"] <= day) & (visits["day"] > day - dt.timedelta(days=PAST_DAYS))]
    counts = lately["group"].value_counts(normalize=True)
    return {str(group): float(share) for group, share in counts.items()}


def _row(
    visits: Sequence[Visit],
    room: Room | None,
    past: Past,
    costs: Costs,
    guard: Guard,
    share: Mapping[str, float],
) -> dict[str, object]:
    told = np.array([visit["risk"] for visit in visits])
    found = suggested(np.clip(told * past.level, 0, SURELY_COMES), past.overdispersion, costs)
    obstacle = _obstacle(visits, room, past)
    beside, passed = guard.double(visits, 0 if obstacle else found.more, share)
    doubled = sorted(beside, key=itemgetter("start_at"))
    return {
        "practitioner": room and room["practitioner"],
        "visits": len(visits),
        "free_minutes": room and room["free_minutes"],
        "expected_lost": round(found.expected_lost, 3),
        "lost_low": found.low,
        "lost_high": found.high,
        "level": round(past.level, 4),
        "overdispersion": round(past.overdispersion, 4),
        "past_sessions": past.sessions,
        "is_full": room is not None and not _has_room(visits, room),
        "cheapest_more": found.more,
        "more": len(doubled),
        "beside": ", ".join(_clock(visit["start_at"]) for visit in doubled) or None,
        "beside_appointments": ", ".join(visit["appointment_key"] for visit in doubled) or None,
        "reason": obstacle or _reason(len(visits), found, passed),
    }


def _obstacle(visits: Sequence[Visit], room: Room | None, past: Past) -> str | None:
    """Why nothing can be suggested, whatever is likely to be lost."""
    if room is None:
        return "no shift of the practitioner is known"
    if _has_room(visits, room):
        return f"{room['free_minutes']:.0f} minutes are free: book them first"
    if past.sessions < LEAST_SESSIONS:
        return f"only {past.sessions} past sessions are known, {LEAST_SESSIONS} are needed"
    return None


def _has_room(visits: Sequence[Visit], room: Room) -> bool:
    """Whether one of its usual visits fits in between."""
    usual = median((visit["end_at"] - visit["start_at"]).total_seconds() for visit in visits)
    return bool(room["free_minutes"] * 60 >= usual)


def _reason(visits: int, found: Suggestion, passed: list[str]) -> str:
    lost = f"about {found.expected_lost:.1f} of {visits} visits will be lost"
    said = [f"{lost}, {found.low} to {found.high} in nine sessions of ten"]
    if not found.more:
        said.append("too few for one more" if found.costs[1:] else "too short a session for more")
    said += [f"passed over: {who}" for who in dict.fromkeys(passed)]
    return "; ".join(said)


def _clock(start: pd.Timestamp) -> str:
    return f"{start.tz_convert(settings().timezone):%H:%M}"


def _session_of(row: Mapping[Any, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in SESSION)


def _quarter_of(day: dt.date) -> dt.date:
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def _frame(connection: sa.Connection, text: str, first: dt.date, last: dt.date) -> pd.DataFrame:
    bound = {"first_day": first, "last_day": last, "timezone": settings().timezone}
    return frame_of(connection.execute(sa.text(text), bound))
