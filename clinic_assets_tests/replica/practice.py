"""A made-up practice that is being copied: its database, the copy, and whether they are equal."""

import datetime as dt
import itertools
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pymysql
import pytest

from clinic_assets.replica.actions import follow as following
from clinic_assets.replica.actions import load as loading
from clinic_assets.replica.actions import verify as verifying
from clinic_assets.replica.mapping.names import quoted, source_quoted
from clinic_assets.replica.planning.classify import plan_of
from clinic_assets.replica.planning.plan import TablePlan
from clinic_assets.replica.source.discover import discover
from clinic_assets.replica.source.server import Server
from clinic_assets_tests.mariadb import PASSWORD, USER, MariaDB

_numbers = itertools.count()

# Number 151 was changed yesterday, 150 the day before, each other one still earlier.
VISITS = """
create table visit (
    id bigint auto_increment primary key, patient bigint not null default 0, day date,
    note varchar(200), fee double not null default 0,
    stamp timestamp not null default current_timestamp on update current_timestamp, key (stamp));
insert into visit (id, patient, day, note, fee, stamp)
    select seq, seq % 7, '2025-01-01' + interval seq % 90 day, concat('visit ', seq), seq / 8,
        now() - interval 1 + (seq + 149) % 300 day from seq_1_to_300
"""


@dataclass
class Practice:
    """One database of the private server, and its copy in a schema of its own."""

    mariadb: MariaDB
    clinic: Any
    name: str
    server: Server

    def sql(self, statements: str) -> None:
        """Run statements on the source, separated by semicolons at line ends."""
        self.mariadb.run(statements, self.name)

    def plan(self, table: str = "visit", **changes: Any) -> TablePlan:
        """The plan of a table as the platform would make it."""
        found = plan_of(self.name, discover(self.server)).of(table)
        return TablePlan(**{**found.__dict__, **changes})

    def load(self, table: str = "visit", **more: Any) -> Any:
        """Copy a table for the first time."""
        return self._do(loading.load, table, more)

    def follow(self, table: str = "visit", **more: Any) -> Any:
        """Bring its newer rows."""
        return self._do(following.follow, table, more)

    def verify(self, table: str = "visit", **more: Any) -> Any:
        """Compare every row and heal."""
        return self._do(verifying.verify, table, more)

    def _do(self, what: Any, table: str, more: dict[str, Any]) -> Any:
        plan = more.pop("plan", None) or self.plan(table)
        return what(self.server, self.clinic.engine, plan, self.name, run_id="test", **more)

    def standing(self, table: str = "visit") -> Any:
        """How the copy of a table stands, by the books."""
        [found] = self.clinic.rows(
            "select to_jsonb(t) from ops.replica_table t where instance = :i and table_name = :t",
            i=self.name, t=table,
        )  # fmt: skip
        return found[0]

    def copied(self, statement: str) -> Any:
        """The rows of a query on the copy."""
        with self.clinic.engine.connect() as connection:
            connection.exec_driver_sql(f"set search_path to {quoted(self.name)}")
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def write(self, statement: str) -> None:
        """Change the copy behind the platform's back."""
        with self.clinic.engine.begin() as connection:
            connection.exec_driver_sql(f"set local search_path to {quoted(self.name)}")
            connection.exec_driver_sql(statement)

    def asked(self, statement: str) -> Any:
        """The rows of a query on the source, read by another driver than the platform's."""
        connection = pymysql.connect(
            host="127.0.0.1", port=self.mariadb.port, user=USER, password=PASSWORD,
            database=self.name, charset="utf8mb4", init_command="set time_zone = '+00:00'",
        )  # fmt: skip
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def source_rows(self, table: str = "visit") -> Counter[Any]:
        """Every row of the source."""
        rows = self.asked(f"select * from {source_quoted(table)}")
        return Counter(tuple(map(_plain, row)) for row in rows)

    def copied_rows(self, table: str = "visit") -> Counter[Any]:
        """Every row of the copy."""
        rows = self.copied(f"select * from {quoted(table)}")
        return Counter(tuple(map(_plain, row)) for row in rows)

    def is_equal(self, table: str = "visit") -> bool:
        """Whether the copy is its source, value by value."""
        return self.source_rows(table) == self.copied_rows(table)


def _plain(value: Any) -> Any:
    """The same on both sides, where the copy says that it spells a value differently."""
    if isinstance(value, dt.datetime) and value.tzinfo:
        return value.astimezone(dt.UTC).replace(tzinfo=None)
    if isinstance(value, str):
        return None if value.startswith("0000-00-00") else value.replace("\0", "␀")
    return value


@pytest.fixture
def practice(mariadb: MariaDB, kept_clinic: Any, settle_in: Any) -> Any:
    """A practice of one test."""
    name = f"practice_{next(_numbers)}"
    server = Server(mariadb.database(name), statement_seconds=20)
    yield Practice(mariadb, settle_in(kept_clinic), name, server)
    server.close()


@pytest.fixture
def visited(practice: Practice) -> Practice:
    """A practice with 300 visits, copied."""
    practice.sql(VISITS)
    practice.load()
    return practice
