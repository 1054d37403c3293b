"""From bytes to text: which encoding a file has, and whether its last line is complete.

Only the declared encodings are tried, in their order; no byte is ever replaced or left out.
"""

import codecs

from clinic_assets.inbox.contract import FileRefused

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
HIGH_BYTES = bytes(range(0x80, 0x100))
SAVE_AS_UTF8 = "export it again with the encoding UTF-8"
DROP_COMPLETE = "drop the complete file again; a complete file ends with a line end"


def decode(data: bytes, file: str, *, accept_open_end: bool = False) -> tuple[str, str]:
    """The text (without byte order mark, line ends untouched) and the name of the encoding.

    Encodings: utf-8-sig, utf-16-le, utf-16-be, utf-8, cp1252. Raises FileRefused if the last line
    does not end (unless `accept_open_end`), or with the line of the first byte that is no text.
    """
    mark = next((mark for mark in BYTE_ORDER_MARKS if data.startswith(mark)), b"")
    encoding = BYTE_ORDER_MARKS.get(mark) or _unmarked_utf16(data)
    body = data[len(mark) :]
    if not accept_open_end:
        _check_end(body, encoding, file)
    if encoding is None:
        return _utf8_or_cp1252(body, file)
    return _strict(body, encoding.removesuffix("-sig"), file), encoding


def line_ends(text: str) -> int:
    """How many lines end in the text: LF, CR LF and a lone CR each end one."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _unmarked_utf16(data: bytes) -> str | None:
    # A header starts with two Latin letters or a quote: in UTF-16 each has one NUL beside it.
    nul = [byte == 0 for byte in data[:4]]
    if nul == [False, True, False, True]:
        return "utf-16-le"
    return "utf-16-be" if nul == [True, False, True, False] else None


def _check_end(data: bytes, encoding: str | None, file: str) -> None:
    rough = encoding or "latin-1"
    whole = len(data) % 2 == 0 or not rough.startswith("utf-16")
    last = data[-2:] if rough.startswith("utf-16") else data[-1:]
    if whole and last.decode(rough, "replace") in ("\n", "\r"):
        return
    line = line_ends(data.decode(rough, "replace")) + 1
    reason = f"the file is cut off or still being written: its last line {line} does not end"
    raise FileRefused(file, line, None, reason, DROP_COMPLETE)


def _strict(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(data, error.start, encoding, file) from None


def _utf8_or_cp1252(data: bytes, file: str) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if _mostly_utf8(data):
            raise _undecodable(data, error.start, "utf-8", file) from None
    return _strict(data, "cp1252", file), "cp1252"


def _mostly_utf8(data: bytes) -> bool:
    # One damaged byte must not turn every umlaut of a UTF-8 file into two cp1252 characters.
    high = len(data) - len(data.translate(None, HIGH_BYTES))
    kept = data.decode("utf-8", "ignore")
    ascii_bytes = len(data) - high
    good_characters = len(kept) - ascii_bytes
    stray_bytes = len(data) - len(kept.encode("utf-8"))
    return good_characters >= stray_bytes


def _undecodable(data: bytes, position: int, encoding: str, file: str) -> FileRefused:
    line = line_ends(data[:position].decode(encoding, "replace")) + 1
    reason = f"it holds bytes that are no text in the encoding {encoding}"
    return FileRefused(file, line, None, reason, SAVE_AS_UTF8)
