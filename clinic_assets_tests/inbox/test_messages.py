"""A refusal says what, where and what to do, and never what a patient's cell says."""

import pickle
from pathlib import Path

import pytest

from clinic_assets.inbox.contract import Field, FileContract, FileRefused
from clinic_assets.inbox.reader import read_delimited

from .conftest import Read

CANARY = "Kanarienvogel"
HEADER = "id,name\n"
REFUSED_FILES = {
    "no header": f"1,{CANARY}\n",
    "half-written": f"{HEADER}1,{CANARY}",
    "open quote": f'{HEADER}1,"{CANARY}\n',
    "odd quotes": f'{HEADER}1,"{CANARY}"x"\n',
    "open header": f'"id,name\n1,{CANARY}\n',
    "missing column": f"id,room\n1,{CANARY}\n",
    "repeated column": f"id,name,name\n1,{CANARY},\n",
    "other separators": f"{HEADER}1;{CANARY}\n2;{CANARY}\n",
    "no text": f"{HEADER}1,{CANARY}\x81\n".encode("latin-1"),
    "damaged": HEADER.encode() + f"1,{CANARY}é\n".encode() + b"2,\xe9\n",
    "half a pair": (HEADER + CANARY + "\ud800\n").encode("utf-16-le", "surrogatepass"),
}
REFUSED_ROWS = {
    "fields": f"1,{CANARY},{CANARY}",
    "nul": f"1,{CANARY}\0",
    "long": f"1,{CANARY * 10_000}",
    "quotes": f'1,"{CANARY}"{CANARY}',
    "separators": f"1;{CANARY}",
}


@pytest.mark.parametrize("why", REFUSED_FILES)
def test_a_refused_file_is_told_with_place_and_remedy_and_without_values(
    read: Read, why: str
) -> None:
    with pytest.raises(FileRefused) as caught:
        read(REFUSED_FILES[why])
    refused, said = caught.value, str(caught.value)
    assert said.startswith(f"{refused.file}, line {refused.line}")
    assert refused.reason in said
    assert said.endswith(f"{refused.remedy}.")
    assert CANARY not in said + repr(refused)
    assert "\n" not in said


@pytest.mark.parametrize("why", REFUSED_ROWS)
def test_the_reason_of_a_refused_row_is_without_values_and_its_text_is_kept(
    read: Read, why: str
) -> None:
    [refused] = read(f"{HEADER}{REFUSED_ROWS[why]}\n0,Ann\n").refused
    assert CANARY not in refused.reason + str(refused.column)
    assert CANARY in refused.raw
    assert refused.line == 2


def test_the_sentence_names_file_line_column_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "daily").mkdir()
    path = tmp_path / "daily" / "patients.csv"
    path.write_text("id,nam\n")
    with pytest.raises(FileRefused) as caught:
        read_delimited(path, FileContract((Field("id"), Field("name"))), tmp_path)
    assert str(caught.value) == (
        "daily/patients.csv, line 1, column name: missing columns: name; unknown columns: nam;"
        " nam is perhaps name; give the columns their expected names in the export and drop the"
        " file again."
    )


def test_a_refusal_does_not_carry_the_bytes_in_its_cause(read: Read) -> None:
    with pytest.raises(FileRefused) as caught:
        read(REFUSED_FILES["no text"])
    assert caught.value.__suppress_context__


def test_a_refusal_survives_the_way_to_another_process() -> None:
    refused = FileRefused("a.csv", 3, "name", "is wrong", "mend it")
    again = pickle.loads(pickle.dumps(refused))
    assert (str(again), again.line) == ("a.csv, line 3, column name: is wrong; mend it.", 3)
