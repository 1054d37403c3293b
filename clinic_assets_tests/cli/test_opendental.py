"""A practice's database through the command: planned, copied, compared, and told in words.

The commands that copy run in processes of their own, as the graph is loaded with the plan; those
that only look run here. The tests are told in order and share one practice.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from clinic_assets.settings import ROOT, settings
from clinic_assets.simulate.dental.schema import TABLES
from clinic_assets_tests.cli.command import CLINIC, bare_environment, clinic_process, clinic_says
from clinic_assets_tests.mariadb import PASSWORD

ODD = 'a"; drop table x;--'
SECRET = "Canary"
PRACTICE = f"""
{TABLES["patient"].ddl};
{TABLES["appointment"].ddl};
{TABLES["definition"].ddl};
create table `{ODD}` (`x y` int primary key, `drop` varchar(9));
insert into patient (PatNum, LName, FName, SecDateEntry) values (1, '{SECRET}', 'Ada', '2025-01-02'),
    (2, 'Bo', 'Li', '2025-01-03');
insert into appointment (PatNum, AptStatus, AptDateTime, DateTStamp)
    select 1, 2, '2025-03-03 09:00:00', now() - interval seq hour from seq_1_to_300;
insert into definition (ItemName) values ('Cash');
insert into `{ODD}` values (1, '; --')
"""
MANY = """
create table big (BigNum bigint auto_increment primary key, Note varchar(200));
insert into big (Note) select repeat('x', 150) from seq_1_to_600000
"""


@dataclass
class Site:
    """A practice's server, a clinic that copies it, and all that was ever said."""

    mariadb: Any
    clinic: Any
    environment: dict[str, str]
    said: list[str]

    def does(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`clinic opendental ...` in a process of its own."""
        ended = clinic_process("opendental", *words, environment=self.environment)
        self.said += [ended.stdout, ended.stderr]
        assert "Traceback" not in ended.stdout + ended.stderr
        return ended

    def shows(self, *words: str) -> Any:
        """A command that only looks, in this process."""
        said = clinic_says(*words)
        self.said += [said.out, said.err]
        return said

    def sql(self, statements: str) -> None:
        """On the practice's server."""
        self.mariadb.run(statements, "practice")

    def change(self, statement: str) -> None:
        """On the copy, behind everybody's back."""
        with psycopg.connect(self.clinic.url, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="module")
def made(mariadb: Any, kept_clinic: Any) -> Iterator[Site]:
    url = mariadb.database("practice")
    mariadb.run(PRACTICE, "practice")
    environment = bare_environment(
        CLINIC_DATABASE_URL=kept_clinic.url, CLINIC_HOME=str(kept_clinic.home),
        CLINIC_DATA=str(kept_clinic.data), CLINIC_OPENDENTAL_URL=url,
    )  # fmt: skip
    yield Site(mariadb, kept_clinic, environment, [])


@pytest.fixture
def site(made: Site, settle_in: Any, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The practice, with this process's settings about it."""
    monkeypatch.setenv("CLINIC_OPENDENTAL_URL", made.environment["CLINIC_OPENDENTAL_URL"])
    settle_in(made.clinic)
    settings.cache_clear()
    return made


def test_what_is_not_configured_or_not_planned_is_told_with_its_remedy(site, monkeypatch):
    assert "run `clinic opendental discover` first" in site.shows("opendental", "status").err
    assert "no plan yet: run `clinic opendental discover`" in site.shows("doctor").out
    assert "not planned yet: `clinic opendental discover`" in site.shows("status").out
    monkeypatch.delenv("CLINIC_OPENDENTAL_URL")
    assert "set CLINIC_OPENDENTAL_URL" in site.shows("opendental", "run").err


def test_a_discovery_plans_every_table_and_says_what_it_found(site):
    said = site.shows("opendental", "discover")
    assert said.code == 0 and "opendental: 4 tables with" in said.out, said
    assert "found in" in said.out and "MariaDB" in said.out
    for importance in ("critical", "important", "audit", "reference"):
        assert importance in said.out
    assert (site.clinic.home / "replica" / "opendental.yaml").exists()


def test_a_plan_is_shown_decided_upon_and_judged(site):
    said = site.shows("opendental", "config", "show", "--format", "yaml", "--table", "appointment")
    for field in ("incremental_column: [DateTStamp]", "extraction_strategy: changed_since",
                  "batch_size: ", "table_importance: ", "alert_on_failure: true"):  # fmt: skip
        assert field in said.out
    decided = site.shows("opendental", "config", "set", "definition", "table_importance=important",
                         "alert_on_failure=false")  # fmt: skip
    assert decided.code == 0
    rows = json.loads(site.shows("opendental", "config", "show", "--format", "json").out)
    [found] = [r for r in rows if r["table"] == "definition"]
    assert found["table_importance"] == "important" and found["alert_on_failure"] is False
    wrong = site.shows("opendental", "config", "set", "appointment", "incremental_column=PatNum")
    assert wrong.code == 1 and "cannot be compared with a moment" in wrong.err
    assert "4 tables, nothing wrong" in site.shows("opendental", "config", "validate").out
    overrides = site.clinic.home / "replica" / "opendental.overrides.yaml"
    kept = overrides.read_text()
    overrides.write_text(kept + "gone: {batch_size: 65536}\n")
    judged = site.shows("opendental", "config", "validate")
    assert judged.code == 1 and "gone: the source has no such table" in judged.out
    overrides.write_text(kept)
    site.shows("opendental", "config", "set", "definition", "table_importance=",
               "alert_on_failure=")  # fmt: skip
    assert "definition" not in overrides.read_text()


def test_a_dry_run_says_what_would_be_done_and_does_nothing(site):
    said = site.shows("opendental", "run", "--dry-run", "--tables", "patient", "appointment")
    assert "Dry run: nothing was copied." in said.out and said.out.count(" load ") == 2
    assert site.clinic.rows("select 1 from ops.replica_load") == []


def test_a_run_copies_compares_and_says_so(site):
    ended = site.does("run", "--validate-after")
    assert ended.returncode == 0 and "4 of 4 tables brought up" in ended.stdout, ended.stderr
    assert "patient: load, 2 rows read, 2 written" in ended.stdout
    assert "4 of 4 tables compared row by row" in ended.stdout
    assert "days of the model are due, 2025-03-03 to 2025-03-03." in ended.stdout
    assert site.clinic.one("select count(*) from opendental.appointment") == 300
    assert site.clinic.one('select count(*) from opendental."a""; drop table x;--"') == 1


def test_the_status_is_told_in_four_ways(site, tmp_path):
    summary = site.shows("opendental", "status")
    assert summary.code == 0 and "100 %" in summary.out and "failed:" not in summary.out
    detailed = site.shows("opendental", "status", "--format", "detailed").out
    assert "appointment" in detailed and "well" in detailed
    file = tmp_path / "status.json"
    site.shows("opendental", "status", "--format", "json", "--output", str(file))
    rows = {row["table"]: row for row in json.loads(file.read_text())}
    assert rows["appointment"]["rows"] == 300 and rows["appointment"]["is_whole"] is True
    csv = site.shows("opendental", "status", "--format", "csv").out.splitlines()
    assert csv[0].startswith("practice,table,importance,phase") and len(csv) == 5


def test_a_profile_counts_and_names_no_patient(site):
    said = site.shows("opendental", "profile", "appointment")
    assert said.code == 0 and "appointment: 300 rows, key AptNum" in said.out
    assert "2: 300" in said.out
    patient = site.shows("opendental", "profile", "patient").out
    assert "LName" in patient and "longest 6" in patient and SECRET not in patient
    assert "has no table nothing" in site.shows("opendental", "profile", "nothing").err


def test_damage_is_found_told_and_mended(site):
    site.change('update opendental.appointment set "Note" = \'changed\' where "AptNum" > 290')
    found = site.does("validate", "--table", "appointment")
    assert found.returncode == 1 and "validate --fix" in found.stderr
    assert "appointment" in found.stdout and "96.66 %" in found.stdout
    mended = site.does("validate", "--fix-issues")
    assert mended.returncode == 0 and "What differed was copied anew." in mended.stdout
    wrong = "select count(*) from opendental.appointment where \"Note\" = 'changed'"
    assert site.clinic.one(wrong) == 0


def test_patients_are_brought_up_to_the_shared_model(site):
    site.sql("update patient set FName = 'Adele' where PatNum = 1")
    ended = site.does("patient-sync", "--incremental-only")
    assert ended.returncode == 0, ended.stderr
    assert site.clinic.rows("select patient_key, first_name from core.dim_patient order by 1") == [
        ("opendental:1", "Adele"),
        ("opendental:2", "Li"),
    ]


def test_a_table_that_fails_is_told_with_the_others_done(site):
    site.sql("drop table definition")
    ended = site.does("run", "--tables", "patient", "definition")
    assert ended.returncode == 1
    assert "1 of 2 tables could not be brought up; the others were. definition" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "1 of 2 tables brought up" in ended.stdout
    assert "definition" in site.shows("opendental", "status").out


def test_ctrl_c_leaves_nothing_half_done(site):
    site.sql(MANY)
    assert site.shows("opendental", "discover").code == 0
    words = [CLINIC, "opendental", "run", "--tables", "big"]
    started = subprocess.Popen(words, env=site.environment, cwd=ROOT, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)  # fmt: skip
    under_way = "select count(*) from pg_stat_progress_copy where tuples_processed > 0"
    while not site.clinic.one(under_way):
        assert started.poll() is None, started.communicate()
        time.sleep(0.01)
    os.kill(started.pid, signal.SIGINT)
    out, err = started.communicate()
    site.said += [out, err]
    assert started.returncode == 130 and "Traceback" not in err, err
    assert site.clinic.rows("select 1 from ops.replica_table where table_name = 'big'") == []
    there = "select tablename from pg_tables where schemaname = 'opendental'"
    assert not {"big"} & {name for (name,) in site.clinic.rows(there)}
    assert not [name for (name,) in site.clinic.rows(there) if name.startswith("fresh")]
    assert site.does("run", "--tables", "big").returncode == 0
    assert site.clinic.one("select count(*) from opendental.big") == 600_000


def test_an_unreachable_practice_is_told_in_one_line(site, monkeypatch):
    monkeypatch.setenv("CLINIC_OPENDENTAL_URL", f"mysql://me:{SECRET}-9@127.0.0.1:1/none")
    monkeypatch.setattr("clinic_assets.sources.opendental.assets.PATIENCE_SECONDS", 0.1)
    said = site.shows("opendental", "discover")
    assert said.code == 1 and len(said.err.splitlines()) == 1
    assert "the server does not answer" in said.err


def test_a_day_without_numbers_names_its_remedy(site):
    said = site.shows("appointment-metrics", "--date", "2025-03-03")
    assert said.code == 1 and "`clinic run --day 2025-03-03`" in said.err


def test_no_secret_and_no_patient_is_in_anything_that_was_said_or_stored(site):
    database = psycopg.conninfo.conninfo_to_dict(site.clinic.url) | {"dbname": "dagster"}
    with psycopg.connect(**database) as connection:
        stored = connection.execute(
            "select coalesce(string_agg(event, ''), '') from event_logs"
        ).fetchone()[0]
        stored += str(connection.execute("select run_body from runs").fetchall())
    written = [p.read_text(errors="replace") for p in site.clinic.home.rglob("*") if p.is_file()]
    everything = "".join([*site.said, stored, *written])
    assert "appointment" in stored and len(everything) > 50_000
    for secret in (PASSWORD, "s3cret%2F", SECRET):
        assert secret not in everything, secret
