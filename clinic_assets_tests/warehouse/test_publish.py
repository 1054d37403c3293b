"""The one way to write: whole ranges or nothing, older runs behind newer ones, moved rows once."""

import datetime as dt

import pandas as pd
import pytest

from clinic_assets.core.tables import fct_payment, practitioner_version
from clinic_assets.definitions import ORDER
from clinic_assets.timing import due
from clinic_assets.timing.partitions import newest_day
from clinic_assets.warehouse import books
from clinic_assets.warehouse.contracts import plain_columns
from clinic_assets.warehouse.days import FOREVER, UNDATED, Days
from clinic_assets.warehouse.publish import (
    Author,
    ContractBroken,
    Published,
    Select,
    Superseded,
    publish,
)
from clinic_assets.warehouse.sessions import WarehouseError
from clinic_assets_tests.warehouse.makings import APPOINTMENTS, appointments, contents

EVERYTHING = ("raw", "clean", "core", "mart", "score", "desk", "ops")


def march(day: int) -> dt.date:
    return dt.date(2025, 3, day)


def days(first: int, last: int, is_open: bool = False) -> Days:
    return Days(march(first), march(last), is_open)


def payments(*rows: tuple[str, int, str]) -> pd.DataFrame:
    """Payments from key, day of March and amount."""
    told = [
        {
            "clinic_id": "clinic",
            "payment_key": f"p:{key}",
            "source": "p",
            "appointment_key": f"p:A{key}",
            "amount": amount,
            "method": "card",
            "paid_at": dt.datetime(2025, 3, day, 12, tzinfo=dt.UTC),
            "day": march(day),
        }
        for key, day, amount in rows
    ]
    return pd.DataFrame(told, columns=plain_columns(fct_payment))


def write(clinic, first: int, last: int, fence: int, *rows, run: str = "") -> Published:
    author = Author(run or f"run {fence}", fence, f"code of {fence}")
    return publish(clinic.engine, fct_payment, days(first, last), author, lambda _: payments(*rows))


def kept(clinic) -> dict[str, tuple[int, str]]:
    found = clinic.rows("select payment_key, day, amount from core.fct_payment order by 1")
    return {key.removeprefix("p:"): (day.day, str(int(amount))) for key, day, amount in found}


def noted(clinic, asset: str) -> list[int]:
    return [
        day.day
        for (day,) in clinic.rows(
            "select day from ops.touched_day where asset = :asset order by day", asset=asset
        )
    ]


def written_before(clinic, asset: str, *numbers: int) -> None:
    for number in numbers:
        clinic_rows = "insert into ops.load_day values (:asset, :day, 0, 0, 0, '', null, now())"
        with clinic.engine.begin() as connection:
            connection.exec_driver_sql(
                clinic_rows.replace(":asset", "%s").replace(":day", "%s"), (asset, march(number))
            )


def test_a_rerun_leaves_what_one_run_leaves_and_notes_nobody(clinic) -> None:
    write(clinic, 1, 3, 1, ("a", 1, "10"), ("b", 3, "20"))
    once = contents(clinic, ("core",))
    written_before(clinic, "mart.schedule_kpi_daily", 1, 2, 3)
    again = write(clinic, 1, 3, 2, ("b", 3, "20"), ("a", 1, "10"))
    assert (again.rows_written, again.rows_changed) == (2, 0)
    assert contents(clinic, ("core",)) == once
    assert noted(clinic, "mart.schedule_kpi_daily") == []


def test_a_write_replaces_its_range_and_nothing_else(clinic) -> None:
    write(clinic, 1, 5, 1, ("a", 1, "1"), ("b", 3, "1"), ("c", 5, "1"))
    write(clinic, 2, 4, 2, ("d", 4, "2"))
    assert kept(clinic) == {"a": (1, "1"), "c": (5, "1"), "d": (4, "2")}


def test_a_day_without_rows_is_written_and_empty_not_missing(clinic) -> None:
    write(clinic, 1, 3, 1, ("a", 2, "1"))
    found = clinic.rows("select day, rows from ops.load_day order by day")
    assert found == [(march(1), 0), (march(2), 1), (march(3), 0)]


