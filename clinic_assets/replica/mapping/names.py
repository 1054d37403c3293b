"""Names as each server reads them: quoted, whatever is in them, and short enough for Postgres."""

import hashlib

LONGEST = 63
"""Bytes that Postgres keeps of a name."""
SYSTEM_COLUMNS = {"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"}
"""Columns every Postgres table has already."""


def source_quoted(name: str) -> str:
    """A name as MySQL reads it back."""
    return "`" + name.replace("`", "``") + "`"


def quoted(name: str) -> str:
    """A name as Postgres reads it back."""
    return '"' + name.replace('"', '""') + '"'


def table_name(name: str) -> str:
    """The name in Postgres: the same, or shortened with a hash of the whole."""
    return name if len(name.encode()) <= LONGEST else _hashed(name)


def column_name(name: str) -> str:
    """The same for a column."""
    return _hashed(name) if name in SYSTEM_COLUMNS else table_name(name)


def key_name(table: str) -> str:
    """The name of a table's key, which no table's name is equal to but by intent."""
    told = hashlib.sha256(table.encode()).hexdigest()[:8]
    return f"{table.encode()[: LONGEST - 13].decode(errors='ignore')}_key_{told}"


def _hashed(name: str) -> str:
    told = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name.encode()[: LONGEST - 9].decode(errors='ignore')}_{told}"
