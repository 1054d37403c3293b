"""What a copied table owes: how fresh, how whole, how fast; and whether it keeps to it.

Judged from the books, so that it holds whether runs succeed, fail or never start. Values only.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from clinic_assets.replica.books.status import Status
from clinic_assets.replica.planning.plan import Importance, SizeClass, TablePlan

CheckName = Literal["is_on_time", "is_whole"]
RULES: dict[CheckName, str] = {
    "is_on_time": "The last run did its work, in its time, and not too long ago.",
    "is_whole": "The last comparison of every row found no more differences than its class allows,"
    " and was made last night. What it found is healed; the figure says how far it had drifted.",
}


@dataclass(frozen=True)
class Bar:
    """What tables of one importance owe."""

    minutes: int
    """Since the source's changes were last looked at: they are, every hour."""
    integrity: float
    """Share of rows that a verification must find as they should be."""


BARS: dict[Importance, Bar] = {
    "critical": Bar(90, 0.99),
    "important": Bar(150, 0.98),
    "audit": Bar(270, 0.97),
    "reference": Bar(390, 0.95),
}
SECONDS: dict[SizeClass, int] = {"tiny": 300, "small": 900, "medium": 1800, "large": 4200}
"""The longest a run over one table may take, 5 to 70 minutes."""
VERIFIED_HOURS = 30
"""A night, and the slack of a slow one."""


@dataclass(frozen=True)
class Verdict:
    """Whether a table keeps to one rule; `told` says why not, or how it stands."""

    table: str
    check: CheckName
    passed: bool
    told: str
    is_alert: bool = False
    """It fails, and the plan says that somebody is to hear of it."""


def verdicts(plan: TablePlan, status: Status, now: dt.datetime) -> tuple[Verdict, Verdict]:
    """Both verdicts on a table."""
    return (
        _verdict(
            plan, status, "is_on_time", [*_lateness(plan, status, now)], _freshness(status, now)
        ),
        _verdict(plan, status, "is_whole", [*_damage(plan, status, now)], _wholeness(status)),
    )


def failing(found: Iterable[Verdict]) -> list[Verdict]:
    """Those that do not keep to their rule."""
    return [verdict for verdict in found if not verdict.passed]


def _verdict(
    plan: TablePlan, status: Status, check: CheckName, wrong: list[str], well: str
) -> Verdict:
    told = " ".join(wrong) or well
    # What nobody has begun to copy is no surprise to anyone.
    is_alert = bool(wrong) and plan.alert_on_failure and status.is_begun
    return Verdict(plan.table.name, check, not wrong, told, is_alert)


def _lateness(plan: TablePlan, status: Status, now: dt.datetime) -> Iterable[str]:
    most = BARS[plan.importance].minutes
    if not status.last_is_ok:
        yield f"The last run failed: {status.last_reason or 'no reason given.'}"
    if status.looked_at is None:
        yield "Never copied: `clinic opendental run`."
    elif _minutes(status.looked_at, now) > most:
        yield f"Not followed for {_minutes(status.looked_at, now)} minutes; {most} are allowed."
    longest = SECONDS[plan.size_class]
    if (status.last_seconds or 0) > longest:
        yield (
            f"The last run took {status.last_seconds:.0f} s; a {plan.size_class} table may take"
            f" {longest}. If it has grown, `clinic opendental discover` plans it anew."
        )


def _damage(plan: TablePlan, status: Status, now: dt.datetime) -> Iterable[str]:
    bar = BARS[plan.importance].integrity
    integrity = status.integrity
    if integrity is not None and integrity < bar:
        yield f"{_wholeness(status)} At least {bar:.0%} are owed."
    since = status.verified_at or status.loaded_at
    if since and _minutes(since, now) > VERIFIED_HOURS * 60:
        yield f"Not compared for {_minutes(since, now) // 60} hours; {VERIFIED_HOURS} are allowed."


def _freshness(status: Status, now: dt.datetime) -> str:
    return f"Followed {_minutes(status.looked_at, now)} minutes ago." if status.looked_at else ""


def _wholeness(status: Status) -> str:
    if status.integrity is None:
        return "Not compared yet." if status.loaded_at else "Not copied yet."
    return (
        f"{status.rows_differing} of {status.rows_compared} rows differed at the last comparison:"
        f" {_floored(status.integrity)} % were whole."
    )


def _floored(share: float) -> str:
    # 99.997 % is not 100 %: a share is never said to be better than it is.
    return f"{int(share * 10_000) / 100:g}"


def _minutes(since: dt.datetime, now: dt.datetime) -> int:
    return int((now - since).total_seconds() // 60)
