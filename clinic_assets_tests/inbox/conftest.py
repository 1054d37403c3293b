"""An inbox to drop bytes into. The fixtures live for the session, so hypothesis may use them."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from clinic_assets.inbox.contract import Delimited, Field, FileContract
from clinic_assets.inbox.reader import read_delimited

Read = Callable[..., Delimited]


@pytest.fixture(scope="session")
def contract() -> FileContract:
    return FileContract((Field("id"), Field("name"), Field("phone", False, ("tel", "mobile"))))


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("inbox")


@pytest.fixture(scope="session")
def read(inbox: Path, contract: FileContract) -> Read:
    """Drops bytes (text is UTF-8) as a new file and reads it."""
    numbers = count()

    def dropped(data: bytes | str, rules: FileContract = contract, **options: bool) -> Delimited:
        path = inbox / f"{next(numbers)}.csv"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        try:
            return read_delimited(path, rules, inbox, **options)
        finally:
            path.unlink()

    return dropped
