"""A platform that a test has started with `clinic up`: its address, its processes, its database."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from clinic_assets.settings import ROOT
from clinic_assets_tests.cli.command import CLINIC

RUNNING = re.compile(r"platform is running: (\S+)")
T = TypeVar("T")


def eventually(look: Callable[[], T], seconds: float, every: float = 0.5) -> T:
    """What `look` returns once it is true, or at the end of patience."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(every)
    return found


class Platform:
    """`clinic up` in a process of its own, with what it says in `said`."""

    def __init__(self, folder: Path, environment: dict[str, str], port: int) -> None:
        self.data, self.home = folder / "data", folder / "home"
        self._log = folder / "up.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen([CLINIC, "up", "--port", str(port)], env=environment,
                                            cwd=ROOT, stdout=log, stderr=log)  # fmt: skip
        told = eventually(lambda: RUNNING.search(self.said) or not self.is_alive, 120)
        assert isinstance(told, re.Match), f"clinic up did not come up: {self.said}"
        self.address = told[1]

    @property
    def said(self) -> str:
        """All that it has said so far."""
        return self._log.read_text()

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def drop(self, name: str, text: str) -> None:
        """Put a file into the inbox."""
        path = self.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the warehouse."""
        with psycopg.connect(self._url()) as connection:
            return connection.execute(statement).fetchall()

    def _url(self) -> str:
        told = json.loads((self.home / "postgres" / "server.json").read_text())
        return f"postgresql://clinic:{told['password']}@127.0.0.1:{told['port']}/clinic"

    def processes(self) -> dict[int, str]:
        """Everything that lives and belongs to it: by its command line or its environment."""
        found = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and int(folder.name) != os.getpid():
                line = self._ours(folder)
                if line:
                    found[int(folder.name)] = line
        return found

    def _ours(self, folder: Path) -> str | None:
        home = str(self.home)
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            inside = (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            return None
        return line if line and (home in line or f"CLINIC_HOME={home}\0" in inside) else None

    def named(self, word: str) -> int:
        """The process whose command line holds a word."""
        [found] = [pid for pid, line in self.processes().items() if word in line]
        return found

    def interrupt(self) -> int:
        """Ctrl-C; how it ended."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def end(self) -> None:
        """Whatever a test has left."""
        if self.is_alive:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
