"""Beside whom to book: never always the same people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

GROUP_EXCESS = 1.5
"""A group may be doubled so many times as often as its share of the visits says."""
Visit = Mapping[Any, Any]
"""A row of models/visits.sql."""


@dataclass
class Guard:
    """Who was doubled since it was set up; it comes before the money."""

    patients: set[str] = field(default_factory=set)
    times: Counter[str] = field(default_factory=Counter)
    """By group."""

    def double(
        self, visits: Sequence[Visit], more: int, share_of_group: Mapping[str, float]
    ) -> tuple[list[Visit], list[str]]:
        """Return the visits beside which to book, the riskiest first, and who was passed over;
        remember them.

        Of `visits` (appointment_key, patient_key, group, risk): nobody who was doubled before, and
        no group more than GROUP_EXCESS times as often as its share of visits says. Fewer are
        returned where nobody else is left.
        """
        chosen: list[Visit] = []
        passed: list[str] = []
        for visit in sorted(visits, key=lambda v: (-v["risk"], v["appointment_key"])):
            if len(chosen) == more:
                break
            if visit["patient_key"] in self.patients:
                passed.append("a patient who was doubled lately")
            elif _is_too_often(visit["group"], self.times, share_of_group):
                passed.append(
                    f"a patient of the group {visit['group']}, which was doubled too often"
                )
            else:
                chosen.append(visit)
                self.patients.add(visit["patient_key"])
                self.times[visit["group"]] += 1
        return chosen, passed


def _is_too_often(group: str, count: Mapping[str, int], share: Mapping[str, float]) -> bool:
    """One more than the allowance of all doubled so far; the first of a group is always allowed."""
    allowed = GROUP_EXCESS * share.get(group, 0.0) * (sum(count.values()) + 1)
    return count.get(group, 0) + 1 > max(1, ceil(allowed))
