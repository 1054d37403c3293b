"""Ways to copy one table that are compared: ours, the all-C pipe, and COPY alone as the limit.

A way prepares an empty place, runs one command that is measured, and says where its rows are.
Other tools are in peers.py.
"""

import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.place import CLINIC
from benchmarks.replication.judge import arrived, plain
from benchmarks.replication.servers import LOGIN, Servers
from benchmarks.replication.source import Table
from clinic_assets.replica.copy.fill import STATISTICS

OURS = "opendental"
"""The instance's name, and so the schema of our copy."""


@dataclass(frozen=True)
class Way:
    """One way; the place of its rows is the schema `schema`."""

    name: str
    schema: str
    waits: bool = False

    def prepare(self, servers: Servers, table: Table) -> None:
        """Leave nothing of an earlier round."""
        with servers.target() as target:
            target.execute(f"drop schema if exists {self.schema} cascade")
            target.execute(f"create schema {self.schema}")

    def command(self, servers: Servers, table: Table) -> Sequence[str]:
        """What is run and measured."""
        raise NotImplementedError

    def variables(self, servers: Servers, table: Table) -> dict[str, str]:
        """The environment it is run in."""
        return servers.variables(table.database)

    def finish(self, servers: Servers, table: Table) -> Sequence[str]:
        """What is still to be done, measured apart, until the copy is of the same use as ours:
        key and statistics, of as many rows. Nothing when the way has done it.
        """
        with servers.target() as target:
            place, columns = arrived(target, table, self.schema)
        key, _ = columns[plain(table.key)]
        return psql(
            f"set default_statistics_target = {STATISTICS}",
            f"alter table {place} add primary key ({key})",
            f"analyze {place}",
        )


@dataclass(frozen=True)
class Ours(Way):
    """Our engine: by default `actions.load`, with key, statistics, swap and books."""

    name: str = "ours"
    schema: str = OURS
    waits: bool = True
    action: str = "load"

    def prepare(self, servers: Servers, table: Table) -> None:
        """As before the first load; the load makes its own place."""
        with servers.target() as target:
            target.execute(f'drop table if exists {OURS}."{table.name}"')
            target.execute("delete from ops.replica_table where table_name = %s", (table.name,))

    def command(self, servers: Servers, table: Table) -> Sequence[str]:
        """In a process of its own; see ours.py."""
        return [sys.executable, "-m", "benchmarks.replication.ours", self.action, table.name]

    def finish(self, servers: Servers, table: Table) -> Sequence[str]:
        """Nothing."""
        return ()


@dataclass(frozen=True)
class OursBare(Ours):
    """Our engine as far as the pipe goes: the rows alone."""

    name: str = "ours, bare"
    action: str = "fill"


@dataclass(frozen=True)
class OnWhatIsThere(Ours):
    """Another action of our engine, on the copy that is there."""

    def prepare(self, servers: Servers, table: Table) -> None:
        """Nothing."""


@dataclass(frozen=True)
class OursAll(Ours):
    """Our engine over all tables of a database: by default a round that loads them."""

    action: str = "tiny"

    def prepare(self, servers: Servers, table: Table) -> None:
        """As before the first load. Earlier copies are put aside, not dropped: before ext4 makes a
        file, it looks at every one that was deleted in the last minutes.
        """
        with servers.target() as target:
            target.execute(f"create schema if not exists {OURS}")
            target.execute(f"alter schema {OURS} rename to aside_{time.monotonic_ns()}")
            target.execute("delete from ops.replica_table")


@dataclass(frozen=True)
class ThroughDagster(OursAll):
    """`clinic opendental run`, from the start of its process to its end."""

    waits: bool = False

    def prepare(self, servers: Servers, table: Table) -> None:
        """As before the first load, but the plan and Dagster's own tables are there."""
        for words in (["discover"], ["run", "--tables", "thing000"]):
            subprocess.run(
                [CLINIC, "opendental", *words],
                env=self.variables(servers, table),
                check=True,
                capture_output=True,
            )
        super().prepare(servers, table)

    def command(self, servers: Servers, table: Table) -> Sequence[str]:
        """Every table, in one run that Dagster records."""
        return [CLINIC, "opendental", "run"]


@dataclass(frozen=True)
class Pipe(Way):
    """`mariadb --quick -B | psql -c copy`: C from end to end, and every NULL spelled as text."""

    name: str = "pipe"
    schema: str = "bench_pipe"

    def prepare(self, servers: Servers, table: Table) -> None:
        """An empty table without a key."""
        super().prepare(servers, table)
        with servers.target() as target:
            target.execute(table.definition(self._place(table)))

    def command(self, servers: Servers, table: Table) -> Sequence[str]:
        """Two programs and a pipe."""
        read = [
            "mariadb", "--no-defaults", "--protocol=tcp", "--host=127.0.0.1",
            f"--port={servers.mariadb.port}", f"--user={LOGIN}", "--default-character-set=utf8mb4",
            "--quick", "--batch", "--skip-column-names", f"--execute={table.select()}",
            table.database,
        ]  # fmt: skip
        write = psql(f"copy {self._place(table)} from stdin with (null 'NULL')")
        return ["bash", "-o", "pipefail", "-c", f"{shlex.join(read)} | {shlex.join(write)}"]

    def _place(self, table: Table) -> str:
        return f'{self.schema}."{table.name}"'


@dataclass(frozen=True)
class CopyAlone(Pipe):
    """The same table from a file on the server's disk: the limit of what Postgres takes."""

    name: str = "COPY"
    schema: str = "bench_copy"

    def prepare(self, servers: Servers, table: Table) -> None:
        """An empty table, and the file that was written from the pipe's copy."""
        super().prepare(servers, table)
        if not (file := files(servers) / f"{table.database}.{table.name}").exists():
            with servers.target() as target:
                target.execute(f"copy bench_pipe.\"{table.name}\" to '{file}'")

    def command(self, servers: Servers, table: Table) -> Sequence[str]:
        """The server reads the file itself."""
        file = files(servers) / f"{table.database}.{table.name}"
        return psql(f"copy {self._place(table)} from '{file}'")


@dataclass(frozen=True)
class CopyBinary(Way):
    """Our copy again, from a file in COPY's binary format: what is left for any tool whose reading
    and writing would cost nothing. After `Ours`.
    """

    name: str = "COPY, binary"
    schema: str = "bench_binary"

    def command(self, servers: Servers, table: Table) -> Sequence[str]:
        """The table is made with its rows, which is cheapest."""
        file, place = self._file(servers, table), f'{self.schema}."{table.name}"'
        return psql(
            "begin", f'create table {place} (like {OURS}."{table.name}")',
            f"copy {place} from '{file}' (format binary, freeze)", "commit",
        )  # fmt: skip

    def prepare(self, servers: Servers, table: Table) -> None:
        """The file, written once."""
        super().prepare(servers, table)
        if not (file := self._file(servers, table)).exists():
            with servers.target() as target:
                target.execute(f"copy {OURS}.\"{table.name}\" to '{file}' (format binary)")

    def _file(self, servers: Servers, table: Table) -> Path:
        return files(servers) / f"{table.database}.{table.name}.binary"


def files(servers: Servers) -> Path:
    """The folder that the server writes and reads by itself."""
    folder = servers.folder / "files"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    return folder


def psql(*statements: str) -> list[str]:
    """Statements run by psql; it stops at an error."""
    given = [word for statement in statements for word in ("--command", statement)]
    return ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", *given]
