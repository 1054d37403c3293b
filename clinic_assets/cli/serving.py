"""Commands that keep the platform running: up, and the demonstration that ends in it."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from clinic_assets.cli.alone import note_address, serving_alone
from clinic_assets.cli.ready import ready, release_after_serving
from clinic_assets.cli.shown import CommandFailed
from clinic_assets.settings import ROOT, settings

if TYPE_CHECKING:
    import sqlalchemy as sa

DEMO_DAYS = 60
DEFAULT_PORT = 3000
READY_SECONDS = 180
STOP_SECONDS = 25
RESTART_SECONDS = 5
LARGEST_LOG = 10 * 2**20
"""Bytes: a larger log is put aside at a start, in the place of the one before."""

Port = Annotated[
    int | None,
    typer.Option(min=1, max=65_535, help="Port of the page; without it 3000 or the next free one."),
]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(demo)
    app.command()(up)


def demo(
    serve: Annotated[bool, typer.Option(help="Serve the UI at the end.")] = True,
    port: Port = None,
) -> None:
    """A clinic from nothing: files if there are none, 60 past days, today's run, the lists, the
    UI.
    """
    if not serve:
        _demonstrate()
        return
    with serving_alone():
        found = _cleared_port(port)
        _demonstrate()
        _serve(found)


def _demonstrate() -> None:
    from clinic_assets.cli.simulated import demo_files

    typer.echo(demo_files(DEMO_DAYS))
    engine = _begin()
    from clinic_assets.cli.running import run_days, settle
    from clinic_assets.desk import files, reminders
    from clinic_assets.timing.partitions import named_days, today

    day = today()
    one = dt.timedelta(days=1)
    _step("The last 60 days, from the files to the desk")
    run_days(named_days(day - one * DEMO_DAYS, day - one), trigger="demo: backfill")
    _step("Today's ordinary run, with tomorrow's lists")
    run_days(named_days(day - one, day + one), trigger="demo: today")
    settle(engine)
    lists = files.write_reception(engine, day + one) + files.write_procurement(engine, day)
    sent = reminders.send(engine, day + one, dt.datetime.now(dt.UTC), dry_run=False)
    for path in lists:
        typer.echo(f"  {path}")
    typer.echo(f"  {settings().outbox_folder} ({sent['sent']} reminders for tomorrow)")


def _begin() -> "sa.Engine":
    _step("Starting Postgres and bringing its schema up to date")
    return ready()


def _step(words: str) -> None:
    typer.echo(f"{dt.datetime.now(settings().zone):%H:%M:%S} {words}")


def up(port: Port = None) -> None:
    """Run the platform: Postgres, the UI and the daemon, until Ctrl-C."""
    with serving_alone():
        found = _cleared_port(port)
        _begin()
        _serve(found)


def _serve(port: int) -> None:
    from clinic_assets.cli.reaping import fail_ghosts

    for ghost in fail_ghosts():
        typer.echo(f"Run {ghost} was cut off when the platform last stopped; it is marked failed.")
    address = f"http://127.0.0.1:{port}"
    _step("Starting the page and the daemon; that takes some seconds")
    stopping = _Stopping()
    services = [
        _Service("webserver", ["dagster-webserver", "-h", "127.0.0.1", "-p", str(port)]),
        _Service("daemon", ["dagster-daemon", "run"]),
    ]
    try:
        _wait_for_ui(address, services, stopping)
        note_address(address)
        typer.echo(f"The clinic's platform is running: {address}  (Ctrl-C stops it)")
        while not stopping.asked:
            for service in services:
                service.keep_up()
            time.sleep(0.5)
    finally:
        typer.echo("Stopping ...")
        for service in services:
            service.ask_to_end()
        for service in services:
            service.end()
        release_after_serving()
        typer.echo("Stopped.")


class _Stopping:
    """Ctrl-C and a service manager's stop, noticed once and told to the loop."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGINT, self._ask)
        signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True


class _Service:
    """One of Dagster's processes, started again when it dies."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self._command = [str(Path(sys.executable).parent / command[0]), *command[1:],
                         "-w", str(ROOT / "workspace.yaml")]  # fmt: skip
        self._log = settings().home / f"{name}.log"
        self._process = self._start()
        self._since = time.monotonic()
        self._orphaned: list[int] = []

    def _start(self) -> subprocess.Popen[bytes]:
        if self._log.exists() and self._log.stat().st_size > LARGEST_LOG:
            self._log.replace(self._log.with_suffix(".log.1"))
        # For the owner's eyes: a log may name files and rows.
        self._log.touch()
        self._log.chmod(0o600)
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._command, cwd=settings().home, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def keep_up(self) -> None:
        """Start it again when it has died, not more often than every few seconds."""
        # What a dead one has begun goes on: a run in its code server still ends well.
        self._orphaned = [group for group in self._orphaned if _signal_group(group, 0)]
        if self.is_alive or time.monotonic() - self._since < RESTART_SECONDS:
            return
        typer.echo(f"The {self.name} died and is started again; see {self._log}.", err=True)
        self._orphaned.append(self._process.pid)
        self._process, self._since = self._start(), time.monotonic()

    def ask_to_end(self) -> None:
        """Tell it to end."""
        if self.is_alive:
            self._process.send_signal(signal.SIGINT)

    def end(self) -> None:
        """Wait for its end, then end by force what is left; its code servers go with it."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        for group in (*self._orphaned, self._process.pid):
            _signal_group(group, signal.SIGKILL)


def _signal_group(leader: int, number: int) -> bool:
    """Whether there was anybody in the group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)
        return True
    return False


def _wait_for_ui(address: str, services: list[_Service], stopping: _Stopping) -> None:
    import requests

    deadline = time.monotonic() + READY_SECONDS
    while not stopping.asked:
        with suppress(requests.RequestException):
            if requests.get(f"{address}/server_info", timeout=2).ok:
                return
        dead = [service.name for service in services if not service.is_alive]
        if dead or time.monotonic() > deadline:
            raise CommandFailed(
                f"The {' and '.join(dead) or 'UI'} did not start: see the logs in"
                f" {settings().home}, then `clinic doctor`."
            )
        time.sleep(0.3)


def _cleared_port(wanted: int | None) -> int:
    from clinic_assets.cli.reaping import end_orphans

    end_orphans()  # The page of a killed platform may still hold it.
    return _port(wanted)


def _port(wanted: int | None) -> int:
    """The port asked for, else the first free one from the usual on, which is said."""
    if wanted is not None:
        if not _is_free(wanted):
            raise CommandFailed(
                f"Port {wanted} is taken by another program: end that one, give another with"
                " --port, or leave --port out for the next free one."
            )
        return wanted
    for port in range(DEFAULT_PORT, DEFAULT_PORT + 50):
        if _is_free(port):
            if port != DEFAULT_PORT:
                typer.echo(f"Port {DEFAULT_PORT} is taken by another program; {port} is used.")
            return port
    raise CommandFailed(f"No free port from {DEFAULT_PORT} on: give another with --port.")


def _is_free(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
