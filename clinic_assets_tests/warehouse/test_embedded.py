"""The embedded PostgreSQL with a real server: starts, crashes, sharing, passwords, its log."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from clinic_assets.warehouse import embedded_place
from clinic_assets.warehouse.embedded import EmbeddedPostgres, PostgresNotStarted

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs Linux or macOS")
only_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root runs the server as another user"
)
ROOT = Path(__file__).parents[2]
CANARY = "Zz-canary-4711"

STARTER = """
import sys
from pathlib import Path
from clinic_assets.warehouse.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
print(server.url("clinic"), flush=True)
sys.stdin.readline()
server.release()
print("released", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user can enter; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="clinic-pg-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def new_server(open_folder: Path) -> Iterator[EmbeddedPostgres]:
    """A server without data."""
    server = EmbeddedPostgres(open_folder / "project" / ".clinic")
    yield server
    server.stop()
    assert not server.is_running()


@pytest.fixture(scope="module")
def made_server() -> Iterator[EmbeddedPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="clinic-pg-"))
    folder.chmod(0o711)
    server = EmbeddedPostgres(folder / "project" / ".clinic")
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
def server(made_server: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    """A stopped server with data, which the tests pass on, as making it takes a second."""
    made_server.stop()
    yield made_server
    made_server.stop()
    assert not made_server.is_running()


def connect(server: EmbeddedPostgres) -> psycopg.Connection:
    return psycopg.connect(server.url("clinic"), autocommit=True)


def remember(server: EmbeddedPostgres, value: int) -> None:
    with connect(server) as connection:
        connection.execute("drop table if exists kept")
        connection.execute("create table kept (value integer primary key)")
        connection.execute("insert into kept values (%s)", [value])


def remembered(server: EmbeddedPostgres) -> list[int]:
    with connect(server) as connection:
        return [row[0] for row in connection.execute("select value from kept order by value")]


def fail_in_silence(connection: psycopg.Connection, statement: str) -> None:
    with suppress(psycopg.Error):
        connection.execute(statement)


def is_at_work(pid: int) -> bool:
    """Whether a process lives; a zombie, which nobody reaps in many containers, does not."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return listed.stdout.strip()[:1] not in ("", "Z")


def folder_of(server: EmbeddedPostgres) -> Path:
    return server.home / "postgres"


def data_of(server: EmbeddedPostgres) -> Path:
    noted = json.loads((folder_of(server) / "server.json").read_text()).get("place")
    return Path(noted or folder_of(server)) / "data"


def main_process(server: EmbeddedPostgres) -> int:
    return int((data_of(server) / "postmaster.pid").read_text().splitlines()[0])


def starter(server: EmbeddedPostgres) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, str(server.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def say(process: subprocess.Popen[str]) -> str:
    assert process.stdin and process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def test_a_restarted_server_keeps_its_port_password_and_data(server):
    server.start()
    first = server.url("clinic")
    remember(server, 1)
    server.start()
    server.release()
    assert not server.is_running()
    server.start()
    assert server.url("clinic") == first
    assert remembered(server) == [1]
    assert first.startswith("postgresql://clinic:") and "@127.0.0.1:" in first
    assert stat.S_IMODE((folder_of(server) / "server.json").stat().st_mode) == 0o600


def test_a_new_server_has_both_databases_and_the_settings_we_rely_on(server):
    server.start()
    with connect(server) as connection:
        show = {
            row[0]: row[1] for row in connection.execute("select name, setting from pg_settings")
        }
        names = {row[0] for row in connection.execute("select datname from pg_database")}
        encoding = connection.execute(
            "select pg_encoding_to_char(encoding), datlocprovider from pg_database"
            " where datname = 'clinic'"
        ).fetchone()
    assert {"clinic", "dagster"} <= names
    assert encoding in [("UTF8", "b"), ("UTF8", "c")]
    assert show["listen_addresses"] == "127.0.0.1"
    assert show["unix_socket_directories"] == ""
    assert show["data_checksums"] == "on"
    assert show["TimeZone"] == "UTC"
    assert show["log_min_error_statement"] == "panic"
    assert show["log_error_verbosity"] == "terse"


def test_the_server_lives_in_a_session_of_its_own(server):
    server.start()
    assert os.getsid(main_process(server)) != os.getsid(0)


def test_after_kill_9_of_the_main_process_a_start_finds_the_data(server):
    server.start()
    first = server.url("clinic")
    remember(server, 1)
    os.kill(main_process(server), signal.SIGKILL)
    server.start()
    assert remembered(server) == [1]
    assert server.url("clinic") == first


def test_a_start_waits_for_a_busy_process_of_the_killed_server(server):
    server.start()
    remember(server, 1)

    query = "select sum(a::numeric) from generate_series(1, 8000000) a"
    with connect(server) as connection:
        backend = connection.info.backend_pid
        busy = threading.Thread(target=fail_in_silence, args=(connection, query))
        busy.start()
        with connect(server) as other:
            active = "select count(*) from pg_stat_activity where pid = %s and state = 'active'"
            while other.execute(active, [backend]).fetchone() == (0,):
                time.sleep(0.01)
        os.kill(main_process(server), signal.SIGKILL)
        assert is_at_work(backend)
        server.start()
        assert not is_at_work(backend)
        assert remembered(server) == [1]
        busy.join()


def test_a_stale_pid_file_that_names_a_foreign_or_dead_process_is_no_hindrance(server):
    server.start()
    remember(server, 1)
    pid_file = data_of(server) / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    owner = pid_file.stat()
    user = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    foreign = subprocess.Popen(["sleep", "60"], **user)
    zombie = subprocess.Popen(["true"], **user)
    try:
        for process in (foreign, zombie):
            server.stop()
            pid_file.write_text("\n".join([str(process.pid), *lines[1:]]) + "\n")
            os.chown(pid_file, owner.st_uid, owner.st_gid)
            assert not server.is_running()
            server.stop()
            server.start()
            assert remembered(server) == [1]
        assert foreign.poll() is None
    finally:
        foreign.kill()
        foreign.wait()
        zombie.wait()


def test_two_processes_that_start_at_once_share_one_server_until_the_last_release(new_server):
    first, second = starter(new_server), starter(new_server)
    try:
        urls = {process.stdout.readline().strip() for process in (first, second)}
        assert urls == {new_server.url("clinic")}
        assert say(first) == "released"
        assert new_server.is_running()
        assert say(second) == "released"
        assert not new_server.is_running()
    finally:
        for process in (first, second):
            process.communicate("\n")


def test_the_hold_of_a_killed_process_vanishes_and_the_server_outlives_it(server):
    process = starter(server)
    assert process.stdout.readline()
    server.start()
    process.kill()
    # Returns only when the pipe closes: the server must not have inherited it.
    process.communicate(timeout=5)
    assert server.is_running()
    server.release()
    assert not server.is_running()


def test_a_start_that_is_killed_while_it_makes_the_data_is_made_good(new_server):
    for seconds in (0.5, 0.8):
        process = starter(new_server)
        time.sleep(seconds)
        process.kill()
        process.communicate()
    new_server.start()
    remember(new_server, 1)
    assert not (folder_of(new_server) / "data.new").exists()


def test_a_port_taken_by_another_listener_is_replaced_for_good(server):
    server.start()
    server.stop()
    before = json.loads((folder_of(server) / "server.json").read_text())
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", before["port"]))
        listener.listen()
        server.start()
    after = json.loads((folder_of(server) / "server.json").read_text())
    assert after["port"] != before["port"]
    assert after["password"] == before["password"]
    server.stop()
    server.start()
    assert json.loads((folder_of(server) / "server.json").read_text()) == after


def test_a_wrong_or_missing_password_is_rejected(server):
    server.start()
    password = json.loads((folder_of(server) / "server.json").read_text())["password"]
    for wrong in (":wrong", ""):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.url("clinic").replace(f":{password}", wrong), passfile="/none")


def test_the_log_holds_no_value_of_a_failing_statement(server):
    server.start()
    with connect(server) as connection:
        connection.execute("create table if not exists patient (name text primary key, born date)")
        connection.execute("insert into patient values (%s, null)", [CANARY])
        for statement in (
            "insert into patient values (%s, null)",
            "insert into patient values ('x', %s::text::date)",
            "select %s::text::integer",
            f"selec '{CANARY}', %s",
            "do $$ begin raise warning '" + CANARY + "'; perform 1/0; end $$",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement, [CANARY] if "%s" in statement else None)
        with (
            pytest.raises(psycopg.Error),
            connection.cursor().copy("copy patient from stdin") as rows,
        ):
            rows.write_row((CANARY, "no date " + CANARY))
        killed = connection.info.backend_pid
        sleep = f"select pg_sleep(20), '{CANARY}'"
        sleeping = threading.Thread(target=fail_in_silence, args=(connection, sleep))
        sleeping.start()
        time.sleep(0.2)
        os.kill(killed, signal.SIGKILL)
        sleeping.join()
    server.start()
    server.stop()
    log = (folder_of(server) / "server.log").read_text()
    assert "terminated by signal 9" in log
    assert "canary" not in log


def test_a_large_log_is_set_aside_at_the_next_start(new_server):
    folder_of(new_server).mkdir(parents=True)
    log = folder_of(new_server) / "server.log"
    with log.open("wb") as file:
        file.truncate(11 * 1024 * 1024)
    new_server.start()
    assert log.stat().st_size < 100_000
    assert (folder_of(new_server) / "server.log.1").exists()


def test_half_made_data_is_replaced_and_finished_data_never(new_server):
    half = folder_of(new_server) / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    new_server.start()
    remember(new_server, 1)
    new_server.stop()
    assert not half.exists()
    aside = data_of(new_server).with_name("aside")
    data_of(new_server).rename(aside)
    with pytest.raises(PostgresNotStarted, match="is missing"):
        new_server.start()
    (folder_of(new_server) / "server.json").unlink()
    (folder_of(new_server) / "data").mkdir()
    (folder_of(new_server) / "data" / "precious").touch()
    with pytest.raises(PostgresNotStarted, match="Move it away"):
        new_server.start()
    assert (folder_of(new_server) / "data" / "precious").exists()
    shutil.rmtree(folder_of(new_server) / "data")
    aside.rename(folder_of(new_server) / "data")
    new_server.start()
    assert remembered(new_server) == [1]


def test_when_server_json_is_lost_a_new_password_opens_the_same_data(server):
    server.start()
    remember(server, 1)
    before = server.url("clinic")
    (folder_of(server) / "server.json").unlink()
    server.start()
    assert server.url("clinic") != before
    assert remembered(server) == [1]


def test_a_server_that_ends_at_once_is_reported_with_its_log_and_without_the_password(server):
    server.start()
    password = json.loads((folder_of(server) / "server.json").read_text())["password"]
    server.stop()
    control = data_of(server) / "global" / "pg_control"
    content = control.read_bytes()
    control.write_bytes(content[:8] + b"\xff" * 8 + content[16:])
    with pytest.raises(PostgresNotStarted, match="ended at once") as caught:
        server.start()
    assert "FATAL" in str(caught.value)
    assert password not in str(caught.value)
    control.write_bytes(content)
    server.start()


def test_a_server_that_never_started_can_be_stopped_and_has_no_address(new_server):
    new_server.stop()
    new_server.release()
    assert not new_server.is_running()
    with pytest.raises(PostgresNotStarted, match="Start it first"):
        new_server.url("clinic")


def test_data_of_another_version_is_left_alone(server):
    server.start()
    server.stop()
    version = (data_of(server) / "PG_VERSION").read_text()
    (data_of(server) / "PG_VERSION").write_text("9\n")
    try:
        with pytest.raises(PostgresNotStarted, match="made by PostgreSQL 9"):
            server.start()
    finally:
        (data_of(server) / "PG_VERSION").write_text(version)


def test_windows_gets_a_clear_refusal(new_server, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(sys, "platform", "win32")
        with pytest.raises(PostgresNotStarted, match="WSL"):
            new_server.start()


@only_root
def test_root_runs_the_server_as_an_unprivileged_user(server):
    server.start()
    assert data_of(server) == folder_of(server) / "data"
    assert Path(f"/proc/{main_process(server)}").stat().st_uid == data_of(server).stat().st_uid != 0


@only_root
def test_data_restored_as_root_is_given_back_to_the_server(server):
    server.start()
    remember(server, 1)
    server.stop()
    data = data_of(server)
    for path in [data, *data.rglob("*")]:
        os.chown(path, 0, 0)
    server.start()
    assert remembered(server) == [1]


@only_root
def test_a_closed_project_and_closed_programs_move_to_a_place_that_the_server_can_enter(
    open_folder, tmp_path, monkeypatch
):
    closed = tmp_path / "root"
    closed.mkdir(mode=0o700)
    programs, package = embedded_place._find_programs()
    copy = closed / package.name
    shutil.copytree(package, copy, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, closed / libraries.name)
    found = (copy / programs.relative_to(package), copy)
    monkeypatch.setattr(embedded_place, "_find_programs", lambda: found)
    monkeypatch.setattr(embedded_place, "FALLBACK", open_folder / "var" / "clinic-postgres")
    server = EmbeddedPostgres(closed / ".clinic")
    try:
        server.start()
        remember(server, 1)
        noted = json.loads((folder_of(server) / "server.json").read_text())["place"]
        assert Path(noted).parent == embedded_place.FALLBACK
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        os.kill(main_process(server), signal.SIGKILL)
        server.start()
        assert remembered(server) == [1]
        (folder_of(server) / "server.json").unlink()
        server.start()
        assert remembered(server) == [1]
    finally:
        server.stop()
    assert not server.is_running()
