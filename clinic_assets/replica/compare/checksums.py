"""Checksums of a table's parts, made by both servers at once: which parts of a copy differ.

No row leaves its server. Where the key is a whole number, which both sort alike, a range is hashed
as one text. Elsewhere 60 bits of every row's hash are added up, so that no order matters.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Event

from clinic_assets.replica.books.ledger import run
from clinic_assets.replica.mapping.names import source_quoted
from clinic_assets.replica.mapping.target import TargetTable
from clinic_assets.replica.mapping.types import LONG, Crossing, most_bytes, source_line, target_line
from clinic_assets.replica.sync.pair import Pair
from clinic_assets.replica.sync.watermarks import number_key

ROWS = 20_000
"""Of one part."""
MOST_BYTES = 2**29
"""Of a text that a server hashes at once, if every value were as long as it can be."""

Sums = dict[str, tuple[int, str]]
"""By text of `by`: how many rows, and their checksum."""


@dataclass(frozen=True)
class Part:
    """Some rows of a table, in the SQL of both servers.

    The conditions are a lower and an upper one. `by` is a text that parts the rows further, if it
    is not always the same.
    """

    source: tuple[str, str] = ("true", "true")
    target: tuple[str, str] = ("true", "true")
    source_by: str = "''"
    target_by: str = "''"
    names: tuple[str, ...] = ()
    """The texts that count; none: all."""
    order: Crossing | None = None
    """A column by which both servers sort its rows alike."""

    @property
    def on_source(self) -> str:
        """Its rows, on the source."""
        return _all_of(*self.source, _is_one_of(self.source_by, self.names))

    @property
    def on_target(self) -> str:
        """Its rows, on the target."""
        return _all_of(*self.target, _is_one_of(self.target_by, self.names))

    def until(self, last: "Part") -> "Part":
        """All rows from this part to that one."""
        return replace(
            self, source=(self.source[0], last.source[1]), target=(self.target[0], last.target[1])
        )


def _is_one_of(text: str, names: Sequence[str]) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    return f"{text} in ({listed})" if names else "true"


def _all_of(*conditions: str) -> str:
    return f"({' and '.join(c for c in conditions if c != 'true') or 'true'})"


@dataclass(frozen=True)
class Found:
    """What a comparison found."""

    rows: int
    """Of the source."""
    at: dt.datetime
    """By the source's clock."""
    parts: tuple[Part, ...] = ()
    """In which the copy is not its source; neighbours are one."""


def is_large(rows: int) -> bool:
    """Whether a table is compared in more than one part."""
    return rows > ROWS


def parts_of(pair: Pair) -> list[Part]:
    """Ranges of a key that is a whole number, the first and the last open; else, by the hash of
    the key, as many parts in one as the number of rows asks for.
    """
    table, rows = pair.table, pair.standing.rows
    if not is_large(rows) or not table.key:
        return [Part()]
    key = number_key(table)
    if key is None:
        return [_by_hash(table, rows)]
    bounds = list(_bounds(pair, key.target, _rows_at_once(table)))
    edges = zip([None, *bounds], [*bounds, None], strict=True)
    return [Part(_between(key.source, *e), _between(key.target, *e), order=key) for e in edges]


def _rows_at_once(table: TargetTable) -> int:
    """As many rows as a server can join whatever they hold; the longest values come as hashes."""
    widest = sum(
        32 if c.is_raw or c.column.data_type in LONG else most_bytes(c.column)
        for c in table.crossings
    )
    return max(1, min(ROWS, MOST_BYTES // widest))


def _bounds(pair: Pair, key: str, rows: int) -> Iterator[int]:
    """The key of every so-manieth row, whatever gaps there are between the numbers."""
    where = "true"
    while True:
        select = f"select {key} from {pair.table.sql} where {where} order by {key}"
        found = run(pair.connection, f"{select} offset {rows} limit 1").fetchone()
        if found is None:
            return
        yield int(found[0])
        where = f"{key} >= {found[0]}"


def _between(key: str, first: int | None, end: int | None) -> tuple[str, str]:
    return (
        "true" if first is None else f"{key} >= {first}",
        "true" if end is None else f"{key} < {end}",
    )


def _by_hash(table: TargetTable, rows: int) -> Part:
    key = [c for c in table.crossings if c.name in table.key]
    digits = 1
    while rows > ROWS * 16**digits:
        digits += 1
    return Part(
        source_by=f"left(md5({source_line(key, careful=True)}), {digits})",
        target_by=f"left(md5({target_line(key)}), {digits})",
    )


def differing(pair: Pair, parts: Sequence[Part]) -> Found:
    """Compare the parts, each on both servers at once."""
    compared, found, last = 0, list[Part](), -1
    stop = Event()
    with ThreadPoolExecutor(1) as beside:
        answers = [beside.submit(_of_target, pair, part, stop) for part in parts]
        try:
            for number, (part, answer) in enumerate(zip(parts, answers, strict=True)):
                source = _of_source(pair, part)
                unequal = _unequal(pair, part, source, answer.result())
                if unequal and not unequal.names and found and last == number - 1:
                    found[-1], last = found[-1].until(unequal), number
                elif unequal:
                    found, last = [*found, unequal], number
                compared += sum(rows for rows, _ in source.values())
                pair.task.tell(compared)
        finally:
            stop.set()
    return Found(compared, pair.clock.utc, tuple(found))


def _unequal(pair: Pair, part: Part, source: Sums, target: Sums) -> Part | None:
    """The part if its sums differ, also when made with the careful line, which takes longer."""
    names = {n for n in source | target if source.get(n) != target.get(n)}
    if names:
        part = replace(part, names=tuple(sorted(names - {""})))
        careful = _of_source(pair, part, careful=True)
        names = {n for n in names if careful.get(n) != target.get(n)}
    return replace(part, names=tuple(sorted(names - {""}))) if names else None


def _of_source(pair: Pair, part: Part, *, careful: bool = False) -> Sums:
    line = source_line(pair.table.crossings, careful=careful)
    total = source_sum(line)
    if part.order:
        total = f"md5(group_concat({line} order by {part.order.source} separator '\\n'))"
    rows = pair.session.rows(
        f"select {part.source_by}, count(*), {total}"
        f" from {source_quoted(pair.table.source.name)} where {part.on_source} group by 1"
    )
    texts = [[(value or b"").decode() for value in row] for row in rows]
    return {name: (int(count), total) for name, count, total in texts}


def _of_target(pair: Pair, part: Part, stop: Event) -> Sums:
    if stop.is_set():
        return {}
    line = target_line(pair.table.crossings)
    total = target_sum(line)
    if part.order:
        total = f"md5(string_agg({line}, E'\\n' order by {part.order.target}))"
    rows = run(
        pair.connection,
        f"select {part.target_by}, count(*), {total}"
        f" from {pair.table.sql} where {part.on_target} group by 1",
    )
    return {name: (count, total) for name, count, total in rows}


def source_sum(line: str) -> str:
    """SQL on the source: 60 bits of each row's hash, added up."""
    return f"sum(cast(conv(left(md5({line}), 15), 16, 10) as unsigned))"


def target_sum(line: str) -> str:
    """SQL on the target: the same sum, as text."""
    return f"sum(('x0' || left(md5({line}), 15))::bit(64)::bigint)::text"
