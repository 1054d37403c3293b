"""What is due, read from the inboxes and the books: new files, touched days, missing days.

Sensors and the command line both ask here, so that they agree. Nothing here runs anything.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa

from clinic_assets.inbox.listing import MANIFEST, Dropped, dropped_files, slice_days
from clinic_assets.settings import settings
from clinic_assets.warehouse.days import ONE, UNDATED, Days, ranges
from clinic_assets.warehouse.intake import hash_of_unread
from clinic_assets.warehouse.kinds import Kind
from clinic_assets.warehouse.reach import parents_of, readers
from clinic_assets.warehouse.sessions import told_plainly

MOST_RANGES = 25
NEIGHBOURS = dt.timedelta(days=31)
SETTLE_SECONDS = 2
"""A file touched less long ago may still be written."""
IS_BEING_WRITTEN = """
select exists (
    select from pg_locks join pg_database on pg_database.oid = pg_locks.database
    where datname = current_database() and relation = 'ops.file_ledger'::regclass
        and mode = 'RowExclusiveLock' and granted
)
"""


@dataclass(frozen=True)
class Unseen:
    """A file whose present content or date no run has looked at.

    `follows`: the ledger's latest line of that name, so that a content that comes back is news.
    """

    source: str
    dropped: Dropped
    sha256: str
    follows: int | None = None


def unseen_files(engine: sa.Engine, kinds: Iterable[Kind], first: dt.date, last: dt.date,
                 now: dt.datetime) -> list[Unseen]:  # fmt: skip
    """Files in the inboxes that are not what the ledger last said of them, oldest date first."""
    with told_plainly("ops.file_ledger"), engine.connect() as connection:
        found = connection.execute(
            sa.text(
                "select distinct on (source, name) source, name, sha256, as_of, file_id"
                " from ops.file_ledger order by source, name, file_id desc"
            )
        )
        known = {(row.source, row.name): row for row in found}
    unseen = []
    for kind in kinds:
        for source, inbox in settings().inboxes(kind.source).items():
            for dropped in dropped_files(inbox, kind.file_name, first, last):
                hashes, line = _hashes(dropped.path), known.get((source, dropped.name))
                is_seen = line and line.sha256 in hashes and line.as_of == dropped.as_of
                if not is_seen and _is_settled(dropped, now):
                    follows = line.file_id if line else None
                    unseen.append(Unseen(source, dropped, hashes[0], follows))
    return sorted(unseen, key=lambda u: (u.dropped.as_of or UNDATED, u.dropped.name))


def _hashes(path: Path) -> tuple[str, str]:
    try:
        status = path.lstat()
    except OSError:
        return "", ""
    return _content_hash(path, status.st_size, status.st_mtime_ns), hash_of_unread(path)


@lru_cache(maxsize=100_000)
def _content_hash(path: Path, _size: int, _changed: int) -> str:
    if path.is_symlink() or not path.is_file():
        return hash_of_unread(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _is_settled(dropped: Dropped, now: dt.datetime) -> bool:
    """Whether neither the file nor what dates it was touched just now."""
    manifest = dropped.path.with_name(MANIFEST)
    try:
        touched = dropped.path.lstat().st_mtime
        if manifest.exists():
            touched = max(touched, manifest.lstat().st_mtime)
    except OSError:
        return False
    return now.timestamp() - touched >= SETTLE_SECONDS


@dataclass(frozen=True)
class Due:
    """Assets that are due over one unbroken range of days."""

    days: Days
    assets: tuple[str, ...]


def touched(engine: sa.Engine, order: Sequence[str], newest: dt.date) -> list[Due]:
    """What changed input has made due, as runs that may be started now.

    `order` lists the assets upstream first. An asset waits while one of its inputs is due: what
    that writes decides which days it reaches. Each run takes along the readers that the same day
    reaches anyway. Days later than the newest partition are due through it. Many scattered days, as
    after the first copy of a practice with its whole past, are due with what lies between them.
    """
    notes = _notes(engine)
    first_in_line: dict[str, list[dt.date]] = {}
    for asset in order:
        if asset in notes and not _ancestors(asset) & set(notes):
            named = {min(day, newest) for day in notes[asset]} - {UNDATED}
            first_in_line[asset] = sorted(named) or [newest]
    together: dict[Days, set[str]] = defaultdict(set)
    for asset, listed in first_in_line.items():
        for days in ranges(listed):
            together[days] |= {asset} | _same_day_readers(asset)
    return [
        Due(days, tuple(asset for asset in order if asset in assets))
        for days, assets in _gathered(together)
    ]


def _gathered(together: dict[Days, set[str]]) -> list[tuple[Days, set[str]]]:
    """In order; when they are many, neighbours are one range: a run costs more than a few days."""
    found: list[tuple[Days, set[str]]] = []
    for days, assets in sorted(together.items(), key=lambda item: item[0].first):
        if len(together) > MOST_RANGES and found:
            before, others = found[-1]
            if days.first <= before.last + NEIGHBOURS:
                found[-1] = (Days(before.first, max(before.last, days.last)), others | assets)
                continue
        found.append((days, assets))
    return found


def _same_day_readers(asset: str) -> set[str]:
    found: set[str] = set()
    waiting = [asset]
    while waiting:
        children = readers(waiting.pop())
        new = {c for c, reaches in children.items() if any(r.is_same_day for r in reaches)} - found
        found |= new
        waiting += sorted(new)
    return found - {asset}


def refused_since(engine: sa.Engine, file_id: int | None) -> tuple[int | None, list[str]]:
    """The newest entry of the files' ledger, and why those after `file_id` were refused, each with
    its file; without one, those of the last day. While an entry is being made all wait, for a
    younger one can be seen before it. Raises WarehouseError.
    """
    with told_plainly("ops.file_ledger"), engine.connect() as connection:
        newest = connection.scalar(sa.text("select coalesce(max(file_id), 0) from ops.file_ledger"))
        if connection.scalar(sa.text(IS_BEING_WRITTEN)):
            return file_id, []
        refused = connection.scalars(
            sa.text(
                "select reason from ops.file_ledger"
                " where not is_accepted and file_id <= :newest and (file_id > cast(:told as bigint)"
                " or cast(:told as bigint) is null and seen_at > now() - interval '1 day')"
                " order by file_id"
            ),
            {"newest": newest, "told": file_id},
        )
        return newest, list(refused)


def _notes(engine: sa.Engine) -> dict[str, list[dt.date]]:
    with told_plainly("ops.touched_day"), engine.connect() as connection:
        notes: dict[str, list[dt.date]] = defaultdict(list)
        for asset, day in connection.execute(sa.text("select asset, day from ops.touched_day")):
            notes[asset].append(day)
    return notes


def _ancestors(asset: str) -> set[str]:
    found: set[str] = set()
    waiting = [asset]
    while waiting:
        new = set(parents_of(waiting.pop())) - found
        found |= new
        waiting += new
    return found - {asset}


def missing_days(
    engine: sa.Engine, kinds: Sequence[Kind], assets: Sequence[str], first: dt.date, last: dt.date
) -> list[Days]:
    """Days that somebody has told us something about and that an asset was never written for.

    `last` is tomorrow: its lists and today's are wanted as soon as anything was told at all.
    """
    told = {
        day
        for kind in kinds
        for inbox in settings().inboxes(kind.source).values()
        for day in slice_days(inbox)
    }
    with told_plainly("ops.load_day"), engine.connect() as connection:
        for kind in kinds:
            if kind.event_day:
                told |= set(
                    connection.scalars(sa.text(f"select distinct event_day from {kind.raw}"))
                )
        told |= {last - ONE, last} if told else set()
        written = connection.scalars(
            sa.text(
                "select day from ops.load_day where asset = any(:assets)"
                " group by day having count(*) = :all"
            ),
            {"assets": list(assets), "all": len(assets)},
        )
        return ranges(day for day in told - set(written) if first <= day <= last)
