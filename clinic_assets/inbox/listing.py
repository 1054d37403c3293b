"""Which files lie in a clinic's inbox for which days, and what date each declares.

A full file lies in `raw/`, undated unless `raw/manifest.json` says {"as_of": "YYYY-MM-DD"}; a daily
slice lies in `daily/YYYY-MM-DD/`. Dates come from there, never from the file system's clock.
"""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "manifest.json"
DAILY = "daily"


@dataclass(frozen=True)
class Dropped:
    """A file in the inbox: where it is, its name inside the inbox, and its declared date."""

    path: Path
    name: str
    as_of: dt.date | None

    @property
    def is_slice(self) -> bool:
        """Whether it tells what is new or changed on one day, and not everything."""
        return self.name.startswith(f"{DAILY}/")


def dropped_files(inbox: Path, file_name: str, first: dt.date, last: dt.date) -> list[Dropped]:
    """The full file, if there is one, and the slices of the days first..last, oldest first."""
    return full_files(inbox, file_name) + [
        dropped
        for day in slice_days(inbox)
        if first <= day <= last and _is_there((dropped := slice_of(inbox, file_name, day)).path)
    ]


def slice_of(inbox: Path, file_name: str, day: dt.date) -> Dropped:
    """Where a day's slice lies, or would lie."""
    return Dropped(inbox / DAILY / str(day) / file_name, f"{DAILY}/{day}/{file_name}", day)


def full_files(inbox: Path, file_name: str) -> list[Dropped]:
    """The full file in `raw/` as a list of one or none."""
    path = inbox / "raw" / file_name
    return [Dropped(path, f"raw/{file_name}", declared_date(inbox))] if _is_there(path) else []


def slice_days(inbox: Path) -> list[dt.date]:
    """Days for which a slice folder exists, sorted. Other names are not ours and are passed by."""
    folder = inbox / DAILY
    if not folder.is_dir():
        return []
    return sorted(day for entry in folder.iterdir() if (day := _day_of(entry.name)))


def declared_date(inbox: Path) -> dt.date | None:
    """What the manifest of the full files says, None without one that can be read."""
    try:
        said = json.loads((inbox / "raw" / MANIFEST).read_text())["as_of"]
        return dt.date.fromisoformat(said)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _day_of(name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(name) if len(name) == 10 else None
    except ValueError:
        return None


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.exists()
