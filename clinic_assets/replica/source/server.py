"""The source's server: its address, a pool of read-only connections, snapshots and its clock.

Not here: what is asked of it (discover.py, copy/reading.py), the two drivers (driver.py), and how
its errors are told (errors.py).
"""

import datetime as dt
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from clinic_assets.replica.source.driver import Driver, Name, Row, driver, number_of
from clinic_assets.replica.source.errors import SourceError, told

T = TypeVar("T")

CONNECTIONS = 4
"""A practice works on its server: more of us at once would be felt there."""
LOCK_SECONDS = 60
"""How long a read waits for somebody who changes a table's definition."""

SESSION = (
    "set session time_zone = '+00:00', sql_mode = '', group_concat_max_len = 1073741824,"
    f" net_write_timeout = 600, lock_wait_timeout = {LOCK_SECONDS}, max_error_count = 0",
    "set session transaction isolation level repeatable read",
    "set session transaction read only",
)
TIMEOUTS = ("set session max_statement_time = {}", "set session max_execution_time = {}000")
"""MariaDB's spelling and MySQL's; each knows its own only."""
UNKNOWN_VARIABLE = 1193


@dataclass(frozen=True)
class Address:
    """Where a source is; its text does not show the password."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str

    @classmethod
    def parse(cls, url: str) -> "Address":
        """Read `mysql://user:password@host:port/database`, %xx decoded. Raises SourceError."""
        with suppress(ValueError):
            parts = urlsplit(url)
            database = unquote(parts.path[1:])
            if parts.scheme in ("mysql", "mariadb") and parts.hostname and database:
                login = unquote(parts.username or ""), unquote(parts.password or "")
                return cls(parts.hostname, parts.port or 3306, *login, database)
        raise SourceError(
            "The source's address is not mysql://user:password@host:port/database. Everything odd"
            " in user, password and database is written as %xx."
        )


@dataclass(frozen=True)
class Clock:
    """The source's time at one moment: in UTC, and as its own wall clock shows it."""

    utc: dt.datetime
    """With zone UTC: what a TIMESTAMP holds."""
    local: dt.datetime
    """Without zone: what a DATETIME set by the source's `now()` holds."""


@dataclass
class Session:
    """One connection, read only, in UTC and utf8mb4. Raises SourceError."""

    driver: Driver
    connection: Any
    database: str
    unread: Iterator[Sequence[Row]] | None = None
    """A stream whose end was not reached; the connection is busy with it."""
    charset: str = "utf8mb4"

    def rows(self, statement: str) -> list[Row]:
        """All rows of a small query; see `literal` and `mapping.names.source_quoted`."""
        with told(self.driver):
            self._read_to_the_end()
            return self.driver.rows(self.connection, statement)

    def stream(self, statement: str, at_once: int) -> Iterator[Sequence[Row]]:
        """The rows of a large query, never more than so many in memory."""
        with told(self.driver):
            self._read_to_the_end()
            # Kept, for it must not end with the one who reads: its rows would stay on the wire.
            self.unread = stream = self.driver.stream(self.connection, statement, at_once)
            while rows := next(stream, None):
                yield rows
            self.unread = None

    def close(self) -> None:
        """End the connection, whatever state it is in."""
        with suppress(*self.driver.errors):
            self.connection.close()

    def _read_to_the_end(self) -> None:
        if self.unread is not None:
            deque(self.unread, maxlen=0)
            self.unread = None

    def write_in(self, charset: str) -> None:
        """Let texts that are in the statements themselves be of a character set."""
        if charset != self.charset:
            self.rows(f"set character_set_connection = {charset}")
            self.charset = charset

    def clock(self) -> Clock:
        """The source's clock now."""
        [row] = self.rows(
            "select utc_timestamp(6), convert_tz(utc_timestamp(6), '+00:00', @@global.time_zone)"
        )
        utc, local = (dt.datetime.fromisoformat((value or b"").decode()) for value in row)
        return Clock(utc.replace(tzinfo=dt.UTC), local)


class Server:
    """A source: connections are made when needed, kept for the next, and made anew when lost.

    `patience_seconds` bounds how long it waits for a server that is starting or full.
    """

    def __init__(
        self,
        url: str,
        *,
        driver_name: Name | None = None,
        statement_seconds: int = 3600,
        patience_seconds: float = 15,
    ) -> None:
        self.address = Address.parse(url)
        self.driver = driver(driver_name)
        self._statement_seconds, self._patience_seconds = statement_seconds, patience_seconds
        self._idle: list[Session] = []
        self._free = threading.BoundedSemaphore(CONNECTIONS)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A connection for single statements. Raises SourceError."""
        with self._free:
            session = self._living() or self._patiently(self._connected)
            is_whole = False
            try:
                yield session
                is_whole = session.unread is None
            finally:
                if is_whole:
                    self._idle.append(session)
                else:
                    session.close()

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A connection that sees the source as it is at this moment. Raises SourceError.

        Tables of an engine without transactions (MyISAM) are seen as they are at each statement.
        """
        with self.session() as session:
            session.rows("start transaction with consistent snapshot, read only")
            yield session
            session.rows("rollback")

    @property
    def version(self) -> str:
        """For example 10.11.19-MariaDB."""
        with self.session() as session:
            [[version]] = session.rows("select version()")
        return (version or b"").decode()

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()

    def _living(self) -> Session | None:
        """An idle connection that was not lost meanwhile."""
        while self._idle:
            session = self._idle.pop()
            try:
                session.rows("select 1")
                return session
            except SourceError:
                session.close()
        return None

    def _patiently(self, work: Callable[[], T]) -> T:
        deadline, wait = time.monotonic() + self._patience_seconds, 0.05
        while True:
            try:
                return work()
            except SourceError as error:
                if not error.is_transient or time.monotonic() + wait > deadline:
                    raise
            time.sleep(wait)
            wait *= 2

    def _connected(self) -> Session:
        where = self.address
        with told(self.driver):
            connection = self.driver.connect(
                host=where.host,
                port=where.port,
                user=where.user,
                password=where.password,
                database=where.database,
                connect_timeout=10,
                read_timeout=self._statement_seconds + LOCK_SECONDS,
            )
            for statement in SESSION:
                self.driver.rows(connection, statement)
            for statement in TIMEOUTS:
                self._try(connection, statement.format(self._statement_seconds))
        return Session(self.driver, connection, where.database)

    def _try(self, connection: Any, statement: str) -> None:
        try:
            self.driver.rows(connection, statement)
        except self.driver.errors as error:
            if number_of(error) != UNKNOWN_VARIABLE:
                raise


def literal(value: str | int) -> str:
    """A value in SQL of the source, whatever is in it."""
    if isinstance(value, int):
        return str(value)
    return f"convert(x'{value.encode().hex()}' using utf8mb4)"