def test_the_newest_partition_also_holds_every_later_day(clinic) -> None:
    author = Author("morning", 1)
    rows = payments(("a", 2, "1"), ("b", 9, "1"))
    publish(clinic.engine, fct_payment, days(1, 2, is_open=True), author, lambda _: rows)
    assert kept(clinic) == {"a": (2, "1"), "b": (9, "1")}
    publish(clinic.engine, fct_payment, days(1, 2, is_open=True), author, lambda _: rows[:1])
    assert kept(clinic) == {"a": (2, "1")}
    assert clinic.one("select rows from ops.load_day where day = :day", day=march(9)) == 0


def test_undated_rows_belong_to_every_range(clinic) -> None:
    def told(name: str) -> pd.DataFrame:
        row = ("clinic", "p:T1", UNDATED, "p", name)
        return pd.DataFrame([row], columns=plain_columns(practitioner_version))

    for number, name in enumerate(("Ada", "Ada B"), 1):
        author = Author(f"r{number}", number)
        publish(clinic.engine, practitioner_version, days(number, number), author,
                lambda _, name=name: told(name))  # fmt: skip
    assert clinic.rows("select day, full_name from core.practitioner_version") == [
        (UNDATED, "Ada B")
    ]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda f: f.assign(more=1), id="a column too many"),
        pytest.param(lambda f: f.drop(columns="amount"), id="a column too few"),
        pytest.param(lambda f: f.assign(day=march(9)), id="another day"),
        pytest.param(lambda f: f.assign(amount=None), id="null where none may be"),
        pytest.param(lambda f: f.assign(amount="12 Euro Ana Canary"), id="not a number"),
        pytest.param(lambda f: f.assign(payment_key="p:Ana Canary"), id="a key twice"),
        pytest.param(lambda f: f.assign(method="Ana\0Canary"), id="a NUL"),
    ],
)
def test_a_frame_that_breaks_the_contract_changes_nothing_and_quotes_nothing(clinic, spoil) -> None:
    write(clinic, 1, 2, 1, ("a", 1, "10"), ("b", 2, "20"))
    before = contents(clinic, EVERYTHING)
    bad = spoil(payments(("c", 1, "1"), ("d", 2, "2")))
    with pytest.raises((ContractBroken, WarehouseError)) as refused:
        publish(clinic.engine, fct_payment, days(1, 2), Author("r2", 2), lambda _: bad)
    assert contents(clinic, EVERYTHING) == before
    assert "Canary" not in str(refused.value) + repr(refused.value.__cause__)
    assert refused.value.__context__ is None or refused.value.__suppress_context__


def test_a_select_that_fails_half_way_changes_nothing(clinic) -> None:
    write(clinic, 1, 2, 1, ("a", 1, "10"))
    before = contents(clinic, EVERYTHING)
    listed = ", ".join(
        f"(1 / (3 - extract(day from day)::int))::numeric as {n}" if n == "amount" else n
        for n in plain_columns(fct_payment)
    )
    text = f"select {listed} from core.fct_payment cross join generate_series(1, 1000)"
    with clinic.engine.begin() as connection:
        connection.exec_driver_sql("update core.fct_payment set day = '2025-03-03'")
    with pytest.raises(WarehouseError):
        publish(clinic.engine, fct_payment, days(3, 3), Author("r2", 2), Select(text))
    with clinic.engine.begin() as connection:
        connection.exec_driver_sql("update core.fct_payment set day = '2025-03-01'")
    assert contents(clinic, EVERYTHING) == before


def test_an_older_run_leaves_the_newer_runs_days_and_writes_the_rest(clinic) -> None:
    write(clinic, 3, 4, 9, ("c", 3, "9"))
    late = write(clinic, 1, 5, 5, *[(key, n, "5") for n, key in enumerate("vwxyz", 1)])
    assert kept(clinic) == {"c": (3, "9"), "v": (1, "5"), "w": (2, "5"), "z": (5, "5")}
    assert late.superseded == (march(3), march(4))
    assert clinic.rows("select day, fence, code_version from ops.load_day order by day") == [
        (march(1), 5, "code of 5"),
        (march(2), 5, "code of 5"),
        (march(3), 9, "code of 9"),
        (march(4), 9, "code of 9"),
        (march(5), 5, "code of 5"),
    ]
    assert clinic.rows("select days_superseded from ops.load_ledger order by load_id") == [
        (0,),
        (2,),
    ]


