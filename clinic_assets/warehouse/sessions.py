"""An engine at a known address, and errors of Postgres that say no patient's name.

Not here: which Postgres is ours (postgres.py). That is told by the settings, which would be a sixth
of what a copying process weighs; so nothing here imports them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa

TRANSIENT = ("08", "40", "53", "55P03", "57P")
"""SQLSTATEs that a second try can cure: connection, deadlock, resources, lock timeout, shutdown."""


class WarehouseError(RuntimeError):
    """Postgres refused. Says table, constraint and SQLSTATE; never a value."""

    def __init__(self, message: str, *, is_transient: bool = False) -> None:
        super().__init__(message)
        self.is_transient = is_transient


def engine_at(url: sa.URL | str) -> sa.Engine:
    """An engine whose sessions are in UTC and whose errors hide parameters."""
    options = "-c timezone=UTC -c client_min_messages=warning -c jit=off"
    return sa.create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        # Else the first connection asks for a type that no table of ours has.
        use_native_hstore=False,
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
