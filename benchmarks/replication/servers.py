"""The two servers of a benchmark, private to its folder, and the CPU seconds they have used.

Not here: what is stored in them (source.py), what is measured (measure.py).
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg

from clinic_assets.warehouse.embedded import EmbeddedPostgres
from clinic_assets_tests.mariadb import MariaDB

TICKS = os.sysconf("SC_CLK_TCK")
LOGIN = "bench"
"""User and password of both servers, which are private and hold nothing real."""


@dataclass(frozen=True, eq=False)
class Servers:
    """MariaDB as the source, the platform's own embedded PostgreSQL as the target."""

    folder: Path
    mariadb: MariaDB
    target_url: str
    mariadb_pid: int
    postgres_pid: int

    def source_url(self, database: str) -> str:
        """A database of the source, as a practice writes it into its settings."""
        return f"mysql://{LOGIN}:{LOGIN}@127.0.0.1:{self.mariadb.port}/{database}"

    def source(self, database: str) -> Any:
        """A connection to the source."""
        return self.mariadb.connect(database)

    def target(self) -> psycopg.Connection:
        """A connection to the target, each statement its own transaction."""
        return psycopg.connect(self.target_url, autocommit=True)

    def variables(self, database: str) -> dict[str, str]:
        """The environment of every command that is measured: where both servers are."""
        to = urlsplit(self.target_url)
        return _inherited() | {
            "SOURCE_URL": self.source_url(database),
            "TARGET_URL": self.target_url,
            "MYSQL_PWD": LOGIN,
            "PGHOST": str(to.hostname),
            "PGPORT": str(to.port),
            "PGUSER": str(to.username),
            "PGPASSWORD": unquote(str(to.password)),
            "PGDATABASE": to.path[1:],
            "PGSSLMODE": "disable",
            "PGOPTIONS": "-c client_min_messages=warning",
            "CLINIC_HOME": str(self.folder / "home"),
            "CLINIC_OPENDENTAL_URL": self.source_url(database),
        }

    def cpu(self) -> tuple[float, float]:
        """CPU seconds so far of MariaDB and of PostgreSQL, ended backends included."""
        while True:
            before = _used(self.postgres_pid)
            backends = sum(sum(_used(pid)) for pid in _children(self.postgres_pid))
            # A backend that ends in between has moved from the one sum to the other.
            if before[1] == _used(self.postgres_pid)[1]:
                return _used(self.mariadb_pid)[0], sum(before) + backends

    def settle(self) -> None:
        """End what an earlier command left running and write out what it wrote."""
        with self.source("") as source, source.cursor() as cursor:
            cursor.execute(
                "select id from information_schema.processlist"
                f" where user = '{LOGIN}' and command <> 'Killed'"
            )
            for (number,) in cursor.fetchall():
                with suppress(Exception):
                    cursor.execute(f"kill {number}")
        with self.target() as target:
            target.execute(
                "select pg_terminate_backend(pid, 20000) from pg_stat_activity"
                " where backend_type = 'client backend' and pid <> pg_backend_pid()"
            )
            target.execute("checkpoint")


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """Both servers, started in their folder; stopped at the end, their data stay."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    _end_left_over(folder / "mariadb")
    mariadb = MariaDB(
        folder / "mariadb", more=("innodb-buffer-pool-size=512M", "innodb-log-file-size=256M")
    )
    postgres = EmbeddedPostgres(folder / "home")
    try:
        mariadb.start()
        mariadb.run(
            f"create user if not exists {LOGIN}@'%' identified by '{LOGIN}';\n"
            f"grant all on *.* to {LOGIN}@'%';\n"
        )
        postgres.start()
        url = postgres.url("clinic")
        with psycopg.connect(url) as connection:
            postmaster = _stat(connection.info.backend_pid)[1]
            _make_role(connection)
        at = urlsplit(url)
        url = at._replace(netloc=f"{LOGIN}:{LOGIN}@{at.hostname}:{at.port}").geturl()
        yield Servers(folder, mariadb, url, mariadb.process.pid, postmaster)
    finally:
        postgres.stop()
        mariadb.stop()


def versions(found: Servers) -> dict[str, str]:
    """What the two servers and their clients call themselves."""
    with found.source("") as source, source.cursor() as cursor:
        cursor.execute("select version()")
        mariadb = cursor.fetchone()[0]
    with found.target() as target:
        postgres = str(target.info.server_version // 10000)
    psql = subprocess.run(["psql", "--version"], capture_output=True, text=True, check=True)
    return {"MariaDB": mariadb, "PostgreSQL": postgres, "psql": psql.stdout.split()[2]}


def _make_role(connection: psycopg.Connection) -> None:
    # The platform's own role has a password that is not stretched, which Go's driver refuses.
    connection.execute("set scram_iterations = 4096")
    if connection.execute("select from pg_roles where rolname = %s", (LOGIN,)).rowcount == 0:
        connection.execute(f"create role {LOGIN} superuser login password '{LOGIN}'")


def _inherited() -> dict[str, str]:
    ours = ("CLINIC_", "DAGSTER_", "PG", "MYSQL_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _end_left_over(folder: Path) -> None:
    # A benchmark that was killed leaves its MariaDB; PostgreSQL's driver finds its own again.
    try:
        pid = int((folder / "pid").read_text())
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if f"--datadir={folder / 'data'}".encode() in words:
        os.kill(pid, signal.SIGTERM)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.1)


def _stat(pid: int) -> tuple[tuple[float, float], int]:
    """CPU seconds of a process and of its ended children, and its parent."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    own, ended = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
    return (own / TICKS, ended / TICKS), int(fields[1])


def _used(pid: int) -> tuple[float, float]:
    try:
        return _stat(pid)[0]
    except OSError:
        return 0.0, 0.0


def _children(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if _stat(int(path.name))[1] == parent:
                found.append(int(path.name))
    return found
