"""Whether a record fits the header, and what happens to the ones that do not."""

import csv
import random
import time

import pytest

from clinic_assets.inbox.contract import Field, FileContract, FileRefused

from .conftest import Read

HEADER = "id,name,phone\n"


def names(found: object) -> list[str]:
    return [row["name"] for row in found.rows]  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["NA", "None", "null", "NaN", "007", "1E5", "TRUE", " x ", "-"])
def test_text_stays_exactly_as_in_the_file(read: Read, text: str) -> None:
    assert names(read(f"{HEADER}1,{text},\n")) == [text]


def test_a_header_alone_gives_no_rows(read: Read) -> None:
    found = read(HEADER)
    assert (found.rows, found.refused, found.rows_in) == ([], [], 0)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_row_and_lines_are_counted(read: Read, end: str) -> None:
    found = read(end.join(["id,name", "1,Ann", '2,"Bo', 'b"', "", "3,Cid", ""]))
    assert names(found) == ["Ann", f"Bo{end}b", "Cid"]
    assert found.lines == [2, 3, 6]
    assert found.raws == ["1,Ann", f'2,"Bo{end}b"', "3,Cid"]


def test_only_line_ends_end_a_line(read: Read) -> None:
    odd = "a\x0bb\x0cc\x1cd\x85e\u2028f"
    assert names(read(f"{HEADER}1,{odd},\n")) == [odd]


def test_blank_lines_are_no_rows(read: Read) -> None:
    found = read(f"{HEADER}\n1,Ann,\n   \n\t\n2,Bob,\n\n")
    assert (names(found), found.rows_in) == (["Ann", "Bob"], 2)


def test_in_a_single_column_spaces_are_a_cell(read: Read) -> None:
    found = read('id\n1\n\n  \n""\n', FileContract((Field("id"),)))
    assert [row["id"] for row in found.rows] == ["1", "  ", ""]


def test_a_row_of_empty_cells_is_a_row(read: Read) -> None:
    assert read("id\tname\n\t\n").rows == [{"id": "", "name": "", "phone": ""}]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2,Bob", "has 2 fields, the header 3"),
        ("2,Bob,1,2", "has 4 fields, the header 3"),
        ("Bob", "has 1 field, the header 3"),
        ("2;Bob;1", "has 1 field, the header 3; it seems to be separated by semicolons"),
        ("2\tBob\t1", "has 1 field, the header 3; it seems to be separated by tabs"),
    ],
)
def test_a_row_with_another_number_of_fields_is_refused_alone(
    read: Read, row: str, reason: str
) -> None:
    found = read(f"{HEADER}1,Ann,\n{row}\n3,Cid,\n")
    assert names(found) == ["Ann", "Cid"]
    [refused] = found.refused
    assert (refused.line, refused.column, refused.reason) == (3, None, reason)
    assert (refused.raw, found.rows_in) == (row, 3)


def test_a_row_with_a_nul_is_refused_and_shown_without_it(read: Read) -> None:
    found = read(f"{HEADER}1,An\0n,\n2,Bob,\n")
    [refused] = found.refused
    assert (refused.line, refused.column, refused.raw) == (2, "name", "1,An\\x00n,")
    assert names(found) == ["Bob"]


def test_a_cell_of_ten_megabytes_is_refused_and_its_neighbours_load(read: Read) -> None:
    found = read(f'{HEADER}1,Ann,\n2,"{"x" * 10_000_000}",\n3,Cid,\n')
    [refused] = found.refused
    assert (refused.line, refused.column) == (3, "name")
    assert refused.reason == "has 10,000,000 characters, more than the 100,000 allowed"
    assert (len(refused.raw), names(found)) == (4000, ["Ann", "Cid"])


def test_the_limit_of_the_csv_module_is_never_lowered(read: Read) -> None:
    before = csv.field_size_limit(10**9)
    read(f"{HEADER}1,Ann,\n")
    assert csv.field_size_limit(before) == 10**9


def test_a_cell_at_the_limit_is_kept_and_many_small_cells_may_exceed_it(read: Read) -> None:
    rules = FileContract((Field("id"), Field("name")), max_cell_chars=5)
    found = read("id,name\n12345,12345\n1,123456\n", rules)
    assert [r["name"] for r in found.rows] == ["12345"]
    assert [r.line for r in found.refused] == [3]


def test_the_text_of_a_refused_row_is_never_longer_than_4000_characters(read: Read) -> None:
    found = read(f"{HEADER}1,{'x' * 3996}\0\0,\n")
    assert len(found.refused[0].raw) == 4000


OPEN_QUOTES = [
    '2,"Bob',
    '2,"Bo"b",',
    '2,"Bob\n3,Cid,\n4,"Dan",',
    '2,5" tube,"Bob\n3,"Cid",',
]


@pytest.mark.parametrize("row", OPEN_QUOTES)
def test_a_quote_that_does_not_close_refuses_the_file_at_its_record(read: Read, row: str) -> None:
    with pytest.raises(FileRefused) as caught:
        read(f"{HEADER}1,Ann,\n{row}\n")
    assert (caught.value.line, "quote" in caught.value.remedy) == (3, True)


def test_an_open_quote_after_a_stray_one_is_found_at_the_end_of_the_file(read: Read) -> None:
    with pytest.raises(FileRefused):
        read(f'{HEADER}1,5" tube,"open\n')


def test_text_after_a_closing_quote_refuses_its_row(read: Read) -> None:
    found = read(f'{HEADER}1,"Ann" Miller,\n2,Bob,\n')
    assert [r.reason for r in found.refused] == ["has text after a closing quote"]
    assert names(found) == ["Bob"]


def test_a_quote_inside_a_cell_that_is_not_quoted_is_text(read: Read) -> None:
    assert names(read(f'{HEADER}1,5" tube,\n')) == ['5" tube']


def test_no_row_is_made_of_the_inside_of_a_quoted_cell(read: Read) -> None:
    with pytest.raises(FileRefused):
        read(f'{HEADER}1,"a"b,"x\n2,Ghost,\n"\n')


def test_a_file_whose_rows_mostly_have_other_fields_is_refused(read: Read) -> None:
    with pytest.raises(FileRefused) as caught:
        read(f"{HEADER}1,Ann,\n2;Bob;\n3;Cid;\n")
    assert (caught.value.line, caught.value.column) == (3, None)
    assert "mixed or wrong separators: 2 of 3 rows" in caught.value.reason
    assert "commas" in caught.value.remedy


def test_half_of_the_rows_or_a_single_row_do_not_refuse_the_file(read: Read) -> None:
    assert len(read(f"{HEADER}1,Ann,\n2;Bob;\n").refused) == 1
    assert len(read(f"{HEADER}1,Ann,\n2;Bob;\n3;Cid;\n4,Dan,\n").refused) == 2
    assert len(read(f"{HEADER}2;Bob;\n").refused) == 1


def test_rows_refused_for_other_reasons_do_not_refuse_the_file(read: Read) -> None:
    assert len(read(f"{HEADER}1,\0,\n2,\0,\n3,\0,\n").refused) == 3


def test_a_hundred_thousand_rows_are_read_in_good_time(read: Read) -> None:
    wide = [f"c{n}" for n in range(9)]
    pick = random.Random(1)
    lines = [",".join(f"{pick.random():.6f}" for _ in wide) for _ in range(100_000)]
    data = "\n".join([",".join(wide), *lines, ""]).encode()
    started = time.process_time()
    found = read(data, FileContract(tuple(Field(name) for name in wide)))
    assert time.process_time() - started < 1.5
    assert found.rows_in == len(found.rows) == 100_000
