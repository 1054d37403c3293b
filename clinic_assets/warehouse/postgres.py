"""Which Postgres is ours: its addresses, and the engine of this process.

The one that CLINIC_DATABASE_URL names, else the embedded one (embedded.py), started when needed.
"""

from functools import lru_cache

import sqlalchemy as sa

from clinic_assets.settings import settings
from clinic_assets.warehouse.embedded import EmbeddedPostgres
from clinic_assets.warehouse.sessions import engine_at


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
