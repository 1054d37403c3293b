"""What kind of dental practice to simulate: its days, its size and its character.

Only the questions a caller may answer live here; the rates of daily life are next to the rules
that use them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

BOOKED_AHEAD = 200
"""Days after the last one that are looked at for appointments already made."""

PATIENTS_PER_TEAM = 900
"""How many a hygienist can see twice a year."""

VISITS_AT_ONCE = 6000
"""About as many visits are held in memory at a time, whatever the size of the practice."""

VISITS_PER_TEAM = 17
"""On a usual day, of any outcome."""


@dataclass(frozen=True)
class DentalPlan:
    """The size and character of a simulated practice; equal plans give equal rows.

    A team is a dentist with two chairs and a hygienist with one; a year of it are some 4,000
    appointments. With more than one clinic each team works in one of them, else ClinicNum is 0.
    `dirt` multiplies how often each kind of dirty row occurs; 0 gives a practice without any.
    `causes` is how much what people are like weighs in what becomes of them. At 0 nothing does, and
    whether a treatment is done and a bill is paid is drawn, whatever they are.
    `log_rows` is how many lines of the security log a visit leaves, beside those of its changes.
    """

    first_day: date
    last_day: date
    seed: int = 7
    teams: int = 2
    clinics: int = 1
    timezone: str = "Europe/Berlin"
    dirt: float = 1.0
    causes: float = 1.0
    log_rows: int = 12

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} is before first_day {self.first_day}")
        if not 1 <= self.clinics <= self.teams:
            raise ValueError(f"clinics must be 1 to {self.teams}, the number of teams")
        if min(self.seed, self.dirt, self.causes, self.log_rows) < 0:
            raise ValueError("seed, dirt, causes and log_rows must not be negative")
        ZoneInfo(self.timezone)

    @property
    def is_chance(self) -> bool:
        """Whether treatments and bills go by lot."""
        return self.causes == 0

    @property
    def now(self) -> np.datetime64:
        """The local time as of which the database stands: the evening of the last day."""
        return np.datetime64(self.last_day, "s") + np.timedelta64(20, "h")

    @property
    def patients_at_start(self) -> int:
        """How many patients the practice has when it begins."""
        return PATIENTS_PER_TEAM * self.teams

    def spans(self) -> list[tuple[date, date]]:
        """First and last day of each piece that is made up at once, with the days ahead."""
        length = max(1, VISITS_AT_ONCE // (VISITS_PER_TEAM * self.teams))
        last = self.last_day + timedelta(days=BOOKED_AHEAD)
        count = -(-((last - self.first_day).days + 1) // length)
        firsts = [self.first_day + timedelta(days=n * length) for n in range(count)]
        return [(first, min(first + timedelta(days=length - 1), last)) for first in firsts]
