"""A private MariaDB for tests: its own folder and port, from the binaries on the machine.

The root conftest.py has the fixture, so that a worker makes one server and not one a room. Nothing
of the platform is imported here.
"""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import MySQLdb
import pytest

from clinic_assets_tests.folders import open_folder, remove

USER, PASSWORD = "clinic", "s3cret/pass@word"
"""Whoever prints an address prints this: tests look for it in logs and errors."""

PROGRAMS = ("mariadbd", "mariadb-install-db")
MISSING = "needs MariaDB's programs: apt-get install mariadb-server"

_SETTINGS = (
    "bind-address=127.0.0.1",
    "skip-name-resolve",
    "skip-log-bin",
    # Zero dates can exist, as in a practice's database that was begun decades ago.
    "sql-mode=",
    "character-set-server=utf8mb4",
    "default-storage-engine=InnoDB",
    "default-time-zone=+00:00",
    "max-allowed-packet=256M",
    "max-connections=60",
    # Little memory, few waits; what a killed server had committed is still there.
    "innodb-buffer-pool-size=128M",
    "innodb-log-file-size=64M",
    "innodb-flush-log-at-trx-commit=2",
    "innodb-doublewrite=0",
    "key-buffer-size=1M",
    "aria-pagecache-buffer-size=4M",
    "performance-schema=0",
)


@dataclass
class MariaDB:
    """One server in its own folder. `start` it, `kill` it at any moment, `start` it again."""

    folder: Path
    more: tuple[str, ...] = ()
    """Settings beside the ones above, as `name=value`."""
    port: int = 0
    process: Any = None
    _numbers: Any = field(default_factory=itertools.count)

    @property
    def socket(self) -> Path:
        """The way in for root, without a password."""
        return self.folder / "socket"

    def start(self) -> None:
        """Return when the server answers; after a kill it has repaired itself by then."""
        if not (self.folder / "data").exists():
            self._install()
        self.port = self.port or _free_port()
        with (self.folder / "log").open("ab") as log:
            command = [
                *self._command("mariadbd"),
                *(f"--{setting}" for setting in (*_SETTINGS, *self.more)),
                f"--port={self.port}",
                f"--socket={self.socket}",
                f"--pid-file={self.folder / 'pid'}",
                f"--init-file={self._init_file()}",
            ]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        while not self._answers():
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.02)

    def kill(self) -> None:
        """End the server as a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End the server in order."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def connect(self, database: str = "", **more: Any) -> Any:
        """A connection of the all-powerful user, each statement its own transaction."""
        return MySQLdb.connect(
            unix_socket=str(self.socket),
            user="root",
            database=database,
            charset="utf8mb4",
            autocommit=True,
            **more,
        )

    def run(self, statements: str, database: str = "") -> None:
        """Run statements that are separated by semicolons at line ends."""
        connection = self.connect(database)
        try:
            for statement in statements.split(";\n"):
                if statement.strip(" ;\n"):
                    connection.query(statement.encode())
                    connection.store_result()
        finally:
            connection.close()

    def database(self, name: str = "") -> str:
        """Make a fresh, empty database, `test_N` unless named, and return its address."""
        name = name or f"test_{next(self._numbers)}"
        self.run(f"create or replace database `{name}`")
        return self.url(name)

    def url(self, database: str) -> str:
        """The address as a practice would write it into its settings."""
        login = f"{USER}:{quote(PASSWORD, safe='')}"
        return f"mysql://{login}@127.0.0.1:{self.port}/{quote(database, safe='')}"

    def _install(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [
                *self._command("mariadb-install-db"),
                "--skip-test-db",
                "--auth-root-authentication-method=normal",
                "--innodb-log-file-size=64M",
            ],
            check=True,
            capture_output=True,
        )

    def _command(self, program: str) -> list[str]:
        path = shutil.which(program)
        assert path, MISSING
        as_root = ["--user=root"] if os.geteuid() == 0 else []
        return [path, "--no-defaults", f"--datadir={self.folder / 'data'}", *as_root]

    def _init_file(self) -> Path:
        path = self.folder / "users.sql"
        path.write_text(
            f"create user if not exists {USER}@'%' identified by '{PASSWORD}';\n"
            f"grant all on *.* to {USER}@'%';\n"
        )
        return path

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except MySQLdb.Error:
            return False
        return True


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """This worker's own server; a test that kills it starts it again."""
    if not all(shutil.which(program) for program in PROGRAMS):
        pytest.skip(MISSING)
    folder = open_folder()
    server = MariaDB(folder)
    server.start()
    yield server
    server.stop()
    remove(folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
