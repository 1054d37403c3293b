"""A bad row that a person mended: every later load knows, though the file stays as bad as it was."""

from clinic_assets.sources.practice_files.files import KINDS
from clinic_assets.warehouse.replay import Replayed, let_in_corrected
from clinic_assets_tests.warehouse.makings import APPOINTMENTS, another, appointments, heal

FILE = "daily/2025-03-03/appointments.csv"
GOOD = "A1 P1 2025-03-03 9 completed 60"
BAD = "A2 P2 2025-03-03 10 completed sixty"


def correct(clinic, line: int, column: str, value: str) -> None:
    with clinic.engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into ops.correction (row_sha256, column_name, value, by)"
            " select row_sha256, %s, %s, 'Ada' from ops.quarantine where line = %s",
            (column, value, line),
        )


def run(clinic, day: str = "2025-03-03", last: str | None = None) -> None:
    assert clinic.run(day, last, *APPOINTMENTS).success


def prices(clinic) -> dict[str, int]:
    found = clinic.rows("select appointment_key, price_amount from core.fct_appointment")
    return {key.removeprefix("practice_files:"): int(price) for key, price in found}


def counts(clinic) -> tuple:
    return clinic.rows(
        "select rows_in, rows_loaded, rows_quarantined from ops.file_ledger where is_current"
    )[-1]


def test_a_correction_is_applied_by_a_rerun_of_the_still_bad_file(clinic) -> None:
    clinic.drop(FILE, appointments(GOOD, BAD))
    run(clinic)
    assert prices(clinic) == {"A1": 60} and counts(clinic) == (2, 1, 1)
    correct(clinic, 3, "price_estimate", "75")
    run(clinic)
    assert prices(clinic) == {"A1": 60, "A2": 75} and counts(clinic) == (2, 2, 0)
    assert clinic.one("select count(*) from ops.quarantine where corrected_at is not null") == 1
    run(clinic)
    assert prices(clinic) == {"A1": 60, "A2": 75} and counts(clinic) == (2, 2, 0)


def test_a_correction_is_applied_to_the_same_bad_row_of_every_later_file(clinic) -> None:
    clinic.drop(FILE, appointments(GOOD, BAD))
    run(clinic)
    correct(clinic, 3, "price_estimate", "75")
    clinic.drop(FILE, appointments(BAD, GOOD, "A3 P3 2025-03-03 11 booked 90"))
    run(clinic)
    assert prices(clinic) == {"A1": 60, "A2": 75, "A3": 90} and counts(clinic) == (3, 3, 0)


def test_a_correction_that_is_replayed_reaches_the_days_it_is_about(clinic) -> None:
    clinic.drop(FILE, appointments(GOOD, BAD.replace("2025-03-03", "2025-03-05")))
    assert clinic.run("2025-03-01", "2025-03-07").success
    correct(clinic, 3, "price_estimate", "75")
    replayed = let_in_corrected(clinic.engine, KINDS)
    assert replayed.let_in == [f"{FILE}, line 3"] and not replayed.refused
    written = heal(clinic)
    assert {day.day for asset, day in written if asset == "core.fct_appointment"} == {5}
    assert prices(clinic) == {"A1": 60, "A2": 75}
    assert let_in_corrected(clinic.engine, KINDS) == Replayed()


def test_a_whole_row_can_be_corrected(clinic) -> None:
    text = appointments(GOOD, BAD.replace("sixty", "60"))
    clinic.drop(FILE, text.replace("A2,P2,", "A2,P2,one too many,"))
    run(clinic)
    assert prices(clinic) == {"A1": 60}
    correct(clinic, 3, "*", text.split("\n")[2])
    run(clinic)
    assert prices(clinic) == {"A1": 60, "A2": 60} and counts(clinic) == (2, 2, 0)


def test_a_correction_with_another_decimal_mark_costs_no_row(clinic) -> None:
    clinic.drop(FILE, appointments(GOOD.replace("60", "60.50"), BAD))
    run(clinic)
    correct(clinic, 3, "price_estimate", "75,50")
    run(clinic)
    assert set(prices(clinic)) >= {"A1"}
    loaded = counts(clinic)[1]
    assert len(prices(clinic)) == loaded


def test_a_wrong_correction_leaves_the_row_in_quarantine(clinic) -> None:
    clinic.drop(FILE, appointments(GOOD, BAD))
    run(clinic)
    correct(clinic, 3, "price_estimate", "seventy")
    run(clinic)
    assert prices(clinic) == {"A1": 60} and counts(clinic) == (2, 1, 1)


def test_a_correction_gives_what_a_mended_file_would_have_given(clinic) -> None:
    clinic.drop(FILE, appointments(GOOD, BAD))
    assert clinic.run("2025-03-02", "2025-03-04").success
    correct(clinic, 3, "price_estimate", "75")
    run(clinic)
    heal(clinic)
    corrected = clinic.hashes()
    clinic.drop(FILE, appointments(GOOD, BAD.replace("sixty", "75")))
    with another(clinic) as fresh:
        assert fresh.run("2025-03-02", "2025-03-04").success
        assert fresh.hashes() == corrected
