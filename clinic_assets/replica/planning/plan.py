"""How each table of a source is copied and watched: values, as the plan's file keeps them."""

from dataclasses import dataclass
from typing import Literal

from clinic_assets.replica.source.catalog import SourceTable

Strategy = Literal["append_by_key", "changed_since", "full_compare"]
"""Between verifications: rows with a larger key, rows stamped since, or a comparison of all."""
Importance = Literal["critical", "important", "audit", "reference"]
SizeClass = Literal["tiny", "small", "medium", "large"]

PHASES: tuple[Importance, ...] = ("critical", "important", "audit", "reference")
"""The order of a roll-out: phase 1 is the critical tables."""


@dataclass(frozen=True)
class TablePlan:
    """What is done with one table, and why."""

    table: SourceTable
    strategy: Strategy
    watermarks: tuple[str, ...] = ()
    """Columns of the strategy: the key for append_by_key; stamps (dates with time, never a
    number) for changed_since, a row counts as changed if any of them moved.
    """
    size_class: SizeClass = "tiny"
    batch_bytes: int = 1 << 20
    """The most that is held in memory at once."""
    importance: Importance = "reference"
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    """What made up the score, in words."""
    alert_on_failure: bool = True

    @property
    def phase(self) -> int:
        """1 to 4, by importance."""
        return PHASES.index(self.importance) + 1


@dataclass(frozen=True)
class ReplicaPlan:
    """The plan of one source instance; its name is also the schema of the copy."""

    instance: str
    tables: tuple[TablePlan, ...]
    server_version: str = ""

    def of(self, name: str) -> TablePlan:
        """The plan of one table. Raises KeyError."""
        for each in self.tables:
            if each.table.name == name:
                return each
        raise KeyError(f"{self.instance} has no table {name}")
