"""What the scores are worth in a simulated dental practice, through the whole product.

Its MariaDB is copied and modelled as a clinic's would be, and the models of its last month are
trained as assets, from all the years before. One line of JSON for each: what serves, how well it
foretold what it had not seen, and the plain table beside it. With --causes 0 what becomes of
visits, treatments and bills is chance. Needs Debian's mariadb-server.
"""

import argparse
import datetime as dt
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

from benchmarks.place import CLINIC, Place, measured, place
from clinic_assets.core import assets as core
from clinic_assets.risk import tables as risk
from clinic_assets.simulate.dental import DentalPlan, write_practice
from clinic_assets.sources.opendental.tables import TABLES
from clinic_assets_tests.mariadb import MariaDB

LAST = dt.date(2025, 12, 31)
FACTS = [table.fullname for table in (*TABLES, *core.TABLES)]
SCORES = [table.fullname for table in (*risk.MODELS, *risk.TOLD, risk.patient_score)]
CARDS = "select stage, kind, card, decision from {} where day = %s order by stage"


def main() -> None:
    """Simulate, copy, model, train; print the cards' figures."""
    asked = _asked()
    first = LAST - dt.timedelta(days=round(365.25 * asked.years) - 1)
    plan = DentalPlan(first, LAST, teams=asked.teams, causes=asked.causes, log_rows=0)
    with tempfile.TemporaryDirectory() as folder, place() as clinic:
        mariadb = MariaDB(Path(folder))
        mariadb.start()
        try:
            url = mariadb.database("practice")
            rows = sum(write_practice(url, plan).values())
            _say(f"{rows:,} rows of {first} to {LAST}, {asked.teams} teams")
            told = {"CLINIC_OPENDENTAL_URL": url, "CLINIC_FIRST_DAY": str(first)}
            variables = clinic.variables | told
            _run(variables, "opendental", "discover")
            _run(variables, "opendental", "run")
            _run(variables, *_backfill(first, LAST, FACTS))
            _run(variables, *_backfill(LAST.replace(day=1), LAST, SCORES))
            for line in _cards(clinic):
                sys.stdout.write(f"{json.dumps(line)}\n")
        finally:
            mariadb.stop()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=float, default=4.7, help="before the last day")
    parser.add_argument("--teams", type=int, default=4, help="its size; a team is three chairs")
    parser.add_argument("--causes", type=float, default=1.0, help="weight of what people are like")
    return parser.parse_args()


def _backfill(first: dt.date, last: dt.date, tables: Sequence[str]) -> list[str]:
    selected = [word for table in tables for word in ("--select", table)]
    return ["backfill", "--from", str(first), "--to", str(last), "--now", *selected]


def _run(variables: dict[str, str], *words: str) -> None:
    began = time.monotonic()
    done = measured([CLINIC, *words], variables)
    took = f"{time.monotonic() - began:.0f} s, {done.peak_mb:.0f} MB"
    _say(f"clinic {' '.join(words[:5])}: {took}")


def _cards(clinic: Place) -> Iterator[dict[str, object]]:
    """The figures of each model that serves the last day."""
    said = clinic.clinic("db", "url").said.split()
    url = next(word for word in said if word.startswith("postgresql"))
    with psycopg.connect(url) as connection:
        for table in risk.MODELS:
            for stage, kind, card, decision in connection.execute(
                CARDS.format(table.fullname), [LAST]
            ):
                told = card["candidates"]
                serves, plain = told[kind]["all"], told["table"]["all"]
                yield {
                    "score": f"{table.name} {stage}", "n": card["n"], "judged": serves["n"],
                    "auc": serves["auc"], "brier": serves["brier"], "table_auc": plain["auc"],
                    "table_brier": plain["brier"], "slope": serves["calibration_slope"],
                    "serves": kind, "decision": decision,
                }  # fmt: skip


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
