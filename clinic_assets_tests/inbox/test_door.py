"""Which files may be opened at all."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_assets.inbox import door
from clinic_assets.inbox.contract import FileRefused
from clinic_assets.inbox.door import read_whole

GOOD = b"id,name\n1,Ann\n"
LIMIT = 1000
OPEN_FILES = Path("/proc/self/fd")


@pytest.fixture(autouse=True)
def _nothing_waits() -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < 1


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def refusal(path: Path, inbox: Path) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read_whole(path, inbox, LIMIT)
    assert caught.value.remedy
    return caught.value


def test_a_plain_file_is_read_whole(place: Path) -> None:
    (place / "a.csv").write_bytes(GOOD)
    assert read_whole(place / "a.csv", place, LIMIT) == GOOD


def test_a_file_in_a_folder_of_the_inbox_is_read_and_named_from_the_inbox(place: Path) -> None:
    (place / "daily").mkdir()
    (place / "daily" / "a.csv").write_bytes(GOOD)
    assert read_whole(place / "daily" / "a.csv", place, LIMIT) == GOOD
    assert refusal(place / "daily" / "b.csv", place).file == "daily/b.csv"


def test_a_symbolic_link_is_refused_even_to_a_file_inside(place: Path) -> None:
    (place / "a.csv").write_bytes(GOOD)
    (place / "link.csv").symlink_to(place / "a.csv")
    assert "symbolic link" in refusal(place / "link.csv", place).reason


def test_a_symbolic_link_that_leads_nowhere_or_to_itself_is_refused(place: Path) -> None:
    (place / "loop.csv").symlink_to(place / "loop.csv")
    (place / "gone.csv").symlink_to(place / "nowhere")
    assert "symbolic link" in refusal(place / "loop.csv", place).reason
    assert "symbolic link" in refusal(place / "gone.csv", place).reason


def test_a_pipe_is_refused_without_waiting_for_a_writer(place: Path) -> None:
    os.mkfifo(place / "pipe.csv")
    assert "pipe" in refusal(place / "pipe.csv", place).reason


def test_a_folder_is_refused(place: Path) -> None:
    (place / "a.csv").mkdir()
    assert "folder" in refusal(place / "a.csv", place).reason


def test_a_device_is_refused(place: Path) -> None:
    try:
        os.mknod(place / "zero.csv", 0o600 | 0o020000, os.makedev(1, 5))
    except OSError:
        pytest.skip("making a device needs root")
    assert refusal(place / "zero.csv", place).remedy


def test_a_hard_link_is_refused(place: Path) -> None:
    (place.parent / "secret").write_bytes(GOOD)
    os.link(place.parent / "secret", place / "a.csv")
    assert "hard link" in refusal(place / "a.csv", place).reason


@pytest.mark.parametrize("name", ["../out.csv", "inside/../../out.csv", "door/out.csv"])
def test_a_file_outside_the_inbox_is_refused_by_any_way(place: Path, name: str) -> None:
    (place.parent / "out.csv").write_bytes(GOOD)
    (place / "inside").mkdir()
    (place / "door").symlink_to(place.parent)
    assert "outside" in refusal(place / name, place).reason


def test_a_folder_whose_name_only_starts_like_the_inbox_is_outside(place: Path) -> None:
    other = place.with_name("inbox2")
    other.mkdir()
    (other / "a.csv").write_bytes(GOOD)
    assert "outside" in refusal(other / "a.csv", place).reason


def test_an_inbox_that_is_itself_a_link_works(place: Path) -> None:
    (place / "a.csv").write_bytes(GOOD)
    (place.parent / "mounted").symlink_to(place)
    linked = place.parent / "mounted"
    assert read_whole(linked / "a.csv", linked, LIMIT) == GOOD
    assert read_whole(place / "a.csv", linked, LIMIT) == GOOD


def test_a_file_that_is_not_there_is_refused(place: Path) -> None:
    assert "not there" in refusal(place / "a.csv", place).reason


@pytest.mark.parametrize("magic", door.NOT_TEXT)
def test_archives_spreadsheets_and_documents_are_refused(place: Path, magic: bytes) -> None:
    (place / "a.csv").write_bytes(magic + b"id,name\n")
    assert "export as CSV" in refusal(place / "a.csv", place).remedy


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_read(place: Path) -> None:
    (place / "a.csv").write_bytes(b"x" * LIMIT)
    assert len(read_whole(place / "a.csv", place, LIMIT)) == LIMIT
    (place / "a.csv").write_bytes(b"x" * (LIMIT + 1))
    assert "1,001 bytes" in refusal(place / "a.csv", place).reason


def test_an_empty_file_is_refused(place: Path) -> None:
    (place / "a.csv").touch()
    assert "empty" in refusal(place / "a.csv", place).reason


@pytest.mark.parametrize("change", ["appended", "touched", "truncated", "read short"])
def test_a_file_that_changes_while_it_is_read_is_refused(
    place: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place / "a.csv"
    path.write_bytes(GOOD)
    os.utime(path, (1, 1))
    read = door._read

    def read_while_it_changes(handle: int, limit: int) -> bytes:
        data = read(handle, limit)
        if change == "read short":
            return data[:-1]
        if change == "touched":
            path.touch()
        else:
            path.write_bytes(GOOD * 2 if change == "appended" else b"")
        return data

    monkeypatch.setattr(door, "_read", read_while_it_changes)
    assert "still being written" in refusal(path, place).reason


def test_a_strange_file_name_stays_on_one_line_and_can_be_encoded(place: Path) -> None:
    said = str(refusal(place / "a\nb\udcff.csv", place))
    assert "\n" not in said
    assert said.encode()


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="only Linux lists the open files")
def test_a_refused_door_leaves_no_file_open(place: Path) -> None:
    (place / "a.csv").mkdir()
    before = len(list(OPEN_FILES.iterdir()))
    for _ in range(20):
        refusal(place / "a.csv", place)
    assert len(list(OPEN_FILES.iterdir())) == before
