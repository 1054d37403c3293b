"""Which days a source has told everything about: a slice its own, a full file all up to its date.

Kept in `ops.source_day`, which always says what the files that count say together.
"""

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa

from clinic_assets.warehouse import notes
from clinic_assets.warehouse.kinds import Kind
from clinic_assets.warehouse.publish import lock

if TYPE_CHECKING:
    from clinic_assets.warehouse.intake import Arrival

SOURCE_DAY = "ops.source_day"


def tell(connection: sa.Connection, kind: Kind, new: "list[Arrival]") -> None:
    """Enter the days of accepted files; a full file takes back what only the one before it told."""
    if not kind.tells_completeness:
        return
    lock(connection, SOURCE_DAY, [])
    accepted = [a for a in new if a.is_accepted]
    told = [(a.source, *span) for a in accepted if (span := _span(a))]
    untold = [
        (full.source, day)
        for full in accepted
        if not full.dropped.is_slice
        for day in _only_told_before(connection, kind, full)
    ]
    notes.complete_days(connection, told, untold)


def _span(arrival: "Arrival") -> tuple[dt.date, dt.date] | None:
    """First and last day that the file tells everything about."""
    until = arrival.dropped.as_of or arrival.covers_until
    if until is None:
        return None
    return (until if arrival.dropped.is_slice else arrival.tells_from or until), until


def _only_told_before(connection: sa.Connection, kind: Kind, full: "Arrival") -> list[dt.date]:
    """Days counted as told that neither the full file as it is now nor a slice tells."""
    first, last = _span(full) or (None, None)
    found = connection.scalars(
        sa.text(
            "select day from ops.source_day as told where source = :source and is_complete"
            " and (day between cast(:first as date) and cast(:last as date)) is not true"
            " and not exists (select from ops.file_ledger as file where file.is_current"
            "  and file.kind = :kind and file.source = told.source and file.as_of = told.day"
            "  and file.name <> :name)"
        ),
        {
            "source": full.source,
            "kind": kind.name,
            "name": full.dropped.name,
            "first": first,
            "last": last,
        },
    )
    return list(found)
