"""The files on disk: their shape, their words, and that they never change."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from clinic_assets.simulate import SAMPLE, write_clinic
from clinic_assets.simulate.files import COLUMNS
from clinic_assets.simulate.keys import KEYS

SHORT = replace(SAMPLE, last_day=SAMPLE.first_day + timedelta(days=8))


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*.csv")}


def _read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def _replayed(data: Path, table: str) -> pd.DataFrame:
    slices = [_read(file) for file in sorted(data.glob(f"daily/*/{table}.csv"))]
    last = pd.concat(slices).drop_duplicates(KEYS[table], keep="last")
    return last.sort_values(KEYS[table], ignore_index=True)


def test_equal_plans_write_equal_bytes(tmp_path):
    for name in ("one", "two"):
        write_clinic(SHORT, tmp_path / name / "data", tmp_path / name / "truth", layout="both")
    assert _bytes(tmp_path / "one") == _bytes(tmp_path / "two")


def test_another_seed_is_another_clinic(tmp_path):
    write_clinic(SHORT, tmp_path / "one")
    write_clinic(replace(SHORT, seed=8), tmp_path / "two")
    one, two = _bytes(tmp_path / "one"), _bytes(tmp_path / "two")
    assert all(one[name] != two[name] for name in one if name.endswith("appointments.csv"))


@pytest.mark.parametrize("more_days", [1, 30])
def test_a_longer_simulation_begins_with_the_same_days(tmp_path, more_days):
    longer = replace(SHORT, last_day=SHORT.last_day + timedelta(days=more_days))
    write_clinic(SHORT, tmp_path / "short")
    write_clinic(longer, tmp_path / "long")
    long = _bytes(tmp_path / "long")
    last = f"daily/{SHORT.last_day.isoformat()}/~"
    assert _bytes(tmp_path / "short") == {name: long[name] for name in long if name <= last}


@pytest.mark.parametrize("table", list(COLUMNS))
def test_replaying_the_days_gives_the_full_export(clinic, table):
    full = _read(clinic / "data" / "raw" / f"{table}.csv")
    pd.testing.assert_frame_equal(_replayed(clinic / "data", table), full)


@pytest.mark.parametrize("table", ["appointments", "payments", "shifts", "patients"])
def test_the_truth_agrees_with_the_full_export(clinic, table):
    truth = _read(clinic / "truth" / f"{table}.csv")
    full = _read(clinic / "data" / "raw" / f"{table}.csv")
    pd.testing.assert_frame_equal(truth[COLUMNS[table]], full)


def test_every_file_has_its_header_rows_below_it_and_a_newline_at_the_end(clinic):
    for file in (clinic / "data").rglob("*.csv"):
        text = file.read_bytes().decode("utf-8")
        header, *rows = text.split("\n")
        assert header.split(",") == COLUMNS[file.stem]
        assert len(rows) > 1
        assert rows[-1] == ""
        assert "\r" not in text


def test_every_day_brings_appointments_and_stock_and_open_days_payments_and_shifts(
    clinic, written_plan
):
    for day in written_plan.days():
        files = {file.stem for file in (clinic / "data" / "daily" / day.isoformat()).iterdir()}
        assert {"appointments", "stock_logs"} <= files
        assert day.weekday() == 6 or {"payments", "shifts"} <= files


def test_no_key_comes_twice_in_a_file(clinic):
    for file in (clinic / "data").rglob("*.csv"):
        assert not _read(file).duplicated(KEYS[file.stem]).any()


def test_times_carry_the_offset_of_the_clinic_in_winter_and_summer(clinic):
    visits = _read(clinic / "data" / "raw" / "appointments.csv")
    winter = visits["appt_start"] < "2025-03-30"
    assert visits["appt_start"].str.endswith("+01:00")[winter].all()
    assert visits["appt_start"].str.endswith("+02:00")[~winter].all()
    opening = visits["appt_start"].map(datetime.fromisoformat).map(lambda time: time.hour)
    assert opening.between(8, 17).all()


def test_a_clinic_elsewhere_keeps_its_own_hours(tmp_path):
    write_clinic(replace(SHORT, timezone="America/New_York"), tmp_path, layout="full")
    shifts = _read(tmp_path / "raw" / "shifts.csv")
    assert shifts["start"].str.fullmatch(r"2025-\d\d-\d\dT\d\d:00:00-04:00").all()


def test_the_roster_is_published_two_weeks_ahead(clinic, written_plan):
    first = _read(clinic / "data" / "daily" / written_plan.first_day.isoformat() / "shifts.csv")
    assert first["start"].str[:10].nunique() == 13
    later = _read(clinic / "data" / "daily" / "2025-03-17" / "shifts.csv")
    assert set(later["start"].str[:10]) == {"2025-03-31"}


def test_stock_rows_are_of_their_own_day(clinic):
    for file in (clinic / "data" / "daily").glob("*/stock_logs.csv"):
        assert set(_read(file)["LOG_DATE"]) == {file.parent.name}


def test_payments_and_visits_refer_to_rows_that_were_exported_by_then(clinic):
    seen: dict[str, set[str]] = {"patients": set(), "physios": set(), "appointments": set()}
    for folder in sorted((clinic / "data" / "daily").iterdir()):
        tables = {file.stem: _read(file) for file in folder.iterdir()}
        for table, keys in seen.items():
            if table in tables:
                keys |= set(tables[table][KEYS[table][0]])
        assert set(tables["appointments"]["patient_id"]) <= seen["patients"]
        assert set(tables["appointments"]["physio_id"]) <= seen["physios"]
        if "payments" in tables:
            assert set(tables["payments"]["appointment_id"]) <= seen["appointments"]


def test_the_words_are_those_of_the_systems(clinic):
    visits = _read(clinic / "data" / "raw" / "appointments.csv")
    words = {"booked", "confirmed", "completed", "canceled", "canceled_clinic", "no_show"}
    assert set(visits["status"]) <= words
    cancelled = visits["status"].isin(["canceled", "canceled_clinic"])
    assert ((visits["cancelled_at"] != "") == cancelled).all()
    payments = _read(clinic / "data" / "raw" / "payments.csv")
    assert set(payments["method"]) == {"card", "cash", "invoice"}


def test_the_truth_cannot_be_put_among_the_data(tmp_path):
    with pytest.raises(ValueError, match="inside the data"):
        write_clinic(SHORT, tmp_path, tmp_path / "truth")
    assert not list(tmp_path.iterdir())


def test_a_single_day_can_be_written(tmp_path):
    day = date(2025, 6, 4)
    write_clinic(
        replace(SAMPLE, first_day=day, last_day=day), tmp_path / "data", tmp_path / "truth"
    )
    assert [folder.name for folder in (tmp_path / "data" / "daily").iterdir()] == ["2025-06-04"]


def test_the_sample_fits_into_a_repository(tmp_path):
    write_clinic(SAMPLE, tmp_path)
    assert sum(len(content) for content in _bytes(tmp_path).values()) < 1_000_000
