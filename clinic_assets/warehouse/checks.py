"""What would make us distrust a table: how a check is declared, judged by a run and listed.

Here too: the checks that can be made of any table. The rooms' own are in their checks.py. A check
refuses no row (constraints do) and stops no run; it reads only.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
import sqlalchemy as sa

from clinic_assets.timing.partitions import daily, days_of
from clinic_assets.warehouse.contracts import key_of
from clinic_assets.warehouse.days import UNDATED, Days
from clinic_assets.warehouse.kinds import Kind
from clinic_assets.warehouse.postgres import WarehouseError, told_plainly
from clinic_assets.warehouse.publish import Select
from clinic_assets.warehouse.resource import Warehouse

WARN = dg.AssetCheckSeverity.WARN
"""Implausible: somebody should look."""
ERROR = dg.AssetCheckSeverity.ERROR
"""Numbers are wrong or missing until it is mended."""

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
    what `bound` holds. `beside`: tables it reads beside its own, which a run writes first.
    """

    name: str
    table: sa.Table
    words: str
    sql: str
    severity: dg.AssetCheckSeverity
    counted: str = "rows"
    beside: tuple[sa.Table, ...] = ()
    bound: Mapping[str, Any] = field(default_factory=dict)


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
    """The checks as Dagster runs them: those of one table in one step, which halves their cost."""
    by_table: dict[sa.Table, list[Check]] = {}
    for check in checks:
        by_table.setdefault(check.table, []).append(check)
    return [_checks_of_table(table, found) for table, found in by_table.items()]


def _checks_of_table(table: sa.Table, checks: Sequence[Check]) -> dg.AssetChecksDefinition:
    """One verdict each on the whole range of a run, after the table and those beside are written."""

    @dg.multi_asset_check(
        name=f"{table.schema}__{table.name}__checks", specs=[_spec(check) for check in checks]
    )
    def judge(
        context: dg.AssetCheckExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult]:
        days = days_of(context)
        for check in checks:
            try:
                yield verdict(check, days, findings(warehouse.engine, [check], days))
            except WarehouseError as error:
                yield _unjudged(check, days, error)

    return judge


def _spec(check: Check) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        check.name,
        asset=key_of(check.table),
        description=check.words,
        additional_deps=[key_of(table) for table in check.beside],
        blocking=False,
        partitions_def=daily,
    )


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


# Rules of any table. A range always includes what has no date.

_IN_RANGE = f"({{0}} between :first_day and :last_day or {{0}} = date '{UNDATED.isoformat()}')"


def rows_are_as_written(table: sa.Table) -> Check:
    """Nobody but the one way to write has changed the table."""
    return Check(
        "rows_are_as_written",
        table,
        "The table holds as many rows of each day as the ledger says were written.",
        f"""
        with
        kept as (
            select day, count(*) as rows from {table.fullname}
            where {_IN_RANGE.format("day")}
            group by day
        ),
        written as (
            select day, rows from ops.load_day
            where asset = '{table.fullname}' and {_IN_RANGE.format("day")}
        )
        select
            day,
            abs(coalesce(kept.rows, 0) - coalesce(written.rows, 0)) as bad_rows,
            coalesce(kept.rows, 0) || ' in the table, ' || coalesce(written.rows, 0)
            || ' in the ledger' as detail
        from kept full join written using (day)
        where coalesce(kept.rows, 0) <> coalesce(written.rows, 0)
        """,
        ERROR,
    )


def volume_is_usual(table: sa.Table, counted: str, only: str = "true") -> Check:
    """A day that its source has told, against the same weekdays before it."""
    return Check(
        "volume_is_usual",
        table,
        f"A finished day has between half and double the {counted} of its weekday's last 8 weeks.",
        f"""
        with
        told as (
            select source, day from ops.source_day
            where is_complete and day between :first_day - 56 and :last_day
        ),
        fact as (
            select source, day from {table.fullname}
            where {only} and day between :first_day - 56 and :last_day
        ),
        counted as (
            select source, day, count(fact.day) as rows
            from told left join fact using (source, day)
            group by source, day
        ),
        usual as (
            select judged.source, judged.day, judged.rows,
                percentile_cont(0.5) within group (order by earlier.rows) as median
            from counted as judged
            join counted as earlier
                on earlier.source = judged.source
                and earlier.day between judged.day - 56 and judged.day - 7
                and (judged.day - earlier.day) % 7 = 0
            where judged.day >= :first_day
            group by judged.source, judged.day, judged.rows
            having count(*) >= 4
        )
        select day, count(*) as bad_rows,
            string_agg(source || ': ' || rows || ' instead of about ' || median, '; '
                order by source) as detail
        from usual
        where median >= 10 and (2 * rows < median or rows > 2 * median)
        group by day
        """,
        WARN,
        counted="unusual counts",
    )


