"""Whether a record fits the header: the faults that refuse one row, or the whole file.

Not here: what a value means. Text stays exactly as it stands in the file.
"""

from collections.abc import Iterator
from itertools import dropwhile

from clinic_assets.inbox.contract import FileContract, FileRefused, RefusedRow
from clinic_assets.inbox.header import DELIMITERS, Header
from clinic_assets.inbox.records import Record, records
from clinic_assets.inbox.wording import quarantined

SPOKEN = {",": "commas", ";": "semicolons", "\t": "tabs"}


def body(text: str, header: Header, file: str) -> Iterator[Record]:
    """The records below the header, without blank lines. Raises FileRefused for an open quote."""
    below = dropwhile(lambda r: r.line <= header.line, records(text, header.delimiter, file))
    alone = len(header.names) == 1
    return (record for record in below if not _is_blank(record, alone))


def fault(record: Record, header: Header, contract: FileContract) -> RefusedRow | None:
    """Why the record cannot be a row, or None."""
    if record.cells is None:
        return _refused(record, None, "has text after a closing quote")
    if len(record.cells) != len(header.names):
        return _refused(record, None, _count(record, header))
    if "\0" in record.raw:
        column = next(n for n, cell in zip(header.names, record.cells, strict=True) if "\0" in cell)
        return _refused(record, column, "holds a NUL character")
    if len(record.raw) > contract.max_cell_chars:
        return _too_long(record, header, contract.max_cell_chars)
    return None


def check_separators(wrong: list[int], total: int, header: Header, file: str) -> None:
    """Raises FileRefused if most records, and at least two, have another number of fields.

    `wrong`: the lines of those records; `total`: how many records there are.
    """
    if len(wrong) < 2 or 2 * len(wrong) <= total:
        return
    reason = (
        f"mixed or wrong separators: {len(wrong)} of {total} rows have another number of fields"
        f" than the header, which has {len(header.names)}"
    )
    remedy = f"export all rows separated by {SPOKEN[header.delimiter]}, like the header"
    raise FileRefused(file, wrong[0], None, reason, remedy)


def _is_blank(record: Record, alone: bool) -> bool:
    # In a file of one column a line of spaces is a cell of spaces.
    if alone or (record.cells is not None and len(record.cells) > 1):
        return not record.raw
    return not record.raw.strip()


def _count(record: Record, header: Header) -> str:
    have, want = len(record.cells or ()), len(header.names)
    reason = f"has {have} field{'' if have == 1 else 's'}, the header {want}"
    others = (d for d in DELIMITERS if d != header.delimiter and record.raw.count(d) >= want - 1)
    other = next(others, None) if have < want else None
    return f"{reason}; it seems to be separated by {SPOKEN[other]}" if other else reason


def _too_long(record: Record, header: Header, limit: int) -> RefusedRow | None:
    for name, cell in zip(header.names, record.cells or (), strict=True):
        if len(cell) > limit:
            reason = f"has {len(cell):,} characters, more than the {limit:,} allowed"
            return _refused(record, name, reason)
    return None


def _refused(record: Record, column: str | None, reason: str) -> RefusedRow:
    return RefusedRow(record.line, column, reason, quarantined(record.raw))
