"""One action of our engine, as a process of its own: python -m benchmarks.replication.ours ACTION.

Addresses come from SOURCE_URL and TARGET_URL, as for every other tool: what the engine weighs is
told apart from the platform's settings, and from Dagster, in whose process it works in the product.
"""

import argparse
import os
from collections.abc import Callable
from functools import cache

import sqlalchemy as sa

from benchmarks.replication.starting import begin, end
from clinic_assets.replica.actions.follow import follow
from clinic_assets.replica.actions.load import load
from clinic_assets.replica.actions.rounds import Mode, Round, outcomes
from clinic_assets.replica.actions.verify import verify
from clinic_assets.replica.copy.fill import Job, fill, survey_of
from clinic_assets.replica.planning.classify import plan_of
from clinic_assets.replica.planning.plan import ReplicaPlan
from clinic_assets.replica.source.discover import discover
from clinic_assets.replica.source.server import Server
from clinic_assets.warehouse.sessions import engine_at

OURS = "opendental"
"""The instance's name."""


@cache
def engine() -> sa.Engine:
    """The target's, as the platform makes it."""
    url = sa.make_url(os.environ["TARGET_URL"])
    return engine_at(url.set(drivername="postgresql+psycopg"))


def load_one(server: Server, plan: ReplicaPlan, table: str) -> object:
    """First load of a table."""
    return load(server, engine(), plan.of(table), OURS, run_id=None, consent=True)


def fill_one(server: Server, plan: ReplicaPlan, table: str) -> object:
    """The rows of a first load without what makes them a copy: no key, no statistics, no books."""
    job = Job(server, engine(), OURS, run_id=None, consent=True, touched=None, progress=None)
    with engine().begin() as connection, server.snapshot() as session:
        connection.exec_driver_sql(f"create schema if not exists {OURS}")
        survey = survey_of(job, connection, session, [table])
        return fill(job, connection, session, survey, plan.of(table)).copied.rows


def load_many(server: Server, plan: ReplicaPlan, _: str) -> object:
    """Load of all tables, in the round that a run of the platform makes."""
    consent = frozenset(each.table.name for each in plan.tables)
    asked = Round(server, engine(), OURS, Mode.load, consent=consent)
    done = list(outcomes(asked, plan.tables))
    failed = {each.plan.table.name: each.error for each in done if each.error}
    if failed:
        raise RuntimeError(f"{len(failed)} tables failed, the first: {next(iter(failed.items()))}")
    return len(done)


def followed(server: Server, plan: ReplicaPlan, table: str) -> object:
    """Bring a copy up to its source."""
    return follow(server, engine(), plan.of(table), OURS, run_id=None)


def verified(server: Server, plan: ReplicaPlan, table: str) -> object:
    """Compare every row of a copy. Raises ValueError when any differs."""
    done = verify(server, engine(), plan.of(table), OURS, run_id=None)
    if done.rows_differing:
        raise ValueError(f"{done.rows_differing} of {done.rows_compared} rows differed")
    return done


def discovered(server: Server, _: ReplicaPlan, __: str) -> object:
    """The catalogue again."""
    return len(discover(server))


ACTIONS: dict[str, Callable[[Server, ReplicaPlan, str], object]] = {
    "load": load_one,
    "fill": fill_one,
    "tiny": load_many,
    "follow": followed,
    "verify": verified,
    "discover": discovered,
}


def main() -> None:
    """Do one thing; the plan is known before, as in a run of the platform."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=list(ACTIONS))
    parser.add_argument("table")
    asked = parser.parse_args()
    server = Server(os.environ["SOURCE_URL"])
    plan = plan_of(OURS, discover(server) if asked.action != "discover" else ())
    # Making an engine imports its driver; it does not connect yet.
    engine()
    begin()
    print(ACTIONS[asked.action](server, plan, asked.table))
    end()


if __name__ == "__main__":
    main()
