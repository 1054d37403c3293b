"""The way into MariaDB: its address, a session that takes whatever a practice holds, loading."""

from collections.abc import Iterable
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


SIMULATED = "SimulatedPractice"
"""The preference by which a simulated practice is known."""


class NotEmpty(RuntimeError):
    """The database has something in it, and nobody said that it may be changed."""


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


def not_ours(connection: Connection) -> None:
    """Make sure that no stranger's rows are there. Raises NotEmpty."""
    names = [name for (name,) in rows(connection, "show tables")]
    if "preference" in names and rows(
        connection, "select 1 from preference where PrefName = %s", SIMULATED
    ):
        return
    held = [name for name in names if rows(connection, f"select 1 from {quoted(name)} limit 1")]
    if held:
        raise NotEmpty(
            f"{len(held)} tables of the database hold rows that are not simulated, the first is"
            f" {held[0]}; name another database, or say that it may be changed"
        )


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

    def load(self, table: str, targets: Iterable[str], lines: str, assigned: str = "") -> None:
        """Add lines of tabbed text to a table; targets are quoted columns or @variables."""
        self._file.write_bytes(lines.encode())
        # The server takes no bound values here; the path is our own and holds no quotes.
        taken = run(
            self._connection,
            f"load data local infile '{self._file}' into table {quoted(table)}"
            f" character set utf8mb4 ({', '.join(targets)}) {assigned and f'set {assigned}'}",
        )
        wrong = rows(self._connection, "show warnings limit 1")
        if wrong or taken != lines.count("\n"):
            # The server would bend a wrong value to fit and leave out a duplicate key in silence.
            raise RuntimeError(f"{table} took {taken} of {lines.count(chr(10))} rows: {wrong}")
