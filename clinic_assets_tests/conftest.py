"""Real servers for every worker, a fresh migrated database for every test that asks for one."""

import datetime as dt
import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import hypothesis
import psycopg
import pytest
import sqlalchemy as sa

from clinic_assets.settings import settings
from clinic_assets.warehouse import postgres
from clinic_assets.warehouse.embedded import EmbeddedPostgres
from clinic_assets.warehouse.migrate import migrate
from clinic_assets.warehouse.sessions import engine_at
from clinic_assets_tests.folders import open_folder, remove
from clinic_assets_tests.mariadb import mariadb as mariadb

_numbers = itertools.count()

os.environ["CLINIC_FIRST_DAY"] = "2023-01-01"
"""Days of tests lie after it, whatever demonstration was run in this checkout before."""

hypothesis.settings.register_profile("clinic", deadline=None)
hypothesis.settings.load_profile("clinic")
"""How long an example takes says more of what else the machine does than of the code."""

LONGEST = ("/ui/", "test_due", "test_living", "test_arrival", "/cli/", "test_serve", "/desk/")
"""Begun first, so that no worker is left with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order by how long a file takes; the order within a file stays."""
    items.sort(key=lambda item: min(
        (place for place, part in enumerate(LONGEST) if part in str(item.path)),
        default=len(LONGEST),
    ))  # fmt: skip


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither a developer's .env nor the machine's variables reach a test."""
    for name in ("CLINIC_DATABASE_URL", "DATABASE_URL", "CLINIC_HOME", "CLINIC_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(type(settings()).model_config, "env_file", None)
    settings.cache_clear()
    yield
    settings.cache_clear()


FOR_POWER_CUTS = ("fsync", "full_page_writes", "synchronous_commit")
"""What a server does for the case that the machine loses power, which no test waits for."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[EmbeddedPostgres]:
    """This worker's own server."""
    folder = open_folder()
    server = EmbeddedPostgres(folder)
    server.start()
    with psycopg.connect(server.url("clinic"), autocommit=True) as connection:
        for name in FOR_POWER_CUTS:
            connection.execute(f"alter system set {name} = off")
        connection.execute("select pg_reload_conf()")
    yield server
    server.stop()
    remove(folder)


@pytest.fixture(scope="session")
def template(cluster: EmbeddedPostgres) -> str:
    """A migrated database to copy."""
    with psycopg.connect(cluster.url("clinic"), autocommit=True) as connection:
        connection.execute("create database template_clinic")
    engine = engine_at(_spelled(cluster.url("template_clinic")))
    migrate(engine)
    engine.dispose()
    return "template_clinic"


def _spelled(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@cache
def _daily_job(assets: tuple[str, ...], checks: bool) -> dg.JobDefinition:
    from clinic_assets.definitions import defs

    job = defs.resolve_job_def("daily")
    keys = {dg.AssetKey(name.split(".")) for name in assets} or job.asset_layer.selected_asset_keys
    return job.get_subset(
        asset_selection=set(keys), asset_check_selection=None if checks else set()
    )


def _forgetful() -> dg.DagsterInstance:
    """Keeps no events: what a run did is in its result, and to keep them too takes half its time."""
    instance = dg.DagsterInstance.ephemeral()
    instance.event_log_storage.store_event = lambda event: None  # type: ignore[method-assign]
    return instance


@dataclass
class Clinic:
    """A clinic of one test: its inbox, its database, and the graph run over days."""

    data: Path
    home: Path
    engine: Any
    url: str

    def drop(self, name: str, text: str | bytes) -> Path:
        """Put a file into the inbox, for example `daily/2025-09-01/appointments.csv`."""
        path = self.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def run(
        self,
        first: str,
        last: str | None = None,
        *assets: str,
        config: dict[str, Any] | None = None,
        tags: dict[str, str] | None = None,
        run_id: str | None = None,
        checks: bool = False,
    ) -> dg.ExecuteInProcessResult:
        """Run the graph, or the assets named as schema.table, over a range of days.

        Without its checks, which write nothing and cost more than all else, unless asked for.
        """
        from clinic_assets.timing.partitions import named_days
        from clinic_assets.timing.tags import range_tags

        days = named_days(dt.date.fromisoformat(first), dt.date.fromisoformat(last or first))
        return _daily_job(assets, checks).execute_in_process(
            instance=_forgetful(),
            run_id=run_id,
            tags=range_tags(days, "test") | (tags or {}),
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
            | (config or {}),
            raise_on_error=False,
        )

    def rows(self, statement: str, **bound: Any) -> Sequence[Any]:
        """The rows of a query, as tuples."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), bound)]

    def one(self, statement: str, **bound: Any) -> Any:
        """The single value of a query."""
        [[value]] = self.rows(statement, **bound)
        return value

    def hashes(self, schemas: Sequence[str] = ("clean", "core", "mart", "score", "desk")) -> Any:
        """Content hash by asset and day, of the layers that must not depend on how they came."""
        return {
            (asset, day): told
            for asset, day, told in self.rows(
                "select asset, day, content_sha256 from ops.load_day"
                " where split_part(asset, '.', 1) = any(:schemas) and rows > 0",
                schemas=list(schemas),
            )
        }


@contextmanager
def opened(
    cluster: EmbeddedPostgres, template: str, root: Path, patch: pytest.MonkeyPatch
) -> Iterator[Clinic]:
    """A clinic with an empty inbox and an empty, migrated database."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(cluster.url("clinic"), autocommit=True) as connection:
        connection.execute(f"create database {name} template {template} strategy file_copy")
    (root / "data").mkdir()
    found = Clinic(root / "data", root / "home", None, cluster.url(name))
    _settle_in(found, patch)
    yield found
    found.engine.dispose()  # Not the settings' own: by now they may mean another server.
    postgres.engine.cache_clear()
    with psycopg.connect(cluster.url("clinic"), autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


def _settle_in(clinic: Clinic, patch: pytest.MonkeyPatch) -> None:
    """Make a clinic the one that settings and engine mean."""
    patch.setenv("CLINIC_DATABASE_URL", clinic.url)
    patch.setenv("CLINIC_DATA", str(clinic.data))
    patch.setenv("CLINIC_HOME", str(clinic.home))
    settings.cache_clear()
    postgres.engine.cache_clear()
    clinic.engine = postgres.engine()


@pytest.fixture
def clinic(
    cluster: EmbeddedPostgres, template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Clinic]:
    """A clinic of one test."""
    with opened(cluster, template, tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture(scope="module")
def kept_clinic(
    cluster: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clinic]:
    """A clinic that the tests of a module share; each settles in it with `settle_in`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(type(settings()).model_config, "env_file", None)
        with opened(cluster, template, tmp_path_factory.mktemp("kept"), patch) as found:
            yield found


@pytest.fixture
def settle_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Clinic], Clinic]]:
    """A function that makes a kept clinic this test's own."""

    def settled(clinic: Clinic) -> Clinic:
        _settle_in(clinic, monkeypatch)
        return clinic

    yield settled
