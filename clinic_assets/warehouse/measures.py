"""One object per published number: it computes, it describes, it documents.

Rooms list theirs in measures.py. The table's columns, the select that fills them, the words in the
Dagster UI and the generated dictionary under docs/ all come from the same object.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from clinic_assets.warehouse.contracts import MONEY


@dataclass(frozen=True)
class Measure:
    """A published number.

    `formula` says it in the names of other measures or in words; `sql` is the aggregate that
    computes it over the room's facts (None: a ratio, generated from its parts). Change what a
    number means only together with its version and `valid_from`.
    """

    id: str
    words: str
    formula: str
    unit: str
    grain: str
    sql: str | None = None
    parts: tuple[str, str] | None = None
    version: int = 1
    valid_from: dt.date = dt.date(2026, 11, 21)

    @property
    def described(self) -> str:
        """One line for a column's comment."""
        return f"{self.words} [{self.unit}; {self.formula}; v{self.version}]"

    def as_column(self) -> sa.Column[Any]:
        """The column it is kept in."""
        info = {"measure": self.id}
        if self.parts:
            formula = f"{self.parts[0]}::numeric / nullif({self.parts[1]}, 0)"
            return sa.Column(self.id, sa.Numeric, sa.Computed(formula, persisted=True),
                             comment=self.described, info=info)  # fmt: skip
        kinds: dict[str, Any] = {"money": MONEY, "minutes": sa.Numeric(12, 2), "yes/no": sa.Boolean}
        kind = kinds.get(self.unit, sa.BigInteger())
        is_nullable = self.unit == "yes/no" or self.id == "available_minutes"
        return sa.Column(self.id, kind, nullable=is_nullable, comment=self.described, info=info)


def select_of(measures: Iterable[Measure], facts: str, grain: tuple[str, ...]) -> str:
    """The select that computes all stored measures over a select of facts."""
    listed = ",\n    ".join(
        [*grain, *(f"{m.sql} as {m.id}" for m in measures if m.sql is not None)]
    )
    grouped = ", ".join(grain)
    return f"with facts as (\n{facts}\n)\nselect\n    {listed}\nfrom facts\ngroup by {grouped}"
