"""Nothing is altered, invented or half read, whatever the text, the encoding and the cut."""

import csv
import hashlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_assets.inbox.contract import FileRefused

from .conftest import Read

ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
# Without 0x80 to 0xBF no two bytes of cp1252 happen to be UTF-8.
WESTERN = st.one_of(
    st.characters(max_codepoint=0x7F, exclude_characters="\0"), st.sampled_from("äÖßéÿ")
)
WRITERS = [
    (csv.QUOTE_ALL, "\n"),
    (csv.QUOTE_ALL, "\r"),
    (csv.QUOTE_ALL, "\r\n"),
    (csv.QUOTE_MINIMAL, "\r\n"),
]
ENCODINGS = {
    "utf-8": ANY,
    "utf-8-sig": ANY,
    "utf-16": ANY,
    "utf-16-le": ANY,
    "utf-16-be": ANY,
    "cp1252": WESTERN,
}
SMALL = 'id;name;phone\r\n1;"Zoë\nGroß";007\r\n2;"a ""b"" ;c";\r\n\r\n3;é;NA\r\n'


def written(cells: list[list[str]], delimiter: str, how: tuple[int, str]) -> str:
    stream = io.StringIO(newline="")
    quoting, end = how
    writer = csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows([["id", "name", "phone"], *cells])
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_text_survives_exactly(read: Read, delimiter: str, encoding: str) -> None:
    text = st.text(ENCODINGS[encoding], max_size=12)
    rows = st.lists(st.lists(text, min_size=3, max_size=3), max_size=6)

    @settings(max_examples=40)
    @given(rows, st.sampled_from(WRITERS))
    def survives(cells: list[list[str]], how: tuple[int, str]) -> None:
        data = written(cells, delimiter, how).encode(encoding)
        found = read(data)
        assert [list(row.values()) for row in found.rows] == cells
        assert (found.refused, found.delimiter) == ([], delimiter)
        assert found.sha256 == hashlib.sha256(data).hexdigest()

    survives()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_cut_anywhere_never_yields_a_partial_record(read: Read, encoding: str) -> None:
    data = SMALL.encode(encoding)
    whole = read(data)
    assert len(whole.rows) == 3
    yielded = set()
    for length in range(len(data)):
        try:
            found = read(data[:length])
        except FileRefused:
            continue
        assert found.rows == whole.rows[: len(found.rows)]
        assert found.refused == []
        yielded.add(len(found.rows))
    assert yielded == {0, 1, 2, 3}


def test_a_cut_inside_a_line_is_always_refused(read: Read) -> None:
    data = SMALL.encode()
    for length in range(len(data)):
        if data[:length].endswith((b"\r", b"\n")) and data[:length].count(b'"') % 2 == 0:
            continue
        with pytest.raises(FileRefused):
            read(data[:length])


def test_an_open_end_is_read_by_consent_and_refused_without(read: Read) -> None:
    with pytest.raises(FileRefused, match="cut off"):
        read("id,name\n1,Ann")
    assert read("id,name\n1,Ann", accept_open_end=True).rows[0]["name"] == "Ann"


@settings(max_examples=300)
@given(st.binary(max_size=60), st.sampled_from([b"", b"id,name\n", b"id;name\r\n1;Ann\r\n"]))
def test_any_bytes_are_read_or_refused_and_never_fail(
    read: Read, data: bytes, start: bytes
) -> None:
    try:
        found = read(start + data + b"\n")
    except FileRefused as refused:
        assert refused.reason and refused.remedy and str(refused)
    else:
        counts = {len(x) for x in (found.rows, found.lines, found.raws, found.extras)}
        assert counts == {found.rows_in - len(found.refused)}
        assert "\0" not in "".join(r.raw for r in found.refused)


@settings(max_examples=200)
@given(st.text(alphabet='ab,;"\n\r', max_size=40))
def test_every_character_of_the_body_is_in_exactly_one_record(read: Read, text: str) -> None:
    try:
        found = read("id,name\n" + text + "\n")
    except FileRefused:
        return
    both = [*zip(found.lines, found.raws, strict=True), *[(r.line, r.raw) for r in found.refused]]
    kept = "".join(raw for _, raw in sorted(both))
    assert kept.replace("\r", "").replace("\n", "") == text.replace("\r", "").replace("\n", "")
