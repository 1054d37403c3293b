"""Exactly what a late, moved, corrected or replaced row reaches is written again, and then all is
as if it had been known from the start."""

import csv
import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from clinic_assets.definitions import ORDER
from clinic_assets.simulate import ClinicPlan, write_clinic
from clinic_assets.timing import due
from clinic_assets.timing.partitions import newest_day
from clinic_assets.warehouse.days import UNDATED, Days
from clinic_assets.warehouse.reach import Reach, parents_of, readers
from clinic_assets_tests.warehouse.makings import (
    RAW,
    another,
    appointments,
    heal,
    patients,
    say,
)

FIRST, LAST, LATER = dt.date(2025, 3, 2), dt.date(2025, 4, 10), dt.date(2025, 4, 11)
Rows = list[dict[str, Any]]


@dataclass
class Inbox:
    """The clinic's files, to be changed row by row."""

    daily: Path
    dice: random.Random

    def rows(self, day: dt.date, name: str) -> list[dict[str, str]]:
        path = self.daily / str(day) / f"{name}.csv"
        if not path.exists():
            return []
        with path.open(newline="") as file:
            return list(csv.DictReader(file))

    def write(self, day: dt.date, name: str, rows: list[dict[str, str]]) -> None:
        with (self.daily / str(day) / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def tell(self, day: dt.date, name: str, key: str, changed: dict[str, str]) -> None:
        """Let a day's slice tell a row, instead of what it told of the same key."""
        others = [row for row in self.rows(day, name) if row[key] != changed[key]]
        self.write(day, name, [*others, changed])

    def all_past(self, name: str) -> list[dict[str, str]]:
        """What earlier slices told, in order."""
        days = sorted(dt.date.fromisoformat(folder.name) for folder in self.daily.iterdir())
        return [row for day in days if day <= LAST for row in self.rows(day, name)]

    def past(self, name: str, column: str) -> dict[str, str]:
        """A row that an earlier slice told, of a day that is over."""
        told = [row for row in self.all_past(name) if row[column][:10] <= str(LAST)]
        return dict(self.dice.choice(told))


def shifted(moment: str, days: int) -> str:
    day = dt.date.fromisoformat(moment[:10]) + dt.timedelta(days=days)
    return f"{day}{moment[10:19]}"


def a_late_slice(inbox: Inbox) -> list[dt.date]:
    """As the simulator has it: late outcomes, corrections, late payments, visits moved."""
    return [LATER]


def a_visit_moves_to_another_day_and_practitioner(inbox: Inbox) -> list[dt.date]:
    visit = inbox.past("appointments", "appt_start")
    away = inbox.dice.choice([-3, 2, 5])
    for name in ("appt_start", "appt_end"):
        visit[name] = shifted(visit[name], away)
    visit["physio_id"] = "T02" if visit["physio_id"] == "T01" else "T01"
    inbox.tell(LATER, "appointments", "appointment_id", visit)
    return [LATER]


def an_outcome_is_corrected(inbox: Inbox) -> list[dt.date]:
    visit = inbox.past("appointments", "appt_start")
    visit["status"] = "no_show" if visit["status"] == "completed" else "completed"
    inbox.tell(LATER, "appointments", "appointment_id", visit)
    return [LATER]


def a_payment_comes_late_and_another_is_of_another_day(inbox: Inbox) -> list[dt.date]:
    paid = inbox.past("payments", "paid_at") | {"payment_id": "late", "amount": "12.50"}
    weeks_after = shifted(f"{FIRST}T12:00:00", 25)
    inbox.tell(LATER, "payments", "payment_id", paid | {"paid_at": weeks_after})
    moved = inbox.past("payments", "paid_at")
    moved["paid_at"] = shifted(moved["paid_at"], 1)
    inbox.tell(LATER, "payments", "payment_id", moved)
    return [LATER]


def a_visit_turns_out_to_be_another_practitioners_after_it_was_paid(inbox: Inbox) -> list[dt.date]:
    """On another day than it was paid, so that the payment's day has to know too."""
    paid_on = {row["appointment_id"]: row["paid_at"][:10] for row in inbox.all_past("payments")}
    visits = [
        row
        for row in inbox.all_past("appointments")
        if row["status"] == "completed"
        and row["appt_start"][:10] != paid_on.get(row["appointment_id"], row["appt_start"][:10])
    ]
    visit = inbox.dice.choice(visits)
    visit["physio_id"] = "T02" if visit["physio_id"] == "T01" else "T01"
    inbox.tell(LATER, "appointments", "appointment_id", visit)
    return [LATER]


def stock_is_corrected(inbox: Inbox) -> list[dt.date]:
    counted = inbox.past("stock_logs", "LOG_DATE")
    counted["ISSUED_QTY"] = str(int(counted["ISSUED_QTY"]) + 7)
    inbox.write(LATER, "stock_logs", [*inbox.rows(LATER, "stock_logs"), counted])
    return [LATER]


def a_patient_was_called_otherwise_all_along(inbox: Inbox) -> list[dt.date]:
    rows = inbox.rows(FIRST, "patients")
    inbox.dice.choice(rows)["last_name"] = "Otherwise"
    inbox.write(FIRST, "patients", rows)
    return [FIRST]


def a_file_is_replaced_by_one_that_tells_less_and_else(inbox: Inbox) -> list[dt.date]:
    day = FIRST + dt.timedelta(days=8)
    rows = inbox.rows(day, "appointments")
    rows.pop(inbox.dice.randrange(len(rows)))
    inbox.dice.choice(rows)["price_estimate"] = "1.00"
    inbox.write(day, "appointments", rows)
    return [day]


CHANGES: list[Callable[[Inbox], list[dt.date]]] = [
    a_late_slice,
    a_visit_moves_to_another_day_and_practitioner,
    an_outcome_is_corrected,
    a_payment_comes_late_and_another_is_of_another_day,
    a_visit_turns_out_to_be_another_practitioners_after_it_was_paid,
    stock_is_corrected,
    a_patient_was_called_otherwise_all_along,
    a_file_is_replaced_by_one_that_tells_less_and_else,
]


def state(clinic: Any) -> dict[str, Rows]:
    """All rows of all tables behind raw, as plain dictionaries."""
    found = {}
    for name in (*ORDER, "ops.source_day"):
        if not name.startswith("raw."):
            with clinic.engine.connect() as connection:
                rows = connection.execute(sa.text(f"select * from {name}")).mappings()
                found[name] = [{k: v for k, v in r.items() if k != "arrived_at"} for r in rows]
    return found


def changed(before: Rows, after: Rows) -> Rows:
    """Rows that are in only one of the two."""
    told = [{str(sorted(row.items())): row for row in rows} for rows in (before, after)]
    only = set(told[0]) ^ set(told[1])
    return [row for one in told for text, row in one.items() if text in only]


def reached(reach: Reach, rows: Rows, states: list[dict[str, Rows]]) -> set[dt.date]:
    """The child's days that read one of the rows."""
    if reach.to_the_end:
        return {FIRST + dt.timedelta(days=n) for n in range(60)
                if rows and FIRST + dt.timedelta(days=n) >= min(r["day"] for r in rows)}  # fmt: skip
    if reach.through:
        keys = {tuple(row[name] for name in reach.on) for row in rows}
        told = [row for known in states for row in known[reach.through]]
        rows = [row for row in told if tuple(row[n] for n in reach.on) in keys]
    return {
        row["day"] + dt.timedelta(days=step)
        for row in rows
        for step in range(-reach.ahead, reach.back + 1)
    }


def by_brute_force(
    before: dict[str, Rows], after: dict[str, Rows], written: set[tuple[str, dt.date]]
) -> set[tuple[str, dt.date]]:
    """What has to be written again, from the declared reaches and the rows that differ."""
    again: dict[str, set[dt.date]] = {}
    for asset in [name for name in ORDER if not name.startswith("raw.")]:
        days: set[dt.date] = set()
        for parent in parents_of(asset):
            if parent.startswith("raw."):
                days |= {row["day"] for row in changed(before[asset], after[asset])}
                continue
            if parent not in before:  # Of a source that this clinic has not.
                continue
            differ = changed(before[parent], after[parent])
            reaches = readers(parent)[asset]
            for reach in reaches:
                days |= reached(reach, differ, [before, after])
            if any(reach.is_same_day for reach in reaches):
                days |= again.get(parent, set())
        again[asset] = {day for day in days if (asset, day) in written}
    return {(asset, day) for asset, days in again.items() for day in days}


def written(clinic: Any) -> set[tuple[str, dt.date]]:
    return set(clinic.rows("select asset, day from ops.load_day where asset not like 'raw.%'"))


def told_apart(found: set[tuple[str, dt.date]], wanted: set[tuple[str, dt.date]]) -> str:
    return f"too much: {sorted(found - wanted)}\ntoo little: {sorted(wanted - found)}"


@pytest.fixture
def inbox(clinic) -> Iterator[Callable[[int], Inbox]]:
    def filled(seed: int) -> Inbox:
        plan = ClinicPlan(FIRST, LATER, seed=seed, practitioners=2, patients_at_start=14,
                          visits_per_day=4, locations=("MAIN", "NORTH"), items=2)  # fmt: skip
        write_clinic(plan, clinic.data)
        return Inbox(clinic.data / "daily", random.Random(seed))

    yield filled


@pytest.mark.parametrize("seed", [3])
def test_what_changed_rows_reach_is_written_again_and_then_all_is_as_from_the_start(
    clinic, inbox, seed
) -> None:
    say(f"seed {seed}")
    files = inbox(seed)
    assert clinic.run(str(FIRST), str(LAST)).success
    assert due.touched(clinic.engine, ORDER, newest_day()) == []
    before, known = state(clinic), written(clinic)

    slices = {day for change in CHANGES for day in change(files)}
    for day in sorted(slices):
        assert clinic.run(str(day), None, *RAW).success
    assert clinic.one("select count(*) from ops.file_ledger where not is_accepted") == 0
    noted = set(clinic.rows("select asset, day from ops.touched_day where asset like 'clean.%'"))
    again = heal(clinic)

    with another(clinic) as fresh:
        assert fresh.run(str(LATER), None, *RAW).success
        assert fresh.run(str(FIRST), str(LAST)).success
        after, hashes = state(fresh), fresh.hashes()
    wanted = by_brute_force(before, after, known)
    say(f"{len(wanted)} of {len(known)} assets and days are due again")
    clean = {(asset, day) for asset, day in wanted if asset.startswith("clean.")}
    assert noted == clean, told_apart(noted, clean)
    assert again == wanted, told_apart(again, wanted)
    assert clinic.hashes() == hashes
    assert 0 < len(wanted) < len(known)


def test_a_rerun_of_everything_makes_nothing_due(clinic) -> None:
    clinic.drop("daily/2025-03-03/appointments.csv",
                appointments("A1 P1 2025-03-03 9 completed 60"))  # fmt: skip
    clinic.drop("raw/patients.csv", patients("P1 Ana Roth 0170"))
    for _ in range(2):
        assert clinic.run("2025-03-01", "2025-03-05").success
        assert due.touched(clinic.engine, ORDER, newest_day()) == []


def test_an_asset_waits_for_its_inputs_and_takes_along_who_reads_the_same_day(clinic) -> None:
    march = dt.date(2025, 3, 3)
    with clinic.engine.begin() as connection:
        for asset, day in (
            ("core.fct_appointment", march),
            ("core.fct_appointment", march + dt.timedelta(days=1)),
            ("core.fct_appointment", march + dt.timedelta(days=9)),
            ("mart.schedule_kpi_daily", march),
            ("mart.inventory_health", march),
        ):
            connection.exec_driver_sql(
                "insert into ops.touched_day values (%s, %s, 'x', 1)", (asset, day)
            )
    waiting = due.touched(clinic.engine, ORDER, newest_day())
    assert [(d.days, d.assets[0]) for d in waiting] == [
        (Days(march, march + dt.timedelta(days=1)), "core.fct_appointment"),
        (Days(march, march), "mart.inventory_health"),
        (Days(march + dt.timedelta(days=9), march + dt.timedelta(days=9)), "core.fct_appointment"),
    ]
    assert "mart.schedule_kpi_daily" in waiting[0].assets
    assert "score.cancellation_model" not in waiting[0].assets
    assert waiting[1].assets == ("mart.inventory_health", "mart.stock_transfers",
                                 "mart.reorder_plan", "desk.procurement_list",
                                 "mart.stock_for_bookings")  # fmt: skip


def test_days_scattered_over_a_long_past_are_due_with_what_lies_between_them(clinic) -> None:
    mondays = [FIRST + dt.timedelta(days=7 * week) for week in range(due.MOST_RANGES + 1)]
    far = mondays[-1] + dt.timedelta(days=200)
    noted = {("clean.stock_logs_daily", day) for day in mondays}
    noted |= {("clean.practice_files_payments", day) for day in (mondays[3], far)}
    with clinic.engine.begin() as connection:
        for asset, day in noted:
            connection.execute(
                sa.text(
                    "insert into ops.touched_day (asset, day, cause, noted)"
                    " values (:asset, :day, 'a test', nextval('ops.write_order'))"
                ),
                {"asset": asset, "day": day},
            )
    past, alone = due.touched(clinic.engine, ORDER, newest_day())
    assert past.days == Days(mondays[0], mondays[-1]) and alone.days == Days(far, far)
    assert {"clean.stock_logs_daily", "clean.practice_files_payments"} <= set(past.assets)
    assert "clean.stock_logs_daily" not in alone.assets


def test_days_past_the_newest_partition_are_due_through_it(clinic) -> None:
    newest = newest_day()
    with clinic.engine.begin() as connection:
        for day in (newest + dt.timedelta(days=30), UNDATED):
            connection.exec_driver_sql(
                "insert into ops.touched_day values ('core.fct_payment', %s, 'x', 1)", (day,)
            )
    [waiting] = due.touched(clinic.engine, ORDER, newest)
    assert waiting.days == Days(newest, newest)
    heal(clinic)
    assert clinic.one("select count(*) from ops.touched_day") == 0


def test_a_late_booking_for_a_day_that_nobody_wrote_yet_is_due_through_the_newest_day(
    clinic,
) -> None:
    newest = newest_day()
    far = newest + dt.timedelta(days=12)
    past = newest - dt.timedelta(days=4)
    clinic.drop(f"daily/{past}/appointments.csv",
                appointments(f"A1 P1 {newest} 9 booked 60"))  # fmt: skip
    assert clinic.run(str(past), str(newest)).success
    late = past - dt.timedelta(days=1)
    clinic.drop(f"daily/{late}/appointments.csv", appointments(f"A2 P1 {far} 9 booked 60"))
    assert clinic.run(str(late)).success
    [waiting] = due.touched(clinic.engine, ORDER, newest)
    assert waiting.days == Days(newest, newest)
    heal(clinic)
    assert clinic.rows("select appointment_key, day from core.fct_appointment order by 1") == [
        ("practice_files:A1", newest),
        ("practice_files:A2", far),
    ]
    with another(clinic) as fresh:
        assert fresh.run(str(late), str(newest)).success
        assert fresh.hashes() == clinic.hashes()


def test_a_booking_ahead_of_a_past_day_is_not_due_before_its_own_day_was_written(clinic) -> None:
    clinic.drop("daily/2025-03-03/appointments.csv",
                appointments("A1 P1 2025-03-20 9 booked 60"))  # fmt: skip
    assert clinic.run("2025-03-02", "2025-03-03").success
    assert due.touched(clinic.engine, ORDER, newest_day()) == []


def test_a_late_undated_file_heals_though_its_run_died_after_raw(clinic) -> None:
    clinic.drop("daily/2025-03-03/appointments.csv",
                appointments("A1 P1 2025-03-03 9 completed 60"))  # fmt: skip
    assert clinic.run("2025-03-01", "2025-03-05").success
    clinic.drop("raw/patients.csv", patients("P1 Ana Roth 0170"))
    assert clinic.run("2025-03-03", None, *RAW).success
    heal(clinic)
    with another(clinic) as fresh:
        assert fresh.run("2025-03-01", "2025-03-05").success
        hashes = fresh.hashes()
    assert clinic.hashes() == hashes
