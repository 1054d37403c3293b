"""Folders for the servers of tests: in memory where there is room, as tests make and drop files by
the thousand, which a disk's file system is slow at.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 4 * 2**30
PREFIX = "clinic-test-"


def open_folder() -> Path:
    """A new folder that Postgres's own user may enter too. `remove` it in the end."""
    is_roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES
    if is_roomy:
        _remove_those_of_killed_tests()
    place = MEMORY if is_roomy else None
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=place))
    folder.chmod(0o755)
    return folder


def remove(folder: Path) -> None:
    """Away with it."""
    shutil.rmtree(folder, ignore_errors=True)


def _remove_those_of_killed_tests() -> None:
    for folder in MEMORY.glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if not Path("/proc", owner).exists():
            remove(folder)
