"""Whatever is wrong is told in one line that says what to do, with exit code 1."""

import datetime as dt
import socket

import psycopg
import pytest

from clinic_assets_tests.cli.command import bare_environment, clinic_process, clinic_says

FAR = dt.date.today() + dt.timedelta(days=400)


def told(*words):
    """The one line a failing command says."""
    said = clinic_says(*words)
    lines = said.err.splitlines()
    assert said.code == 1, said
    assert len(lines) == 1 and lines[0].startswith("clinic: "), said.err
    assert "Traceback" not in said.out + said.err
    assert "unforeseen" not in lines[0], lines[0]
    return lines[0]


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ("run --day 2025-13-01", "write it as YYYY-MM-DD"),
        ("run --day soon", "write it as YYYY-MM-DD"),
        (f"run --day {FAR}", "the newest day is"),
        ("run --day 2001-01-01", "set CLINIC_FIRST_DAY"),
        ("run --select mart.nothing", "`clinic status` lists all"),
        ("backfill --from 2025-09-05 --to 2025-09-01", "turn them round"),
        ("backfill --from 2025-09-01 --to 2025-9-5", "write it as YYYY-MM-DD"),
        ("backfill --from 2025-09-01 --to 2025-09-02 --select no.table", "`clinic status` lists"),
        ("backfill --from 2025-09-01 --to 2025-09-02", "start `clinic up`"),
        ("priorities --day 1.9.2025", "write it as YYYY-MM-DD"),
        (f"procurement --day {FAR}", "the newest day is"),
        ("priorities --day 2001-01-01", "set CLINIC_FIRST_DAY"),
        ("priorities", "is not computed yet: `clinic run --day "),
        ("procurement --day 2025-09-01", "computed yet: `clinic run --day 2025-09-01`"),
        ("validate --day never", "write it as YYYY-MM-DD"),
        ("snapshot --day 2025-09-01", "No row of 2025-09-01 in the files under"),
        ("logs 00000000", "see the UI or `clinic status`"),
        ("quarantine correct 4711 status=completed", "see `clinic quarantine list`"),
        ("simulate --from 2025-09-02 --to 2025-09-01 --into x", "is before"),
    ],
)
def test_a_wrong_request_is_told_with_its_remedy(clinic, words, remedy):
    assert remedy in told(*words.split())


def test_an_unreachable_server_is_named_by_its_setting(monkeypatch, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        monkeypatch.setenv("CLINIC_HOME", str(tmp_path))
        monkeypatch.setenv("CLINIC_DATABASE_URL", f"postgresql://me:secret@127.0.0.1:{port}/none")
        line = told("status")
    assert "CLINIC_DATABASE_URL" in line and "does it run" in line
    assert "secret" not in line


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("CLINIC_DATABASE_URL", "sqlite:///secret.db", "leave it out for the embedded one"),
        ("DATABASE_URL", "sqlite:///secret.db", "leave it out for the embedded one"),
        ("CLINIC_TIMEZONE", "Mars/Olympus", "for example Europe/Berlin"),
        ("CLINIC_FIRST_DAY", "secret", "CLINIC_FIRST_DAY"),
        ("CLINIC_CURRENCY", "euro", "three capital letters of ISO 4217"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(
    monkeypatch, tmp_path, name, value, remedy
):
    monkeypatch.setenv("CLINIC_HOME", str(tmp_path))
    monkeypatch.setenv(name, value)
    line = told("status")
    assert name in line and remedy in line and "Mend it" in line
    assert value not in line and "Value error" not in line


@pytest.fixture
def poor_role(cluster):
    """A role with an odd password and a database of its own, that may make no other."""
    with psycopg.connect(cluster.url("clinic"), autocommit=True) as connection:
        connection.execute("create role poor login password 'a b%c+d/e'")
        connection.execute("create database poor owner poor")
        yield cluster.url("poor").replace(
            cluster.url("poor").split("@")[0], "postgresql://poor:a%20b%25c%2Bd%2Fe"
        )
        connection.execute("drop database poor with (force)")
        connection.execute("drop role poor")


def test_a_role_that_may_not_make_dagsters_database_is_told_how(poor_role, monkeypatch, tmp_path):
    monkeypatch.setenv("CLINIC_HOME", str(tmp_path))
    monkeypatch.setenv("CLINIC_DATABASE_URL", poor_role)
    monkeypatch.setattr("clinic_assets.cli.platform.ready.DAGSTER", "runs_of_poor")
    assert "`alter role poor createdb`" in told("status")


def test_another_time_zone_than_the_one_the_database_began_with_is_refused(clinic, monkeypatch):
    monkeypatch.setenv("CLINIC_TIMEZONE", "America/New_York")
    assert "Set CLINIC_TIMEZONE=Europe/Berlin" in told("status")


def test_the_installed_command_fails_as_plainly_before_anything_is_loaded(tmp_path):
    wrong = bare_environment(CLINIC_TIMEZONE="Mars/Olympus", CLINIC_HOME=str(tmp_path))
    ended = clinic_process("run", environment=wrong)
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1 and ended.stderr.startswith(
        "clinic: CLINIC_TIMEZONE"
    )


def test_what_nobody_foresaw_is_told_without_the_data_in_it(clinic, monkeypatch):
    def broken(*_):
        raise RuntimeError("Ada Canary, 0170 5550199")

    monkeypatch.setattr("clinic_assets.cli.work.standing.of_sources", broken)
    said = clinic_says("status")
    assert said.code == 1
    [line] = said.err.splitlines()
    assert "unforeseen RuntimeError" in line and "clinic doctor" in line
    assert "Canary" not in said.out + said.err
