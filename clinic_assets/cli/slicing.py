"""Cut one day out of a clinic's full files, row texts untouched."""

import datetime as dt
from pathlib import Path

import pandas as pd

from clinic_assets.definitions import KINDS
from clinic_assets.inbox.csv_out import write_csv
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
            header, rows = _rows_of(kind, path, inbox, day)
            if rows:
                target = inbox / "daily" / day.isoformat() / kind.file_name
                target.parent.mkdir(parents=True, exist_ok=True)
                write_csv(target, header, rows)
                written.append((target, len(rows)))
    return written


def _rows_of(
    kind: Kind, path: Path, inbox: Path, day: dt.date
) -> tuple[list[str], list[list[str]]]:
    read = read_delimited(path, kind.contract, inbox)
    names = [field.name for field in kind.contract.fields]
    text = pd.DataFrame(read.rows, columns=names, dtype=object)
    text["decimal_mark"] = decimal_mark_of(
        (cell for row in read.rows for cell in row.values()), read.delimiter
    )
    typed = kind.typed(text, settings().zone).frame
    places = typed.index[[d == day for d in typed[kind.event_day]]]
    return names, [[read.rows[place][name] for name in names] for place in places]
