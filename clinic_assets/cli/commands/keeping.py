"""Commands that put a whole installation into one file and bring it back: backup, restore.

In the file: a dump of each database, the clinic's files, what lies in CLINIC_HOME beside Postgres,
and .env. Nothing that is there is ever overwritten.
"""

import datetime as dt
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer

from clinic_assets.cli.shown import CommandFailed
from clinic_assets.settings import ROOT, settings

ABOUT = "about.json"
DATABASES = ("warehouse", "dagster")
NOT_KEPT = {
    "postgres",
    "dagster",
    "up.lock",
    "web.json",
    "webserver.log",
    "webserver.log.1",
    "daemon.log",
    "daemon.log.1",
}
"""In CLINIC_HOME: the live server, whose rows are dumped, and what only this machine needs."""


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(backup)
    app.command()(restore)


def backup(file: Annotated[Path, typer.Argument(help="The file to write, .tar.gz.")]) -> None:
    """Put databases, files and settings into one file; the platform may go on running."""
    from clinic_assets.cli.platform.ready import ready

    if file.exists():
        raise CommandFailed(f"{file} is there already: give another name, or remove it.")
    ready()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as place:
            written = Path(place) / "all.tar.gz"
            _write(written, Path(place))
            written.replace(file)
    except OSError as error:
        raise CommandFailed(f"{file} could not be written: {error.strerror or error}.") from None
    typer.echo(f"{file}: {file.stat().st_size / 2**20:.1f} MB. It holds patients' data and .env:"
               " keep it encrypted, on another machine.")  # fmt: skip


def _write(written: Path, place: Path) -> None:
    major = _major()
    # The dumps first: a file that comes meanwhile is then new to the restored database.
    for name in DATABASES:
        _run("pg_dump", major, name, ["--format=custom", f"--file={place / name}.dump"])
    with tarfile.open(written, "w:gz", compresslevel=3) as archive:
        _add_text(archive, ABOUT, json.dumps(_about() | {"postgres": major}))
        for name in DATABASES:
            archive.add(place / f"{name}.dump", f"{name}.dump")
        if (ROOT / ".env").exists():
            archive.add(ROOT / ".env", ".env")
        for path, inside in _kept(place):
            with suppress(FileNotFoundError):  # Removed while we walk.
                archive.add(path, inside, recursive=False)
    written.chmod(0o600)


def _about() -> dict[str, Any]:
    wanted = settings()
    return {
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "CLINIC_ID": wanted.id,
        "CLINIC_TIMEZONE": wanted.timezone,
        "CLINIC_CURRENCY": wanted.currency,
    }


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(text.encode())
    archive.addfile(entry, io.BytesIO(text.encode()))


def _kept(place: Path) -> Iterator[tuple[Path, str]]:
    """The files of both folders, with their name in the archive; no file of the backup itself."""
    roots = {"data": settings().data, "home": settings().home}
    for inside, root in roots.items():
        others = [other for other in roots.values() if other != root]
        for folder, names, files in os.walk(root):
            here = Path(folder)
            is_home = inside == "home" and here == root
            left_out = NOT_KEPT if is_home else set()
            names[:] = sorted(
                n for n in names
                if n not in left_out and here / n not in (*others, place.resolve())
                and not n.startswith(".backup-")
            )  # fmt: skip
            for name in sorted(set(files) - left_out):
                yield here / name, f"{inside}/{(here / name).relative_to(root)}"


