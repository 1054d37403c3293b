"""A written practice goes on: rows come, change in silence, move, go, and appear late."""

import threading
import time

import pytest

from clinic_assets.simulate.dental import live
from clinic_assets.simulate.dental.database import connect, rows, run
from clinic_assets_tests.simulate.dental.conftest import Practice

CHANGED = ("appointment", "procedurelog", "histappointment", "payment", "paysplit", "commlog",
           "securitylog", "patient", "claimproc")  # fmt: skip


@pytest.fixture(scope="module")
def lived(practice, mariadb):
    """A copy of the practice, before and after 400 steps, and what was done."""
    mariadb.database("lived")
    for table in (*CHANGED, "procedurecode"):
        mariadb.run(
            f"create table `{table}` like dental.`{table}`;\n"
            f"insert into `{table}` select * from dental.`{table}`", "lived"
        )  # fmt: skip
    url = mariadb.url("lived")
    copy = Practice(url, practice.plan, practice.truth, practice.rows)
    before = {table: sums(url, table) for table in CHANGED}
    done = live(url, steps=400, seed=5, late_seconds=0.0)
    return copy, before, done


def sums(url, table):
    connection = connect(url)
    try:
        [(_, total)] = rows(connection, f"checksum table `{table}`")
        return total
    finally:
        connection.close()


def test_every_table_that_people_work_with_changes(lived):
    copy, before, _ = lived
    assert [table for table in CHANGED if sums(copy.url, table) == before[table]] == []


def test_every_kind_of_deed_is_done(lived):
    _, _, done = lived
    assert set(done.counts) == {
        "booked", "planned", "told", "completed", "done", "broken", "noted", "moved", "repriced",
        "repriced in silence", "repriced and backdated", "paid", "split", "written", "logged",
        "corrected", "deleted",
    }  # fmt: skip
    assert done.late > 0 and done.rolled_back > 0 and len(done.days) > 20


KEYS = {
    "appointment": "AptNum", "procedurelog": "ProcNum", "histappointment": "HistApptNum",
    "payment": "PayNum", "paysplit": "SplitNum", "commlog": "CommlogNum", "patient": "PatNum",
    "securitylog": "SecurityLogNum", "claimproc": "ClaimProcNum",
}  # fmt: skip


def test_what_is_said_to_be_done_is_what_was_done(lived, practice):
    copy, _, done = lived
    gone = {(deed.table, deed.key) for deed in done.deeds if deed.kind == "deleted"}
    touched = {(deed.table, deed.key) for deed in done.deeds}
    for table, key in KEYS.items():
        there = set(copy.table(f"select {key} from `{table}`")[key])
        was = set(practice.table(f"select {key} from `{table}`")[key])
        assert {number for of, number in gone if of == table} == {
            number for of, number in touched if of == table
        } - there | (was - there), table
        assert there - was <= {number for of, number in touched if of == table}, table
        same = copy.table(
            f"select one.{key} from lived.`{table}` one join dental.`{table}` other using ({key})"
            f" where {differs(copy, table)}"
        )
        assert set(same[key]) <= {number for of, number in touched if of == table}, table


def differs(practice, table):
    """A condition for rows whose columns are not all the same."""
    names = practice.table(
        "select column_name as name from information_schema.columns"
        f" where table_schema = database() and table_name = '{table}'"
    )["name"]
    return " or ".join(f"not (one.`{name}` <=> other.`{name}`)" for name in names)


def test_some_changes_leave_the_stamp_and_some_turn_it_back(lived, practice):
    copy, _, done = lived
    silent, back = (
        {deed.key for deed in done.deeds if deed.kind == kind}
        for kind in ("repriced in silence", "repriced and backdated")
    )
    stamped = "select ProcNum, DateTStamp from procedurelog"
    before = practice.table(stamped).set_index("ProcNum")["DateTStamp"]
    after = copy.table(stamped).set_index("ProcNum")["DateTStamp"]
    others = {deed.key for deed in done.deeds if deed.table == "procedurelog"
              and deed.kind != "repriced in silence"}  # fmt: skip
    quiet = [key for key in silent - others if key in before.index]
    assert quiet and (after[quiet] == before[quiet]).all()
    assert (after[[key for key in back if key in after.index]].dt.year == 2016).any()


def test_many_rows_share_a_second(lived):
    copy, _, _ = lived
    crowded = copy.table(
        "select DateTStamp, count(*) as many from appointment"
        " where DateTStamp > now() - interval 1 hour group by DateTStamp"
    )
    assert crowded["many"].max() >= 3


def test_a_late_commit_is_not_seen_until_it_is_made_and_then_lies_behind_others(mariadb, practice):
    """While one transaction stays open, others with higher keys are already visible."""
    url = mariadb.url("lived")
    stop, seen = threading.Event(), []
    living = threading.Thread(target=live, args=(url,), kwargs={"stop": stop, "late_seconds": 0.3, "seed": 11})  # fmt: skip
    living.start()
    watcher = connect(url)
    run(watcher, "set session transaction isolation level read committed")
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until and not was_late(seen):
            found = rows(watcher, "select AptNum from appointment order by AptNum desc limit 300")
            seen.append({number for (number,) in found})
            watcher.commit()
    finally:
        stop.set()
        living.join()
        watcher.close()
    assert was_late(seen)


def was_late(seen):
    """Whether a key appeared after a higher one had been seen."""
    highest, known = 0, set()
    for keys in seen:
        if known and any(min(known) < key < highest for key in keys - known):
            return True
        known |= keys
        highest = max(known, default=0)
    return False
