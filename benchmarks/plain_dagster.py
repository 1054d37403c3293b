"""Thirty days by plain `dagster job backfill` through a running platform, and by `clinic`: equal?

python -m benchmarks.plain_dagster [--days 30]
"""

import argparse
import datetime as dt
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.place import CLINIC, Place, measured, place, simulated_year

FIRST = dt.date(2025, 3, 1)
LONGEST = 3600


def main() -> None:
    """Run both ways on the same files and compare the hashes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clinic-bench-files-") as folder:
        data = Path(folder)
        data.chmod(0o755)
        last = simulated_year(data, FIRST, asked.days)
        with place(data) as clinic:
            direct = _hash(clinic, "whole", last)
        with place(data) as clinic:
            seconds = by_dagster(clinic, last)
            print(f"dagster job backfill, {asked.days} days: {seconds:.0f} s")
            settled = _hash(clinic, "none", last)
    print(f"equal rows: {direct == settled}")


def by_dagster(clinic: Place, last: dt.date) -> float:
    """Start the platform, hand it a job backfill, wait for the last run; the seconds it took."""
    up = subprocess.Popen(
        [CLINIC, "up", "--port", "3350"], env=clinic.variables, stdin=subprocess.DEVNULL
    )
    try:
        while not (clinic.home / "web.json").exists():
            time.sleep(0.5)
        start = time.monotonic()
        exported = measured([CLINIC, "env"], clinic.variables).said
        lines = [line.removeprefix("export ") for line in exported.splitlines()]
        variables = clinic.variables | {
            name: value.strip("'") for name, _, value in (line.partition("=") for line in lines)
            if name.startswith(("DAGSTER", "CLINIC"))
        }  # fmt: skip
        dagster = str(Path(sys.executable).parent / "dagster")
        measured(
            [dagster, "job", "backfill", "-j", "daily", "--from", str(FIRST), "--to", str(last),
             "-w", "workspace.yaml", "--noprompt"], variables,
        )  # fmt: skip
        _wait(clinic, (last - FIRST).days + 1)
        return time.monotonic() - start
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(60)


def _wait(clinic: Place, days: int) -> None:
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        told = measured([CLINIC, "status", "--format", "json"], clinic.variables).said
        rows = json.loads(told)
        if all(r["days"] >= days and not r["stale"] for r in rows):
            return
        time.sleep(10)
    raise RuntimeError("the backfill did not end in an hour")


def _hash(clinic: Place, order: str, last: dt.date) -> str:
    said = clinic.python("benchmarks.arrivals", order, str(FIRST), str(last)).said
    return said.strip().splitlines()[-1]


if __name__ == "__main__":
    main()
