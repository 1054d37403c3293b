"""How far a changed row reaches: for each edge of the graph, which days of the child read it.

Declared once per edge by the asset that reads, used by the write to note touched days, by the
sensors and the command line to run exactly those. Nothing here runs anything.
"""

from collections import defaultdict
from dataclasses import dataclass


@dataclass(frozen=True)
class Reach:
    """A child's day d reads the parent's days d - back .. d + ahead.

    `to_the_end`: every later day reads it. `through`: not the changed row's own day counts but the
    day of the row with the same `on` key in that table; from there as far as is said.
    """

    back: int = 0
    ahead: int = 0
    to_the_end: bool = False
    through: str | None = None
    on: tuple[str, ...] = ()

    @property
    def is_same_day(self) -> bool:
        """Whether a day reads the parent's same day, whatever the rows are."""
        return self.through is None and self.back >= 0 and self.ahead >= 0


SAME_DAY = Reach()
_edges: dict[str, dict[str, list[Reach]]] = defaultdict(dict)


def reads(child: str, parents: dict[str, list[Reach]]) -> None:
    """Declare which tables a child reads, and how far."""
    for parent, reaches in parents.items():
        _edges[parent][child] = reaches


def readers(parent: str) -> dict[str, list[Reach]]:
    """The children of a table, each with its reaches."""
    return _edges.get(parent, {})


def parents_of(child: str) -> list[str]:
    """The tables a child reads, sorted."""
    return sorted(parent for parent, children in _edges.items() if child in children)
