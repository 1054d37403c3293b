"""Commands that look at a copy: status, profile."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clinic_assets.cli.platform.ready import ready
from clinic_assets.cli.shown import CommandFailed, Format, Row, show, text_of
from clinic_assets.cli.work.practices import Instance, plan_for, practice, practices, tables_for

if TYPE_CHECKING:
    from clinic_assets.sources.opendental.watch import Judged

SUMMARY = ("practice", "importance", "tables", "copied", "rows", "late_or_failed", "not_whole",
           "oldest_minutes", "integrity")  # fmt: skip
DETAILED = ("practice", "table", "importance", "strategy", "rows", "minutes", "integrity",
            "last_action", "seconds", "state")  # fmt: skip
PROFILE = ("column", "type", "filled", "different", "holds")


class StatusFormat(StrEnum):
    """How the status is shown."""

    SUMMARY = "summary"
    DETAILED = "detailed"
    JSON = "json"
    CSV = "csv"


def add_to(room: typer.Typer) -> None:
    """Register the commands."""
    room.command()(status)
    room.command()(profile)


def status(
    form: Annotated[
        StatusFormat, typer.Option("--format", help="How to show it.")
    ] = StatusFormat.SUMMARY,
    output: Annotated[Path | None, typer.Option(help="Write it to this file.")] = None,
    instance: Instance = "",
) -> None:
    """How the copy stands: what is copied, how fresh, how whole, what is late or failed."""
    names = practices(instance)
    plans = [plan_for(name) for name in names]
    engine = ready()
    from clinic_assets.sources.opendental.watch import judged

    rows = [row for plan in plans for row in _tables(plan.instance, judged(plan, engine))]
    text = _shown(rows, form)
    if output:
        output.write_text(text, encoding="utf-8")
        typer.echo(f"Written: {output}")
    else:
        typer.echo(text, nl=False)


def _tables(instance: str, found: "Sequence[Judged]") -> list[Row]:
    """One row a table, of its verdicts and what they were judged from."""
    import datetime as dt

    now = dt.datetime.now(dt.UTC)
    by_table: dict[str, list[Judged]] = {}
    for each in found:
        by_table.setdefault(each.verdict.table, []).append(each)
    rows = []
    for name, judged in by_table.items():
        plan, status = judged[0].plan, judged[0].status
        wrong = [each.verdict for each in judged if not each.verdict.passed]
        rows.append({
            "practice": instance,
            "table": name,
            "importance": plan.importance,
            "phase": plan.phase,
            "strategy": plan.strategy,
            "size_class": plan.size_class,
            "rows": status.rows,
            "bytes": status.bytes,
            "minutes": status.looked_at and int((now - status.looked_at).total_seconds() // 60),
            "lag_seconds": status.lag_seconds,
            "loaded_at": status.loaded_at,
            "followed_at": status.followed_at,
            "verified_at": status.verified_at,
            "rows_compared": status.rows_compared,
            "rows_differing": status.rows_differing,
            "integrity": status.integrity,
            "last_action": status.last_action,
            "seconds": status.last_seconds,
            "rows_written": status.rows_written,
            "ranges_healed": status.ranges_healed,
            "is_on_time": not any(each.check == "is_on_time" for each in wrong),
            "is_whole": not any(each.check == "is_whole" for each in wrong),
            "state": " ".join(each.told for each in wrong) or "well",
            "notice": status.notice,
        })  # fmt: skip
    return rows


def _shown(rows: list[Row], form: StatusFormat) -> str:
    if form in (StatusFormat.JSON, StatusFormat.CSV):
        return text_of(rows, list(rows[0]) if rows else [], Format(form.value))
    if form is StatusFormat.DETAILED:
        return text_of([_rounded(row) for row in rows], DETAILED, Format.TABLE)
    wrong = [r for r in rows if r["state"] != "well" and r["last_action"]]
    told = "".join(f"{r['table']} ({r['importance']}): {r['state']}\n" for r in wrong)
    return text_of([_rounded(row) for row in _summed(rows)], SUMMARY, Format.TABLE) + told


def _rounded(row: Row) -> Row:
    share = row["integrity"]
    floored = None if share is None else f"{int(share * 10_000) / 100:g} %"
    seconds = row.get("seconds")
    return {**row, "integrity": floored, "seconds": seconds and round(seconds, 2)}


def _summed(rows: list[Row]) -> list[Row]:
    found = []
    for key in dict.fromkeys((r["practice"], r["phase"], r["importance"]) for r in
                             sorted(rows, key=lambda r: (r["practice"], r["phase"]))):  # fmt: skip
        some = [r for r in rows if (r["practice"], r["phase"], r["importance"]) == key]
        compared = sum(r["rows_compared"] or 0 for r in some)
        differing = sum(r["rows_differing"] or 0 for r in some)
        found.append({
            "practice": key[0],
            "importance": key[2],
            "tables": len(some),
            "copied": sum(r["rows"] is not None for r in some),
            "rows": sum(r["rows"] or 0 for r in some),
            "late_or_failed": sum(not r["is_on_time"] for r in some),
            "not_whole": sum(not r["is_whole"] for r in some),
            "oldest_minutes": max((r["minutes"] for r in some if r["minutes"] is not None),
                                  default=None),
            "integrity": 1 - differing / max(compared, differing) if compared else None,
        })  # fmt: skip
    return found


def profile(
    table: Annotated[str, typer.Argument(help="The table, as the source spells it.")],
    form: Annotated[Format, typer.Option("--format", help="How to show it.")] = Format.TABLE,
    instance: Instance = "",
) -> None:
    """What a copied table holds, in words and counts; never a patient's value."""
    name = practice(instance)
    [plan] = tables_for(plan_for(name), [table])
    engine = ready()
    from clinic_assets.replica.books.status import statuses
    from clinic_assets.replica.downstream.profile import profile as look

    if statuses(engine, name, [table])[table].rows is None:
        raise CommandFailed(f"{table} is not copied yet: `clinic opendental run --tables {table}`.")
    found = look(engine, plan, name)
    rows: list[dict[str, Any]] = [
        {"column": c.column, "type": c.type, "filled": f"{100 * c.filled:.1f} %",
         "different": c.different, "holds": c.holds} for c in found.columns
    ]  # fmt: skip
    if form is Format.TABLE:
        key = ", ".join(plan.table.key) or "none"
        typer.echo(f"{table}: {found.rows:,} rows, key {key}, {plan.importance}:"
                   f" {'; '.join(plan.reasons) or 'nothing speaks for it'}.")  # fmt: skip
        if found.looked_at < found.rows:
            typer.echo(f"Different values and shares are of {found.looked_at:,} rows of them.")
    show(rows, PROFILE, form)
