"""What was measured, kept line by line: a benchmark that was stopped goes on where it was."""

import dataclasses
import datetime as dt
import json
import os
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.replication.measure import Run


@dataclass(frozen=True)
class Record:
    """One measured command: where it belongs, what it took, and what became of it."""

    part: str
    what: str
    way: str
    round: int
    wall: float
    client: float
    mariadb: float
    postgres: float
    peak_mb: float
    start_wall: float
    start_cpu: float
    start_mb: float
    verdict: str
    failure: str
    end_wall: float
    load: float
    """Processes that wanted a processor during the last minute, ours among them."""
    at: str

    @property
    def cpu(self) -> float:
        """CPU seconds of the client and both servers."""
        return self.client + self.mariadb + self.postgres


class Records:
    """All of one benchmark; its file is read again when it starts anew in the same folder."""

    def __init__(self, file: Path) -> None:
        self._file = file
        lines = file.read_text().splitlines() if file.exists() else []
        known = [Record(**json.loads(line)) for line in lines]
        # What failed of ours may have been mended since; another tool's failure is its result.
        self.all = [record for record in known if not (record.failure and record.way == "ours")]

    def of(self, part: str, what: str, way: str) -> list[Record]:
        """What is known of one way, by round."""
        return [r for r in self.all if (r.part, r.what, r.way) == (part, what, way)]

    def add(
        self, part: str, what: str, way: str, place: int, run: Run, verdict: str = ""
    ) -> Record:
        """Keep one run; a verdict that is no copy at all is a failure."""
        figures = dataclasses.asdict(run)
        now = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        record = Record(
            part, what, way, place, **figures, verdict=verdict, load=os.getloadavg()[0], at=now
        )
        self.all.append(record)
        with self._file.open("a") as file:
            file.write(json.dumps(dataclasses.asdict(record)) + "\n")
        return record


def median(records: Iterable[Record], figure: Callable[[Record], float]) -> float | None:
    """The median of the runs that ended well; None when none did."""
    found = [figure(record) for record in records if not record.failure]
    return statistics.median(found) if found else None


def wall(record: Record) -> float:
    """Seconds by the clock."""
    return record.wall


def cpu(record: Record) -> float:
    """CPU seconds."""
    return record.cpu
