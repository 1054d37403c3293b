"""A year in one run; the same year day by day, in another order and again; one day; plain Dagster.

    python -m benchmarks.backfill [--days 365]

Prints seconds, memory and whether the results are equal, hash by hash.
"""

import argparse
import datetime as dt
import tempfile
from pathlib import Path

from benchmarks.place import median, place, simulated_year

FIRST = dt.date(2025, 1, 1)


def main() -> None:
    """Run all parts on one simulated clinic."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--skip-orders", action="store_true", help="only the timed parts")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clinic-bench-files-") as folder:
        data = Path(folder)
        data.chmod(0o755)
        last = simulated_year(data, FIRST, asked.days)
        whole = timed_parts(data, FIRST, last)
        if not asked.skip_orders:
            for order in ("weeks", "days"):
                with place(data) as other:
                    told = other.python("benchmarks.arrivals", order, str(FIRST), str(last))
                    print(f"{order}: {told.wall:.0f} s, equal: {_hash(told.said) == whole}")


def timed_parts(data: Path, first: dt.date, last: dt.date) -> str:
    """The backfill, its rerun, and single days; returns the hash of the whole."""
    with place(data) as clinic:
        span = ("--from", str(first), "--to", str(last), "--now")
        year = clinic.clinic("backfill", *span)
        print(f"{(last - first).days + 1} days in one run: {year.wall:.1f} s wall,"
              f" {year.cpu:.1f} s CPU, {year.peak_mb:.0f} MB")  # fmt: skip
        once = _hash(clinic.python("benchmarks.arrivals", "whole", str(first), str(first)).said)
        rerun = clinic.clinic("backfill", *span, "--all")
        again = _hash(clinic.python("benchmarks.arrivals", "whole", str(first), str(first)).said)
        print(f"rerun: {rerun.wall:.1f} s, equal: {once == again}")
        days = [clinic.clinic("run", "--day", str(last - dt.timedelta(days=7 * n)))
                for n in range(5)]  # fmt: skip
        print(f"one day, start-up included, median of five: {median([d.wall for d in days])}")
        whole = clinic.python("benchmarks.arrivals", "whole", str(first), str(last))
    return _hash(whole.said)


def _hash(said: str) -> str:
    return said.strip().splitlines()[-1]


if __name__ == "__main__":
    main()
