"""What a platform that was killed left behind: its services are ended and its runs said to have
failed, at the next start.

Dagster's own monitoring cannot see it with the default launcher. While the platform is being
started none of the runs that a daemon launched can be alive; those of a command line say their
process.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import dagster as dg

from clinic_assets.settings import settings

GRPC_TAG = ".dagster/grpc_info"
PROCESS_TAG = "clinic/process"
SERVICES = ("dagster-webserver", "dagster-daemon")
END_TRIES = 50
UNDER_WAY = [
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def process_tag() -> dict[str, str]:
    """Says which process a command line's run lives in."""
    return {PROCESS_TAG: str(os.getpid())}


def end_orphans() -> None:
    """End the page and the daemon that a killed platform of this home left running.

    Two daemons of one home would start every run twice. To be called by the one that serves it.
    """
    for _ in range(END_TRIES):
        left = list(_services())
        if not left:
            return
        for process in left:
            with suppress(OSError):
                os.killpg(os.getpgid(process), signal.SIGKILL)
        time.sleep(0.1)


def _services() -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_text(errors="replace").split("\0")
            is_service = any(Path(word).name in SERVICES for word in words[:2])
            if is_service and (folder / "cwd").resolve() == settings().home:
                yield int(folder.name)


def fail_ghosts() -> list[str]:
    """Mark runs without a living process as failed and return the beginnings of their ids."""
    with dg.DagsterInstance.get() as instance:
        runs = instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY))
        ghosts = [run for run in runs if not _is_alive(run)]
        for run in ghosts:
            instance.report_run_failed(
                run, "The process of this run was gone when the platform started."
            )
    return [run.run_id[:8] for run in ghosts]


def _is_alive(run: dg.DagsterRun) -> bool:
    process = run.tags.get(PROCESS_TAG)
    if process is None:
        return False
    try:
        told = Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
    return b"clinic" in told
