"""Entries in the platform's own books, inside the transaction of the write they are about."""

import datetime as dt
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from clinic_assets.warehouse import notes
from clinic_assets.warehouse.contracts import plain_columns
from clinic_assets.warehouse.days import UNDATED, Days
from clinic_assets.warehouse.reach import parents_of

if TYPE_CHECKING:
    from clinic_assets.warehouse.publish import Author


def take_fence(engine: sa.Engine, run_id: str, trigger: str | None) -> int:
    """The run's place in the order of starts; the same however often a run asks."""
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "insert into ops.run (run_id, fence, trigger)"
                " select :run_id, nextval('ops.write_order'), :trigger"
                " where not exists (select from ops.run where run_id = :run_id)"
                " on conflict (run_id) do nothing"
            ),
            {"run_id": run_id, "trigger": trigger},
        )
        fence = connection.scalar(
            sa.text("select fence from ops.run where run_id = :run_id"), {"run_id": run_id}
        )
    return int(fence or 0)


def days_of_newer_runs(
    connection: sa.Connection, table: sa.Table, days: Days, fence: int
) -> list[dt.date]:
    """Days of the range that a run started later has written."""
    found = connection.scalars(
        sa.text(
            "select day from ops.load_day where asset = :asset and fence > :fence"
            " and (day between :first and :upper or day = :undated) order by day"
        ),
        {"asset": table.fullname, "fence": fence, **_range(days)},
    )
    return list(found)


def enter(
    connection: sa.Connection,
    table: sa.Table,
    days: Days,
    author: "Author",
    counts: tuple[int, int, int],
    superseded: list[dt.date],
) -> int:
    """Write the load's line in the ledger and return its number."""
    read, written, changed = counts
    return int(
        connection.scalar(
            sa.text(
                "insert into ops.load_ledger (asset, first_day, last_day, run_id, rows_read,"
                " rows_written, rows_changed, days_superseded, input_sha256, code_version)"
                " values (:asset, :first, :upper, :run_id, :read, :written, :changed,"
                " :superseded, :input, :code_version) returning load_id"
            ),
            {
                "asset": table.fullname,
                "first": days.first,
                "upper": days.last,
                "run_id": author.run_id,
                "read": read,
                "written": written,
                "changed": changed,
                "superseded": len(superseded),
                "input": _input_hash(connection, table, days),
                "code_version": author.code_version,
            },
        )
        or 0
    )


def _input_hash(connection: sa.Connection, table: sa.Table, days: Days) -> str | None:
    told: str | None = connection.scalar(
        sa.text(
            "select encode(sha256(convert_to(string_agg(asset || day || content_sha256, ','"
            " order by asset, day), 'UTF8')), 'hex') from ops.load_day"
            " where asset = any(:parents) and day <= :upper and day >= :first"
        ),
        {"parents": parents_of(table.fullname), **_range(days)},
    )
    return told


SETTLE = """
with due as (
    select day::date as day
    from generate_series(cast(:first as date), cast(:last as date), interval '1 day')
        as day
    where day::date <> all(:superseded)
    union select day from staged
    union select day from gone
),
content as (
    select due.day, count(kept.day) as rows,
        encode(sha256(convert_to(coalesce(string_agg(
            kept.line, e'\\n' order by kept.line collate "C"), ''), 'UTF8')), 'hex')
            as content_sha256
    from due
    left join (
        select day, row({columns})::text as line from {table}
        where day in (select day from due)
    ) as kept using (day)
    group by due.day
),
settled as (
    insert into ops.load_day as known
        (asset, day, fence, load_id, rows, content_sha256, code_version, written_at)
    select :asset, day, :fence, :load_id, rows, content_sha256, :code_version,
        clock_timestamp()
    from content
    on conflict (asset, day) do update set
        fence = case
            when known.day between :first and :upper or known.day = :undated
                then greatest(known.fence, excluded.fence)
            else known.fence
        end,
        code_version = case
            when known.day between :first and :upper or known.day = :undated
                then excluded.code_version
            else known.code_version
        end,
        load_id = excluded.load_id, rows = excluded.rows,
        content_sha256 = excluded.content_sha256, written_at = excluded.written_at
    returning day, content_sha256
)
update ops.load_ledger set content_sha256 =
    (select jsonb_object_agg(day, content_sha256 order by day) from settled)
where load_id = :load_id
"""
"""Each day of a write as it now is: its rows, their hash, and whose they are."""


def settle_days(
    connection: sa.Connection,
    table: sa.Table,
    days: Days,
    author: "Author",
    load_id: int,
    superseded: list[dt.date],
) -> None:
    """Record each day's content and writer, and clear the notes that asked for it.

    Days that rows have moved away from, and days of the open end, are recorded too; the former
    stay those of their own writer.
    """
    columns = ", ".join(plain_columns(table))
    statement = sa.text(SETTLE.format(columns=columns, table=table.fullname))
    connection.execute(
        statement.bindparams(sa.bindparam("superseded", type_=sa.ARRAY(sa.Date))),
        {
            "asset": table.fullname,
            "fence": author.fence,
            "load_id": load_id,
            "code_version": author.code_version,
            "superseded": superseded,
            "last": days.last,
            **_range(days),
        },
    )
    notes.clear(connection, table.fullname, days, superseded)


def _range(days: Days) -> dict[str, Any]:
    return {"first": days.first, "upper": days.upper, "undated": UNDATED}
