"""Run a clinic's days in some order of arrival and print the content hash of all that came out.

A part of benchmarks.backfill: every way of arriving has to print the same.
"""

import argparse
import datetime as dt
import hashlib
import random
from functools import cache

import dagster as dg
import sqlalchemy as sa

from clinic_assets.cli.platform.ready import ready, release
from clinic_assets.definitions import ORDER, defs
from clinic_assets.timing.due import touched
from clinic_assets.timing.partitions import named_days, newest_day
from clinic_assets.timing.tags import range_tags
from clinic_assets.warehouse.contracts import key_of

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run(first: dt.date, last: dt.date, assets: tuple[str, ...] = ()) -> None:
    """One run of a range, without a record of it and without checks, which write nothing."""
    done = job_of(assets).execute_in_process(
        instance=dg.DagsterInstance.ephemeral(),
        tags=range_tags(named_days(first, last), "benchmark"),
        run_config=QUIET,
    )
    if not done.success:
        raise RuntimeError(f"{first} to {last} failed")


@cache
def job_of(assets: tuple[str, ...]) -> dg.JobDefinition:
    """The daily job over all or some tables."""
    job = defs.resolve_job_def("daily")
    keys = {key_of(name) for name in assets} or set(job.asset_layer.selected_asset_keys)
    return job.get_subset(asset_selection=keys, asset_check_selection=set())


def settle(engine: sa.Engine) -> int:
    """Run what is due until nothing is; the number of runs."""
    count = 0
    while waiting := touched(engine, ORDER, newest_day()):
        for due in waiting:
            run(due.days.first, due.days.last, due.assets)
            count += 1
    return count


def hash_of_all(engine: sa.Engine, first: dt.date, last: dt.date) -> str:
    """Of the content hashes of every table and day, clean and later."""
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text(
                "select asset, day, content_sha256 from ops.load_day where rows > 0"
                " and asset not like 'raw.%' and day between :first and :last order by asset, day"
            ),
            {"first": first, "last": last},
        ).all()
    return f"{len(rows)} {hashlib.sha256(repr(rows).encode()).hexdigest()}"


def main() -> None:
    """Run the days in the order asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("order", choices=["whole", "days", "weeks", "none"])
    parser.add_argument("first", type=dt.date.fromisoformat)
    parser.add_argument("last", type=dt.date.fromisoformat)
    asked = parser.parse_args()
    engine = ready()
    starts = list(range(0, (asked.last - asked.first).days + 1, _step(asked.order, asked)))
    starts = [] if asked.order == "none" else starts
    if asked.order == "weeks":
        random.Random(7).shuffle(starts)
    for place, start in enumerate(starts):
        begin = asked.first + dt.timedelta(days=start)
        end = min(asked.last, begin + dt.timedelta(days=_step(asked.order, asked) - 1))
        run(begin, end)
        if place % 30 == 29:
            settle(engine)
    runs = settle(engine)
    print(f"{runs} runs to settle")
    print(hash_of_all(engine, asked.first, asked.last))
    release()


def _step(order: str, asked: argparse.Namespace) -> int:
    whole = (asked.last - asked.first).days + 1
    return {"whole": whole, "weeks": 7, "days": 1, "none": whole}[order]


if __name__ == "__main__":
    main()
