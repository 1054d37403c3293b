"""A range of days as a write sees it: whole days, the newest one open to the right."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

UNDATED = dt.date(1, 1, 1)
"""The day before all days: home of rows from files that say no date. Every range includes it."""
FOREVER = dt.date(9999, 12, 31)
ONE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """First and last day of a range, both included; `is_open`: all later days belong to it too."""

    first: dt.date
    last: dt.date
    is_open: bool = False

    @property
    def upper(self) -> dt.date:
        """Last day whose rows belong to the range."""
        return FOREVER if self.is_open else self.last

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def listed(self) -> list[dt.date]:
        """Every day of the range, the open end not counted."""
        return [self.first + ONE * n for n in range(len(self))]

    def back(self, days: int) -> "Days":
        """The range with as many days of history before it."""
        earliest = max(self.first.toordinal() - days, UNDATED.toordinal() + 1)
        return Days(dt.date.fromordinal(earliest), self.last, self.is_open)


def ranges(days: Iterable[dt.date]) -> list[Days]:
    """The fewest unbroken ranges that hold exactly these days, in order."""
    found: list[Days] = []
    for day in sorted(set(days)):
        if found and found[-1].last + ONE == day:
            found[-1] = Days(found[-1].first, day)
        else:
            found.append(Days(day, day))
    return found