def restore(file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")]) -> None:
    """Bring a backup back, into an empty CLINIC_HOME, CLINIC_DATA and database."""
    from clinic_assets.cli.platform.alone import serving_alone

    try:
        with tarfile.open(file) as archive:
            _refuse_strange(archive, file)
            _refuse_occupied()
            with serving_alone():
                _restore(archive)
    except (tarfile.TarError, EOFError, KeyError) as error:
        raise CommandFailed(f"{file} is no whole backup ({type(error).__name__}).") from None


def _restore(archive: tarfile.TarFile) -> None:
    from clinic_assets.cli.platform.ready import DAGSTER, remember_server
    from clinic_assets.warehouse.migrate import create_database

    remember_server()
    _refuse_filled("warehouse")
    create_database(DAGSTER)
    _refuse_filled("dagster")
    with tempfile.TemporaryDirectory(dir=settings().home, prefix=".restore-") as place:
        for name in DATABASES:
            archive.extract(f"{name}.dump", place, filter="data")
            typer.echo(f"Restoring the database {_address(name).database}")
            _run("pg_restore", _major(), name,
                 ["--no-owner", "--single-transaction", f"{place}/{name}.dump"])  # fmt: skip
    typer.echo("Restoring the files")
    for root, target in (("data/", settings().data), ("home/", settings().home)):
        for member in archive.getmembers():
            if member.name.startswith(root):
                inside = member.replace(name=member.name.removeprefix(root))
                archive.extract(inside, target, filter="data")
    typer.echo("Restored. `clinic doctor` says whether all is in place, `clinic up` goes on.")


def _refuse_strange(archive: tarfile.TarFile, file: Path) -> None:
    told = archive.extractfile(ABOUT)
    was = json.loads(told.read()) if told else {}
    now = _about()
    if ".env" in archive.getnames() and not (ROOT / ".env").exists():
        raise CommandFailed(
            f"The backup holds a .env and there is none here: `tar -xzf {file} -C {ROOT} .env`,"
            " look it through (where do the files and the database go here?), and restore again."
        )
    for name in ("CLINIC_ID", "CLINIC_TIMEZONE", "CLINIC_CURRENCY"):
        if was.get(name) != now[name]:
            raise CommandFailed(
                f"{name} is {now[name]}, the backup's is {was.get(name)}: set it so."
            )


def _refuse_occupied() -> None:
    found = settings()
    if found.data.exists() and any(found.data.iterdir()):
        raise CommandFailed(
            f"{found.data} is not empty, and a restore overwrites nothing: move it aside, or set"
            " CLINIC_DATA to another folder."
        )
    if found.database_url is None and (found.home / "postgres" / "server.json").exists():
        raise CommandFailed(
            f"{found.home} holds a clinic already, and a restore overwrites nothing: stop the"
            " platform and move the folder aside, or set CLINIC_HOME to another."
        )


def _refuse_filled(name: str) -> None:
    address = _address(name)
    with _connected(name) as asked:
        found = asked.execute(
            "select from pg_class join pg_namespace on pg_namespace.oid = relnamespace"
            " where relkind = 'r' and nspname not in ('pg_catalog', 'information_schema') limit 1"
        )
        if found.fetchone() is not None:
            raise CommandFailed(
                f"The database {address.database} is not empty, and a restore overwrites nothing:"
                f" drop or rename it (`alter database {address.database} rename to ...`)."
            )


def _major() -> int:
    with _connected("warehouse") as asked:
        return asked.info.server_version // 10_000


def _connected(name: str) -> "psycopg.Connection[Any]":
    from clinic_assets.warehouse.postgres import spelled

    return psycopg.connect(spelled(_address(name)))


def _address(name: str) -> Any:
    from clinic_assets.warehouse.postgres import plain_url

    return plain_url(None if name == "warehouse" else name)


def _run(name: str, major: int, database: str, words: list[str]) -> None:
    from clinic_assets.cli.platform.programs import called, program

    command, environment = called(program(name, major), _address(database), words)
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        # What pg_restore says may quote a row; what pg_dump says may not.
        why = f": {' '.join(ended.stderr.split())}" if name == "pg_dump" else ""
        raise CommandFailed(
            f"{name} of PostgreSQL failed for a server of version {major}{why}. Are the programs"
            f" of that version there (Debian: postgresql-client-{major}), and is there room?"
        )
