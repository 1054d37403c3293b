"""The files of the embedded PostgreSQL: locks, server.json, the log and the making of the data.

Not here: which folder and programs are used (embedded_place.py), the server's life (embedded.py).
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clinic_assets.warehouse.embedded_place import Place, PostgresNotStarted

if sys.platform != "win32":
    import fcntl

SUPERUSER = "clinic"
_HBA = "host all all 127.0.0.1/32 scram-sha-256\n"
_LOCK_SECONDS = 180
_TOOL_SECONDS = 300
_LOG_LIMIT = 10 * 1024 * 1024


@dataclass(frozen=True)
class ServerSettings:
    """What server.json keeps: it is written only after the data folder is finished."""

    port: int
    password: str
    place: Path | None


def load_settings(home: Path) -> ServerSettings | None:
    """Read server.json; None when there is none.

    Raises PostgresNotStarted when it cannot be read.
    """
    path = home / "server.json"
    try:
        stored = json.loads(path.read_text())
        place = Path(stored["place"]) if stored.get("place") else None
        return ServerSettings(int(stored["port"]), str(stored["password"]), place)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise PostgresNotStarted(
            f"{path} cannot be read ({error.strerror}). Run the command as the user who owns it."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PostgresNotStarted(
            f"{path} is damaged. Delete this one file and start again: the data stays, "
            "a new password is set."
        ) from error


def save_settings(home: Path, settings: ServerSettings) -> None:
    """Replace server.json in one step, readable by its owner only. Raises OSError."""
    stored = {"port": settings.port, "password": settings.password}
    if settings.place is not None:
        stored["place"] = str(settings.place)
    descriptor, name = tempfile.mkstemp(prefix="server.json.", dir=home)
    with os.fdopen(descriptor, "w") as file:
        _give_to_owner(descriptor, home)
        file.write(json.dumps(stored, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(home / "server.json")
    _sync_folder(home)


@contextmanager
def start_lock(home: Path) -> Iterator[None]:
    """One process at a time starts or stops this server.

    Raises PostgresNotStarted when another process keeps the lock for minutes.
    """
    deadline = time.monotonic() + _LOCK_SECONDS
    while (descriptor := try_lock(home / "start.lock")) is None:
        if time.monotonic() > deadline:
            raise PostgresNotStarted(
                f"Another process has been starting or stopping the database in {home} for "
                f"{_LOCK_SECONDS} seconds. End that process and try again."
            )
        time.sleep(0.02)
    try:
        yield
    finally:
        unlock(descriptor)


def try_lock(path: Path, shared: bool = False) -> int | None:
    """Lock a file and return its open descriptor; None when another process is in the way."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        _give_to_owner(descriptor, path.parent)
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def unlock(descriptor: int) -> None:
    """Give up a lock, also where a process forked meanwhile has a copy of the descriptor."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def is_unlocked(path: Path) -> bool:
    """Whether nobody holds the lock."""
    descriptor = try_lock(path)
    if descriptor is not None:
        unlock(descriptor)
    return descriptor is not None


def prepare(
    home: Path, place: Place, settings: ServerSettings | None, port: int, lock: int
) -> ServerSettings:
    """Make the data folder where needed and bring the files beside it up to date.

    No server may use the data; `lock` shows that. Raises PostgresNotStarted and OSError.
    """
    password = settings.password if settings else secrets.token_urlsafe(24)
    if not (place.data / "PG_VERSION").exists():
        if settings:
            raise PostgresNotStarted(
                f"The database folder {place.data} is missing, though {home / 'server.json'} knows "
                "it. Put it back, or delete server.json to begin with an empty database."
            )
        _make_cluster(place, password, lock)
    else:
        # Its process is gone, but its number may be in use again, which PostgreSQL cannot tell.
        (place.data / "postmaster.pid").unlink(missing_ok=True)
        if settings is None:
            _set_password(place, place.data, password, lock)
    current = ServerSettings(port, password, None if place.folder == home else place.folder)
    if current != settings:
        save_settings(home, current)
    access = hba_file(place)
    if not access.exists() or access.read_text() != _HBA:
        access.write_text(_HBA)
        access.chmod(0o644)
    return current


def hba_file(place: Place) -> Path:
    """The file that tells the server who may connect; ours, so that an upgrade can change it."""
    return place.folder / "pg_hba.conf"


def open_log(home: Path) -> int:
    """Open server.log for appending, after setting a large one aside. Raises OSError."""
    log = home / "server.log"
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(home / "server.log.1")
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    _give_to_owner(descriptor, home)
    return descriptor


def log_since(home: Path, offset: int) -> str:
    """What the server has logged from the byte `offset` on, at most its last lines."""
    try:
        with (home / "server.log").open("rb") as log:
            log.seek(offset)
            lines = log.read(_LOG_LIMIT).decode(errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-10:])


def _make_cluster(place: Place, password: str, lock: int) -> None:
    """Make the data under another name; it gets its own when it is finished, password included."""
    if place.data.exists():
        try:
            place.data.rmdir()
        except OSError as error:
            raise PostgresNotStarted(
                f"{place.data} holds files but no database. Move it away and start again."
            ) from error
    new = place.folder / "data.new"
    if new.exists():
        shutil.rmtree(new)
    new.mkdir(mode=0o700)
    if place.user:
        os.chown(new, place.user.uid, place.user.gid)
    options = ["--auth=reject", "--encoding=UTF8", "--locale=C", "--data-checksums"]
    if place.version() >= 17:
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run(place, [place.programs / "initdb", "-D", new, "-U", SUPERUSER, *options], "", lock)
    _set_password(place, new, password, lock)
    new.rename(place.data)
    _sync_folder(place.folder)


def _set_password(place: Place, data: Path, password: str, lock: int) -> None:
    command: list[str | Path] = [place.programs / "postgres", "--single", "-D", data]
    settings = ["log_min_error_statement=panic", "password_encryption=scram-sha-256"]
    # 192 random bits need no stretching, which costs 4 ms on each of Dagster's many connections.
    settings += ["scram_iterations=1"] if place.version() >= 16 else []
    options = [word for setting in settings for word in ("-c", setting)]
    statement = f"alter role {SUPERUSER} password '{password}'\n"
    if "ERROR:" in _run(place, [*command, *options, "postgres"], statement, lock):
        # The output is left out: it could hold the password.
        raise PostgresNotStarted(
            f"The password of the database in {data} could not be set. Is the disk full?"
        )


def _run(place: Place, command: Sequence[str | Path], text: str, lock: int) -> str:
    # The program inherits the lock: should we be killed, our successor waits for its end.
    process = place.popen(command, subprocess.PIPE, subprocess.PIPE, (lock,))
    try:
        output, _ = process.communicate(text, timeout=_TOOL_SECONDS)
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode != 0:
        tail = " | ".join(output.strip().splitlines()[-5:])
        raise PostgresNotStarted(
            f"{Path(command[0]).name} failed. Check free disk space and the folder's owner: {tail}"
        )
    return output


def _give_to_owner(descriptor: int, folder: Path) -> None:
    # What root writes in a user's project stays usable for that user.
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
