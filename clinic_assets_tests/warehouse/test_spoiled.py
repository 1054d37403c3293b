"""One spoiled file in the middle of a backfill: only its own day waits, and it heals."""

import datetime as dt

import pytest

from clinic_assets_tests.warehouse.makings import (
    another,
    appointments,
    days_between,
    heal,
    stock,
    written_since,
)

FIRST, LAST, SPOILED = "2025-03-01", "2025-03-10", dt.date(2025, 3, 5)
FILE = f"daily/{SPOILED}/appointments.csv"
DAYS = days_between(FIRST, LAST)
CHAIN = ("raw.practice_files_appointments", "clean.practice_files_appointments",
         "core.fct_appointment", "mart.schedule_kpi_daily")  # fmt: skip


def good(day: dt.date, price: int = 60) -> str:
    rows = [f"A{day.day}{n} P{n} {day} {9 + n} booked {price}" for n in range(3)]
    return appointments(*rows)


def fill(clinic) -> None:
    for day in DAYS:
        clinic.drop(f"daily/{day}/appointments.csv", good(day))
        clinic.drop(f"daily/{day}/stock_logs.csv", stock(f"{day} Tape 10 0 1 9"))


SPOILS = [
    pytest.param(lambda t: t[: len(t) // 2], None, "line", id="cut in the middle"),
    pytest.param(lambda t: t.rstrip("\n"), None, "line", id="cut before the last line end"),
    pytest.param(lambda t: t.replace("appt_start", "beginn"), "appt_start", "", id="renamed"),
    pytest.param(lambda t: t.replace(",P1,", ',"P1,'), None, "line 3", id="an open quote"),
    pytest.param(lambda t: "", None, "0 bytes", id="empty"),
    pytest.param(lambda t: "PK\x03\x04" + t, None, "Excel", id="a workbook"),
    pytest.param(lambda t: t.split("\n")[0] + "\n", None, "no rows", id="header only"),
]  # fmt: skip


def rows_of_days(clinic, table: str = "core.fct_appointment") -> dict[dt.date, int]:
    found = dict(clinic.rows(f"select day, count(*) from {table} group by day"))
    return {day: found.get(day, 0) for day in DAYS}


@pytest.mark.parametrize(("spoil", "column", "place"), SPOILS)
def test_a_spoiled_day_keeps_its_rows_and_the_ledger_tells_what_to_do(
    clinic, spoil, column, place
) -> None:
    fill(clinic)
    assert clinic.run(str(SPOILED), str(SPOILED), *CHAIN).success
    before = clinic.rows("select * from core.fct_appointment order by appointment_key")
    clinic.drop(FILE, spoil(good(SPOILED, price=75)))
    assert clinic.run(FIRST, LAST, *CHAIN).success
    assert rows_of_days(clinic) == dict.fromkeys(DAYS, 3)
    kept = "select * from core.fct_appointment where day = :day order by appointment_key"
    assert clinic.rows(kept, day=SPOILED) == before
    [(reason,)] = clinic.rows("select reason from ops.file_ledger where not is_accepted")
    assert reason.startswith(FILE) and place in reason and (column or "") in reason
    assert any(word in reason for word in ("drop", "export", "save", "Drop", "rename"))


def test_the_other_days_of_a_backfill_complete_through_the_desk_and_the_mended_file_heals(
    clinic,
) -> None:
    fill(clinic)
    clinic.drop(FILE, good(SPOILED)[:-30])
    assert clinic.run(FIRST, LAST).success
    others = {day: 0 if day == SPOILED else 3 for day in DAYS}
    for table in ("core.fct_appointment", "desk.reception_priorities"):
        assert rows_of_days(clinic, table) == others
    assert rows_of_days(clinic, "mart.inventory_health") == dict.fromkeys(DAYS, 1)
    told = "select day, is_complete from mart.schedule_kpi_daily"
    assert dict(clinic.rows(told)) == {day: True for day in DAYS if day != SPOILED}

    clinic.drop(FILE, good(SPOILED))
    before = clinic.one("select max(load_id) from ops.load_ledger")
    assert clinic.run(str(SPOILED)).success
    heal(clinic)
    assert rows_of_days(clinic) == dict.fromkeys(DAYS, 3)
    assert dict(clinic.rows(told)) == dict.fromkeys(DAYS, True)
    written = {day for asset, day in written_since(clinic, before) if "fct_app" in asset}
    assert written == {SPOILED}
    with another(clinic) as fresh:
        assert fresh.run(FIRST, LAST).success
        assert fresh.hashes() == clinic.hashes()
