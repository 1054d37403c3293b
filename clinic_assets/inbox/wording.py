"""Names and raw text as messages, comparisons and the quarantine need them."""

from os.path import relpath
from pathlib import Path

RAW_CHARS = 4000
NAME_CHARS = 60
FILE_NAME_CHARS = 255


def shown(name: str, limit: int = NAME_CHARS) -> str:
    """A header or file name as a message may print it: short, on one line, encodable."""
    short = name if len(name) <= limit else name[:limit] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)


def quarantined(raw: str) -> str:
    """A record's text as a database can store it: no NUL, at most 4,000 characters."""
    return raw[:RAW_CHARS].replace("\0", "\\x00")[:RAW_CHARS]


def file_name(path: Path, inbox: Path) -> str:
    """What messages call the file: its path from the inbox, or the whole path if it is outside."""
    inside = Path(relpath(path, inbox))
    name = path if ".." in inside.parts else inside
    return "/".join(shown(part, FILE_NAME_CHARS) for part in name.parts).replace("//", "/")


def tidy(name: str) -> str:
    """A header name without byte order marks, surrounding space and quotes."""
    return name.replace("\ufeff", "").strip().strip("\"'").strip()


def comparable(name: str) -> str:
    """A header name as it is compared: tidy and without case."""
    return tidy(name).casefold()
