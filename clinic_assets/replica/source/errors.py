"""What the source's errors mean, told without host, password or value."""

from collections.abc import Iterator
from contextlib import contextmanager

from clinic_assets.replica.source.driver import Driver, number_of

REMEDIES = {
    1040: "the server has no connection left; try again later",
    1044: "the user may not use this database; grant it select",
    1045: "user or password is refused; check the address in the settings",
    1049: "there is no such database; check the address in the settings",
    1053: "the server is shutting down; try again later",
    1054: "a column is gone; discover the source again",
    1142: "the user may not read this table; grant it select",
    1146: "the table is gone; discover the source again",
    1153: "a row is larger than the server sends; raise its max_allowed_packet",
    1205: "somebody holds a lock for long; try again later",
    1213: "a deadlock; try again",
    1317: "the statement was interrupted; try again",
    1412: "the table was changed at this moment; try again",
    1927: "the connection was killed; try again",
    1969: "the statement took too long; look for what slows the server",
    2002: "the server does not answer; check that it runs and the address in the settings",
    2003: "the server does not answer; check that it runs and the address in the settings",
    2005: "the host's name is unknown; check the address in the settings",
    2006: "the connection was lost; try again",
    2013: "the connection was lost; try again",
    3024: "the statement took too long; look for what slows the server",
}
TRANSIENT = {1040, 1053, 1205, 1213, 1317, 1412, 1927, 2002, 2003, 2006, 2013}
"""Numbers that a second try can cure."""


class SourceError(RuntimeError):
    """The source refused. Says table, error number and remedy; never host, password or value."""

    def __init__(self, message: str, *, is_transient: bool = False) -> None:
        super().__init__(message)
        self.is_transient = is_transient


@contextmanager
def about(table: str) -> Iterator[None]:
    """Put the table's name before what the source says."""
    try:
        yield
    except SourceError as error:
        raise SourceError(f"{table}: {error}", is_transient=error.is_transient) from None


@contextmanager
def told(driver: Driver) -> Iterator[None]:
    """Tell a driver's error by its number; its text could quote a value."""
    try:
        yield
    except driver.errors as error:
        number = number_of(error)
        remedy = REMEDIES.get(number, "see MySQL's or MariaDB's list of errors")
        raise SourceError(
            f"the source refused with error {number}: {remedy}.", is_transient=number in TRANSIENT
        ) from None
