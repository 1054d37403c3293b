"""How a table's rows are asked for, and the batches that COPY reads.

The quick way: the server joins a row's values, this side joins the rows and escapes whole batches,
so that no value is ever an object here. The careful way takes a range that the quick one cannot,
for its separators are in the data, a date is none, or a row is longer than the server joins: the
values come one by one and are joined here. Which way and when is not said here (stream.py).
"""

import secrets
from binascii import hexlify
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from clinic_assets.replica.mapping.names import source_quoted
from clinic_assets.replica.mapping.target import TargetTable
from clinic_assets.replica.mapping.types import (
    FIRST_DATE,
    NUL,
    UNICODE,
    Crossing,
    is_real_date,
    most_bytes,
)
from clinic_assets.replica.source.driver import Row
from clinic_assets.replica.source.server import Session

CELL, ROW = b"\x01", b"\x03"
"""Between two values and two rows on the quick way."""
MARKED = b"\x04"
"""First of the marks that are looked for in every batch: one byte is found fastest."""
MOST_ROWS = 5000
SPELLINGS = 8
"""As it comes, joined, escaped and sent, a batch is held several times."""


class NotQuick(Exception):
    """A batch that only the careful way can carry."""


@dataclass(frozen=True)
class Reading:
    """How one table's rows are asked for; its marks are drawn anew each time."""

    table: TargetTable
    most_bytes: int
    null: bytes = field(default_factory=lambda: _mark(b"\x02", 3))
    no_date: bytes = field(default_factory=lambda: _mark(MARKED, 4))
    too_long: bytes = field(default_factory=lambda: _mark(MARKED, 5))
    cell: bytes = field(default_factory=lambda: _mark(b"\x02", 8))
    row: bytes = field(default_factory=lambda: _mark(b"\x02", 8))

    def quick(self, session: Session, where: str) -> Iterator[tuple[int, bytes]]:
        """Batches of rows as COPY reads them, with their number. Raises NotQuick."""
        session.write_in(self._charset)
        values = ", ".join(self._quick_value(c) for c in self.table.crossings)
        select = f"select concat_ws('{CELL.decode()}', {values}) {self._source(where)}"
        pieces: list[bytes] = []
        number = size = 0
        for rows in session.stream(select, self._at_once):
            try:
                pieces.append(ROW.join(chain.from_iterable(rows)))  # type: ignore[arg-type]
            except TypeError:  # A row longer than the server joins has come as null.
                raise NotQuick from None
            number += len(rows)
            size += len(pieces[-1])
            if size >= self.most_bytes // SPELLINGS:
                yield number, _quick_text(pieces, number)
                pieces, number, size = [], 0, 0
        if pieces:
            yield number, _quick_text(pieces, number)

    def careful(self, session: Session, where: str) -> Iterator[tuple[int, bytes]]:
        """The same for any data."""
        values = ", ".join(self._careful_value(c) for c in self.table.crossings)
        for rows in self._batches(session, f"select {values} {self._source(where)}"):
            text = self.row.join(self.cell.join(self._spelled(row)) for row in rows)
            text = _escaped(text).replace(CELL, b"\\" + CELL)
            yield len(rows), text.replace(self.cell, CELL).replace(self.row, b"\n") + b"\n"

    def counted(self, text: bytes) -> tuple[bytes, Counter[str]]:
        """A batch with what Postgres cannot hold replaced, and how often that was, by kind.

        Raises NotQuick where a value was longer than the server makes.
        """
        found: Counter[str] = Counter()
        if MARKED in text:
            if self.too_long in text:
                raise NotQuick
            found["no_date"] = text.count(self.no_date)
            text = text.replace(self.no_date, self.null)
        if b"\0" in text:
            found["nul_character"] = text.count(b"\0")
            text = text.replace(b"\0", NUL.encode())
        return text, found

    @property
    def _charset(self) -> str:
        """Of the marks: another one than the columns' costs the server a fifth more."""
        found = {c.charset for c in self.table.source.columns if c.charset}
        return found.pop() if len(found) == 1 and found < UNICODE else "utf8mb4"

    def _source(self, where: str) -> str:
        return f"from {source_quoted(self.table.source.name)} where {where}"

    def _quick_value(self, c: Crossing) -> str:
        null, no_date = f"'{self.null.decode()}'", f"'{self.no_date.decode()}'"
        if c.is_date:
            otherwise = f"if({c.source} is null, {null}, {no_date})"
            otherwise = otherwise if c.column.is_nullable else no_date
            return f"if({c.source} >= {FIRST_DATE}, {c.source}, {otherwise})"
        if c.text == c.source and not c.column.is_nullable:
            return c.text
        if c.text != c.source:
            # A function's text is null too where it would be longer than the server makes one.
            return f"if({c.source} is null, {null}, ifnull({c.text}, '{self.too_long.decode()}'))"
        return f"ifnull({c.source}, {null})"

    def _careful_value(self, c: Crossing) -> str:
        if c.is_date:
            no_date = f"if({c.source} is null, null, '{self.no_date.decode()}')"
            return f"if({is_real_date(c.source)}, {c.source}, {no_date})"
        return c.source if c.is_raw or c.column.charset else c.text

    def _spelled(self, row: Row) -> Iterator[bytes]:
        for value, is_raw in zip(row, self._raw, strict=True):
            if value is None:
                yield self.null
            else:
                yield b"\\x" + hexlify(value) if is_raw else value

    @cached_property
    def _raw(self) -> list[bool]:
        return [c.is_raw for c in self.table.crossings]

    def _batches(self, session: Session, select: str) -> Iterator[list[Row]]:
        """Rows until they fill a batch, each value with its mark: an object weighs as much."""
        batch: list[Row] = []
        size, mark = 0, len(self.cell)
        for rows in session.stream(select, max(1, self._at_once // SPELLINGS)):
            batch += rows
            size += sum(len(value or b"") + mark for row in rows for value in row)
            if size >= self.most_bytes // SPELLINGS:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    @cached_property
    def _at_once(self) -> int:
        """Rows that fit in a few batches however long each is."""
        widest = sum(most_bytes(column) for column in self.table.source.columns)
        return max(1, min(MOST_ROWS, self.most_bytes // widest))


def _quick_text(pieces: list[bytes], rows: int) -> bytes:
    """Rows as COPY reads them. With as many row ends as rows, no value holds one; whether one holds
    the end of a value, Postgres sees by itself: the line has one too many.
    """
    text = ROW.join(pieces)
    if text.count(ROW) != rows - 1:
        raise NotQuick
    return _escaped(text).replace(ROW, b"\n") + b"\n"


def _mark(first: bytes, length: int) -> bytes:
    return first + secrets.token_hex(length).encode()


def _escaped(text: bytes) -> bytes:
    return text.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
