"""One platform serves a home: a second start touches nothing, and what a killed one left is ended."""

import http.server
import shutil
import socket
import subprocess
import threading

import pytest

from clinic_assets.cli.commands import serving
from clinic_assets.cli.platform import alone
from clinic_assets.cli.platform.reaping import end_orphans
from clinic_assets.settings import settings
from clinic_assets_tests.cli.command import clinic_says


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_HOME", str(tmp_path))
    settings.cache_clear()
    return tmp_path


@pytest.fixture
def page():
    """Something that answers as a page would; its address."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("command", ["up", "demo"])
def test_a_second_start_says_where_the_first_is_and_touches_nothing(
    home, page, monkeypatch, command
):
    monkeypatch.setattr(serving, "ready", lambda: pytest.fail("the second start went on"))
    with alone.serving_alone():
        alone.note_address(page)
        said = clinic_says(command)
        assert said.code == 1
        assert said.err == f"clinic: The clinic's platform is already running at {page}.\n"
        assert alone.served_at() == page


def test_a_note_that_nobody_holds_is_not_believed(home, page):
    with alone.serving_alone():
        alone.note_address(page)
        kept = (home / "web.json").read_text()
    assert not (home / "web.json").exists()
    (home / "web.json").write_text(kept)
    assert alone.served_at() is None


def test_a_port_asked_for_that_is_taken_is_an_error_before_anything_starts(home, monkeypatch):
    monkeypatch.setattr(serving, "ready", lambda: pytest.fail("it went on"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = clinic_says("up", "--port", str(taken.getsockname()[1]))
    assert said.code == 1 and "is taken" in said.err and "--port" in said.err


def test_the_usual_port_moves_on_and_says_so(home, monkeypatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(serving, "DEFAULT_PORT", port)
        found = serving._port(None)
    assert found > port and f"{found} is used" in capsys.readouterr().out


def test_a_port_that_cannot_be_is_refused_by_the_option(home):
    said = clinic_says("up", "--port", "99999")
    assert said.code == 2 and "65535" in said.err


def test_services_that_a_killed_platform_left_are_ended_and_those_of_another_home_are_not(
    home, tmp_path_factory
):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    program = elsewhere / "dagster-daemon"
    program.symlink_to(shutil.which("sleep"))
    ours, theirs = (
        subprocess.Popen([program, "60"], cwd=folder, start_new_session=True)
        for folder in (home, elsewhere)
    )
    try:
        end_orphans()
        assert ours.wait(5) < 0
        assert theirs.poll() is None
    finally:
        theirs.kill()
        theirs.wait()
