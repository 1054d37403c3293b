"""The embedded PostgreSQL: starting, sharing and stopping our own server for one project.

Not here: the choice of folder, programs and user (embedded_place.py), its files and the making of
the data folder (embedded_cluster.py), and everything that is stored in the databases.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

from clinic_assets.warehouse.embedded_cluster import (
    SUPERUSER,
    ServerSettings,
    is_unlocked,
    load_settings,
    log_since,
    open_log,
    prepare,
    start_lock,
    try_lock,
    unlock,
)
from clinic_assets.warehouse.embedded_place import PostgresNotStarted, find_place, known_folder
from clinic_assets.warehouse.embedded_server import (
    DATABASES,
    POLL_SECONDS,
    choose_port,
    postmaster_pid,
    server_command,
    wait_until_ready,
)

__all__ = ["DATABASES", "EmbeddedPostgres", "PostgresNotStarted"]

_SECONDS = 60
# Texts in the log of a server that ended at once, though another try can succeed: a port taken
# in the last moment, memory that processes of an earlier server have not left yet.
_PASSING = ("could not bind", "is still in use", 'lock file "postmaster.pid" already exists')

# What this process keeps, by the server's folder: its hold, and the servers it is the parent of.
_holds: dict[Path, int] = {}
_children: dict[Path, subprocess.Popen[str]] = {}


@dataclass(frozen=True)
class EmbeddedPostgres:
    """The server of one project; `home` is the project's .clinic folder."""

    home: Path

    def start(self) -> None:
        """Return when the server accepts connections, and hold it for this process.

        Does nothing more when it runs and is held already. Raises PostgresNotStarted.
        """
        folder = self._folder()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with start_lock(folder):
                _set_mode(folder)
                taken = _take_hold(folder)
                try:
                    _ensure_running(folder)
                except BaseException:
                    if taken:
                        _drop_hold(folder)
                    raise
        except OSError as error:
            raise PostgresNotStarted(
                f"The database in {folder} could not be started: {error}. "
                "Check the folder's owner and free disk space."
            ) from error

    def url(self, database: str) -> str:
        """The address of a database. Raises PostgresNotStarted when it was never started."""
        settings = load_settings(self._folder())
        if settings is None:
            raise PostgresNotStarted(f"There is no database in {self.home} yet. Start it first.")
        login = f"{SUPERUSER}:{quote(settings.password, safe='')}"
        return f"postgresql://{login}@127.0.0.1:{settings.port}/{quote(database, safe='')}"

    def release(self) -> None:
        """Give up this process's hold; stop the server when no other process holds it.

        Raises PostgresNotStarted when the server does not stop.
        """
        self._leave(only_when_unheld=True)

    def stop(self) -> None:
        """Stop the server, whoever holds it, and return when it is gone.

        Raises PostgresNotStarted when the server does not stop.
        """
        self._leave(only_when_unheld=False)

    def is_running(self) -> bool:
        """Whether the server's main process lives. Raises PostgresNotStarted."""
        return postmaster_pid(_data(self._folder())) is not None

    def _folder(self) -> Path:
        if sys.platform == "win32":
            raise PostgresNotStarted(
                "The embedded PostgreSQL needs Linux or macOS. On Windows use WSL, or a "
                "PostgreSQL server of your own."
            )
        return self.home.resolve() / "postgres"

    def _leave(self, only_when_unheld: bool) -> None:
        folder = self._folder()
        if not folder.is_dir():
            return
        try:
            with start_lock(folder):
                _drop_hold(folder)
                if not only_when_unheld or is_unlocked(folder / "holders.lock"):
                    _end(folder)
        except OSError as error:
            raise PostgresNotStarted(
                f"The database in {folder} could not be stopped: {error}. "
                "Run the command as the user who started it."
            ) from error


def _set_mode(folder: Path) -> None:
    # The server's user passes through to the data; a strict umask must not prevent it.
    if not (folder / "server.json").exists() and folder.stat().st_uid == os.geteuid():
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


def _data(folder: Path) -> Path:
    settings = load_settings(folder)
    return known_folder(folder, settings.place if settings else None) / "data"


def _take_hold(folder: Path) -> bool:
    """Whether a new hold was taken; the caller has the start lock, so nobody is in the way."""
    if folder in _holds:
        return False
    hold = try_lock(folder / "holders.lock", shared=True)
    if hold is None:
        raise PostgresNotStarted(f"{folder / 'holders.lock'} is locked by another program.")
    _holds[folder] = hold
    return True


def _drop_hold(folder: Path) -> None:
    hold = _holds.pop(folder, None)
    if hold is not None:
        unlock(hold)


def _forget_holds() -> None:
    # A forked child is not the holder; it closes its copies, which leaves the parent's lock.
    while _holds:
        os.close(_holds.popitem()[1])


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_forget_holds)


def _ensure_running(folder: Path) -> None:
    """Attach to the living server or launch one, until one accepts connections."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        settings, data = load_settings(folder), _data(folder)
        if postmaster_pid(data) is None:
            if _launch(folder, settings):
                return
        elif settings is None:
            # Its password is lost with server.json; only a stopped server can get a new one.
            _end(folder)
        elif wait_until_ready(settings, data, partial(postmaster_pid, data), deadline):
            return
        time.sleep(POLL_SECONDS)
    raise PostgresNotStarted(
        f"Processes of an earlier server in {folder} have not ended for {_SECONDS} seconds, or no "
        f"port stays free. End them and start again. Its log says:\n{log_since(folder, 0)}"
    )


def _launch(folder: Path, settings: ServerSettings | None) -> bool:
    """Start the server; False when another try can succeed."""
    _reap(folder)
    lock = try_lock(folder / "server.lock")
    if lock is None:
        # Some process of an earlier server, or of an earlier start, still lives.
        return False
    try:
        place = find_place(folder, settings.place if settings else None)
        port = choose_port(settings.port if settings else None)
        current = prepare(folder, place, settings, port, lock)
        log = open_log(folder)
        try:
            offset = os.fstat(log).st_size
            # The server inherits the lock: it is free again when its last process has ended.
            command = server_command(place, current)
            server = place.popen(command, subprocess.DEVNULL, log, (lock,))
        finally:
            os.close(log)
    finally:
        os.close(lock)
    _children[folder] = server
    deadline = time.monotonic() + _SECONDS
    if wait_until_ready(current, place.data, lambda: server.poll() is None, deadline):
        return True
    logged = log_since(folder, offset)
    if server.returncode == -signal.SIGKILL or any(text in logged for text in _PASSING):
        return False
    raise PostgresNotStarted(
        f"The database server in {folder} ended at once. Its log says:\n{logged}"
    )


def _end(folder: Path) -> None:
    """Stop the server and wait until the last of its processes is gone."""
    data, asked = _data(folder), False
    began = time.monotonic()
    while True:
        _reap(folder)
        pid = postmaster_pid(data)
        if pid is None and is_unlocked(folder / "server.lock"):
            return
        waited = time.monotonic() - began
        if waited > _SECONDS:
            raise PostgresNotStarted(
                f"The database server in {folder} did not stop in {_SECONDS} seconds. "
                f"End its processes by hand{f', first {pid}' if pid else ''}."
            )
        if pid is not None and (not asked or waited > _SECONDS / 2):
            # Fast shutdown first; when that hangs, one that the next start repairs.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT if asked else signal.SIGINT)
            asked = True
        time.sleep(POLL_SECONDS)


def _reap(folder: Path) -> None:
    # A server that this process started stays a zombie until it is asked after.
    if folder in _children and _children[folder].poll() is not None:
        del _children[folder]
