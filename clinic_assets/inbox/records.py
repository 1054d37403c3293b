"""From text to records: one record may span several lines if a quoted cell holds line ends.

Not here: what the header says or whether a record fits it.
"""

import csv
import re
from collections.abc import Iterator
from threading import Lock
from typing import NamedTuple

from clinic_assets.inbox.contract import FileRefused

LINE = re.compile(r"[^\r\n]*+(?:\r\n|[\r\n])|[^\r\n]++")
CLOSE_QUOTE = 'close or double the quote (") there and drop the file again'
_limit = Lock()


class Record(NamedTuple):
    """`line`: where it starts, 1-based. `raw`: its text without the last line end.

    `cells`: None if its quotes are wrong but it surely ends where its line ends.
    """

    line: int
    raw: str
    cells: list[str] | None


class _Lines(Iterator[str]):
    """Physical lines, remembering which ones the current record took."""

    def __init__(self, text: str) -> None:
        self._found = LINE.finditer(text)
        self.taken: list[str] = []
        self.ended = False

    def __next__(self) -> str:
        found = next(self._found, None)
        if found is None:
            self.ended = True
            raise StopIteration
        line = found.group()
        self.taken.append(line)
        return line


def records(text: str, delimiter: str, file: str) -> Iterator[Record]:
    """Every record, the header included, blank lines too (as no cells).

    Raises FileRefused with the line where the record starts whose quote stays open.
    """
    _allow_cells_of(len(text))
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        lines.taken.clear()
        try:
            cells = next(reader, None)
        except csv.Error:
            _check_ends_with_its_line(lines, line, file)
            yield Record(line, _raw(lines), None)
            continue
        if cells is None:
            return
        yield Record(line, _raw(lines), cells)


def _raw(lines: _Lines) -> str:
    raw = lines.taken[0] if len(lines.taken) == 1 else "".join(lines.taken)
    return raw.removesuffix("\n").removesuffix("\r")


def _check_ends_with_its_line(lines: _Lines, line: int, file: str) -> None:
    # With quotes in pairs on one line the damage stays in it; otherwise rows could be invented.
    if lines.ended or len(lines.taken) > 1 or lines.taken[0].count('"') % 2:
        reason = "a quoted cell of the record that starts here does not close properly"
        raise FileRefused(file, line, None, reason, CLOSE_QUOTE) from None


def _allow_cells_of(chars: int) -> None:
    # The limit belongs to the whole process, so it is only ever raised, under a lock.
    wanted = min(chars + 1, 2**31 - 1)
    with _limit:
        if csv.field_size_limit() < wanted:
            csv.field_size_limit(wanted)
