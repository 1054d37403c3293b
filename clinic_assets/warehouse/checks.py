"""What would make us distrust a table: how a check is declared, judged by a run and listed.

The checks that can be made of any table are in rules.py, the rooms' own in their checks.py. A
check refuses no row (constraints do) and stops no run; it reads only.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
import sqlalchemy as sa
from dagster._check import CheckError

from clinic_assets.timing.partitions import days_of, named_days, newest_day, today
from clinic_assets.warehouse.contracts import is_present, key_of
from clinic_assets.warehouse.days import ONE, UNDATED, Days
from clinic_assets.warehouse.publish import Select
from clinic_assets.warehouse.resource import Warehouse
from clinic_assets.warehouse.sessions import WarehouseError, told_plainly

WARN = dg.AssetCheckSeverity.WARN
"""Implausible: somebody should look."""
ERROR = dg.AssetCheckSeverity.ERROR
"""Numbers are wrong or missing until it is mended."""

DAYS_ALONE = 28
MOST_DAYS = 50
"""Bad days listed in a verdict; `findings` lists all."""
LONGEST_DETAIL = 400
STATEMENT_TIMEOUT = "5min"


@dataclass(frozen=True)
class Check:
    """A rule that a table should follow, day by day.

    `words`: the rule as a person would say it. `sql`: a select of the days that break it, one row
    a day, with `bad_rows` and perhaps a `detail`, which counts and never says whose rows they are.
    It may use `:first_day`, `:last_day` (the end of time for an open range), `:last_named_day` and
    what `bound` holds. `beside`: tables it reads that its own is not made from: it waits for them.
    `copies`: tables of copied databases that it reads; while one is not there it finds nothing.
    """

    name: str
    table: sa.Table
    words: str
    sql: str
    severity: dg.AssetCheckSeverity
    counted: str = "rows"
    beside: tuple[sa.Table, ...] = ()
    bound: Mapping[str, Any] = field(default_factory=dict)
    copies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A day that breaks a rule. 0001-01-01 stands for files and versions without a date."""

    check: str
    table: str
    words: str
    day: dt.date
    bad_rows: int
    severity: dg.AssetCheckSeverity
    counted: str = "rows"
    detail: str | None = None


def findings(engine: sa.Engine, checks: Iterable[Check], days: Days) -> list[Finding]:
    """Every day of the range that breaks a rule, check by check. Raises WarehouseError."""
    return [finding for check in checks for finding in _found(engine, check, days)]


def asset_checks_of(checks: Iterable[Check]) -> list[dg.AssetChecksDefinition]:
    """The checks that wait for tables beside their own: those of one table in one step.

    All others are judged in the step that writes their table.
    """
    by_table: dict[sa.Table, list[Check]] = {}
    for check in checks:
        if check.beside:
            by_table.setdefault(check.table, []).append(check)
    return [_checks_of_table(table, found) for table, found in by_table.items()]


def _checks_of_table(table: sa.Table, checks: Sequence[Check]) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name=f"{table.schema}__{table.name}__checks",
        specs=[spec_of(check) for check in checks],
        can_subset=True,
    )
    def judge(
        context: dg.AssetCheckExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult]:
        yield from verdicts(context, warehouse, checks)

    return judge


def verdicts(
    context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext,
    warehouse: Warehouse,
    checks: Iterable[Check],
) -> Iterator[dg.AssetCheckResult]:
    """One verdict on the whole range of the run by each of the checks that it has selected."""
    days, chosen = _asked(context), context.selected_asset_check_keys
    for check in checks:
        if dg.AssetCheckKey(key_of(check.table), check.name) not in chosen:
            continue
        try:
            yield verdict(check, days, findings(warehouse.engine, [check], days))
        except WarehouseError as error:
            yield _unjudged(check, days, error)


def spec_of(check: Check) -> dg.AssetCheckSpec:
    """The check as Dagster lists it."""
    return dg.AssetCheckSpec(
        check.name,
        asset=key_of(check.table),
        description=check.words,
        additional_deps=[key_of(table) for table in check.beside if is_present(table)],
        blocking=False,
    )


def _asked(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Days:
    """The run's range; a check that somebody executes alone looks at the last weeks.

    The checks themselves have no partitions: Dagster would show a verdict on a range as skipped on
    each of its days.
    """
    try:
        return days_of(context)
    except (dg.DagsterError, CheckError):
        return named_days(today() - ONE * DAYS_ALONE, newest_day())


def verdict(check: Check, days: Days, found: Sequence[Finding]) -> dg.AssetCheckResult:
    """What a run says of a range: passed, or how many rows on which days."""
    bad_rows = sum(finding.bad_rows for finding in found)
    listed = found[:MOST_DAYS]
    details = [f"- {_named(f.day)}: {f.detail}" for f in listed if f.detail]
    return dg.AssetCheckResult(
        asset_key=key_of(check.table),
        check_name=check.name,
        passed=not found,
        severity=check.severity,
        description=_summed(check, bad_rows, len(found)) if found else None,
        metadata={
            **_judged(check, days),
            "bad_rows": bad_rows,
            "bad_days_in_all": len(found),
            "bad_days": dg.MetadataValue.json([_named(f.day) for f in listed]),
            **({"details": dg.MetadataValue.md("\n".join(details))} if details else {}),
        },
    )


def _unjudged(check: Check, days: Days, error: WarehouseError) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=key_of(check.table),
        check_name=check.name,
        passed=False,
        severity=ERROR,
        description=f"Could not be judged. {error}",
        metadata={**_judged(check, days), "error": str(error)},
    )


def _summed(check: Check, bad_rows: int, n_days: int) -> str:
    return f"{bad_rows} {check.counted} on {n_days} day{'' if n_days == 1 else 's'}."


def _judged(check: Check, days: Days) -> dict[str, str]:
    until = f"{days.last} and later" if days.is_open else str(days.last)
    return {"rule": check.words, "days": f"{days.first} to {until}"}


def _named(day: dt.date) -> str:
    return "without a date" if day == UNDATED else day.isoformat()


def _found(engine: sa.Engine, check: Check, days: Days) -> list[Finding]:
    bound = Select(check.sql, check.bound).parameters(days)
    statement = sa.text(f"select * from ({check.sql}) as bad order by day")
    with told_plainly(f"{check.table.fullname}, {check.name}"), engine.begin() as connection:
        connection.execute(sa.text("set transaction read only"))
        connection.execute(sa.text(f"set local statement_timeout = '{STATEMENT_TIMEOUT}'"))
        if not all(_is_there(connection, name) for name in check.copies):
            return []
        rows = connection.execute(statement.bindparams(**bound)).mappings().all()
    return [
        Finding(
            check.name,
            check.table.fullname,
            check.words,
            row["day"],
            int(row["bad_rows"]),
            check.severity,
            check.counted,
            (row.get("detail") or "")[:LONGEST_DETAIL] or None,
        )
        for row in rows
    ]


def _is_there(connection: sa.Connection, name: str) -> bool:
    there = connection.scalar(sa.text("select to_regclass(:name) is not null"), {"name": name})
    return bool(there)
