"""Accepted files into Postgres: their rows, their line in the ledger, the days they change."""

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import sqlalchemy as sa

from clinic_assets.warehouse import books, notes
from clinic_assets.warehouse.contracts import plain_columns
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.kinds import Kind
from clinic_assets.warehouse.newest import newest
from clinic_assets.warehouse.publish import Author, copy_into, learn_sizes

if TYPE_CHECKING:
    from clinic_assets.warehouse.intake import Arrival


ENTER = """
    insert into ops.file_ledger (source, kind, name, sha256, as_of, covers_until, rows_in,
        rows_loaded, rows_quarantined, rows_deduplicated, is_accepted, is_current, reason, dialect,
        run_id)
    select :source, :kind, :name, :sha256, cast(:as_of as date), cast(:covers_until as date),
        :rows_in, :loaded, :quarantined, :deduplicated, :accepted, :accepted, :reason, :dialect,
        :run_id
    where cast(:accepted as boolean) or not exists (
        select from (
            select sha256, as_of, reason from ops.file_ledger
            where source = :source and name = :name order by file_id desc limit 1
        ) as newest
        where newest.sha256 = :sha256 and newest.reason = :reason
            and newest.as_of is not distinct from cast(:as_of as date)
    )
"""


def current_versions(
    connection: sa.Connection, kind: Kind
) -> dict[tuple[str, str], tuple[str, dt.date | None]]:
    """Instance and name to the hash and the declared date of the version that counts.

    Not if a later one was refused: then the same content is news, it says that all is well again.
    """
    found = connection.execute(
        sa.text(
            "select source, name, sha256, as_of from (select distinct on (source, name) *"
            " from ops.file_ledger where kind = :kind order by source, name, file_id desc)"
            " as latest where is_current"
        ),
        {"kind": kind.name},
    )
    return {(r.source, r.name): (r.sha256, r.as_of) for r in found}


def kept_hashes(connection: sa.Connection, kind: Kind) -> set[tuple[str, str]]:
    """Files, by instance and hash, that were let in before under any name."""
    found = connection.execute(
        sa.text(
            "select distinct source, sha256 from ops.file_ledger where kind = :kind and is_accepted"
        ),
        {"kind": kind.name},
    )
    return {(r.source, r.sha256) for r in found}


def stage(connection: sa.Connection, kind: Kind, good: pd.DataFrame, new: "list[Arrival]") -> None:
    """Put the good rows into `arrived`, and remember how everything they may change stands."""
    columns = plain_columns(kind.raw)
    _do(
        connection,
        f"create temp table arrived on commit drop as table {kind.raw.fullname} with no data",
    )
    if len(good):
        copy_into(connection, "arrived", good[columns])
    key = ", ".join(("source", *kind.keys))
    _do(connection, f"create temp table affected on commit drop as select {key} from arrived")
    for arrival in new:
        if arrival.is_accepted:
            _affect_replaced(connection, kind, arrival, key)
    _do(connection, "analyze affected")
    _snapshot(connection, kind, "before")


def _affect_replaced(connection: sa.Connection, kind: Kind, arrival: "Arrival", key: str) -> None:
    _do(
        connection,
        f"insert into affected select {key} from {kind.raw.fullname} as kept"
        " where source = :source and (file_sha256 = :sha256 or file_sha256 ="
        " (select sha256 from ops.file_ledger where is_current"
        " and source = :source and name = :name))",
        source=arrival.source,
        sha256=arrival.sha256,
        name=arrival.dropped.name,
    )


def keep(connection: sa.Connection, kind: Kind) -> int:
    """Append the staged rows to the raw table."""
    columns = ", ".join(plain_columns(kind.raw))
    written = _do(
        connection,
        f"insert into {kind.raw.fullname} ({columns}) select {columns} from arrived",
    )
    learn_sizes(connection, kind.raw.fullname, written)
    return written


