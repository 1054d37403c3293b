"""CSV files that people open in a spreadsheet."""

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_assets.inbox.csv_out import FORMULA_STARTS, write_csv


def written(path: Path, *rows: list[object]) -> list[list[str]]:
    write_csv(path, [f"c{n}" for n in range(len(rows[0]))], rows)
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))[1:]


def names_in(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_text_that_starts_like_a_formula_gets_an_apostrophe(tmp_path: Path, start: str) -> None:
    assert written(tmp_path / "a.csv", [f"{start}1+1"]) == [[f"'{start}1+1"]]


def test_a_header_that_starts_like_a_formula_gets_one_too(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", ["=1+1"], [])
    assert (tmp_path / "a.csv").read_bytes() == b"'=1+1\r\n"


@pytest.mark.parametrize(
    "number", [-5, -0.25, Decimal("-1.50"), 1e300, np.int64(-3), np.float64(-2)]
)
def test_a_real_number_is_never_changed(tmp_path: Path, number: object) -> None:
    assert written(tmp_path / "a.csv", [number]) == [[str(number)]]


def test_none_is_empty_booleans_are_words_and_dates_are_iso(tmp_path: Path) -> None:
    row: list[object] = [None, True, False, dt.date(2025, 3, 4), "", "a-b"]
    assert written(tmp_path / "a.csv", row) == [["", "True", "False", "2025-03-04", "", "a-b"]]


def test_the_file_is_rfc_4180_in_utf8(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", ["a", "b"], [['x,"y"', "Zoë\nß"], [None, 1]])
    expected = 'a,b\r\n"x,""y""","Zoë\nß"\r\n,1\r\n'
    assert (tmp_path / "a.csv").read_bytes() == expected.encode()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2))
def test_any_text_survives_but_for_the_apostrophe(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    expected = [f"'{c}" if c.startswith(FORMULA_STARTS) else c for c in cells]
    write_csv(path, ["a", "b"], [cells])
    found = csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))
    assert list(found)[1:] == [expected]


@pytest.mark.parametrize("bad", [["only one"], ["one", "two", "three"], ["\ud800", "x"]])
def test_a_failure_leaves_the_former_file_and_nothing_else(tmp_path: Path, bad: list[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("former")
    with pytest.raises(ValueError):
        write_csv(path, ["a", "b"], [["1", "2"], bad])
    assert (path.read_text(), names_in(tmp_path)) == ("former", ["a.csv"])


def test_a_former_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, ["a"], [["long " * 1000]])
    write_csv(path, ["a"], [["short"]])
    assert (path.read_bytes(), names_in(tmp_path)) == (b"a\r\nshort\r\n", ["a.csv"])


def test_a_link_is_replaced_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("former")
    (tmp_path / "a.csv").symlink_to(tmp_path / "target")
    write_csv(tmp_path / "a.csv", ["a"], [])
    assert (tmp_path / "target").read_text() == "former"
    assert not (tmp_path / "a.csv").is_symlink()


def test_a_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        write_csv(tmp_path / "none" / "a.csv", ["a"], [])
