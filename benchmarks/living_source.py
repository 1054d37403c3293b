"""A copy that follows a practice which never rests, and whether it is the practice in the end.

    python -m benchmarks.living_source [--minutes 10] [--teams 2]

A simulated dental practice of a year lives on: people write to its MariaDB all the time, change
rows with and without a stamp, delete some, commit late. The copy follows in rounds meanwhile. Then
the practice rests, every table is verified once, and each row is compared by another driver than
the platform's. Every day on which the model now says something else must have been noted. Ends with
an error if anything of that is not so. Needs Debian's mariadb-server.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from benchmarks.replication.servers import servers
from clinic_assets.replica.actions.follow import follow
from clinic_assets.replica.actions.load import load
from clinic_assets.replica.actions.verify import verify
from clinic_assets.replica.downstream.touched import Noting
from clinic_assets.replica.planning.classify import plan_of
from clinic_assets.replica.planning.plan import TablePlan
from clinic_assets.replica.source.discover import discover
from clinic_assets.replica.source.server import Server
from clinic_assets.simulate.dental import DentalPlan, Lived, live, write_practice
from clinic_assets.sources.opendental.clean_assets import select_of
from clinic_assets.sources.opendental.dates import dated
from clinic_assets.sources.opendental.tables import TABLES
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.migrate import migrate
from clinic_assets.warehouse.sessions import engine_at
from clinic_assets_tests.replica.practice import Practice

INSTANCE = "opendental"
YEAR = date(2024, 1, 1), date(2024, 12, 31)
EVER = date(1, 1, 1), date(9999, 12, 31)


@dataclass
class Copy:
    """The copy of the practice, and the days noted for it since it was loaded."""

    server: Server
    engine: sa.Engine
    plans: Sequence[TablePlan]
    noting: Noting = field(default_factory=lambda: Noting(dated(INSTANCE)))

    def each(self, what: Callable[..., Any], **more: Any) -> dict[str, Any]:
        """Load, follow or verify every table."""
        where, told = (self.server, self.engine), {"run_id": None, "touched": self.noting, **more}
        return {plan.table.name: what(*where, plan, INSTANCE, **told) for plan in self.plans}

    def says(self) -> dict[tuple[str, date], str]:
        """What the model makes of each day, by table, as a hash of its rows."""
        with self.engine.connect() as connection:
            return {
                (table.fullname, day): told
                for table in TABLES
                for day, told in connection.execute(*_hashes_of(table))
            }

    def verified(self) -> dict[str, Any]:
        """Verify every table, with consent: in ten minutes the practice deletes what others do in
        years, and the brake would ask.
        """
        return self.each(verify, consent=True)

    def rounds(self, life: "Future[Lived]") -> list[tuple[float, int]]:
        """Follow until the practice rests; seconds and rows written of each round."""
        found = []
        while not life.done():
            began = time.monotonic()
            written = sum(done.rows_written for done in self.each(follow).values())
            found.append((time.monotonic() - began, written))
        return found


def _hashes_of(table: sa.Table) -> tuple[sa.TextClause, dict[str, Any]]:
    select = select_of(table, (INSTANCE,))
    rows = f"select made.day, made::text as row from ({select.text}) as made"
    hashes = f"select day, md5(string_agg(row, '' order by row)) from ({rows}) as rows group by day"
    bound = select.parameters(Days(*EVER))
    lists = [name for name, value in bound.items() if isinstance(value, list | tuple)]
    typed = [sa.bindparam(name, type_=sa.ARRAY(sa.Text)) for name in lists]
    return sa.text(hashes).bindparams(*typed), bound


def main() -> None:
    """Run it and say what came out."""
    asked = _asked()
    with tempfile.TemporaryDirectory() as folder, servers(Path(folder)) as both:
        both.mariadb.database(INSTANCE)
        source = both.source_url(INSTANCE)
        rows = sum(write_practice(source, DentalPlan(*YEAR, teams=asked.teams)).values())
        engine = engine_at(sa.make_url(both.target_url).set(drivername="postgresql+psycopg"))
        migrate(engine)
        server = Server(source)
        copy = Copy(server, engine, plan_of(INSTANCE, discover(server)).tables)
        copy.each(load)
        copy.noting.noted.clear()
        before = copy.says()
        print(f"{rows:,} rows in {len(copy.plans)} tables copied.", flush=True)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
            life = beside.submit(live, source, seconds=60 * asked.minutes)
            rounds, lived = copy.rounds(life), life.result()
        practice = Practice(both.mariadb, SimpleNamespace(engine=engine), INSTANCE, server)
        sys.exit(_verdict(copy, practice, rounds, lived, before))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10, help="how long the practice lives on")
    parser.add_argument("--teams", type=int, default=2, help="its size; a team is three chairs")
    return parser.parse_args()


def _verdict(
    copy: Copy,
    practice: Practice,
    rounds: list[tuple[float, int]],
    lived: Lived,
    before: dict[tuple[str, date], str],
) -> str | None:
    """Verify, compare and say what was found; what is wrong, if anything is."""
    deeds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(lived.counts.items()))
    print(f"The practice: {deeds}; {lived.late} committed late, {lived.rolled_back} never.")
    seconds, written = zip(*rounds, strict=True)
    print(
        f"The copy: {len(rounds)} rounds, median {statistics.median(seconds):.2f} s, longest"
        f" {max(seconds):.2f} s, {sum(written):,} rows written by following."
    )
    first, second = copy.verified(), copy.verified()
    healed = sum(done.rows_differing for done in first.values())
    print(f"Verified once: {healed:,} rows had changed unseen and were healed.")
    after = copy.says()
    other = {what for what in before | after if before.get(what) != after.get(what)}
    print(f"The model says something else of {len({day for _, day in other}):,} days.")
    wrong = {
        "still differing": sorted(n for n, done in second.items() if done.rows_differing),
        "not equal": [p.table.name for p in copy.plans if not practice.is_equal(p.table.name)],
        "changed and not noted": sorted(f"{t} {day}" for t, day in other - copy.noting.noted),
    }
    for what, names in wrong.items():
        print(f"{what}: {', '.join(names) or 'none'}")
    return "The copy is not the practice." if any(wrong.values()) else None


if __name__ == "__main__":
    main()
