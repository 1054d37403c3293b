"""The practice goes on living: what people do all day, done to its database by chance.

Rows come, change in place, with and without a word to the stamp, move to other days, are deleted,
and appear late, when a transaction that began long before is committed at last.
"""

import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Event

import numpy as np

from clinic_assets.simulate.dental.database import Connection, connect, rows, run
from clinic_assets.simulate.dental.living_rows import DEEDS, Deed, Row

LATE, LATE_STEPS, ROLLED_BACK = 0.06, 25, 0.2
BURST, BURST_LENGTH = 0.04, 6


@dataclass
class Lived:
    """What was done, in the order in which it became visible to others."""

    deeds: list[Deed] = field(default_factory=list)
    late: int = 0
    rolled_back: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How often each kind of deed was done."""
        return dict(Counter(deed.kind for deed in self.deeds))

    @property
    def days(self) -> set[date]:
        """Every day of service that a deed touched, before or after."""
        return {day for deed in self.deeds for day in deed.days}


def live(
    url: str,
    *,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 7,
    pause: float = 0.0,
    late_seconds: float = 2.0,
    stop: Event | None = None,
) -> Lived:
    """Let the practice live for some seconds or steps, or until told to stop.

    Each step is a transaction of one to a few rows, with a pause after it. Now and then one is
    left open, for up to `late_seconds` and at least a few steps, while others are committed.
    """
    until = time.monotonic() + seconds if seconds is not None else None
    with closing(connect(url)) as usual, closing(connect(url)) as slow:
        for connection in (usual, slow):
            run(connection, "set session transaction isolation level read committed")
        life = _Life(usual, slow, np.random.default_rng(seed), late_seconds)
        done = 0
        while not (
            (steps is not None and done >= steps)
            or (until is not None and time.monotonic() >= until)
            or (stop is not None and stop.is_set())
        ):
            life.step()
            done += 1
            time.sleep(pause)
        life.settle()
    return life.lived


class _Life:
    """Two connections: one that commits what it does, one that takes its time."""

    def __init__(
        self, usual: Connection, slow: Connection, rng: np.random.Generator, late_seconds: float
    ) -> None:
        self._usual, self._slow, self._rng, self._late_seconds = usual, slow, rng, late_seconds
        self._open: list[Deed] = []
        self._open_until = (0.0, 0)
        self._step = 0
        self.lived = Lived()

    def step(self) -> None:
        """Do one thing."""
        self._step += 1
        moment, step = self._open_until
        if self._open and time.monotonic() >= moment and self._step >= step:
            self.settle()
        chance = self._rng.random()
        if chance < LATE and not self._open:
            self._begin_late()
        elif chance < LATE + BURST:
            self._burst()
        else:
            self._do(self._usual)
            self._usual.commit()

    def settle(self) -> None:
        """Commit what was left open, or take it back."""
        if self._open and self._rng.random() < ROLLED_BACK:
            self._slow.rollback()
            self.lived.rolled_back += len(self._open)
        else:
            self._slow.commit()
            self.lived.late += len(self._open)
            self.lived.deeds += self._open
        self._open = []

    def _begin_late(self) -> None:
        self._open = [deed for _ in range(3) for deed in self._deeds(self._slow)]
        wait = self._rng.random() * self._late_seconds
        steps = int(self._rng.integers(3, LATE_STEPS))
        self._open_until = (time.monotonic() + wait, self._step + steps)

    def _burst(self) -> None:
        """Several transactions that the server stamps with one and the same second."""
        [(now,)] = rows(self._usual, "select unix_timestamp()")
        run(self._usual, f"set timestamp = {now}")
        for _ in range(BURST_LENGTH):
            self._do(self._usual)
            self._usual.commit()
        run(self._usual, "set timestamp = default")

    def _do(self, connection: Connection) -> None:
        self.lived.deeds += self._deeds(connection)

    def _deeds(self, connection: Connection) -> list[Deed]:
        deed = DEEDS[int(self._rng.integers(len(DEEDS)))]
        held = {(each.table, each.key) for each in self._open}
        return deed(_Hand(connection, self._rng, held))


@dataclass
class _Hand:
    """One transaction's way to the rows, never to those that another one holds."""

    connection: Connection
    rng: np.random.Generator
    held: set[tuple[str, int]]

    def some(self, table: str, key: str, columns: str, where: str = "true") -> Row | None:
        """A row somewhere in the table, if one is there."""
        [(last,)] = rows(self.connection, f"select max({key}) from {table}")
        first = int(self.rng.integers(1, int(last or 0) + 2))
        found = rows(
            self.connection,
            f"select {key}, {columns} from {table} where {key} >= {first} and {where}"
            f" order by {key} limit 1",
        )
        return found[0] if found and (table, int(found[0][0])) not in self.held else None

    def all(self, table: str, key: str, columns: str, where: str) -> list[Row] | None:
        """All rows of which this is so; none when somebody holds one of them."""
        found = rows(self.connection, f"select {key}, {columns} from {table} where {where}")
        return None if {(table, int(row[0])) for row in found} & self.held else found

    def run(self, statement: str, *bound: object) -> int:
        """Run a statement; the key of the row it added."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, bound)
            return int(cursor.lastrowid or 0)

    def moment(self, days: int) -> datetime:
        """Some working hour, up to so many days before or after today."""
        [(now,)] = rows(self.connection, "select curdate()")
        day = now + timedelta(days=int(self.rng.integers(-days, days + 1)))
        hour, quarter = int(self.rng.integers(8, 17)), int(self.rng.integers(4)) * 15
        return datetime(day.year, day.month, day.day, hour, quarter)  # noqa: DTZ001
