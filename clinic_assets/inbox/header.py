"""Which delimiter a file uses and where each field of the contract stands in it.

Not here: the rows. A first line without one known column is never quoted: it may be a patient.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from clinic_assets.inbox.contract import Field, FileContract, FileRefused
from clinic_assets.inbox.encoding import line_ends
from clinic_assets.inbox.records import Record, records
from clinic_assets.inbox.wording import comparable, shown, tidy

DELIMITERS = (",", ";", "\t")
DECLARED = re.compile(r'"?sep=([^\r\n])"?[^\S\r\n]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
NAMES_SHOWN = 10
WITH_HEADER = "export it with the header line and drop the file again"


@dataclass(frozen=True)
class Header:
    """The header as found. `places`: field to column index; `added`: other names to theirs."""

    delimiter: str
    line: int
    names: tuple[str, ...]
    places: Mapping[str, int]
    added: Mapping[str, int]
    missing: tuple[Field, ...]


def find_header(text: str, contract: FileContract, file: str) -> Header:
    """The header under the delimiter that shows all required fields.

    Raises FileRefused if there is none, with the difference to the contract; if a name repeats;
    if there are too many columns; if a quote stays open; if `sep=` declares another delimiter.
    """
    declared = DECLARED.match(text)
    if declared and declared[1] not in DELIMITERS:
        raise _wrong_declaration(file)
    candidates = (declared[1],) if declared else DELIMITERS
    tried = [h for d in candidates if (h := _attempt(text, d, contract, bool(declared), file))]
    if not tried:
        raise _unreadable(text, declared.end() if declared else 0, file)
    best = max(tried, key=lambda h: (not h.missing, len(h.places), len(h.names)))
    _check(best, contract, file)
    return best if len(best.names) > 1 or declared else _of_one_column(text, tried, best)


def _attempt(
    text: str, delimiter: str, contract: FileContract, declared: bool, file: str
) -> Header | None:
    try:
        record = _first(text, delimiter, declared, file)
    except FileRefused:
        return None
    return _header(record, delimiter, contract) if record and record.cells else None


def _first(text: str, delimiter: str, declared: bool, file: str) -> Record | None:
    found = records(text, delimiter, file)
    if declared:
        next(found)
    return next((record for record in found if record.raw.strip("\ufeff \t")), None)


def _header(record: Record, delimiter: str, contract: FileContract) -> Header:
    # One more than allowed is enough to refuse; a line of commas only must not take minutes.
    cells = (record.cells or [])[: contract.max_columns + 1]
    names = tuple(tidy(cell) or f"(column {number})" for number, cell in enumerate(cells, 1))
    meanings = contract.meanings()
    meant = [meanings.get(comparable(name)) for name in names]
    # The first of a repeated name: _check refuses the repetition.
    places = {field: meant.index(field) for field in meant if field is not None}
    added = {name: i for i, name in enumerate(names) if meant[i] is None}
    missing = tuple(field for field in contract.required if field.name not in places)
    return Header(delimiter, record.line, names, places, added, missing)


def _of_one_column(text: str, tried: list[Header], best: Header) -> Header:
    # No delimiter in the header: the first one that no cell uses either, so 1,5 stays whole.
    alike = [header for header in tried if header.names == best.names]
    return next((header for header in alike if header.delimiter not in text), best)


def _check(header: Header, contract: FileContract, file: str) -> None:
    if len(header.names) > contract.max_columns:
        reason = f"it has more than the {contract.max_columns} columns allowed"
        raise FileRefused(file, header.line, None, reason, "export fewer columns")
    if not header.places:
        raise _no_header(header, contract, file)
    if header.missing:
        raise _different(header, file)
    _check_names(header, contract, file)


def _check_names(header: Header, contract: FileContract, file: str) -> None:
    meanings = contract.meanings()
    seen: set[str] = set()
    for name in header.names:
        meaning = meanings.get(comparable(name), comparable(name))
        if meaning in seen:
            reason = "the header has this column twice"
            raise FileRefused(file, header.line, name, reason, "remove or rename one of the two")
        if "\0" in name:
            reason = "the name of this column holds a NUL character"
            raise FileRefused(file, header.line, name, reason, "rename the column")
        seen.add(meaning)


def _no_header(header: Header, contract: FileContract, file: str) -> FileRefused:
    expected = _listed([field.name for field in contract.fields])
    reason = f"its first line has none of the expected columns ({expected})"
    return FileRefused(file, header.line, None, reason, WITH_HEADER)


def _different(header: Header, file: str) -> FileRefused:
    missing = [field.name for field in header.missing]
    unknown = f"; unknown columns: {_listed(list(header.added))}" if header.added else ""
    reason = f"missing columns: {_listed(missing)}{unknown}{_renamed(header)}"
    column = missing[0] if len(missing) == 1 else None
    remedy = "give the columns their expected names in the export and drop the file again"
    return FileRefused(file, header.line, column, reason, remedy)


def _renamed(header: Header) -> str:
    unknown = {comparable(name): name for name in header.added}
    likely = [
        f"{shown(unknown[close[0]])} is perhaps {field.name}"
        for field in header.missing
        if (close := [m for n in field.known_as for m in difflib.get_close_matches(n, unknown, 1)])
    ]
    return f"; {', '.join(likely)}" if likely else ""


def _listed(names: list[str]) -> str:
    more = len(names) - NAMES_SHOWN
    listed = ", ".join(shown(name) for name in names[:NAMES_SHOWN])
    return f"{listed} and {more} more" if more > 0 else listed


def _wrong_declaration(file: str) -> FileRefused:
    reason = "its line 'sep=' declares a separator that is not a comma, semicolon or tab"
    return FileRefused(file, 1, None, reason, "export it separated by semicolons")


def _unreadable(text: str, start: int, file: str) -> FileRefused:
    rest = text[start:].lstrip("\ufeff \t\r\n")
    if not rest:
        return FileRefused(file, None, None, "it holds only blank lines", WITH_HEADER)
    line = line_ends(text[: len(text) - len(rest)]) + 1
    reason = "the quotes of the header line do not close properly"
    return FileRefused(file, line, None, reason, "mend the quotes and drop the file again")
