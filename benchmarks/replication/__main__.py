"""Our copy of MariaDB's tables against the limit and other tools, in alternating runs.

    python -m benchmarks.replication [--peers] [--scale 0.1] [--json FILE] [--folder KEPT]

Two tables shaped like a dental practice's (900,000 rows x 62 columns, 2,000,000 x 12), a private
MariaDB and the platform's own PostgreSQL. Needs Debian's mariadb-server and postgresql-client (and
pgloader for that peer). Takes about 20 minutes on two quiet cores, with --peers
about an hour more, and 12 GB of disk. Started again with the same --folder it goes on where it was.
Ratios are the other's figure over ours; wall ratios mean something on a quiet machine only, CPU
ratios on a busy one too. What a Python process needs to start and end is told apart for all.
"""

import argparse
import datetime as dt
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.replication import report
from benchmarks.replication.parts import PARTS, Bench
from benchmarks.replication.peers import Peers
from benchmarks.replication.record import Records
from benchmarks.replication.servers import Servers, servers, versions
from clinic_assets.warehouse.migrate import migrate
from clinic_assets.warehouse.sessions import engine_at

PROGRAMS = ("bash", "mariadbd", "mariadb-install-db", "mariadb", "psql")
REMEDY = "Debian has them: apt-get install mariadb-server postgresql-client"


def main() -> None:
    """Run the parts asked for and print what came out."""
    asked = _asked()
    if missing := [program for program in PROGRAMS if not shutil.which(program)]:
        sys.exit(f"Not on this machine: {', '.join(missing)}. {REMEDY}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Asked to stop; the same command goes on."))
    with _folder(asked.folder) as folder, servers(folder) as both:
        migrate(engine_at(sa.make_url(both.target_url).set(drivername="postgresql+psycopg")))
        peers = Peers(folder / "peers") if asked.peers else None
        if peers:
            peers.install()
        records = Records(folder / "runs.jsonl")
        about = _about(both, peers, asked.scale)
        print("  ".join(f"{name} {value}" for name, value in about["versions"].items()))
        bench = Bench(
            both, records, asked.scale, asked.rounds, asked.peer_rounds, asked.limit, peers
        )
        for name in asked.parts:
            print(f"== {name}, load {os.getloadavg()[0]:.1f}", flush=True)
            PARTS[name](bench)
        print("\n" + "\n".join(report.ways(records)))
        print("\n" + "\n".join(map(str, report.targets(records))))
        if asked.json:
            report.write(asked.json, records, about)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", action="store_true", help="install and measure other tools")
    parser.add_argument("--scale", type=float, default=1.0, help="of the tables' rows")
    parser.add_argument("--rounds", type=int, default=7, help="of ours, the pipe and COPY")
    parser.add_argument("--peer-rounds", type=int, default=3, help="of everything slower")
    parser.add_argument("--limit", type=float, default=900, help="seconds for any one command")
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--folder", type=Path, help="kept; without it a temporary one is used")
    parser.add_argument("--json", type=Path, help="all figures go there too")
    return parser.parse_args()


def _about(both: Servers, peers: Peers | None, scale: float) -> dict[str, Any]:
    known = versions(both) | (peers.versions() if peers else {})
    return {"at": f"{dt.datetime.now().astimezone():%Y-%m-%d %H:%M %z}", "scale": scale,
            "processors": os.cpu_count(), "versions": known}  # fmt: skip


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """The folder of servers, tools and records; others may pass through, as Postgres runs as
    somebody else when we are root.
    """
    if kept:
        yield kept.resolve()
        return
    made = Path(tempfile.mkdtemp(prefix="clinic-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


if __name__ == "__main__":
    main()