def test_a_run_with_no_day_left_is_told_so_and_changes_nothing(clinic) -> None:
    write(clinic, 1, 3, 9, ("a", 1, "9"))
    written_before(clinic, "mart.schedule_kpi_daily", 1, 2, 3)
    before = contents(clinic, EVERYTHING)
    with pytest.raises(Superseded):
        write(clinic, 1, 3, 5, ("a", 1, "5"), ("b", 2, "5"))
    assert contents(clinic, EVERYTHING) == before


def test_a_superseded_run_is_no_failed_one_and_says_why(clinic) -> None:
    table = "core.practitioner_version"
    assert clinic.run("2025-03-01", None, table).success
    with clinic.engine.begin() as connection:
        connection.exec_driver_sql("update ops.load_day set fence = 1000000")
    late = clinic.run("2025-03-01", None, table)
    assert late.success
    [event] = late.get_asset_materialization_events()
    told = event.step_materialization_data.materialization.metadata["superseded"].value
    assert told.startswith("Superseded by newer runs") and table in told


def test_notes_of_days_left_to_a_newer_run_stay(clinic) -> None:
    write(clinic, 2, 2, 9)
    with clinic.engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into ops.touched_day select 'core.fct_payment', day, 'x', 1"
            " from ops.load_day union all select 'core.fct_payment', '2025-03-01', 'x', 1"
        )
    write(clinic, 1, 2, 5)
    assert noted(clinic, "core.fct_payment") == [2]


def test_the_same_run_may_write_again_and_its_place_is_the_same_however_often_it_asks(
    clinic,
) -> None:
    one, two = (books.take_fence(clinic.engine, run, None) for run in ("one", "two"))
    assert one < two
    assert books.take_fence(clinic.engine, "one", None) == one
    write(clinic, 1, 1, one, ("a", 1, "1"))
    write(clinic, 1, 1, one, ("a", 1, "2"))
    assert kept(clinic) == {"a": (1, "2")}


def test_a_row_that_moves_leaves_the_old_day_in_the_same_write(clinic) -> None:
    write(clinic, 1, 5, 1, ("a", 1, "10"), ("b", 1, "20"))
    written_before(clinic, "mart.schedule_kpi_daily", 1, 2, 3, 4, 5)
    write(clinic, 4, 4, 2, ("a", 4, "10"))
    assert kept(clinic) == {"a": (4, "10"), "b": (1, "20")}
    assert noted(clinic, "mart.schedule_kpi_daily") == [1, 4]
    told = dict(clinic.rows("select day, rows from ops.load_day where asset = 'core.fct_payment'"))
    assert (told[march(1)], told[march(4)]) == (1, 1)


def test_a_moved_row_is_not_stolen_back_by_an_older_run_of_its_old_day(clinic) -> None:
    write(clinic, 1, 30, 1, ("a", 3, "1"), ("b", 3, "1"))
    write(clinic, 30, 30, 9, ("a", 30, "9"))
    write(clinic, 1, 5, 5, ("a", 3, "5"), ("b", 3, "5"))
    assert kept(clinic) == {"a": (30, "9"), "b": (3, "5")}


def test_a_moved_row_is_not_stolen_back_by_an_older_run_of_both_days(clinic) -> None:
    write(clinic, 30, 30, 9, ("a", 30, "9"))
    write(clinic, 1, 30, 5, ("a", 3, "5"), ("b", 3, "5"))
    assert kept(clinic) == {"a": (30, "9"), "b": (3, "5")}


def test_a_moved_row_is_not_stolen_back_by_an_older_run_that_never_saw_its_new_day(clinic) -> None:
    write(clinic, 30, 30, 9, ("a", 30, "9"))
    write(clinic, 1, 5, 5, ("a", 3, "5"), ("b", 3, "5"))
    assert kept(clinic) == {"a": (30, "9"), "b": (3, "5")}


def test_the_day_an_older_run_wrote_without_a_row_that_a_newer_one_has_is_due_again(
    clinic,
) -> None:
    write(clinic, 30, 30, 9, ("a", 30, "9"))
    write(clinic, 1, 5, 5, ("a", 3, "5"))
    assert noted(clinic, "core.fct_payment") == [3]
    waiting = due.touched(clinic.engine, ORDER, newest_day())
    assert [(d.days, d.assets[0]) for d in waiting] == [(days(3, 3), "core.fct_payment")]


