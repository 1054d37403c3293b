"""Writing CSV files that people open in a spreadsheet: whole or not at all, and without formulas.

Not here: which lists exist and where they go.
"""

import csv
import os
import secrets
from collections.abc import Iterable, Sequence
from numbers import Number
from pathlib import Path
from typing import TextIO

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Replaces `path` at once by an RFC 4180 file in UTF-8; nobody ever sees half of it.

    Text that a spreadsheet would take for a formula gets a leading apostrophe; numbers never do.
    None is an empty cell. Raises ValueError if a row is not as long as the header, OSError if the
    folder cannot be written; then the former file stays as it was.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        with part.open("x", encoding="utf-8", newline="") as stream:
            _write(stream, header, rows)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _settle(path.parent)


def _write(stream: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([_cell(name) for name in header])
    for number, row in enumerate(rows, 1):
        if len(row) != len(header):
            raise ValueError(f"row {number} has {len(row)} cells, the header {len(header)}")
        writer.writerow([_cell(value) for value in row])


def _cell(value: object) -> object:
    if value is None or isinstance(value, Number):
        return value
    text = value if isinstance(value, str) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _settle(folder: Path) -> None:
    # Without this a power cut may bring back the former file. Windows cannot sync a folder.
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
