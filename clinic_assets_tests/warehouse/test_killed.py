"""Whatever is killed, whenever: a day is there as it was or as it shall be, never between."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from clinic_assets_tests.warehouse.makings import say

DAYS, ROWS = 5, 20_000
KILLS = 20
ORDER = {"table": "core.practitioner_version", "first": "2025-03-01", "days": DAYS, "rows": ROWS,
         "fork": True}  # fmt: skip
LOOK = "select count(*), min(full_name), max(full_name) from core.practitioner_version group by day"
COPYING = (
    "select coalesce(max(tuples_processed), 0) from pg_stat_progress_copy"
    " where datname = current_database()"
)


@contextmanager
def watched(url: str) -> Iterator[list[tuple[int, str, str]]]:
    """Everything another connection sees of the days, as (rows, least version, greatest)."""
    seen: list[tuple[int, str, str]] = []
    done = threading.Event()

    def look() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while not done.is_set():
                seen.extend(connection.execute(LOOK).fetchall())
                time.sleep(0.02)

    reader = threading.Thread(target=look)
    reader.start()
    yield seen
    done.set()
    reader.join()


def wait_for_tuples(connection: psycopg.Connection, wanted: int) -> int:
    """Wait until a COPY has taken so many rows, or as many as it had when it was over."""
    most = 0
    while most < wanted:
        row = connection.execute(COPYING).fetchone()
        now = row[0] if row else 0
        if most and not now:
            return most
        most = max(most, now)
        time.sleep(0.001)
    return most


def test_a_write_killed_at_any_moment_leaves_whole_days(clinic, writers) -> None:
    seed = 20250301
    dice = random.Random(seed)
    say(f"seed {seed}")
    [nursery] = writers(1)

    def start(version: str, fence: int) -> int:
        nursery.tell(**ORDER, version=version, fence=fence)
        return int(nursery.hear()["child"])

    start("final", 1)
    began = time.monotonic()
    assert nursery.hear() == {"ended": 0}
    takes = time.monotonic() - began
    never_killed = clinic.hashes(("core",))
    whole, killed, in_copy = {"final"}, 0, 0
    last_seen = last_written = "final"
    look = psycopg.connect(clinic.url, autocommit=True)
    with watched(clinic.url) as seen:
        for number in range(KILLS):
            version = f"round {number:02d}"
            child = start(version, 2 + number)
            if number % 2:
                copied = wait_for_tuples(look, dice.randrange(1, DAYS * ROWS * 3 // 4))
            else:
                copied = 0
                time.sleep(dice.uniform(0, takes))
            with suppress(ProcessLookupError):  # It had ended before.
                os.kill(child, signal.SIGKILL)
            ended = nursery.hear()["ended"]
            killed += ended == signal.SIGKILL
            in_copy += ended == signal.SIGKILL and copied > 0
            whole.add(version)
            # One version everywhere: the whole range is one transaction.
            [(rows, least, greatest)] = set(look.execute(LOOK).fetchall())
            assert rows == ROWS and least == greatest
            assert least in {last_seen, last_written, version}
            last_seen, last_written = least, version
        assert start("final", 1000) and nursery.hear() == {"ended": 0}
    look.close()
    say(f"{killed} of {KILLS} killed, {in_copy} while copying; a write takes {takes:.1f} s")
    assert killed >= KILLS // 2 and in_copy >= KILLS // 4
    assert len(seen) > KILLS
    assert {rows for rows, _, _ in seen} == {ROWS}
    assert {least for _, least, greatest in seen if least == greatest} <= whole
    assert all(least == greatest for _, least, greatest in seen)
    assert clinic.hashes(("core",)) == never_killed
    assert clinic.one("select count(*) from core.practitioner_version") == DAYS * ROWS
    loads = clinic.one("select count(*) from ops.load_ledger")
    assert 2 + KILLS - killed <= loads <= 2 + KILLS
