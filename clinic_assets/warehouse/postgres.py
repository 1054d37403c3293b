"""The one way into Postgres: addresses, the engine, and errors that say no patient's name.

Which Postgres: CLINIC_DATABASE_URL, else the embedded one (embedded.py), started when needed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import psycopg
import sqlalchemy as sa

from clinic_assets.settings import settings
from clinic_assets.warehouse.embedded import EmbeddedPostgres

TRANSIENT = ("08", "40", "53", "55P03", "57P")
"""SQLSTATEs that a second try can cure: connection, deadlock, resources, lock timeout, shutdown."""


class WarehouseError(RuntimeError):
    """Postgres refused. Says table, constraint and SQLSTATE; never a value."""

    def __init__(self, message: str, *, is_transient: bool = False) -> None:
        super().__init__(message)
        self.is_transient = is_transient


def embedded() -> EmbeddedPostgres | None:
    """The embedded server's driver, or None where the settings name a server."""
    return None if settings().database_url else EmbeddedPostgres(settings().home)


def plain_url(database: str | None = None) -> sa.URL:
    """The server's address, with the warehouse's database or another one. Starts the embedded
    one.
    """
    configured = settings().database_url
    if configured is None:
        server = EmbeddedPostgres(settings().home)
        server.start()
        return sa.make_url(server.url(database or "clinic"))
    url = sa.make_url(configured.get_secret_value().replace("postgres://", "postgresql://", 1))
    return url.set(drivername="postgresql", database=database or url.database)


def spelled(url: sa.URL) -> str:
    """An address with its password as libpq reads it: SQLAlchemy leaves a space as it is."""
    return url.render_as_string(hide_password=False).replace(" ", "%20")


def warehouse_url() -> sa.URL:
    """For our engine: psycopg 3, whatever the setting spells."""
    return plain_url().set(drivername="postgresql+psycopg")


def dagster_url() -> sa.URL:
    """For dagster-postgres, which needs psycopg2 spelled out (see docs/decisions).

    It connects anew for every statement: on loopback asking for encryption first is half of that.
    """
    url = plain_url("dagster").set(drivername="postgresql+psycopg2")
    if settings().database_url is None:
        url = url.update_query_dict({"sslmode": "disable", "gssencmode": "disable"})
    return url


@lru_cache(maxsize=1)
def engine() -> sa.Engine:
    """The warehouse's engine of this process."""
    return engine_at(warehouse_url())


def engine_at(url: sa.URL | str) -> sa.Engine:
    """An engine whose sessions are in UTC and whose errors hide parameters."""
    options = "-c timezone=UTC -c client_min_messages=warning -c jit=off"
    return sa.create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"options": options, "application_name": "clinic", "connect_timeout": 10},
    )


@contextmanager
def told_plainly(what: str) -> Iterator[None]:
    """Turn a database error into one that names what failed and hides what was in it."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise _plain(what, error.orig) from None
    except psycopg.Error as error:
        raise _plain(what, error) from None


def _plain(what: str, error: BaseException | None) -> WarehouseError:
    state = getattr(error, "sqlstate", None) or ""
    diagnosis = getattr(error, "diag", None)
    constraint = getattr(diagnosis, "constraint_name", None)
    column = getattr(diagnosis, "column_name", None)
    lost = not state and isinstance(error, psycopg.OperationalError)
    said = [f"{what}: Postgres refused"]
    said += [f"constraint {constraint}"] if constraint else []
    said += [f"column {column}"] if column else []
    said += ["connection lost or impossible" if lost else f"{type(error).__name__} {state}".strip()]
    return WarehouseError(", ".join(said) + ".", is_transient=lost or state.startswith(TRANSIENT))
