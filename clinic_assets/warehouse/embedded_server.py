"""The server process of the embedded PostgreSQL: its settings, its port, whether it lives.

Not here: when it is started and stopped (embedded.py), its files (embedded_cluster.py).
"""

import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from clinic_assets.warehouse.embedded_cluster import SUPERUSER, ServerSettings, hba_file
from clinic_assets.warehouse.embedded_place import Place, PostgresNotStarted

DATABASES = ("clinic", "dagster")
POLL_SECONDS = 0.01
# Below the range from which systems give ports to outgoing connections.
_PORTS = range(15000, 30000)
# Passed on the command line at each start, where they go before those in the data folder.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "idle_in_transaction_session_timeout": "30min",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "client_connection_check_interval": "10s",
    # Health data stays out of the log. Level `log` drops errors, whose first line can quote a
    # value ("invalid input syntax for type integer: ..."); the client still gets them.
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}


def server_command(place: Place, settings: ServerSettings) -> list[str | Path]:
    """The command line of the server; it holds no secret."""
    chosen = {**_SETTINGS, "port": str(settings.port), "hba_file": str(hba_file(place))}
    options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
    return [place.programs / "postgres", "-D", place.data, *options]


def choose_port(stored: int | None) -> int:
    """The stored port, or a new one when somebody else uses it.

    Raises PostgresNotStarted when no free port is found.
    """
    tried = [stored] if stored is not None else []
    tried += random.sample(_PORTS, 100)
    for port in tried:
        if is_free(port):
            return port
    raise PostgresNotStarted(
        f"No free port was found on 127.0.0.1 between {_PORTS.start} and {_PORTS.stop}. "
        "Close programs that use many ports."
    )


def postmaster_pid(data: Path) -> int | None:
    """The number of the main process that lives and serves this data folder.

    The pid file alone proves nothing: the process may be a zombie, or another one by now.
    """
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if pid > 0 and _serves(pid, data) else None


def wait_until_ready(
    settings: ServerSettings, data: Path, lives: Callable[[], object], deadline: float
) -> bool:
    """Whether the server accepts connections and has its databases; False when it ended.

    Raises PostgresNotStarted when it does neither in time, or rejects the stored password.
    """
    while lives():
        if _says_ready(data) and _accepts(settings):
            return True
        if time.monotonic() > deadline:
            raise PostgresNotStarted(
                f"The database server on port {settings.port} runs but does not accept "
                "connections. It may be repairing itself after a crash: try again in a minute."
            )
        time.sleep(POLL_SECONDS)
    return False


def is_free(port: int) -> bool:
    """Whether a server could listen on a port of the loopback address."""
    with socket.socket() as probe:
        # As the server does it: connections that are closing are not in the way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _serves(pid: int, data: Path) -> bool:
    if sys.platform == "linux":
        try:
            # Empty for a zombie.
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return words[1:3] == [b"-D", str(data).encode()]
    listed = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return f" -D {data} " in listed.stdout


def _says_ready(data: Path) -> bool:
    # Connecting earlier would fill the log with refusals while the server repairs itself.
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


def _accepts(settings: ServerSettings) -> bool:
    try:
        connection = psycopg.connect(
            host="127.0.0.1",
            port=settings.port,
            user=SUPERUSER,
            password=settings.password,
            dbname="postgres",
            connect_timeout=5,
            sslmode="disable",
            gssencmode="disable",
            autocommit=True,
        )
    except psycopg.OperationalError as error:
        if "password authentication failed" not in str(error):
            return False
        raise PostgresNotStarted(
            f"The server on port {settings.port} rejects the password in server.json. Delete "
            "this one file and start again: the data stays, a new password is set."
        ) from None
    with connection:
        _make_databases(connection)
    return True


def _make_databases(connection: psycopg.Connection) -> None:
    names = {str(row[0]) for row in connection.execute("select datname from pg_database")}
    for name in DATABASES:
        if name not in names:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
