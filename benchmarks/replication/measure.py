"""One command run to its end: wall and CPU seconds of it and of both servers, and its memory.

A command says when it is ready and waits for a word to begin. One in Python is ready when its
imports are done, and says when its work is, so that an interpreter's start and end are told apart
from the work; others are ready at once, and done when they have ended.
"""

import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.replication.servers import Servers

BACKEND_SECONDS = 0.1
"""A server's backend ends a moment after its client."""
WAIT = 'echo 0 >&"$BENCH_READY"; exec {BENCH_READY}>&-; read -r -u "$BENCH_BEGIN"; exec "$@"'
AT_ONCE = ("bash", "-c", WAIT, "bash")
"""Before a command that does not wait by itself."""


@dataclass(frozen=True)
class Run:
    """What a command took; `failure` is empty when it ended well."""

    wall: float
    client: float
    mariadb: float
    postgres: float
    peak_mb: float
    start_wall: float
    """What it needed until it was ready: none of it is in the figures above."""
    start_cpu: float
    start_mb: float
    end_wall: float
    """What it needed to end after its work: not in the figures above either."""
    failure: str = ""

    @property
    def cpu(self) -> float:
        """CPU seconds of all three together."""
        return self.client + self.mariadb + self.postgres


def run(
    command: Sequence[str],
    variables: Mapping[str, str],
    servers: Servers,
    *,
    limit: float,
    waits: bool = False,
) -> Run:
    """Run a command, for at most `limit` seconds."""
    with tempfile.TemporaryFile() as output:
        launched = time.monotonic()
        process, go = _launch(
            command if waits else (*AT_ONCE, *command), variables, output.fileno()
        )
        with _Watch(process.pid, limit) as watch:
            start_cpu = go.when_ready()
            start_wall, start_mb = time.monotonic() - launched, peak_mb(process.pid)
            before, began = servers.cpu(), time.monotonic()
            go.now()
            _, status, used = os.wait4(process.pid, 0)
            ended = time.monotonic()
            done, cpu = go.when_done() or (ended, used.ru_utime + used.ru_stime)
            time.sleep(BACKEND_SECONDS)
            after = servers.cpu()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode(errors="replace")
    mariadb, postgres = after[0] - before[0], after[1] - before[1]
    return Run(
        done - began, cpu - start_cpu, mariadb, postgres, watch.peak_mb, start_wall, start_cpu,
        start_mb, ended - done, _failure(process.returncode, watch.is_over, limit, said),
    )  # fmt: skip


@dataclass(frozen=True)
class _Go:
    """The words between the benchmark and a command that waits: ready, go, and done."""

    ready: int
    begin: int
    done: int

    def when_ready(self) -> float:
        """Wait for its word; the CPU seconds it took until then, 0 when it has ended instead."""
        with os.fdopen(self.ready, "rb") as pipe:
            return float(pipe.read() or 0)

    def now(self) -> None:
        """Let it begin."""
        with suppress(OSError):
            os.write(self.begin, b"\n")
        os.close(self.begin)

    def when_done(self) -> tuple[float, float] | None:
        """By the clock and in CPU seconds, when the command that has ended has said so."""
        os.set_blocking(self.done, False)
        with os.fdopen(self.done, "rb") as pipe:
            told = (pipe.read() or b"").split()
        return (float(told[0]), float(told[1])) if told else None


def _launch(
    command: Sequence[str], variables: Mapping[str, str], output: int
) -> tuple[subprocess.Popen[bytes], _Go]:
    (ready, said), (heard, begin), (done, told) = os.pipe(), os.pipe(), os.pipe()
    words = {"BENCH_READY": str(said), "BENCH_BEGIN": str(heard), "BENCH_DONE": str(told)}
    process = subprocess.Popen(
        command,
        env={**variables, **words},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        pass_fds=(said, heard, told),
    )
    for theirs in (said, heard, told):
        os.close(theirs)
    return process, _Go(ready, begin, done)


class _Watch:
    """Looks at a command's processes while they live: their largest memory, and their time."""

    def __init__(self, pid: int, limit: float) -> None:
        self.peak_mb, self.is_over = 0.0, False
        self._pid, self._limit, self._ended = pid, limit, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        if kind is not None:
            self._end()

    def _look(self) -> None:
        deadline = time.monotonic() + self._limit
        while not self._ended.wait(0.1):
            self.peak_mb = max([self.peak_mb, *map(peak_mb, _family(self._pid))])
            if time.monotonic() > deadline:
                self.is_over = True
                self._end()
                return

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)


def _family(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(each for child in listed for each in _family(int(child)))]


def peak_mb(pid: int) -> float:
    """The largest memory a living process has had."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _failure(code: int, is_over: bool, limit: float, said: str) -> str:
    if is_over:
        return f"stopped after {limit:.0f} s"
    if code == 0:
        return ""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    raised = [line for line in lines if re.match(r"[\w.]+(Error|Exception)\w*: ", line)]
    return f"ended with {code}: {(raised or lines or ['said nothing'])[-1][:200]}"