# Rules of any kind of dropped file.


def file_checks(kind: Kind) -> list[Check]:
    """What is checked of every kind of file a source drops, raw and clean."""
    return [
        files_were_accepted(kind),
        no_row_in_quarantine(kind),
        files_are_kept_whole(kind),
        rows_are_as_written(kind.clean),
    ]


def files_were_accepted(kind: Kind) -> Check:
    """A refused file that no accepted version has followed."""
    return Check(
        "files_were_accepted",
        kind.raw,
        f"Every dropped {kind.file_name} could be read; a refused one counts until it is mended.",
        f"""
        with newest as (
            select distinct on (source, name) source, name, as_of, is_accepted, reason
            from ops.file_ledger
            where kind = '{kind.name}'
            order by source, name, file_id desc
        )
        select coalesce(as_of, date '{UNDATED.isoformat()}') as day, count(*) as bad_rows,
            string_agg(reason, '; ' order by source, name) as detail
        from newest
        where not is_accepted and (as_of is null or as_of between :first_day and :last_day)
        group by day
        """,
        ERROR,
        counted="refused files",
    )


def no_row_in_quarantine(kind: Kind) -> Check:
    """Refused rows of files that count, still without a correction."""
    return Check(
        "no_row_in_quarantine",
        kind.raw,
        f"No row of {kind.file_name} waits in quarantine for a correction.",
        f"""
        with waiting as (
            select coalesce(file.as_of, date '{UNDATED.isoformat()}') as day,
                concat_ws(' ', bad.column_name, bad.reason) as reason, count(*) as rows
            from ops.quarantine as bad
            join ops.file_ledger as file
                on file.is_current and file.kind = bad.kind
                and file.source = bad.source and file.sha256 = bad.source_sha256
            where bad.kind = '{kind.name}' and bad.corrected_at is null
                and (file.as_of is null or file.as_of between :first_day and :last_day)
            group by 1, 2
        )
        select day, sum(rows) as bad_rows,
            string_agg(rows || ' x ' || reason, '; ' order by rows desc, reason) as detail
        from waiting
        group by day
        """,
        WARN,
    )


def files_are_kept_whole(kind: Kind) -> Check:
    """Rows in = loaded + quarantined + deduplicated, and what was loaded is still there."""
    return Check(
        "files_are_kept_whole",
        kind.raw,
        f"Every row of an accepted {kind.file_name} is kept, in quarantine or a known repetition.",
        f"""
        with
        file as (
            select source, sha256, min(coalesce(as_of, date '{UNDATED.isoformat()}')) as day,
                sum(rows_loaded) as loaded,
                sum(rows_in - rows_loaded - rows_quarantined - rows_deduplicated) as lost
            from ops.file_ledger
            where kind = '{kind.name}' and is_accepted
            group by source, sha256
        ),
        held as (
            select file.day, file.loaded, file.lost, (
                select count(*) from {kind.raw.fullname} as kept
                where kept.source = file.source and kept.file_sha256 = file.sha256
            ) as kept
            from file
            where {_IN_RANGE.format("file.day")}
        )
        select day, sum(abs(lost) + abs(loaded - kept)) as bad_rows,
            sum(kept) || ' kept, ' || sum(loaded) || ' in the ledger' as detail
        from held
        where lost <> 0 or loaded <> kept
        group by day
        """,
        ERROR,
    )


def every_day_was_told(raw: sa.Table, sources: Iterable[str]) -> Check:
    """Gaps of a source: days it says nothing of between days that are known."""
    return Check(
        "every_day_was_told",
        raw,
        "Once a later day is known, every day has its files; weekdays always without are left out.",
        """
        with
        told as (select source, day from ops.source_day where is_complete),
        began as (
            select source, min(day) as day from told where source = any(:sources) group by source
        ),
        silent as (
            select began.source, due.day::date as day
            from began, generate_series(
                greatest(began.day, :first_day),
                least((select max(day) from told), :last_named_day),
                interval '1 day'
            ) as due (day)
            where not exists (
                select from told where told.source = began.source and told.day = due.day::date
            )
        ),
        expected as (
            select * from silent
            where not (
                select count(*) >= 12 and count(*) filter (where (silent.day - day) % 7 = 0) = 0
                from told
                where source = silent.source and day between silent.day - 28 and silent.day - 1
            )
        )
        select day, count(*) as bad_rows, string_agg(source, ', ' order by source) as detail
        from expected
        group by day
        """,
        WARN,
        counted="missing deliveries",
        bound={"sources": sorted(sources)},
    )
