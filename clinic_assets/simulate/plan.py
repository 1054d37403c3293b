"""What kind of clinic to simulate: its days, its size and its character.

Only the questions a caller may answer live here; the rates of daily life are next to the
rules that use them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

LONGEST_LEAD = 45
"""Nobody asks for a visit more days ahead than this."""

VISITS_PER_PRACTITIONER = 8
"""What the shifts can carry on a weekday without turning every visit into a double booking."""


@dataclass(frozen=True)
class ClinicPlan:
    """The size and character of a simulated clinic; equal plans give equal bytes.

    `visits_per_day` counts the appointments in the diary of a usual weekday, kept or not.
    With `signal=False` outcomes fall at a constant rate, whoever books and whenever.
    With `works_sundays` the clinic opens on Sundays as on Saturdays.
    """

    first_day: date
    last_day: date
    seed: int = 7
    practitioners: int = 4
    patients_at_start: int = 150
    visits_per_day: int = 27
    timezone: str = "Europe/Berlin"
    locations: tuple[str, ...] = ("MAIN", "NORTH", "RIVER")
    items: int = 8
    signal: bool = True
    works_sundays: bool = False

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} is before first_day {self.first_day}")
        if not 1 <= self.visits_per_day <= self.practitioners * VISITS_PER_PRACTITIONER:
            raise ValueError(
                f"visits_per_day must be 1 to {VISITS_PER_PRACTITIONER} for each of the "
                f"{self.practitioners} practitioners, not {self.visits_per_day}"
            )
        if self.patients_at_start < max(10, 2 * self.visits_per_day):
            raise ValueError("a clinic needs ten patients, and two for each visit of a day")
        if self.seed < 0 or self.items < 1 or not self.locations:
            raise ValueError("a clinic needs an item, a location and a seed of 0 or up")
        ZoneInfo(self.timezone)

    def days(self) -> Iterator[date]:
        """Every day that is written out, in order."""
        return days_between(self.first_day, self.last_day)

    def booking_days(self) -> Iterator[date]:
        """The written days and the weeks before, in which the first visits were booked."""
        return days_between(self.first_day - timedelta(days=LONGEST_LEAD), self.last_day)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


SAMPLE = ClinicPlan(
    first_day=date(2025, 6, 2),
    last_day=date(2025, 8, 15),
    patients_at_start=120,
    visits_per_day=20,
)
"""Seventy-five days of a small clinic, small enough to be kept in a repository."""