def test_a_day_that_a_newer_run_only_took_a_row_from_is_still_the_older_runs(clinic) -> None:
    write(clinic, 1, 3, 1, ("a", 2, "1"), ("b", 2, "1"))
    write(clinic, 20, 20, 9, ("a", 20, "9"))
    late = write(clinic, 1, 3, 5, ("a", 2, "5"), ("b", 2, "5"))
    assert late.superseded == ()
    assert kept(clinic) == {"a": (20, "9"), "b": (2, "5")}
    told = "select code_version from ops.load_day where day = :day"
    assert clinic.one(told, day=march(2)) == "code of 5"


def test_each_days_hash_is_of_its_rows_in_any_order_and_stands_in_the_ledger(clinic) -> None:
    write(clinic, 1, 2, 1, ("a", 1, "1"), ("b", 1, "2"), ("c", 2, "3"))
    first = clinic.rows("select day, content_sha256 from ops.load_day order by day")
    write(clinic, 1, 2, 2, ("c", 2, "3"), ("b", 1, "2"), ("a", 1, "1"))
    assert clinic.rows("select day, content_sha256 from ops.load_day order by day") == first
    in_ledger = clinic.one("select content_sha256 from ops.load_ledger order by 1 limit 1")
    assert in_ledger == {str(day): told for day, told in first}


def test_a_backfill_of_a_month_that_a_morning_run_overtakes_ends_complete(clinic) -> None:
    """It begins, a newer run writes the last three days to the end, then it goes on."""
    for n in range(1, 32):
        rows = [f"A{n} P1 2025-03-{n:02d} 9 booked 60"]
        clinic.drop(f"daily/2025-03-{n:02d}/appointments.csv", appointments(*rows))
    backfill = "00000000-0000-0000-0000-000000000001"
    first, last = "2025-03-01", "2025-03-31"
    assert clinic.run(first, last, *APPOINTMENTS[:2], run_id=backfill).success
    for n in (29, 30, 31):
        clinic.drop(f"daily/2025-03-{n}/appointments.csv",
                    appointments(f"A{n} P1 2025-03-{n} 9 completed 75"))  # fmt: skip
    assert clinic.run("2025-03-29", last).success
    morning = clinic.one("select max(fence) from ops.run")
    assert clinic.run(first, last, *APPOINTMENTS[2:], run_id=backfill).success
    assert clinic.run(first, last, "mart.schedule_kpi_daily", run_id=backfill).success
    for asset in (*APPOINTMENTS[1:], "mart.schedule_kpi_daily"):
        told = clinic.rows("select day, fence from ops.load_day where asset = :a order by day",
                           a=asset)  # fmt: skip
        assert [day.day for day, _ in told] == list(range(1, 32))
        assert [fence == morning for _, fence in told] == [day.day >= 29 for day, _ in told]
    kpis = clinic.rows("select day, bookings, gross_booked_value from mart.schedule_kpi_daily")
    assert sorted((day.day, n, int(value)) for day, n, value in kpis) == [
        (n, 1, 75 if n >= 29 else 60) for n in range(1, 32)
    ]


def test_a_morning_run_that_overtakes_a_failing_backfill_keeps_its_days(clinic) -> None:
    backfill = books.take_fence(clinic.engine, "backfill", None)
    morning = books.take_fence(clinic.engine, "morning", None)
    write(clinic, 29, 31, morning, ("m", 30, "9"))
    with pytest.raises(WarehouseError):
        write(clinic, 1, 31, backfill, ("x", 1, "5"), ("x", 2, "5"))
    assert kept(clinic) == {"m": (30, "9")}
    write(clinic, 1, 31, backfill, ("x", 1, "5"), ("y", 30, "5"))
    assert kept(clinic) == {"m": (30, "9"), "x": (1, "5")}


def test_rows_of_the_open_end_are_not_of_a_closed_range(clinic) -> None:
    assert days(1, 2).upper == march(2)
    assert days(1, 2, is_open=True).upper == FOREVER
