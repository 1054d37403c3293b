"""Bring the databases to the schema of this code: migrations, and what may never change after.

Safe to run at every start and from several processes at once; half a migration is none, because
Postgres rolls DDL back. A schema newer than the code is refused.
"""

from pathlib import Path

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from clinic_assets.settings import Settings, settings
from clinic_assets.warehouse.postgres import plain_url, spelled
from clinic_assets.warehouse.sessions import told_plainly

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 4_711_000_001


class SchemaRefused(RuntimeError):
    """The database and this code do not belong together; the message says what to do."""


def migrate(engine: sa.Engine) -> None:
    """Create or upgrade the warehouse's schema. Raises SchemaRefused."""
    config = alembic_config()
    with told_plainly("migration"), engine.begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        connection.execute(sa.text("create schema if not exists ops"))
        _refuse_newer(connection, config)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _hold_fixed(connection, settings())


def is_current(engine: sa.Engine) -> bool:
    """Whether the schema is the one of this code. Raises SchemaRefused for a newer one."""
    config = alembic_config()
    with told_plainly("schema"), engine.connect() as connection:
        _refuse_newer(connection, config)
        return _found(connection) == ScriptDirectory.from_config(config).get_current_head()


def create_database(name: str) -> None:
    """Create a database beside the warehouse's unless it is there."""
    address = spelled(plain_url())
    with told_plainly(f"database {name}"), psycopg.connect(address, autocommit=True) as connection:
        there = connection.execute("select from pg_database where datname = %s", (name,))
        if there.fetchone() is not None:
            return
        made = psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name))
        try:
            connection.execute(made)
        except psycopg.errors.InsufficientPrivilege:
            role = connection.info.user
            raise SchemaRefused(
                f"The role {role} may not make the database {name} that Dagster keeps its runs in."
                f" As the server's superuser: `alter role {role} createdb`, or"
                f" `create database {name} owner {role}`."
            ) from None


def alembic_config() -> Config:
    """Alembic without an ini file: where the versions lie."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def _found(connection: sa.Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table_schema": "ops"})
    return context.get_current_revision()


def _refuse_newer(connection: sa.Connection, config: Config) -> None:
    found = _found(connection)
    known = {s.revision for s in ScriptDirectory.from_config(config).walk_revisions()}
    if found and found not in known:
        raise SchemaRefused(
            f"The database has schema {found}, which this version of the platform does not know:"
            " it was upgraded by a newer one. Update the code, or restore the backup made before."
        )


def _hold_fixed(connection: sa.Connection, wanted: Settings) -> None:
    connection.execute(
        sa.text(
            "insert into ops.platform (clinic_id, timezone, currency)"
            " values (:id, :timezone, :currency) on conflict do nothing"
        ),
        {"id": wanted.id, "timezone": wanted.timezone, "currency": wanted.currency},
    )
    fixed = connection.execute(
        sa.text("select clinic_id, timezone, currency from ops.platform")
    ).one()
    for name, was, now in (
        ("CLINIC_ID", fixed.clinic_id, wanted.id),
        ("CLINIC_TIMEZONE", fixed.timezone, wanted.timezone),
        ("CLINIC_CURRENCY", fixed.currency, wanted.currency),
    ):
        if was != now:
            raise SchemaRefused(
                f"{name} is {now}, but this database was begun with {was}: every day in it was cut"
                f" by that. Set {name}={was}, or begin a new database: another CLINIC_HOME,"
                " or an empty database in CLINIC_DATABASE_URL; then backfill from the files."
            )
