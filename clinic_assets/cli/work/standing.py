"""How the platform stands, read from its books: per table, per source, per run."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from clinic_assets.cli.shown import Row, counted
from clinic_assets.settings import settings
from clinic_assets.warehouse.waiting import STATE

COLUMNS = ("table", "last_day", "days", "missing", "failed", "stale", "why", "written_at")
ASSETS = """
    select asset, count(*) as days, min(day) as first_day, max(day) as last_day,
        max(written_at) as written_at
    from ops.load_day where day > date '0001-01-01' and day <= :newest group by asset
"""
NOTES = """
    select asset, count(*) as days, string_agg(distinct cause, ', ') as causes
    from ops.touched_day group by asset
"""
FILES = """
    select source, name, reason from (
        select distinct on (source, name) source, name, reason, is_accepted
        from ops.file_ledger order by source, name, file_id desc
    ) as newest
    where not is_accepted order by source, name
"""
QUARANTINED = f"""
    select source, kind, count(*) as rows from ops.quarantine as bad
    where {STATE} = 'waiting' group by source, kind order by source, kind
"""
INCOMPLETE = """
    select source, count(*) as days, max(day) as latest from (
        select told.source, gap::date as day
        from (select source, min(day) as first, max(day) as last from ops.source_day
              where is_complete group by source) as told,
            generate_series(told.first, told.last, interval '1 day') as gap
        except select source, day from ops.source_day where is_complete
    ) as missing group by source order by source
"""


def of_assets(engine: sa.Engine) -> list[Row]:
    """One row per table: days written, missing between first and last, failed, stale and why."""
    from clinic_assets.definitions import ORDER
    from clinic_assets.timing.partitions import newest_day

    with engine.connect() as connection:
        known = {r["asset"]: r for r in _rows(connection, ASSETS, newest=newest_day())}
        notes = {r["asset"]: r for r in _rows(connection, NOTES)}
    failed = failed_days(ORDER)
    return [_of_asset(name, known.get(name), notes.get(name), failed) for name in ORDER]


def _of_asset(name: str, known: Row | None, note: Row | None, failed: dict[str, int]) -> Row:
    span = (known["last_day"] - known["first_day"]).days + 1 if known else 0
    return {
        "table": name,
        "last_day": known["last_day"] if known else None,
        "days": known["days"] if known else 0,
        "missing": span - known["days"] if known else None,
        "failed": failed.get(name, 0),
        "stale": note["days"] if note else 0,
        "why": f"changed: {note['causes']}" if note else None,
        "written_at": known["written_at"] if known else None,
    }


def failed_days(order: Sequence[str]) -> dict[str, int]:
    """Tables of recently failed runs that no later run has written, with the number of their
    days.
    """
    import dagster as dg

    from clinic_assets.timing.tags import RANGE_END, RANGE_START

    found: dict[str, int] = {}
    since = dt.datetime.now(dt.UTC) - dt.timedelta(days=14)
    with dg.DagsterInstance.get() as instance:
        records = instance.get_run_records(dg.RunsFilter(created_after=since), limit=500)
        settled: set[str] = set()
        for record in records:
            run = record.dagster_run
            for event in (
                _failures(instance, run) if run.status == dg.DagsterRunStatus.FAILURE else []
            ):
                name = event.replace("__", ".", 1)
                if name in order and name not in settled and RANGE_START in run.tags:
                    span = dt.date.fromisoformat(run.tags[RANGE_END]) - dt.date.fromisoformat(
                        run.tags[RANGE_START]
                    )
                    found.setdefault(name, span.days + 1)
            if run.status == dg.DagsterRunStatus.SUCCESS and RANGE_START in run.tags:
                settled |= {".".join(k.path) for k in run.asset_selection or ()} or set(order)
    return found


def _failures(instance: Any, run: Any) -> list[str]:
    import dagster as dg

    records = instance.get_records_for_run(
        run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE, limit=50
    ).records
    return [r.event_log_entry.step_key for r in records if r.event_log_entry.step_key]


def of_days(engine: sa.Engine) -> list[str]:
    """Lines about tables whose last run failed, and about days that are missing between others."""
    rows = of_assets(engine)
    failed = {r["table"]: r["failed"] for r in rows if r["failed"]}
    missing = {r["table"]: r["missing"] for r in rows if r["missing"]}
    lines = []
    if failed:
        lines.append(
            f"The last run of {len(failed)} tables failed, {_said(failed)}: see `clinic status`,"
            " then `clinic run --day DAY`."
        )
    if missing:
        lines.append(
            f"Days are missing in {len(missing)} tables, {_said(missing)}:"
            " `clinic backfill --from FIRST --to LAST --now`."
        )
    return lines


def _said(days: dict[str, int]) -> str:
    told = [f"{table} ({counted(count, 'day')})" for table, count in list(days.items())[:3]]
    return ", ".join(told) + (" and others" if len(days) > 3 else "")


def of_sources(engine: sa.Engine) -> list[str]:
    """Lines about incomplete sources, refused files and quarantined rows."""
    with engine.connect() as connection:
        lines = [
            f"{r['source']}: {counted(r['days'], 'day')} not told completely,"
            f" the latest {r['latest']}."
            for r in _rows(connection, INCOMPLETE)
        ]
        lines += [f"Refused {r['source']}: {r['reason']}" for r in _rows(connection, FILES)]
        lines += [
            f"{counted(r['rows'], 'row')} of {r['source']} {r['kind']} in quarantine:"
            " `clinic quarantine list`."
            for r in _rows(connection, QUARANTINED)
        ]
    lines += of_copies(engine)
    return lines or ["All sources complete, no file refused, no row in quarantine."]


def of_copies(engine: sa.Engine) -> list[str]:
    """Lines about practices without a plan, and about copied tables that need a look."""
    if not settings().opendentals():
        return []
    from clinic_assets.replica.planning.plan_file import read
    from clinic_assets.sources.opendental.watch import judged

    lines = []
    for name in settings().opendentals():
        plan = read(name)
        if plan is None:
            lines.append(f"{name}: configured and not planned yet: `clinic opendental discover`.")
            continue
        wrong = {f.verdict.table for f in judged(plan, engine) if not f.verdict.passed}
        if wrong:
            lines.append(
                f"{name}: {len(wrong)} of {len(plan.tables)} tables are not copied, late or not"
                " whole: `clinic opendental status`."
            )
    return lines


def written_by(engine: sa.Engine, run_id: str) -> tuple[int, int]:
    """How many tables a run wrote, and how many rows."""
    with engine.connect() as connection:
        [row] = _rows(
            connection,
            "select count(distinct asset) as tables, coalesce(sum(rows_written), 0) as rows"
            " from ops.load_ledger where run_id = :run_id",
            run_id=run_id,
        )
    return int(row["tables"]), int(row["rows"])


def refused_by(engine: sa.Engine, run_id: str) -> list[str]:
    """Why a run refused files."""
    with engine.connect() as connection:
        found = _rows(
            connection,
            "select reason from ops.file_ledger where run_id = :run_id and not is_accepted"
            " order by file_id",
            run_id=run_id,
        )
    return [r["reason"] for r in found]


def _rows(connection: sa.Connection, statement: str, **bound: Any) -> list[Row]:
    return [dict(r) for r in connection.execute(sa.text(statement), bound).mappings()]
