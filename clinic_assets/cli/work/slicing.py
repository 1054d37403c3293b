"""Cut one day out of a clinic's full files, row texts untouched."""

import csv
import datetime as dt
import io
from pathlib import Path

import pandas as pd

from clinic_assets.definitions import KINDS
from clinic_assets.inbox.reader import read_delimited
from clinic_assets.inbox.values import decimal_mark_of
from clinic_assets.settings import settings
from clinic_assets.warehouse.kinds import Kind


def cut(inbox: Path, source: str, day: dt.date) -> list[tuple[Path, int]]:
    """Write `daily/DAY/<kind>.csv` for each full file with rows of the day; paths and row counts.

    Raises FileRefused when a full file cannot be read.
    """
    written = []
    for kind in KINDS:
        path = inbox / "raw" / kind.file_name
        if kind.source == source and kind.event_day and path.exists():
            header, rows = _lines_of(kind, path, inbox, day)
            if rows:
                target = inbox / "daily" / day.isoformat() / kind.file_name
                _write(target, [header, *rows])
                written.append((target, len(rows)))
    return written


def _write(target: Path, lines: list[str]) -> None:
    # The whole file or none: a sensor may look at any moment.
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
    part.replace(target)


def _lines_of(kind: Kind, path: Path, inbox: Path, day: dt.date) -> tuple[str, list[str]]:
    """The header and the day's records, as they stand in the full file."""
    read = read_delimited(path, kind.contract, inbox)
    names = [field.name for field in kind.contract.fields]
    text = pd.DataFrame(read.rows, columns=names, dtype=object)
    text["decimal_mark"] = decimal_mark_of(
        (cell for row in read.rows for cell in row.values()), read.delimiter
    )
    typed = kind.typed(text, settings().zone).frame
    places = typed.index[[d == day for d in typed[kind.event_day]]]
    return _header(read.header, read.delimiter), [read.raws[place] for place in places]


def _header(names: tuple[str, ...], delimiter: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(names)
    return line.getvalue()
