"""Write a simulated dental practice, or fill a schema, from the command line.

python -m clinic_assets.simulate.dental --url mysql://user:password@host:3306/practice --years 2
python -m clinic_assets.simulate.dental --url ... --like-real profile.csv --factor 0.01
"""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import MySQLdb

from clinic_assets.simulate.dental.database import NotEmpty, connect, not_ours
from clinic_assets.simulate.dental.filling import fill_like_real
from clinic_assets.simulate.dental.living import live
from clinic_assets.simulate.dental.plan import DentalPlan
from clinic_assets.simulate.dental.writing import write_practice

TEAMS_AT_SCALE_ONE = 2
SECONDS_BETWEEN_LINES = 2.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for; 0 when done, 1 when refused."""
    asked = _parser().parse_args(arguments)
    try:
        if (asked.like_real or asked.live) and not asked.overwrite:
            with closing(connect(asked.url)) as connection:
                not_ours(connection)
        if asked.like_real:
            added = fill_like_real(
                asked.url, asked.like_real, asked.factor, asked.seed, progress=_Lines()
            )
            _say(f"{sum(added.values()):,} rows added to {len(added)} tables")
        elif asked.live:
            lived = live(asked.url, seconds=asked.live, seed=asked.seed)
            _say(", ".join(f"{count} {kind}" for kind, count in sorted(lived.counts.items())))
        else:
            written = write_practice(
                asked.url, _plan(asked), asked.truth, asked.overwrite, progress=_Lines()
            )
            _say(f"{sum(written.values()):,} rows in {len(written)} tables")
    except NotEmpty as refusal:
        _say(f"{refusal} (--overwrite)")
        return 1
    except MySQLdb.Error as error:
        _say(f"the server refused: {error.args[1] if len(error.args) > 1 else error}")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m clinic_assets.simulate.dental",
        description="Writes a simulated dental practice into an empty MariaDB or MySQL database.",
    )
    add = parser.add_argument
    add("--url", required=True, help="mysql://user:password@host:port/database")
    add("--years", type=float, default=1.0, help="how long the practice has existed (1)")
    add("--last-day", type=date.fromisoformat, help="its last day (the end of last year)")
    add("--scale", type=float, default=1.0, help="its size; 1 is six chairs, 365,000 rows a year")
    add("--clinics", type=int, default=1, help="how many clinics the teams work in (1)")
    add("--timezone", default="Europe/Berlin", help="the clinic's zone (Europe/Berlin)")
    add("--seed", type=int, default=7, help="equal seeds give equal rows (7)")
    add("--dirt", type=float, default=1.0, help="how dirty the rows are; 0 is clean (1)")
    add("--causes", type=float, default=1.0, help="weight of what people are like; 0: chance (1)")
    add("--truth", type=Path, metavar="DIR", help="also write what was true, into this folder")
    add("--overwrite", action="store_true", help="drop or change what the database has")
    other = parser.add_mutually_exclusive_group()
    other.add_argument(
        "--like-real",
        type=Path,
        metavar="PROFILE.csv",
        help="instead: add rows to the tables that are there, as many as the profile says",
    )
    other.add_argument(
        "--live", type=float, metavar="SECONDS", help="instead: let a written practice go on living"
    )
    add("--factor", type=float, default=0.01, help="times so many, with --like-real (0.01)")
    return parser


def _plan(asked: argparse.Namespace) -> DentalPlan:
    last = asked.last_day or date(date.today().year - 1, 12, 31)  # noqa: DTZ011
    return DentalPlan(
        first_day=last - timedelta(days=round(365.25 * asked.years) - 1),
        last_day=last,
        seed=asked.seed,
        teams=max(1, round(TEAMS_AT_SCALE_ONE * asked.scale)),
        clinics=asked.clinics,
        timezone=asked.timezone,
        dirt=asked.dirt,
        causes=asked.causes,
    )


class _Lines:
    """Progress as lines, not more often than one can read."""

    def __init__(self) -> None:
        self._begun = self._told = time.monotonic()

    def __call__(self, what: str, rows: int, share: float) -> None:
        now = time.monotonic()
        if now - self._told >= SECONDS_BETWEEN_LINES:
            self._told = now
            pace = rows / (now - self._begun)
            _say(f"{what}: {rows:,} rows, {share:.0%}, {pace:,.0f} rows a second")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
