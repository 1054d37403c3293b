"""Dagster's own processes under `clinic up`: begun, kept up, ended with all they began."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

import typer

from clinic_assets.settings import ROOT, settings

STOP_SECONDS = 25
RESTART_SECONDS = 5
LARGEST_LOG = 10 * 2**20
"""Bytes: a larger log is put aside at a start, in the place of the one before."""


class Stopping:
    """Ctrl-C and a service manager's stop, noticed once and told to the loop."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGINT, self._ask)
        signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True


class Service:
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
        """Whether its process runs."""
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
