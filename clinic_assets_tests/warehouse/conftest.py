"""Processes that write beside the test."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clinic_assets.settings import ROOT

WRITER = "from clinic_assets_tests.warehouse.writer import main; main()"


class Writer:
    """A long-lived process that writes what it is told."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )

    def tell(self, **order: Any) -> None:
        """Give an order; the answer is for `hear`."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """The next answer."""
        assert self.process.stdout
        return dict(json.loads(self.process.stdout.readline()))

    def stop(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def writers(clinic: Any) -> Iterator[Callable[[int], list[Writer]]]:
    """Starts so many writers on the test's database."""
    started: list[Writer] = []

    def start(number: int) -> list[Writer]:
        started.extend(Writer() for _ in range(number))
        for writer in started:
            assert writer.hear() == {"said": "ready"}
        return started

    yield start
    for writer in started:
        writer.stop()
