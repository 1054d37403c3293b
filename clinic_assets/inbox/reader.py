"""Reading a delimited text file: the one way in. Door, encoding, header, rows, in this order.

Not here: types, meanings and the fate of a refused row; the caller has them.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from clinic_assets.inbox.contract import Delimited, FileContract
from clinic_assets.inbox.door import read_whole
from clinic_assets.inbox.encoding import decode
from clinic_assets.inbox.header import Header, find_header
from clinic_assets.inbox.records import Record
from clinic_assets.inbox.rows import body, check_separators, fault
from clinic_assets.inbox.wording import file_name


def content_hash(path: Path, contract: FileContract, inbox: Path) -> str:
    """The sha256 that reading the file would tell. Raises FileRefused if it may not be opened."""
    return hashlib.sha256(read_whole(path, inbox, contract.max_bytes)).hexdigest()


def read_delimited(
    path: Path, contract: FileContract, inbox: Path, *, accept_open_end: bool = False
) -> Delimited:
    """The rows of a dropped file.

    `accept_open_end`: someone consented that the last line has no line end. Raises FileRefused if
    the file as a whole cannot be trusted; a single bad record is in `refused` instead.
    """
    file = file_name(path, inbox)
    data = read_whole(path, inbox, contract.max_bytes)
    text, encoding = decode(data, file, accept_open_end=accept_open_end)
    header = find_header(text, contract, file)
    result = Delimited(
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=encoding,
        delimiter=header.delimiter,
        header=header.names,
        added=tuple(header.added),
    )
    wrong = _fill(result, body(text, header, file), header, contract)
    check_separators(wrong, result.rows_in, header, file)
    return result


def _fill(
    result: Delimited, found: Iterable[Record], header: Header, contract: FileContract
) -> list[int]:
    """Sorts the records into good and refused; the lines with a wrong number of fields."""
    places = [(f.name, header.places.get(f.name, len(header.names))) for f in contract.fields]
    wrong: list[int] = []
    for record in found:
        refused = fault(record, header, contract)
        if refused is None:
            _keep(result, record, places, header)
            continue
        result.refused.append(refused)
        if record.cells is not None and len(record.cells) != len(header.names):
            wrong.append(record.line)
    return wrong


def _keep(result: Delimited, record: Record, places: list[tuple[str, int]], header: Header) -> None:
    cells = record.cells or []
    cells.append("")  # where `places` sends the optional fields that the file does not have
    result.rows.append({name: cells[place] for name, place in places})
    result.extras.append({name: cells[place] for name, place in header.added.items()})
    result.lines.append(record.line)
    result.raws.append(record.raw)
