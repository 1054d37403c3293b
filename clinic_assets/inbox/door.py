"""Which files may be opened, and reading one whole without being fooled or kept waiting.

Not here: what the bytes mean. The file is never written to, moved or deleted.
"""

import errno
import os
import stat
from pathlib import Path
from typing import NoReturn

from clinic_assets.inbox.contract import FileRefused
from clinic_assets.inbox.wording import file_name

# O_NONBLOCK: opening a FIFO that nobody writes to would otherwise wait for ever.
FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)

NOT_TEXT = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook (.xlsx)",
    b"PK\x05\x06": "an empty ZIP archive",
    b"PK\x07\x08": "a part of a ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Excel workbook (.xls)",
    b"%PDF-": "a PDF document",
}

COPY_ITSELF = "put a plain copy of the file itself into the inbox"
DROP_AGAIN = "drop the complete file again"
WAIT = "wait until the export has finished and drop the file again"


def read_whole(path: Path, inbox: Path, max_bytes: int) -> bytes:
    """The bytes of a regular, settled file inside the inbox, with exactly one name.

    Raises FileRefused for links, FIFOs, devices, folders, files outside the inbox, archives,
    spreadsheets, empty files, files over `max_bytes` and files that change while they are read.
    """
    file = file_name(path, inbox)
    handle = _open(_place(path, inbox, file), file)
    try:
        before = os.fstat(handle)
        _check_kind(before, file)
        _check_size(before.st_size, max_bytes, file)
        data = _read(handle, before.st_size + 1)
        _check_settled(before, os.fstat(handle), len(data), file)
    finally:
        os.close(handle)
    _check_is_text(data, file)
    return data


def _place(path: Path, inbox: Path, file: str) -> Path:
    # The last part stays unresolved: if it is a link, that is the better thing to say.
    place = Path(os.path.realpath(path.parent)) / path.name
    if not place.is_relative_to(os.path.realpath(inbox)):
        _refuse(file, "it lies outside the inbox", COPY_ITSELF)
    return place


def _open(place: Path, file: str) -> int:
    try:
        return os.open(place, FLAGS)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            _refuse(file, "it is a symbolic link", COPY_ITSELF)
        if error.errno == errno.ENOENT:
            _refuse(file, "it is not there", DROP_AGAIN)
        reason = os.strerror(error.errno or errno.EIO).lower()
        _refuse(file, f"it cannot be opened ({reason})", "check the permissions of the file")


def _check_kind(found: os.stat_result, file: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        _refuse(file, "it is a folder, a pipe or a device, not a file", COPY_ITSELF)
    if found.st_nlink != 1:
        _refuse(file, "it is a hard link: the same file has another name elsewhere", COPY_ITSELF)


def _check_size(size: int, max_bytes: int, file: str) -> None:
    if size == 0:
        _refuse(file, "it is empty (0 bytes)", DROP_AGAIN)
    if size > max_bytes:
        reason = f"it has {size:,} bytes, more than the {max_bytes:,} allowed"
        _refuse(file, reason, "export a shorter period, or several smaller files")


def _read(handle: int, limit: int) -> bytes:
    with os.fdopen(handle, "rb", closefd=False) as stream:
        return stream.read(limit)


def _check_settled(before: os.stat_result, after: os.stat_result, read: int, file: str) -> None:
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not same or read != before.st_size:
        _refuse(file, "it is still being written: it changed while it was read", WAIT)


def _check_is_text(data: bytes, file: str) -> None:
    for magic, kind in NOT_TEXT.items():
        if data.startswith(magic):
            _refuse(file, f"it is {kind}, not a text file", "export as CSV and drop that file")


def _refuse(file: str, reason: str, remedy: str) -> NoReturn:
    raise FileRefused(file, None, None, reason, remedy)
