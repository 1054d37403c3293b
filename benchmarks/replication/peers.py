"""Other tools that copy a table, installed into a throw-away environment, each by its own defaults.

What they do is in peer_copies.py. pgloader is used where the machine has it (Debian: pgloader).
"""

import json
import shutil
import subprocess
import venv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.replication.servers import Servers
from benchmarks.replication.source import Table
from benchmarks.replication.ways import Way

PACKAGES = (
    "dlt[postgres]==1.31.0", "pandas==3.1.1", "sqlalchemy==2.1.9", "PyMySQL==1.2.4",
    "psycopg2-binary==2.9.13", "pyarrow==26.0.1", "connectorx==0.4.6",
    "adbc-driver-postgresql==1.13.0", "adbc-driver-manager==1.13.0", "duckdb==1.5.5",
    "duckdb-extension-mysql-scanner==1.5.5", "duckdb-extension-postgres-scanner==1.5.5",
    # The last one that brings its program: later ones fetch it when first run.
    "sling-linux-amd64==1.4.11",
)  # fmt: skip
TOLD = ("dlt", "pandas", "sqlalchemy", "connectorx", "adbc-driver-postgresql", "duckdb",
        "sling-linux-amd64")  # fmt: skip
FAST = ("duckdb", "connectorx-adbc", "sling", "pgloader")
"""Measured on whole tables; the others, ten times slower or more, on a tenth."""
HELPED = ("connectorx-adbc-query",)
"""Also on whole tables, which it would not survive without a query written for each."""
SLOW = ("dlt-sqlalchemy", "dlt-pyarrow", "dlt-connectorx", "pandas")
INSTALL_SECONDS = 900


@dataclass(frozen=True)
class Peers:
    """The environment they are installed in."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def install(self) -> None:
        """Make it, unless it is there. Raises CalledProcessError."""
        if (self.folder / "installed").exists():
            return
        venv.create(self.folder, with_pip=True, clear=True)
        subprocess.run(
            [self.python, "-m", "pip", "install", "--quiet", *PACKAGES],
            check=True,
            timeout=INSTALL_SECONDS,
        )
        (self.folder / "installed").touch()

    def versions(self) -> dict[str, str]:
        """What was installed, as the packages say."""
        ask = (
            "import json, sys; from importlib.metadata import version;"
            "print(json.dumps({n: version(n) for n in sys.argv[1:]}))"
        )
        told = subprocess.run(
            [self.python, "-c", ask, *TOLD], check=True, capture_output=True, text=True
        )
        found: dict[str, str] = json.loads(told.stdout)
        if program := shutil.which("pgloader"):
            told = subprocess.run([program, "--version"], capture_output=True, text=True)
            found["pgloader"] = told.stdout.partition('"')[2].partition('"')[0]
        return found

    def files(self, pattern: str) -> list[Path]:
        """Files of its packages."""
        return sorted(self.folder.glob(f"lib/python*/site-packages/{pattern}"))

    def way(self, name: str) -> Way:
        """How the tool of that name copies."""
        kind: type[InPython | Sling | PgLoader] = {"sling": Sling, "pgloader": PgLoader}.get(
            name, InPython
        )
        place = f"peer_{name.replace('-', '_')}"
        return kind(name, place, waits=kind is InPython, peers=self)


@dataclass(frozen=True)
class InPython(Way):
    """A function of peer_copies.py."""

    peers: Peers = field(kw_only=True)
    options: tuple[str, ...] = ()

    def command(self, servers: Servers, table: Table) -> Sequence[str]:
        """In the peers' interpreter."""
        script = Path(__file__).with_name("peer_copies.py")
        return [str(self.peers.python), str(script), self.name, table.name, *self.options]

    def variables(self, servers: Servers, table: Table) -> dict[str, str]:
        """Both servers, the place, and what single tools need."""
        state = servers.folder / "pipelines" / (table.database + "".join(self.options))
        if not self.options:
            shutil.rmtree(state, ignore_errors=True)
        state.mkdir(parents=True, exist_ok=True)
        extensions = self.peers.files("duckdb_extension_*/extensions/*/*.duckdb_extension")
        return super().variables(servers, table) | {
            "TARGET_SCHEMA": self.schema,
            "QUERY": table.select(),
            "PIPELINES": str(state),
            "DUCKDB_EXTENSIONS": ":".join(map(str, extensions)),
            "RUNTIME__DLTHUB_TELEMETRY": "false",
            "HOME": str(state),
        }


@dataclass(frozen=True)
class Sling(Way):
    """Its program, which the wheel brings."""

    peers: Peers = field(kw_only=True)

    def command(self, servers: Servers, table: Table) -> Sequence[str]:
        """A stream of one table."""
        program = self.peers.files("sling_linux_amd64/bin/sling-linux-amd64")[0]
        program.chmod(0o755)
        return [str(program), "run", "--src-conn", "FROM_URL", "--src-stream",
                f"{table.database}.{table.name}", "--tgt-conn", "TO_URL", "--tgt-object",
                f"{self.schema}.{table.name}", "--mode", "full-refresh"]  # fmt: skip

    def variables(self, servers: Servers, table: Table) -> dict[str, str]:
        """Its connections are named by variables."""
        known = super().variables(servers, table)
        return known | {
            "FROM_URL": known["SOURCE_URL"],
            "TO_URL": f"{known['TARGET_URL']}?sslmode=disable",
            "SLING_DISABLE_TELEMETRY": "true",
            "HOME": str(servers.folder),
        }


@dataclass(frozen=True)
class PgLoader(Way):
    """Debian's program, with a command file."""

    peers: Peers = field(kw_only=True)

    def command(self, servers: Servers, table: Table) -> Sequence[str]:
        """Its own casts and batches; only the table and the place are said."""
        known = super().variables(servers, table)
        script = servers.folder / "pgloader.load"
        script.write_text(
            f"load database from {known['SOURCE_URL']} into {known['TARGET_URL']}"
            f" with create no indexes including only table names matching '{table.name}'"
            f" alter schema '{table.database}' rename to '{self.schema}';\n"
        )
        return ["pgloader", "--root-dir", str(servers.folder / "pgloader"), str(script)]
