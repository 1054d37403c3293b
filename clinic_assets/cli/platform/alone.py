"""One platform serves a home: the lock that says so, and where its page is.

The lock goes with the process that holds it, however that ends. What a note says without it (of a
platform that was killed, or from a backup) is not believed.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clinic_assets.cli.shown import CommandFailed
from clinic_assets.settings import settings
from clinic_assets.warehouse.embedded_cluster import try_lock, unlock

TRIES = 5
PAUSE_SECONDS = 0.1


@contextmanager
def serving_alone() -> Iterator[None]:
    """Be the one that serves this home. Raises CommandFailed when another is; nothing is touched
    then.
    """
    _lock_file().parent.mkdir(parents=True, exist_ok=True)
    hold = _taken()
    if hold is None:
        raise CommandFailed(_told())
    try:
        _note().unlink(missing_ok=True)
        yield
    finally:
        _note().unlink(missing_ok=True)
        unlock(hold)


def note_address(address: str) -> None:
    """Say where the page is, for the other commands."""
    _note().write_text(json.dumps({"address": address}))


def served_at() -> str | None:
    """The address of the running page, None without one."""
    import requests

    if not _is_taken():
        return None
    try:
        address = str(json.loads(_note().read_text())["address"])
        requests.get(f"{address}/server_info", timeout=3).raise_for_status()
    except (OSError, ValueError, KeyError):
        return None
    return address


def _lock_file() -> Path:
    return settings().home / "up.lock"


def _note() -> Path:
    return settings().home / "web.json"


def _taken() -> int | None:
    for _ in range(TRIES):
        hold = try_lock(_lock_file())
        if hold is not None:
            return hold
        time.sleep(PAUSE_SECONDS)  # Somebody may only be looking whether it is free.
    return None


def _is_taken() -> bool:
    if not _lock_file().exists():
        return False
    hold = try_lock(_lock_file(), shared=True)
    if hold is not None:
        unlock(hold)
    return hold is None


def _told() -> str:
    address = served_at()
    return (
        f"The clinic's platform is already running at {address}."
        if address
        else f"The clinic's platform in {settings().home} is already being started or stopped by"
        " another command."
    )
