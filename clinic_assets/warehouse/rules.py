"""Rules that hold for any table or kind of file: its rows are as written, its files were let in
whole.

How a rule becomes a verdict is in checks.py; what only one room would ask is in the room.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from clinic_assets.warehouse.checks import ERROR, WARN, Check
from clinic_assets.warehouse.days import UNDATED
from clinic_assets.warehouse.kinds import Kind

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
