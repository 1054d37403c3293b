"""A healthy and a broken installation, the names a setting may have, and cutting a day's slice."""

import csv
import datetime as dt

import psycopg
import pytest

from clinic_assets.simulate import ClinicPlan, write_clinic
from clinic_assets_tests.cli.command import clinic_says

PLAN = ClinicPlan(dt.date(2025, 9, 1), dt.date(2025, 9, 5), patients_at_start=30, visits_per_day=8)
DAY = "2025-09-03"
SLICED = {
    "appointments.csv": "appt_start",
    "payments.csv": "paid_at",
    "shifts.csv": "start",
    "stock_logs.csv": "LOG_DATE",
}


def test_the_doctor_finds_a_healthy_installation_well(clinic):
    clinic.drop("daily/2025-09-01/physios.csv", "physio_id,full_name\n1,Ada\n")
    said = clinic_says("doctor")
    assert said.code == 0, said.out
    assert "PROBLEM" not in said.out
    for examined in ("Python", "settings", "home", "inbox", "Postgres", "Dagster", "definitions"):
        assert f"ok      {examined}: " in said.out
    assert "not running; `clinic up` starts it" in said.out


def test_the_doctor_names_each_thing_that_is_broken_and_goes_on(monkeypatch, tmp_path):
    monkeypatch.setenv("CLINIC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLINIC_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CLINIC_DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/none")
    said = clinic_says("doctor")
    assert said.code == 1
    assert "PROBLEM inbox: no files in" in said.out and "clinic demo" in said.out
    assert "PROBLEM Postgres: The Postgres that CLINIC_DATABASE_URL names" in said.out
    assert "ok      definitions: " in said.out
    assert said.err.startswith("clinic: ") and "problems found" in said.err
    assert "secret" not in said.out + said.err and "Traceback" not in said.out


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_usual_name_of_a_database_setting_is_understood(clinic, monkeypatch, scheme):
    monkeypatch.delenv("CLINIC_DATABASE_URL")
    monkeypatch.setenv("DATABASE_URL", clinic.url.replace("postgresql", scheme, 1))
    url = clinic_says("db", "url").out.strip()
    with psycopg.connect(url) as connection:
        [found] = connection.execute("select current_database()").fetchone()
    assert clinic.url.endswith(f"/{found}")


def test_reminders_go_to_the_folder_the_older_setting_names(clinic, monkeypatch, tmp_path):
    monkeypatch.setenv("EMAIL_OUTBOX_DIR", str(tmp_path / "mails"))
    said = clinic_says("reminders")
    assert said.code == 0 and f"Outbox: {tmp_path / 'mails'}" in said.out
    assert "0 sent" in said.out


def test_a_dry_run_of_reminders_says_so(clinic):
    assert (
        "(dry run, nothing written): 0 would be sent" in clinic_says("reminders", "--dry-run").out
    )


def test_a_day_is_cut_from_full_files_with_its_rows_as_they_were(monkeypatch, tmp_path):
    write_clinic(PLAN, tmp_path, layout="full")
    odd = tmp_path / "raw" / "payments.csv"
    text = odd.read_text()
    odd.write_text(text + f'"R-1","",-12.50,{DAY}T10:00:00+02:00,"card, at the desk"\n')
    monkeypatch.setenv("CLINIC_DATA", str(tmp_path))
    said = clinic_says("snapshot", "--day", DAY)
    assert said.code == 0, said.err
    for name, column in SLICED.items():
        full = (tmp_path / "raw" / name).read_text().splitlines()
        place = next(csv.reader(full)).index(column)
        due = [full[0]] + [r for r in full[1:] if next(csv.reader([r]))[place].startswith(DAY)]
        cut = tmp_path / "daily" / DAY / name
        assert len(due) > 1 and cut.read_text().splitlines() == due
        assert f"{cut}: {len(due) - 1} row" in said.out
    assert sorted(p.name for p in (tmp_path / "daily" / DAY).iterdir()) == sorted(SLICED)


def test_a_slice_keeps_the_separator_and_the_columns_nobody_asked_for(monkeypatch, tmp_path):
    raw = tmp_path / "raw" / "payments.csv"
    raw.parent.mkdir()
    lines = [
        "payment_id;appointment_id;amount;paid_at;method;till",
        f"1;7;60,50;{DAY}T10:00:00;card;=A1",
        "2;8;1,00;2025-09-04T10:00:00;cash;B",
    ]
    raw.write_text("\n".join(lines) + "\n")
    monkeypatch.setenv("CLINIC_DATA", str(tmp_path))
    assert clinic_says("snapshot", "--day", DAY).code == 0
    assert (tmp_path / "daily" / DAY / "payments.csv").read_text().splitlines() == lines[:2]


def test_a_simulated_clinic_is_the_same_each_time(tmp_path):
    words = ("simulate", "--from", "2025-09-01", "--to", "2025-09-02", "--visits", "5")
    for name in ("once", "again"):
        assert clinic_says(*words, "--into", str(tmp_path / name)).code == 0
    once, again = (
        {p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*.csv")}
        for name in ("once", "again")
    )
    assert once == again and len(once) > 4


def test_a_simulated_clinic_overwrites_no_file(tmp_path):
    words = ("simulate", "--from", "2025-09-01", "--to", "2025-09-02", "--visits", "5", "--into")
    own = tmp_path / "daily" / "2025-09-01" / "appointments.csv"
    own.parent.mkdir(parents=True)
    own.write_text("ours")
    said = clinic_says(*words, str(tmp_path))
    assert said.code == 1 and "nothing is overwritten" in said.err
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [own] and own.read_text() == "ours"
    other = str(tmp_path / "other")
    assert [clinic_says(*words, other).code for _ in range(2)] == [0, 0]
