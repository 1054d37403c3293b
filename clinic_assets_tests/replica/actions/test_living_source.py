"""A source that is written to all the time, and whatever is killed meanwhile: the next run makes
the copy its source, and nobody ever sees half a write.
"""

import os
import random
import signal
import threading
import time
from collections import Counter

import pytest

from clinic_assets.replica.compare import checksums
from clinic_assets.replica.source.errors import SourceError
from clinic_assets.replica.source.server import Server
from clinic_assets.warehouse.embedded import EmbeddedPostgres
from clinic_assets.warehouse.migrate import migrate
from clinic_assets.warehouse.sessions import WarehouseError, engine_at
from clinic_assets_tests.conftest import Clinic
from clinic_assets_tests.replica.busy import SCHEMA, TABLES, Writer
from clinic_assets_tests.replica.practice import Practice
from clinic_assets_tests.replica.practice import practice as practice

SECONDS = 60
PAUSE = 0.1
"""Seconds between two readings, in which other tests get the machine; the writer never waits so long."""


@pytest.fixture
def busy(practice, monkeypatch):
    """A practice with five tables of five kinds, copied; large ones begin at 500 rows."""
    monkeypatch.setattr(checksums, "ROWS", 500)
    practice.sql(SCHEMA)
    for table in TABLES:
        practice.load(table)
    return practice


def verified(practice, **more):
    """Bring every table up to its source for good."""
    return {table: practice.verify(table, consent=True, **more) for table in TABLES}


def equal(practice):
    return [table for table in TABLES if not practice.is_equal(table)] == []


def test_after_random_writes_one_verification_makes_the_copy_its_source(busy):
    plans = {table: busy.plan(table) for table in TABLES}
    written, healed = Counter(), Counter()
    with Writer(busy, seed=20250301) as writer:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            for table in TABLES:
                what = random.choice([busy.follow, busy.follow, busy.verify])
                done = what(table, plan=plans[table], consent=True)
                written[table] += done.rows_written
                healed[table] += getattr(done, "rows_differing", 0)
                time.sleep(PAUSE)
    assert writer.done > 100 and set(written) == set(TABLES)
    assert written["visit"] and healed["visit"]
    verified(busy)
    assert equal(busy)
    assert {t: done.rows_differing for t, done in verified(busy).items()} == dict.fromkeys(
        TABLES, 0
    )
    for table in TABLES:
        assert busy.standing(table)["rows"] == len(list(busy.copied_rows(table).elements()))


# Whatever is killed


def struck(dice, work, kill, revive):
    """Do some work and kill something meanwhile; whether the work was still going on."""
    ended = []

    def working():
        try:
            work()
        except (SourceError, WarehouseError) as error:
            ended.append(error)

    thread = threading.Thread(target=working)
    thread.start()
    time.sleep(dice.uniform(0, 0.15))
    kill()
    revive()
    thread.join()
    assert all(error.is_transient for error in ended)
    return bool(ended)


def damaged(practice, number):
    """Changes that following sees, and changes that only a comparison does."""
    practice.sql(f"update visit set note = 'round {number}';\n"
                 f"update log set said = 'round {number}' where id % 3 = 0;\n"
                 f"insert into log (said) values ('{number}');\ndelete from plan limit 3;\n"
                 f"update code set word = 'round {number}' where id % 2 = 0")  # fmt: skip


def bring(practice, plans):
    for table in TABLES:
        practice.verify(table, plan=plans[table], consent=True)


def killed_in_rounds(practice, dice, kill, revive):
    """Whatever moment is hit, the next run ends equal; rounds until some were."""
    plans = {table: practice.plan(table) for table in TABLES}
    hits = 0
    for number in range(12):
        damaged(practice, number)
        hits += struck(dice, lambda: bring(practice, plans), kill, revive)
        bring(practice, plans)
        assert equal(practice)
        if number >= 2 and hits >= 2:
            return
    pytest.fail("nothing was hit in the middle")


def test_a_source_that_is_killed_at_any_moment_leaves_nothing_half_done(busy):
    killed_in_rounds(busy, random.Random(7), busy.mariadb.kill, busy.mariadb.start)


def test_a_warehouse_that_is_killed_at_any_moment_leaves_nothing_half_done(
    mariadb, tmp_path, monkeypatch
):
    monkeypatch.setattr(checksums, "ROWS", 500)
    warehouse = EmbeddedPostgres(tmp_path)
    warehouse.start()
    engine = engine_at(warehouse.url("clinic").replace("postgresql://", "postgresql+psycopg://"))
    migrate(engine)
    server = Server(mariadb.database("killed_warehouse"))
    practice = Practice(mariadb, Clinic(tmp_path, tmp_path, engine, ""), "killed_warehouse", server)
    practice.sql(SCHEMA)
    for table in TABLES:
        practice.load(table)

    def kill():
        [[told]] = practice.clinic.rows("select pg_read_file('postmaster.pid')")
        os.kill(int(told.splitlines()[0]), signal.SIGKILL)

    killed_in_rounds(practice, random.Random(8), kill, warehouse.start)
    server.close()
    engine.dispose()
    warehouse.stop()


def forked(work):
    """The process that does some work, and nothing else when that is done."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def test_a_run_that_is_killed_at_any_moment_is_never_seen_half_done(busy):
    dice = random.Random(9)
    plan = busy.plan()
    url, address = busy.clinic.url, busy.mariadb.url(busy.name)

    def work():
        engine = engine_at(url.replace("postgresql://", "postgresql+psycopg://"))
        clinic = Clinic(busy.clinic.data, busy.clinic.home, engine, url)
        Practice(busy.mariadb, clinic, busy.name, Server(address)).verify(plan=plan)

    longest, killed = 1.0, 0
    for number in range(12):
        stamp = "" if number % 2 else ", stamp = stamp"
        busy.sql(f"update visit set note = 'round {number}'{stamp}")
        began = time.monotonic()
        child = forked(work)
        if number:
            time.sleep(dice.uniform(0, longest))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        longest = longest if number else time.monotonic() - began
        killed += os.WIFSIGNALED(status)
        notes = {note for (note,) in busy.copied("select distinct note from visit")}
        assert len(notes) == 1 and notes <= {f"round {n}" for n in range(number + 1)}
    assert killed
    busy.verify()
    assert busy.is_equal()
