"""A refused row, from the drop to the number it belongs in: list, correct, replay."""

import csv
import json
import re

import pytest

from clinic_assets_tests.cli.command import clinic_says

DAY = "2025-09-02"
FILE = f"daily/{DAY}/appointments.csv"
HEADER = "appointment_id,patient_id,physio_id,appt_start,appt_end,booked_at,status,price_estimate"
GOOD = f"1,7,T1,{DAY}T09:00:00,{DAY}T10:00:00,2025-08-20T08:00:00,completed,60"
NO_END = f"2,8,T1,{DAY}T11:00:00,half past,2025-08-20T08:00:00,completed,60"
SHORT = f"3,9,T1,{DAY}T13:00:00"
MENDED = f"3,9,T1,{DAY}T13:00:00,{DAY}T14:00:00,2025-08-20T08:00:00,completed,60,"
LATER = f"4,7,T1,{DAY}T15:00:00,{DAY}T16:00:00,2025-08-20T08:00:00,completed,60"
CHAIN = (
    "raw.practice_files_appointments",
    "clean.practice_files_appointments",
    "core.fct_appointment",
    "mart.schedule_kpi_daily",
)


def run(day=DAY):
    said = clinic_says("run", "--day", day, *(w for name in CHAIN for w in ("--select", name)))
    assert said.code == 0, said.err
    return said.out


def listed(*more):
    return json.loads(clinic_says("quarantine", "list", "--format", "json", *more).out)


def bookings(clinic):
    return clinic.one("select coalesce(sum(bookings), 0) from mart.schedule_kpi_daily")


@pytest.fixture
def refused(clinic):
    """A day of one good row, one with an impossible time and one with cells missing."""
    clinic.drop(FILE, "\n".join((HEADER, GOOD, NO_END, SHORT)) + "\n")
    run()
    return clinic


def test_refused_rows_are_listed_with_place_reason_and_text(refused):
    assert bookings(refused) == 1
    cell, shape = listed()
    assert (cell["file"], cell["line"], cell["column"]) == (FILE, 3, "appt_end")
    assert cell["row"] == NO_END and cell["reason"]
    assert (shape["line"], shape["row"]) == (4, SHORT)

    shown = clinic_says("quarantine", "list").out
    assert "2 rows in quarantine" in shown and shown.isascii()
    spread = list(
        csv.DictReader(clinic_says("quarantine", "list", "--format", "csv").out.split("\n"))
    )
    assert [row["line"] for row in spread] == ["3", "4"]


def test_a_corrected_cell_and_a_corrected_row_come_in_and_stay_in(refused):
    cell, shape = (row["id"] for row in listed())
    mended = clinic_says("quarantine", "correct", str(cell), f"appt_end={DAY}T12:00:00")
    assert mended.code == 0 and "quarantine replay" in mended.out
    assert clinic_says("quarantine", "correct", str(shape), "--row", MENDED).code == 0
    assert bookings(refused) == 1

    replayed = clinic_says("quarantine", "replay")
    assert replayed.out.startswith("2 rows let in, 0 still refused; 1 day run"), replayed
    assert f"Let in: {FILE}, line 3\nLet in: {FILE}, line 4" in replayed.out
    assert bookings(refused) == 3
    assert listed() == []
    assert [row["state"] for row in listed("--all")] == ["let in"] * 2
    assert listed("--all")[0]["corrected"] == f"appt_end={DAY}T12:00:00"

    again = clinic_says("quarantine", "replay")
    assert again.out.startswith("0 rows let in, 0 still refused; 0 days run")

    refused.drop(FILE, "\n".join((HEADER, GOOD, NO_END, SHORT, LATER)) + "\n")
    run()
    assert bookings(refused) == 4
    assert listed() == []


def test_a_correction_that_is_only_half_of_it_says_what_is_left(refused):
    refused.drop(FILE, "\n".join((HEADER, GOOD, NO_END.replace(",60", ",sixty"))) + "\n")
    run()
    [waiting] = listed()
    said = clinic_says("quarantine", "correct", str(waiting["id"]), f"appt_end={DAY}T12:00:00")
    assert said.code == 0 and "not done: price_estimate is not a plain number" in said.out
    out = clinic_says("quarantine", "replay").out
    assert out.startswith("0 rows let in, 1 still refused; 0 days run")
    assert f"Still refused: {FILE}, line 3: price_estimate is not a plain number" in out
    assert bookings(refused) == 1 and listed()[0]["corrected"] == f"appt_end={DAY}T12:00:00"
    said = clinic_says("quarantine", "correct", str(waiting["id"]), "price_estimate=60")
    assert "Let it in with" in said.out
    assert clinic_says("quarantine", "replay").out.startswith("1 row let in, 0 still refused")


def test_rows_of_a_version_that_a_newer_one_replaced_no_longer_wait(refused):
    old = listed()[0]["id"]
    refused.drop(FILE, "\n".join((HEADER, GOOD, LATER)) + "\n")
    run()
    assert listed() == []
    assert {row["state"] for row in listed("--all")} == {
        "closed: a newer version of the file counts"
    }
    said = clinic_says("quarantine", "correct", str(old), f"appt_end={DAY}T12:00:00")
    assert said.code == 1 and "no longer waits: closed" in said.err
    assert "in quarantine" not in clinic_says("status").out.replace("row in quarantine", "")


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (["appt_end"], "Write each cell as column=value"),
        ([], "Write each cell as column=value"),
        (["ende=12:00"], "there are appointment_id, patient_id"),
        (["appt_end=noon"], "appt_end is not a date and time"),
        ([f"appt_end={DAY}T08:00"], "appt_end lies before the start"),
        (["--row", MENDED.replace("T14", "T12")], "appt_end lies before the start"),
        (["--row", "1,2,3"], "has 3 cells; give 9"),
        (["--row", "1,2\n3,4"], "has 2 lines; give 9"),
    ],
)
def test_a_correction_that_does_not_fit_is_told(refused, words, remedy):
    said = clinic_says("quarantine", "correct", str(listed()[0]["id"]), *words)
    assert said.code == 1 and said.err.startswith("clinic: ") and remedy in said.err


def test_a_row_without_its_columns_can_only_be_corrected_whole(refused):
    said = clinic_says("quarantine", "correct", str(listed()[1]["id"]), "status=completed")
    assert said.code == 1 and "say it whole, --row with appointment_id," in said.err


def test_a_file_that_needs_consent_comes_in_with_it(refused):
    refused.drop(FILE, HEADER + "\n")
    out = run()
    command = re.search(rf"`clinic (run --day {DAY} --consent (\w+))`", out)
    assert "Refused:" in out and command
    assert bookings(refused) == 1
    for wrong in ([], ["--day", "2025-09-01"]):
        said = clinic_says("run", *wrong, "--consent", command[2])
        assert said.code == 1 and "nothing was run" in said.err and command[1] in said.err
    words = [w for name in CHAIN for w in ("--select", name)]
    said = clinic_says("run", "--day", DAY, "--consent", "appointments.csv", *words)
    assert said.code == 0 and "Refused" not in said.out, said
    assert bookings(refused) == 0