def refuse(connection: sa.Connection, kind: Kind, bad: pd.DataFrame, new: "list[Arrival]") -> None:
    """Move the refused rows to quarantine."""
    names = {a.sha256: a.dropped.name for a in new}
    for row in bad.itertuples(index=False):
        _do(
            connection,
            "insert into ops.quarantine (source, kind, file_name, source_sha256, line,"
            " column_name, reason, raw, cells, row_sha256) values (:source, :kind, :name, :sha256,"
            " :line, :column_name, :reason, :raw, cast(:cells as jsonb), :row_sha256)"
            " on conflict (source, source_sha256, line) do nothing",
            source=row.source,
            kind=kind.name,
            name=names[str(row.file_sha256)],
            sha256=row.file_sha256,
            line=int(str(row.line)),
            column_name=row.column_name,
            reason=row.reason,
            raw=row.raw,
            cells=json.dumps(row.cells) if isinstance(row.cells, dict) else None,
            row_sha256=row.row_sha256,
        )


def enter_files(
    connection: sa.Connection, kind: Kind, new: "list[Arrival]", author: Author
) -> "list[Arrival]":
    """A line in the ledger for each file; an accepted version takes the place of the one before.

    A file that is refused again for the same reason gets no second line. Returns the others.
    """
    entered = [a for a in new if _enter(connection, kind, a, author)]
    learn_sizes(connection, "ops.file_ledger", len(entered))
    return entered


def _enter(connection: sa.Connection, kind: Kind, arrival: "Arrival", author: Author) -> int:
    told = {
        "source": arrival.source,
        "kind": kind.name,
        "name": arrival.dropped.name,
        "sha256": arrival.sha256,
        "as_of": arrival.dropped.as_of,
        "covers_until": arrival.covers_until,
        "rows_in": arrival.rows_in,
        "quarantined": arrival.quarantined,
        "deduplicated": arrival.deduplicated,
        "loaded": arrival.rows_in - arrival.quarantined - arrival.deduplicated,
        "accepted": arrival.is_accepted,
        "reason": arrival.reason,
        "dialect": arrival.dialect,
        "run_id": author.run_id,
    }
    if arrival.is_accepted:
        _do(
            connection,
            "update ops.file_ledger set is_current = false"
            " where is_current and source = :source and name = :name",
            source=arrival.source,
            name=arrival.dropped.name,
        )
    return _do(connection, ENTER, **told)


def note_changes(connection: sa.Connection, kind: Kind) -> None:
    """Compare what counts now with before, and note the days of every row that differs."""
    _snapshot(connection, kind, "after")
    notes.readers_of(
        connection,
        kind.raw.fullname,
        "(table before except table after) union all (table after except table before)",
    )


def settle(
    connection: sa.Connection, kind: Kind, days: Days, author: Author, counts: tuple[int, int]
) -> None:
    """The raw table's own line in the ledger, and what each day of it now consists of.

    Notes that asked for the range are served: its files have been looked at.
    """
    read, written = counts
    load_id = books.enter(connection, kind.raw, days, author, (read, written, written), [])
    _do(
        connection,
        """
        with content as (
            select due.day, coalesce(sum(file.rows_loaded), 0) as rows,
                encode(sha256(convert_to(coalesce(string_agg(
                    file.source || file.name || file.sha256, ',' order by file.source, file.name),
                    ''), 'UTF8')), 'hex') as content_sha256
            from generate_series(cast(:first as date), cast(:last as date), interval '1 day')
                as due (day)
            left join ops.file_ledger as file
                on file.is_current and file.kind = :kind and file.as_of = due.day
            group by due.day
        )
        insert into ops.load_day as known
            (asset, day, fence, load_id, rows, content_sha256, code_version, written_at)
        select :asset, day, :fence, :load_id, rows, content_sha256, :version, clock_timestamp()
        from content
        on conflict (asset, day) do update set fence = greatest(known.fence, excluded.fence),
            load_id = excluded.load_id, rows = excluded.rows,
            content_sha256 = excluded.content_sha256, written_at = excluded.written_at
        """,
        first=days.first,
        last=days.last,
        kind=kind.name,
        asset=kind.raw.fullname,
        fence=author.fence,
        load_id=load_id,
        version=author.code_version,
    )
    notes.clear(connection, kind.raw.fullname, days, [])


def _snapshot(connection: sa.Connection, kind: Kind, name: str) -> None:
    key = ", ".join(kind.keys)
    _do(
        connection,
        f"create temp table {name} on commit drop as"
        f" select source, {key}, home_day as day, row_sha256, known_since"
        f" from ({newest(kind, 'table affected')}) as counted",
    )


def _do(connection: sa.Connection, statement: str, **bound: Any) -> int:
    return connection.execute(sa.text(statement), bound).rowcount
