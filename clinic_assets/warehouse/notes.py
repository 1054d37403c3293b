"""Which assets are due again on which days: noted and cleared within the write itself."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from clinic_assets.timing.partitions import newest_day
from clinic_assets.warehouse.days import UNDATED, Days
from clinic_assets.warehouse.reach import Reach, readers


def readers_of(connection: sa.Connection, parent: str, changed: str) -> None:
    """Note the days of every reader that the changed rows reach and that were written before.

    `changed` is a select with the parent's columns, among them `day`. Whoever was written at all
    was written for the undated rows, and whoever was written for the newest day for all later ones.
    Notes are always made in one order, by reader and day, so that two parents of one reader never
    wait for each other.
    """
    newest = newest_day()
    for child, reaches in sorted(readers(parent).items()):
        reached = " or ".join(_reached(reach, changed) for reach in reaches)
        connection.execute(
            sa.text(
                "with written as (select day from ops.load_day where asset = :child)"
                " insert into ops.touched_day as known (asset, day, cause, noted)"
                " select :child, day, :parent, nextval('ops.write_order') from ("
                "  select day from written"
                "  union select cast(:undated as date) where exists (select from written)"
                f" union select c.day from ({changed}) as c where c.day > :newest"
                "   and exists (select from written where day = :newest)"
                f" ) as written where {reached} order by day"
                " on conflict (asset, day) do update"
                " set noted = excluded.noted, cause = excluded.cause"
            ),
            {"parent": parent, "child": child, "undated": UNDATED, "newest": newest},
        )


def _reached(reach: Reach, changed: str) -> str:
    if reach.to_the_end:
        return f"day >= (select min(day) from ({changed}) as c)"
    if reach.through:
        keys = ", ".join(reach.on)
        changed = (
            f"select found.day from ({changed}) as c join {reach.through} as found using ({keys})"
        )
    return (
        f"day in (select c.day + step from (select distinct day from ({changed}) as each) as c,"
        f" generate_series({-reach.ahead}, {reach.back}) as step)"
    )


def clear(connection: sa.Connection, asset: str, days: Days, superseded: list[dt.date]) -> None:
    """The range has been written from inputs that are held still: its notes are served."""
    connection.execute(
        sa.text(
            "delete from ops.touched_day where asset = :asset"
            " and (day between :first and :upper or day = :undated) and day <> all(:left)"
        ).bindparams(sa.bindparam("left", type_=sa.ARRAY(sa.Date))),
        {
            "asset": asset,
            "left": superseded,
            "first": days.first,
            "upper": days.upper,
            "undated": UNDATED,
        },
    )


def again(connection: sa.Connection, asset: str, days: list[dt.date]) -> None:
    """Note days that were just written, or judged, but not for good."""
    connection.execute(
        sa.text(
            "insert into ops.touched_day as known (asset, day, cause, noted)"
            " select :asset, day, :asset, nextval('ops.write_order') from unnest(:days) as day"
            " on conflict (asset, day) do update set noted = excluded.noted, cause = excluded.cause"
        ).bindparams(sa.bindparam("days", type_=sa.ARRAY(sa.Date))),
        {"asset": asset, "days": days},
    )


def complete_days(
    connection: sa.Connection,
    told: Sequence[tuple[str, dt.date, dt.date]],
    untold: Sequence[tuple[str, dt.date]] = (),
) -> None:
    """Sources have told everything about these days, first to last, and no longer about those;
    note the readers of what is new.

    The caller owns ops.source_day until the transaction ends.
    """
    connection.execute(sa.text("create temp table retold (day date) on commit drop"))
    for source, first, last in told:
        connection.execute(
            sa.text(
                "with told as (insert into ops.source_day (source, day, is_complete)"
                " select :source, day::date, true"
                " from generate_series(cast(:first as date), cast(:last as date),"
                " interval '1 day') as day"
                " on conflict (source, day) do update set is_complete = true"
                " where not ops.source_day.is_complete returning day)"
                " insert into retold select day from told"
            ),
            {"source": source, "first": first, "last": last},
        )
    for source, day in untold:
        connection.execute(
            sa.text(
                "with untold as (update ops.source_day set is_complete = false"
                " where source = :source and day = :day and is_complete returning day)"
                " insert into retold select day from untold"
            ),
            {"source": source, "day": day},
        )
    readers_of(connection, "ops.source_day", "select day from retold")
