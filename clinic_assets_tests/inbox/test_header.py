"""Which delimiter a file uses and where each column stands."""

import time

import pytest

from clinic_assets.inbox.contract import Field, FileContract, FileRefused

from .conftest import Read


def refusal(read: Read, *args: object) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read(*args)
    return caught.value


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_shows_the_required_columns(
    read: Read, delimiter: str
) -> None:
    found = read(delimiter.join(["id", "name"]) + "\n" + delimiter.join(["1", "Ann"]) + "\n")
    assert (found.delimiter, found.header) == (delimiter, ("id", "name"))
    assert found.rows == [{"id": "1", "name": "Ann", "phone": ""}]


def test_other_delimiters_inside_a_header_name_do_no_harm(read: Read) -> None:
    found = read("id;name;a,b,c,d\n1;Ann;x\n")
    assert (found.delimiter, found.added) == (";", ("a,b,c,d",))


@pytest.mark.parametrize("header", ['"ID", Name ', "\ufeffid,NAME", "'id',\"name\"", "Id\t,nAmE"])
def test_header_names_match_without_case_space_quotes_and_marks(read: Read, header: str) -> None:
    assert read(header + "\n1,Ann\n").rows == [{"id": "1", "name": "Ann", "phone": ""}]


@pytest.mark.parametrize("name", ["phone", "TEL", "Mobile"])
def test_a_column_is_found_by_its_aliases(read: Read, name: str) -> None:
    assert read(f"id,name,{name}\n1,Ann,007\n").rows[0]["phone"] == "007"


def test_moved_columns_are_found_and_added_ones_are_collected(read: Read) -> None:
    found = read("room,name,id\nB2,Ann,1\n")
    assert found.rows == [{"id": "1", "name": "Ann", "phone": ""}]
    assert (found.added, found.extras) == (("room",), [{"room": "B2"}])


def test_a_missing_column_is_refused_with_the_likely_rename(read: Read) -> None:
    refused = refusal(read, "id,nmae,room\n1,Ann,B2\n")
    assert (refused.line, refused.column) == (1, "name")
    assert refused.reason == (
        "missing columns: name; unknown columns: nmae, room; nmae is perhaps name"
    )
    assert "give the columns their expected names" in str(refused)


def test_a_likely_rename_is_found_through_an_alias(read: Read) -> None:
    rules = FileContract((Field("id"), Field("phone", aliases=("telefonnummer",))))
    assert "telefonnumer is perhaps phone" in str(refusal(read, "id,telefonnumer\n", rules))


def test_a_file_without_a_header_is_refused_without_quoting_its_first_row(read: Read) -> None:
    refused = refusal(read, "17,Ann Miller,0171\n18,Bob,0172\n")
    assert (refused.line, "header line" in refused.remedy) == (1, True)
    assert "id, name, phone" in refused.reason
    assert "Ann" not in str(refused)


def test_a_contract_without_required_columns_still_wants_a_header(read: Read) -> None:
    rules = FileContract((Field("id", required=False),))
    assert "none of the expected columns" in str(refusal(read, "Ann,Miller\n", rules))


@pytest.mark.parametrize("header", ["id,name,NAME", "id,name,room,Room", "id,name,tel,phone"])
def test_a_header_that_repeats_a_name_is_refused(read: Read, header: str) -> None:
    refused = refusal(read, header + "\n")
    assert refused.column == header.rsplit(",", 1)[1]
    assert "twice" in refused.reason


def test_columns_without_a_name_are_named_by_their_place(read: Read) -> None:
    assert read("id,name,,\n1,Ann,x,\n").extras == [{"(column 3)": "x", "(column 4)": ""}]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=; "])
def test_a_line_of_excel_that_declares_the_separator_is_honoured(read: Read, line: str) -> None:
    found = read(f"{line}\r\nid;name\r\n1;Ann\r\n")
    assert (found.delimiter, found.lines) == (";", [3])


def test_a_declared_separator_wins_over_what_the_header_looks_like(read: Read) -> None:
    refused = refusal(read, "sep=;\nid,name\n1,Ann\n")
    assert (refused.line, "expected columns" in refused.reason) == (2, True)


def test_a_declared_separator_that_is_not_supported_is_refused(read: Read) -> None:
    assert refusal(read, "sep=|\nid|name\n").line == 1


def test_a_single_column_keeps_its_commas(read: Read) -> None:
    rules = FileContract((Field("amount"),))
    assert [row["amount"] for row in read("amount\n1,5\n2,5\n", rules).rows] == ["1,5", "2,5"]


def test_blank_lines_before_the_header_are_passed_over(read: Read) -> None:
    assert read("\n  \nid,name\n1,Ann\n").lines == [4]


@pytest.mark.parametrize("text", ["\n\n", "  \r\n", "sep=;\n", "sep=;\n\n"])
def test_a_file_of_blank_lines_is_refused(read: Read, text: str) -> None:
    assert "only blank lines" in refusal(read, text).reason


def test_a_header_whose_quotes_do_not_close_is_refused_with_its_line(read: Read) -> None:
    refused = refusal(read, '\n"id,name\n1,Ann\n')
    assert (refused.line, "quotes" in refused.reason) == (2, True)


def test_a_header_name_with_a_nul_is_refused(read: Read) -> None:
    refused = refusal(read, "id,name,ro\0om\n")
    assert "NUL" in str(refused)
    assert "\0" not in str(refused)


def test_a_thousand_columns_are_read_and_one_more_is_refused(read: Read) -> None:
    names = ["id", "name", *[f"c{n}" for n in range(998)]]
    row = ",".join(["x"] * 1000)
    found = read(",".join(names) + "\n" + f"{row}\n" * 20)
    assert (len(found.header), len(found.rows), len(found.extras[0])) == (1000, 20, 998)
    refused = refusal(read, ",".join([*names, "more"]) + "\n")
    assert "more than the 1000 columns allowed" in refused.reason


def test_millions_of_columns_are_refused_in_good_time(read: Read) -> None:
    started = time.process_time()
    assert "columns allowed" in refusal(read, "id,name" + "," * 2_000_000 + "\n").reason
    assert time.process_time() - started < 1


def test_many_unknown_columns_are_counted_and_long_names_are_cut(read: Read) -> None:
    names = [f"{n}{'x' * 200}" for n in range(30)]
    said = str(refusal(read, "id," + ",".join(names) + "\n"))
    assert "and 20 more" in said
    assert len(said) < 1000


def test_a_contract_that_uses_a_name_for_two_fields_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="tel"):
        FileContract((Field("tel"), Field("phone", aliases=("TEL",))))
