"""From bytes to text: encodings, line ends, and the complete last line."""

import codecs

import pytest

from clinic_assets.inbox.contract import FileRefused
from clinic_assets.inbox.encoding import decode, line_ends

TEXT = "id;name\n1;Zoë Großmann\n2;Łukasz 😀\n"
MARKS = {
    "utf-8-sig": (codecs.BOM_UTF8, "utf-8"),
    "utf-16-le": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "utf-16-be": (codecs.BOM_UTF16_BE, "utf-16-be"),
}


def refusal(data: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        decode(data, "a.csv")
    return caught.value


@pytest.mark.parametrize("name", MARKS)
def test_a_byte_order_mark_tells_the_encoding_and_is_no_text(name: str) -> None:
    mark, codec = MARKS[name]
    assert decode(mark + TEXT.encode(codec), "a.csv") == (TEXT, name)


@pytest.mark.parametrize("name", ["utf-8", "utf-16-le", "utf-16-be"])
def test_without_a_mark_the_encoding_is_still_found(name: str) -> None:
    assert decode(TEXT.encode(name), "a.csv") == (TEXT, name)


@pytest.mark.parametrize("cell", ["Zoë", "5 €", "„Gruß“", "Müller – Söhne", "œuvre"])
def test_text_that_is_no_utf8_is_cp1252(cell: str) -> None:
    text = f"id;name\n1;{cell} Jörg\n"
    assert decode(text.encode("cp1252"), "a.csv") == (text, "cp1252")


def test_a_nul_does_not_make_a_file_utf16() -> None:
    assert decode(b"id;name\n1;A\0n\0n\0\n", "a.csv")[1] == "utf-8"


def test_a_byte_that_no_encoding_knows_is_refused_with_its_line() -> None:
    refused = refusal(b"id,name\n1,Ann\n2,B\x81b\n")
    assert (refused.line, refused.reason) == (
        3,
        "it holds bytes that are no text in the encoding cp1252",
    )
    assert "UTF-8" in refused.remedy


def test_one_damaged_byte_in_a_utf8_file_does_not_garble_the_others() -> None:
    refused = refusal("id,name\r\n1,Zoë\r\n2,Jörg\r\n".encode() + b"3,M\xfcller\r\n")
    assert (refused.line, "utf-8" in refused.reason) == (4, True)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_half_a_pair_in_utf16_is_refused_with_its_line(codec: str) -> None:
    data = "id;name\n1;".encode(codec) + "\ud83d\n".encode(codec, "surrogatepass")
    assert refusal(data).line == 2


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_last_line_that_does_not_end_is_half_written(codec: str, end: str) -> None:
    whole = f"id;name{end}1;Zoë{end}"
    assert decode(whole.encode(codec), "a.csv")[0] == whole
    refused = refusal((whole + "2;Jörg").encode(codec))
    assert (refused.line, "its last line 3 does not end" in refused.reason) == (3, True)
    assert refused.remedy.startswith("drop the complete file again")


def test_half_of_a_utf16_character_is_no_line_end_though_its_bytes_look_like_one() -> None:
    cut = "id;name\n1;\u0a06\u0100".encode("utf-16-le")[:-1]
    assert cut.endswith("\n".encode("utf-16-le"))
    assert "cut off" in refusal(cut).reason


def test_an_open_end_is_accepted_by_consent() -> None:
    assert decode(b"id\n1", "a.csv", accept_open_end=True) == ("id\n1", "utf-8")


def test_half_a_character_at_the_end_is_refused_even_by_consent() -> None:
    data = "id;name\n1;Zoë\n".encode("utf-16-le")[:-1]
    with pytest.raises(FileRefused):
        decode(data, "a.csv", accept_open_end=True)


def test_line_feed_carriage_return_and_both_end_a_line_once() -> None:
    assert line_ends("a\nb\rc\r\nd\n\re") == 5
