"""Entries in the platform's own books, inside the transaction of the write they are about."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from clinic_assets.warehouse.contracts import plain_columns
from clinic_assets.warehouse.days import UNDATED, Days
from clinic_assets.warehouse.reach import Reach, parents_of, readers

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
    return connection.scalar(
        sa.text(
            "select encode(sha256(convert_to(string_agg(asset || day || content_sha256, ','"
            " order by asset, day), 'UTF8')), 'hex') from ops.load_day"
            " where asset = any(:parents) and day <= :upper and day >= :first"
        ),
        {"parents": parents_of(table.fullname), **_range(days)},
    )


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
    mine = "(known.day between :first and :upper or known.day = :undated)"
    row = "row(" + ", ".join(plain_columns(table)) + ")::text"
    connection.execute(
        sa.text(
            f"""
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
                    select day, {row} as line from {table.fullname}
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
                    fence = case when {mine} then greatest(known.fence, excluded.fence)
                        else known.fence end,
                    code_version = case when {mine} then excluded.code_version
                        else known.code_version end,
                    load_id = excluded.load_id, rows = excluded.rows,
                    content_sha256 = excluded.content_sha256, written_at = excluded.written_at
                returning day, content_sha256
            )
            update ops.load_ledger set content_sha256 =
                (select jsonb_object_agg(day, content_sha256 order by day) from settled)
            where load_id = :load_id
            """
        ).bindparams(sa.bindparam("superseded", type_=sa.ARRAY(sa.Date))),
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
    clear_notes(connection, table.fullname, days, superseded)


def clear_notes(
    connection: sa.Connection, asset: str, days: Days, superseded: list[dt.date]
) -> None:
    """The range has been written from inputs that are held still: its notes are served."""
    connection.execute(
        sa.text(
            "delete from ops.touched_day where asset = :asset"
            " and (day between :first and :upper or day = :undated) and day <> all(:left)"
        ).bindparams(sa.bindparam("left", type_=sa.ARRAY(sa.Date))),
        {"asset": asset, "left": superseded, **_range(days)},
    )


def note_again(connection: sa.Connection, asset: str, days: list[dt.date]) -> None:
    """Note days that were just written, but not for good."""
    connection.execute(
        sa.text(
            "insert into ops.touched_day (asset, day, cause, noted)"
            " select :asset, day, :asset, nextval('ops.write_order') from unnest(:days) as day"
        ).bindparams(sa.bindparam("days", type_=sa.ARRAY(sa.Date))),
        {"asset": asset, "days": days},
    )


def complete_days(connection: sa.Connection, told: Sequence[tuple[str, dt.date, dt.date]]) -> None:
    """Sources have told everything about these days, first to last; note the readers of what is new.

    The caller owns ops.source_day until the transaction ends.
    """
    connection.execute(sa.text("create temp table completed (day date) on commit drop"))
    for source, first, last in told:
        connection.execute(
            sa.text(
                "with told as (insert into ops.source_day (source, day, is_complete)"
                " select :source, day::date, true"
                " from generate_series(cast(:first as date), cast(:last as date),"
                " interval '1 day') as day"
                " on conflict (source, day) do update set is_complete = true"
                " where not ops.source_day.is_complete returning day)"
                " insert into completed select day from told"
            ),
            {"source": source, "first": first, "last": last},
        )
    note_readers(connection, "ops.source_day", "select day from completed")


def note_readers(connection: sa.Connection, parent: str, changed: str) -> None:
    """Note the days of every reader that the changed rows reach and that were written before.

    `changed` is a select with the parent's columns, among them `day`. Notes are always made in one
    order, by reader and day, so that two parents of one reader never wait for each other.
    """
    for child, reaches in sorted(readers(parent).items()):
        reached = " or ".join(_reached(reach, changed) for reach in reaches)
        connection.execute(
            sa.text(
                "insert into ops.touched_day as known (asset, day, cause, noted)"
                " select asset, day, :parent, nextval('ops.write_order')"
                f" from ops.load_day where asset = :child and ({reached}) order by day"
                " on conflict (asset, day) do update"
                " set noted = excluded.noted, cause = excluded.cause"
            ),
            {"parent": parent, "child": child},
        )


def _reached(reach: Reach, changed: str) -> str:
    if reach.to_the_end:
        return f"day >= (select min(day) from ({changed}) as c)"
    if reach.through:
        keys = ", ".join(reach.on)
        return (
            f"day in (select found.day from ({changed}) as c"
            f" join {reach.through} as found using ({keys}))"
        )
    return (
        f"day in (select c.day + step from (select distinct day from ({changed}) as each) as c,"
        f" generate_series({-reach.ahead}, {reach.back}) as step)"
    )


def _range(days: Days) -> dict[str, Any]:
    return {"first": days.first, "upper": days.upper, "undated": UNDATED}
