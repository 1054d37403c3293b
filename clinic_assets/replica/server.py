"""The source's server: its address, a pool of read-only connections, snapshots and its clock.

Not here: what is asked of it (discover.py, stream.py), and the two drivers (driver.py).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

Driver = Literal["mysqlclient", "pymysql"]

Row = tuple[bytes | None, ...]
"""As the server sends it: every value its text, in utf8mb4."""


class SourceError(RuntimeError):
    """The source refused. Says table, error number and remedy; never host, password or value."""

    def __init__(self, message: str, *, is_transient: bool = False) -> None:
        super().__init__(message)
        self.is_transient = is_transient


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
        raise NotImplementedError


@dataclass(frozen=True)
class Clock:
    """The source's time at one moment: in UTC, and as its own wall clock shows it."""

    utc: dt.datetime
    """With zone UTC: what a TIMESTAMP holds."""
    local: dt.datetime
    """Without zone: what a DATETIME set by the source's `now()` holds."""


class Session:
    """One connection, read only, in UTC and utf8mb4."""

    def rows(self, statement: str, *bound: object) -> list[Row]:
        """All rows of a small query; `%s` stands for each bound value."""
        raise NotImplementedError

    def stream(self, statement: str, rows_at_once: int) -> Iterator[Sequence[Row]]:
        """The rows of a large query, never more than so many in memory."""
        raise NotImplementedError

    def clock(self) -> Clock:
        """The source's clock now."""
        raise NotImplementedError


class Server:
    """A source: connections are made when needed, kept for the next, and made anew when lost."""

    def __init__(
        self,
        url: str,
        *,
        driver: Driver | None = None,
        statement_seconds: int = 3600,
        connect_seconds: int = 10,
    ) -> None:
        raise NotImplementedError

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A connection for single statements. Raises SourceError."""
        raise NotImplementedError
        yield

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A connection that sees the source as it is at this moment. Raises SourceError."""
        raise NotImplementedError
        yield

    @property
    def version(self) -> str:
        """For example 10.11.19-MariaDB."""
        raise NotImplementedError

    def close(self) -> None:
        """Close idle connections."""
