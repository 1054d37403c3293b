"""One demonstration clinic for all tests that only look, made once by `clinic demo --no-serve`."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from clinic_assets.warehouse.embedded import EmbeddedPostgres
from clinic_assets_tests.cli.command import bare_environment, clinic_process
from clinic_assets_tests.folders import open_folder, remove

SINGLE_THREADED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Demo:
    """The demonstration: its folders, what the command said, what it left running."""

    folder: Path
    made: CompletedProcess[str]
    left_postgres: bool

    @property
    def data(self) -> Path:
        """Files in and out."""
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        """What points commands at it."""
        return {
            "CLINIC_HOME": str(self.folder / "home"),
            "CLINIC_DATA": str(self.data),
            **SINGLE_THREADED,
        }


@pytest.fixture(scope="session")
def made_demo() -> Iterator[Demo]:
    """Sixty days from nothing. The server is held until the end: one start for all commands."""
    folder = open_folder()
    told = {"CLINIC_HOME": str(folder / "home"), "CLINIC_DATA": str(folder / "data")}
    server = EmbeddedPostgres(folder / "home")
    try:
        made = clinic_process(
            "demo", "--no-serve", environment=bare_environment(**told, **SINGLE_THREADED)
        )
        left = server.is_running()
        server.start()
        yield Demo(folder, made, left)
    finally:
        server.stop()
        remove(folder)


@pytest.fixture
def demo(made_demo: Demo, monkeypatch: pytest.MonkeyPatch) -> Demo:
    """The demonstration clinic; commands of this test are about it."""
    for name, value in made_demo.environment.items():
        monkeypatch.setenv(name, value)
    return made_demo


@pytest.fixture(autouse=True)
def _no_traces() -> Iterator[None]:
    """A command exports what Dagster reads; the next test must not find it."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
