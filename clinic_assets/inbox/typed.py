"""From cells of text to typed columns, keeping for each row that does not fit the first reason why.

No rule of any source lives here: rooms say which column is what, this turns cells and remembers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

MISSING = "is empty"


@dataclass(frozen=True)
class Refusal:
    """Why one row cannot be used: its position in the frame, the column, the reason."""

    position: int
    column: str | None
    reason: str


@dataclass(frozen=True)
class Typed:
    """Rows that could be typed, by the index of the text frame, and the refused ones."""

    frame: pd.DataFrame
    refused: list[Refusal]


class TypingRows:
    """Builds a typed frame column by column; a row that fails once is refused once."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows
        self.frame = pd.DataFrame(index=rows.index)
        self._why: dict[int, Refusal] = {}

    def column(
        self,
        name: str,
        turn: Callable[..., Any],
        *,
        source: str | None = None,
        optional: bool = False,
        also: str | None = None,
    ) -> pd.Series:
        """Turn each cell of a column; empty ones are null if optional, else refused.

        `also` names a second column whose cell is given to `turn` as well.
        """
        cell_name = source or name
        second = self.rows[also] if also else None
        found: list[Any] = []
        for place, cell in enumerate(self.rows[cell_name]):
            text = cell.strip()
            more = () if second is None else (second.iloc[place],)
            found.append(self._turned(place, cell_name, text, turn, optional, more))
        self.frame[name] = pd.Series(found, index=self.rows.index, dtype=object)
        return self.frame[name]

    def _turned(
        self,
        place: int,
        name: str,
        text: str,
        turn: Callable[..., Any],
        optional: bool,
        more: tuple[Any, ...],
    ) -> Any:
        if not text:
            if not optional:
                self.refuse(self.rows.index[place], name, MISSING)
            return None
        try:
            return turn(text, *more)
        except ValueError as error:
            self.refuse(self.rows.index[place], name, str(error))
            return None

    def refuse(self, position: int, column: str | None, reason: str) -> None:
        """Refuse a row; the first reason stays."""
        self._why.setdefault(int(position), Refusal(int(position), column, reason))

    def refuse_where(self, wrong: pd.Series, column: str | None, reason: str) -> None:
        """Refuse all rows for which the rule says so (null says no)."""
        for position in wrong.index[wrong.map(lambda said: said is True or bool(said))]:
            self.refuse(position, column, reason)

    def done(self) -> Typed:
        """The rows that passed, and the refusals in the order of the rows."""
        passed = self.frame.loc[~self.frame.index.isin(list(self._why))]
        return Typed(passed, [self._why[p] for p in sorted(self._why)])


def text(cell: str) -> str:
    """A cell as it is."""
    return cell
