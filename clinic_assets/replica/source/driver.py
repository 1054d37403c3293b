"""The two MySQL drivers behind one thin face: connect, query, rows of bytes, error numbers.

mysqlclient where its wheel installs; PyMySQL, slower and pure Python, everywhere else. Nothing
else in the platform imports either.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, Protocol

Name = Literal["mysqlclient", "pymysql"]

Row = tuple[bytes | None, ...]
"""As the server sends it: every value its text in utf8mb4; binary values as they are."""

LOST = 2013
"""MySQL's number for a connection that was lost; also given to errors that have none."""

AS_BYTES: dict[str, Any] = {
    "use_unicode": False,
    "charset": "utf8mb4",
    "autocommit": True,
    "local_infile": 0,
}


class Driver(Protocol):
    """What both drivers can do. Each method raises one of `errors`; see `number_of`."""

    errors: tuple[type[Exception], ...]

    def connect(self, **where: Any) -> Any:
        """A connection to host, port, user, password, database, with timeouts."""

    def rows(self, connection: Any, statement: str) -> list[Row]:
        """All rows of a small query."""

    def stream(self, connection: Any, statement: str, at_once: int) -> Iterator[Sequence[Row]]:
        """The rows of a large query, so many at once; none are kept on this side."""


def number_of(error: Exception) -> int:
    """MySQL's number of a driver's error."""
    number = error.args[0] if error.args else None
    return number if isinstance(number, int) and number > 1000 else LOST


def driver(name: Name | None = None) -> Driver:
    """The driver of that name; without a name mysqlclient, else PyMySQL. Raises ImportError."""
    if name == "pymysql":
        return PyMySQL()
    try:
        return MySQLClient()
    except ImportError:
        if name:
            raise
        return PyMySQL()


class MySQLClient:
    """MySQL's C client; a value costs no more than its bytes."""

    def __init__(self) -> None:
        import MySQLdb

        self._module = MySQLdb
        self.errors: tuple[type[Exception], ...] = (MySQLdb.Error,)

    def connect(self, **where: Any) -> Any:
        """A connection whose values stay bytes."""
        return self._module.connect(**where, **AS_BYTES, conv={})

    def rows(self, connection: Any, statement: str) -> list[Row]:
        """All rows of a small query."""
        connection.query(statement.encode())
        result = connection.store_result()
        return list(result.fetch_row(0)) if result else []

    def stream(self, connection: Any, statement: str, at_once: int) -> Iterator[Sequence[Row]]:
        """The rows of a large query, so many at once."""
        connection.query(statement.encode())
        result = connection.use_result()
        while rows := result.fetch_row(at_once):
            yield rows


class PyMySQL:
    """The pure Python driver."""

    def __init__(self) -> None:
        import pymysql
        from pymysql.converters import encoders
        from pymysql.cursors import SSCursor

        self._module, self._cursor = pymysql, SSCursor
        self._encoders: Any = encoders
        # A connection that breaks between two packets lets the latter through.
        self.errors: tuple[type[Exception], ...] = (pymysql.Error, OSError)

    def connect(self, **where: Any) -> Any:
        """A connection whose values stay bytes."""
        return self._module.connect(**where, **AS_BYTES, conv=self._encoders)

    def rows(self, connection: Any, statement: str) -> list[Row]:
        """All rows of a small query."""
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def stream(self, connection: Any, statement: str, at_once: int) -> Iterator[Sequence[Row]]:
        """The rows of a large query, so many at once."""
        cursor = connection.cursor(self._cursor)
        try:
            cursor.execute(statement)
            while rows := cursor.fetchmany(at_once):
                yield rows
        finally:
            # Rows that nobody wants any more are not read to their end before the close.
            if cursor._result:
                cursor._result.unbuffered_active = False
