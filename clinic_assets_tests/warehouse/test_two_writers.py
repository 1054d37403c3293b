"""Two processes at one table at once: no duplicate, no deadlock, and books that agree."""

import random
import threading
import time

import pandas as pd
import pytest

import clinic_assets.definitions  # noqa: F401 - declares who reads what
from clinic_assets.schedule.tables import kpi_daily
from clinic_assets.sources.practice_files.files import appointments as kind
from clinic_assets.warehouse import books
from clinic_assets.warehouse.contracts import plain_columns
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.intake import take_in
from clinic_assets.warehouse.publish import Author, publish
from clinic_assets_tests.warehouse.makings import appointments, days_between, say

ROUNDS = 50
LEAD = 0.03
DAYS, ROWS = 4, 25


def test_two_processes_that_write_one_range_leave_the_newer_ones_rows_once(clinic, writers) -> None:
    seed = 11
    dice = random.Random(seed)
    say(f"seed {seed}")
    pair = writers(2)
    order = {"table": "core.fct_payment", "first": "2025-03-01", "days": DAYS, "rows": ROWS}
    late = 0
    for number in range(ROUNDS):
        fences = [2 * number + 1, 2 * number + 2]
        dice.shuffle(fences)
        at = time.time() + LEAD
        for writer, fence in zip(pair, fences, strict=True):
            writer.tell(**order, fence=fence, version=f"run {fence}", at=at)
        said = {f: writer.hear()["said"] for writer, f in zip(pair, fences, strict=True)}
        newer = max(fences)
        assert said.pop(newer) == "written"
        assert set(said.values()) <= {"written", "superseded"}, said
        late += set(said.values()) == {"superseded"}
        assert clinic.rows(
            "select count(*), count(distinct payment_key), min(method), max(method)"
            " from core.fct_payment"
        ) == [(DAYS * ROWS, DAYS * ROWS, f"run {newer}", f"run {newer}")]
        assert clinic.rows("select distinct fence, rows from ops.load_day") == [(newer, ROWS)]
    say(f"{late} of {ROUNDS} older writes came too late")
    written = clinic.one("select count(*) from ops.load_ledger")
    assert written == 2 * ROUNDS - late
    assert clinic.rows(
        "select count(*) from ops.load_day join ops.load_ledger using (load_id)"
        " where load_day.content_sha256 <> load_ledger.content_sha256 ->> day::text"
        " or load_ledger.run_id <> 'run ' || fence"
    ) == [(0,)]


def test_two_parents_of_one_reader_written_at_once_never_wait_for_each_other(
    clinic, writers
) -> None:
    """Both note the same days of mart.schedule_kpi_daily, each along two edges."""
    days = days_between("2025-01-01", "2025-12-31")
    random.Random(5).shuffle(days)
    with clinic.engine.begin() as connection:
        for day in days:
            connection.exec_driver_sql(
                "insert into ops.load_day values"
                " ('mart.schedule_kpi_daily', %s, 0, 0, 0, '', null, now())",
                (day,),
            )
    pair = writers(2)
    for number in range(ROUNDS // 2):
        at = time.time() + LEAD
        for writer, table in zip(pair, ("core.fct_payment", "core.fct_appointment"), strict=True):
            writer.tell(table=table, first="2025-03-01", days=60, rows=2, fence=number + 1,
                        version=f"run {number + 1}", at=at)  # fmt: skip
        assert [writer.hear()["said"] for writer in pair] == ["written", "written"]


def test_a_note_made_while_its_reader_is_being_written_is_not_lost(clinic) -> None:
    """A source tells of a day after the KPI's write has read, and before it has ended."""
    march = days_between("2025-03-01", "2025-03-01")[0]
    days = Days(march, march)
    none = pd.DataFrame(columns=plain_columns(kpi_daily))
    publish(clinic.engine, kpi_daily, days, Author("first", 1), lambda _: none)
    clinic.drop("daily/2025-03-01/appointments.csv",
                appointments("A1 P1 2025-03-01 9 completed 60"))  # fmt: skip
    other = threading.Thread(target=lambda: take_in(clinic.engine, kind, days, Author("other", 3)))

    def read_then_be_overtaken(connection) -> pd.DataFrame:
        other.start()
        while other.is_alive() and not clinic.one(
            "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        ):
            time.sleep(0.01)
        return none

    publish(clinic.engine, kpi_daily, days, Author("second", 2), read_then_be_overtaken)
    other.join()
    assert clinic.rows("select asset, day, cause from ops.touched_day") == [
        ("mart.schedule_kpi_daily", march, "ops.source_day")
    ]


@pytest.mark.parametrize("times", [5])
def test_a_run_has_one_place_however_many_processes_ask_at_once(clinic, times) -> None:
    found: list[int] = []
    asking = [
        threading.Thread(
            target=lambda: found.append(books.take_fence(clinic.engine, "one run", None))
        )
        for _ in range(times)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(set(found)) == 1 and len(found) == times
