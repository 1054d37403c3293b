"""The schema and the code belong together, or nothing happens."""

import threading

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import clinic_assets.definitions  # noqa: F401 - declares every table
from clinic_assets.settings import settings
from clinic_assets.warehouse.contracts import SCHEMAS, metadata
from clinic_assets.warehouse.migrate import SchemaRefused, is_current, migrate
from clinic_assets.warehouse.sessions import engine_at


def test_the_migrated_schema_is_the_declared_one(clinic) -> None:
    with clinic.engine.connect() as connection:
        views = {
            tuple(row)
            for row in connection.execute(sa.text("select schemaname, viewname from pg_views"))
        }
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _: kind != "schema" or name in SCHEMAS,
                "include_object": lambda thing, name, kind, _, __: (
                    not (
                        kind == "table"
                        and ((thing.schema, name) in views or name == "alembic_version")
                    )
                ),
                "compare_type": True,
                "compare_server_default": True,
                "version_table_schema": "ops",
            },
        )
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(clinic) -> None:
    told = "select count(*), max(oid) from pg_class"
    before = clinic.rows(told)
    migrate(clinic.engine)
    assert clinic.rows(told) == before
    assert is_current(clinic.engine)


def test_several_processes_may_migrate_an_empty_database_at_once(clinic) -> None:
    base, _, _ = clinic.url.rpartition("/")
    with psycopg.connect(f"{base}/clinic", autocommit=True) as connection:
        connection.execute("create database empty_clinic")
    failed: list[BaseException] = []

    def run() -> None:
        engine = engine_at(f"{base}/empty_clinic".replace("postgresql:", "postgresql+psycopg:"))
        try:
            migrate(engine)
            assert is_current(engine)
        except BaseException as error:
            failed.append(error)
        engine.dispose()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(f"{base}/empty_clinic") as connection:
        platforms = connection.execute("select count(*) from ops.platform").fetchone()
    with psycopg.connect(f"{base}/clinic", autocommit=True) as connection:
        connection.execute("drop database empty_clinic with (force)")
    assert failed == [] and platforms == (1,)


def test_a_schema_newer_than_the_code_is_refused_with_what_to_do(clinic) -> None:
    with clinic.engine.begin() as connection:
        connection.exec_driver_sql("update ops.alembic_version set version_num = '9999'")
    for look in (migrate, is_current):
        with pytest.raises(SchemaRefused, match=r"9999.*Update the code"):
            look(clinic.engine)
    assert clinic.one("select version_num from ops.alembic_version") == "9999"


@pytest.mark.parametrize(
    ("variable", "value"),
    [("CLINIC_TIMEZONE", "Europe/Madrid"), ("CLINIC_CURRENCY", "USD"), ("CLINIC_ID", "other")],
)
def test_what_every_day_was_cut_by_may_not_change(clinic, monkeypatch, variable, value) -> None:
    monkeypatch.setenv(variable, value)
    settings.cache_clear()
    with pytest.raises(SchemaRefused, match=f"{variable} is {value}"):
        migrate(clinic.engine)
    monkeypatch.undo()
