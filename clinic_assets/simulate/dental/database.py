"""The way into MariaDB: its address, a session that takes whatever a practice holds, loading."""

from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

import MySQLdb

Connection = Any
"""Of the driver, which has no types worth naming."""

SESSION = (
    "set session sql_mode = '', time_zone = '+00:00', unique_checks = 0, foreign_key_checks = 0"
)
"""Zero dates may be written, a column without a default is 0 or '' when not named."""


class NotEmpty(RuntimeError):
    """The database has tables, and nobody said that they may go."""


def connect(url: str) -> Connection:
    """Connect to mysql://user:password@host:port/database; statements wait for a commit."""
    parts = urlsplit(url)
    connection = MySQLdb.connect(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=unquote(parts.path.lstrip("/")),
        charset="utf8mb4",
        local_infile=1,
        autocommit=False,
    )
    run(connection, SESSION)
    return connection


def run(connection: Connection, statement: str, *bound: object) -> int:
    """Run a statement; how many rows it changed."""
    with connection.cursor() as cursor:
        return int(cursor.execute(statement, bound or None))


def rows(connection: Connection, statement: str, *bound: object) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, bound or None)
        return list(cursor.fetchall())


def quoted(name: str) -> str:
    """A table's or column's name, whatever is in it."""
    return "`" + name.replace("`", "``") + "`"


def emptied(connection: Connection, overwrite: bool) -> None:
    """Make sure of an empty database. Raises NotEmpty unless its tables may go."""
    found = [
        name for (name, *_) in rows(connection, "show full tables where Table_type like '%TABLE'")
    ]
    if found and not overwrite:
        raise NotEmpty(
            f"the database has {len(found)} tables, the first is {found[0]}; "
            "name an empty one, or say that it may be overwritten"
        )
    for name in found:
        run(connection, f"drop table {quoted(name)}")


class Loader:
    """Loads rows through a file of its own, which the server reads as its client sends it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._folder = TemporaryDirectory(prefix="rows-")
        self._file = Path(self._folder.name) / "rows"

    def __enter__(self) -> "Loader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._folder.cleanup()

    def load(self, table: str, columns: list[str], lines: str, assigned: str = "") -> None:
        """Add lines of tabbed text to a table; `assigned` is said after `set`."""
        self._file.write_bytes(lines.encode("utf-8", "surrogatepass"))
        names = ", ".join(each if each.startswith("@") else quoted(each) for each in columns)
        # The server takes no bound values here; the path is our own and holds no quotes.
        run(
            self._connection,
            f"load data local infile '{self._file}' into table {quoted(table)}"
            f" character set utf8mb4 ({names}) {assigned and f'set {assigned}'}",
        )
