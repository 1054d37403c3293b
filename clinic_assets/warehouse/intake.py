"""The way in for dropped files: read, judge, quarantine, keep as text, and note what they touch.

One transaction for all new files of one kind. A refused file changes nothing but its line in the
ledger; a refused row goes to quarantine with its text; rows in = loaded + quarantined +
deduplicated. What a file must look like is said in its room, how it is read in inbox/.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from clinic_assets.inbox.contract import Delimited, FileRefused
from clinic_assets.inbox.listing import Dropped, dropped_files
from clinic_assets.inbox.reader import content_hash, read_delimited
from clinic_assets.settings import settings
from clinic_assets.warehouse import arrivals, brake, completeness, notes
from clinic_assets.warehouse.days import UNDATED, Days
from clinic_assets.warehouse.kinds import Kind
from clinic_assets.warehouse.publish import Author, lock
from clinic_assets.warehouse.sessions import told_plainly
from clinic_assets.warehouse.text_rows import parted


@dataclass
class Arrival:
    """A file on its way in. `reason`: why it is refused, or what was noticed about it."""

    source: str
    dropped: Dropped
    sha256: str
    read: Delimited | None = None
    reason: str | None = None
    quarantined: int = 0
    deduplicated: int = 0
    tells_from: dt.date | None = None
    covers_until: dt.date | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether it was let in."""
        return self.read is not None

    @property
    def rows_in(self) -> int:
        """Records of the file, good and bad."""
        return self.read.rows_in if self.read else 0

    @property
    def dialect(self) -> str | None:
        """Encoding and separator as found."""
        return f"{self.read.encoding} {self.read.delimiter!r}" if self.read else None


@dataclass(frozen=True)
class Intake:
    """What came in at one look at the inboxes."""

    files: list[Arrival] = field(default_factory=list)

    @property
    def refused(self) -> list[Arrival]:
        """Files that were not let in."""
        return [a for a in self.files if not a.is_accepted]

    def total(self, what: str) -> int:
        """Sum of a count over the accepted files."""
        return sum(getattr(a, what) for a in self.files if a.is_accepted)


def take_in(
    engine: sa.Engine, kind: Kind, days: Days, author: Author, consent: Sequence[str] = ()
) -> Intake:
    """Let in every new file of a kind for a range of days, and the full file.

    `consent` names files (by name or the start of their sha256) that may come in though they are
    empty, much smaller than before, or end without a line end. Raises WarehouseError.
    """
    with told_plainly(kind.raw.fullname), engine.begin() as connection:
        lock(connection, kind.raw.fullname, [])
        new = _new_files(connection, kind, days, consent)
        brake.judge(connection, kind, new, consent)
        written = _let_in(connection, kind, new, author) if new else 0
        read = sum(a.rows_in for a in new)
        arrivals.settle(connection, kind, days, author, (read, written))
    return Intake(new)


def _new_files(
    connection: sa.Connection, kind: Kind, days: Days, consent: Sequence[str]
) -> list[Arrival]:
    known = arrivals.current_versions(connection, kind)
    found: list[Arrival] = []
    for source, inbox in settings().inboxes(kind.source).items():
        for dropped in dropped_files(inbox, kind.file_name, days.first, days.upper):
            if not _is_as_known(inbox, dropped, kind, known.get((source, dropped.name))):
                found.append(_opened(source, inbox, dropped, kind, consent))
    return found


def _is_as_known(
    inbox: Path, dropped: Dropped, kind: Kind, known: tuple[str, dt.date | None] | None
) -> bool:
    """Whether the version that counts has this content and date."""
    if known is None or known[1] != dropped.as_of:
        return False
    try:
        return content_hash(dropped.path, kind.contract, inbox) == known[0]
    except FileRefused:
        return False


def _opened(
    source: str, inbox: Path, dropped: Dropped, kind: Kind, consent: Sequence[str]
) -> Arrival:
    may_end_open = brake.is_consented(dropped.name, "", consent)
    try:
        read = read_delimited(dropped.path, kind.contract, inbox, accept_open_end=may_end_open)
    except FileRefused as refused:
        return Arrival(source, dropped, hash_of_unread(dropped.path), reason=str(refused))
    noticed = f"columns not in the contract: {', '.join(read.added)}" if read.added else None
    return Arrival(source, dropped, read.sha256, read, noticed)


def hash_of_unread(path: Path) -> str:
    """Stands for a file that was not read, so that it is reported once and not at each look."""
    try:
        status = path.lstat()
        told = f"{path.name} {status.st_size} {status.st_mtime_ns}"
    except OSError:
        told = path.name
    return "unread-" + hashlib.sha256(told.encode()).hexdigest()


def _let_in(connection: sa.Connection, kind: Kind, new: list[Arrival], author: Author) -> int:
    fresh, copies = _copies_apart(connection, kind, [a for a in new if a.is_accepted])
    good, bad = parted(connection, kind, fresh)
    _count(fresh, good, bad)
    _tell_spans(fresh, good)
    full = [a for a in copies if not a.dropped.is_slice]
    _tell_spans(full, parted(connection, kind, full)[0])
    days = {(a.source, a.sha256): a.dropped.as_of or UNDATED for a in fresh}
    good["day"] = [days[key] for key in zip(good["source"], good["file_sha256"], strict=True)]
    arrivals.stage(connection, kind, good, new)
    written = arrivals.keep(connection, kind)
    arrivals.refuse(connection, kind, bad, fresh)
    came = arrivals.enter_files(connection, kind, new, author)
    arrivals.note_changes(connection, kind)
    completeness.tell(connection, kind, new)
    again = brake.days_to_weigh_again(connection, kind, came, new)
    notes.again(connection, kind.raw.fullname, again)
    return written


def _copies_apart(
    connection: sa.Connection, kind: Kind, accepted: list[Arrival]
) -> tuple[list[Arrival], list[Arrival]]:
    seen = arrivals.kept_hashes(connection, kind)
    fresh, copies = [], []
    for arrival in accepted:
        if (arrival.source, arrival.sha256) in seen:
            arrival.deduplicated = arrival.rows_in
            arrival.reason = "the same content as a file already known"
            copies.append(arrival)
        else:
            seen.add((arrival.source, arrival.sha256))
            fresh.append(arrival)
    return fresh, copies


def _count(fresh: list[Arrival], good: pd.DataFrame, bad: pd.DataFrame) -> None:
    kept = good.groupby(["source", "file_sha256"]).size()
    refused = bad.groupby(["source", "file_sha256"]).size()
    for arrival in fresh:
        key = (arrival.source, arrival.sha256)
        arrival.quarantined = int(refused.get(key, 0))
        arrival.deduplicated = arrival.rows_in - int(kept.get(key, 0)) - arrival.quarantined


def _tell_spans(files: list[Arrival], good: pd.DataFrame) -> None:
    """First and last day of which each file tells an outcome."""
    settled = good.loc[good["is_settled"].astype(bool)]
    for arrival in files:
        told = settled.loc[settled["file_sha256"] == arrival.sha256, "event_day"]
        if len(told):
            arrival.tells_from, arrival.covers_until = told.min(), told.max()
