"""The brake: a file that is empty or shrank needs a person's word before it replaces anything.

A new day's file is weighed against those of the same weekday that were let in or lie in the inbox,
so that the order in which days are run does not decide; docs/decisions/0010 says how far that goes.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING

import sqlalchemy as sa

from clinic_assets.inbox.contract import FileRefused
from clinic_assets.inbox.listing import slice_of
from clinic_assets.inbox.reader import read_delimited
from clinic_assets.settings import settings
from clinic_assets.warehouse.kinds import Kind

if TYPE_CHECKING:
    from clinic_assets.warehouse.intake import Arrival

SMALLEST_JUDGED = 10
"""Rows: below that a day may well be half of another."""
REFERENCE_WEEKS = 8
"""Weeks before a day whose same weekday it is weighed against, as the volume check does."""
LEAST_REFERENCES = 4
"""Same weekdays needed before their median says anything."""

Sizes = dict[tuple[str, str], int | None]
"""Rows by instance and name; None of a file that is not there or cannot be read."""


def is_consented(name: str, sha256: str, consent: Sequence[str]) -> bool:
    """Whether somebody allowed this file, by its name or at least eight characters of its hash."""
    return any(
        word in (name, name.rpartition("/")[2]) or (len(word) >= 8 and sha256.startswith(word))
        for word in consent
    )


def judge(
    connection: sa.Connection, kind: Kind, new: "list[Arrival]", consent: Sequence[str]
) -> None:
    """Refuse the readable files that need consent and have none, with the reason, oldest first."""
    let_in = _sizes_let_in(connection, kind)
    readable: Sizes = {(a.source, a.dropped.name): a.rows_in for a in new if a.is_accepted}
    sizes = readable | let_in
    for arrival in new:
        if not arrival.is_accepted:
            continue
        key = arrival.source, arrival.dropped.name
        may_shrink = is_consented(arrival.dropped.name, arrival.sha256, consent)
        reason = None if may_shrink else _suspicion(arrival, kind, let_in.get(key), sizes)
        if reason:
            arrival.read, arrival.reason = None, f"{reason} {_remedy(arrival)}"
        else:
            sizes[key] = arrival.rows_in


def _suspicion(arrival: "Arrival", kind: Kind, before: int | None, sizes: Sizes) -> str | None:
    name, rows = arrival.dropped.name, arrival.rows_in
    if rows == 0:
        return f"{name}: has a header and no rows."
    usual: float | None = before
    of = "its last accepted version"
    if before is None:
        usual, of = _median_of_weekday(arrival, kind, sizes), "the same weekday"
    if usual is None or usual < SMALLEST_JUDGED or 2 * rows >= usual:
        return None
    return f"{name}: has {rows} rows, less than half of the {usual:g} of {of}."


def _median_of_weekday(arrival: "Arrival", kind: Kind, sizes: Sizes) -> float | None:
    day = arrival.dropped.as_of
    if day is None or not arrival.dropped.is_slice:
        return None
    before = [day - timedelta(weeks=n) for n in range(1, REFERENCE_WEEKS + 1)]
    found = [_size(arrival.source, kind, earlier, sizes) for earlier in before]
    known = [rows for rows in found if rows is not None]
    return median(known) if len(known) >= LEAST_REFERENCES else None


def _size(source: str, kind: Kind, day: date, sizes: Sizes) -> int | None:
    """Rows of a day's file: as let in, else as it lies in the inbox, whatever became of it."""
    inbox = settings().inboxes(kind.source)[source]
    file = slice_of(inbox, kind.file_name, day)
    if (source, file.name) not in sizes:
        try:
            sizes[source, file.name] = read_delimited(file.path, kind.contract, inbox).rows_in
        except FileRefused:
            sizes[source, file.name] = None
    return sizes[source, file.name]


def _remedy(arrival: "Arrival") -> str:
    # A full file is looked at by the run of any day, a slice by that of its own only.
    day = f"--day {arrival.dropped.as_of} " if arrival.dropped.is_slice else ""
    return (
        f"If that is right, allow it: `clinic run {day}--consent {arrival.sha256[:12]}`, or"
        " `files` of the table in the launchpad. Else drop the complete file."
    )


def _sizes_let_in(connection: sa.Connection, kind: Kind) -> Sizes:
    found = connection.execute(
        sa.text(
            "select source, name, rows_in from ops.file_ledger where kind = :kind and is_current"
        ),
        {"kind": kind.name},
    )
    return {(r.source, r.name): r.rows_in for r in found}


def days_to_weigh_again(
    connection: sa.Connection, kind: Kind, came: "list[Arrival]", judged: "list[Arrival]"
) -> list[date]:
    """Days whose refused file has files among its references that came after it was judged."""
    slices = [(a.source, a.dropped.as_of) for a in came if a.dropped.as_of and a.dropped.is_slice]
    just_judged = {(a.source, a.dropped.name) for a in judged}
    refused = connection.execute(
        sa.text(
            "select source, name, as_of from (select distinct on (source, name) *"
            " from ops.file_ledger where kind = :kind order by source, name, file_id desc)"
            " as newest where not is_accepted and as_of is not null"
        ),
        {"kind": kind.name},
    )
    return sorted(
        {
            waiting.as_of
            for waiting in refused
            if (waiting.source, waiting.name) not in just_judged
            and any(
                source == waiting.source and _weighs(day, waiting.as_of) for source, day in slices
            )
        }
    )


def _weighs(reference: date, judged: date) -> bool:
    """Whether a day is one of those that the other is weighed against."""
    weeks, rest = divmod((judged - reference).days, 7)
    return rest == 0 and 1 <= weeks <= REFERENCE_WEEKS
