"""What a source declares about one kind of file, and how its raw table looks.

A room under sources/ makes one Kind per file it knows; intake.py and the assets work from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from clinic_assets.inbox.contract import FileContract
from clinic_assets.inbox.typed import Typed
from clinic_assets.warehouse.contracts import Sensitivity, column, day_column, declare

Type = Callable[[pd.DataFrame, ZoneInfo], Typed]


@dataclass(frozen=True)
class Kind:
    """One kind of file: its contract, its tables and the pure function that types its rows.

    `keys`: the text columns that say which thing a row is about. `event_day`: the typed column
    that holds the row's day; None when a row is a version of a thing as of its file's date.
    """

    source: str
    name: str
    contract: FileContract
    raw: sa.Table
    clean: sa.Table
    keys: tuple[str, ...]
    typed: Type
    event_day: str | None
    tells_completeness: bool = False

    @property
    def file_name(self) -> str:
        """As it lies in the inbox."""
        return f"{self.name}.csv"


def declare_raw(room: str, name: str, comment: str, fields: dict[str, Sensitivity]) -> sa.Table:
    """A raw table: the rows of accepted files as text, append-only, keyed by file."""
    return declare(
        "raw",
        f"{room}_{name}",
        comment,
        column("source", sa.Text, "Source instance.", primary_key=True),
        column("file_sha256", sa.Text, "The file it came in.", primary_key=True),
        column("line", sa.Integer, "Line of the file, the header is 1.", primary_key=True),
        day_column("Declared date of the file that first brought it; 0001-01-01 if undated."),
        column("event_day", sa.Date, "Day the row is about.", index=True),
        column("row_sha256", sa.Text, "Of the row's text, as corrected.", nullable=False),
        *[column(n, sa.Text, None, s, nullable=False) for n, s in fields.items()],
        column("extra", JSONB, "Columns the contract does not know.", "phi"),
        sa.Index(f"ix_{room}_{name}_key", "source", next(iter(fields))),
        room=room,
    )


def declare_clean(
    room: str, name: str, comment: str, *columns: object, moves_by: tuple[str, ...]
) -> sa.Table:
    """A clean table: one typed row per thing, of the newest file that tells of it."""
    key = tuple(c for c in moves_by if c != "day")
    return declare(
        "clean",
        f"{room}_{name}",
        comment,
        column("source", sa.Text, "Source instance.", primary_key=True),
        *columns,
        day_column(),
        column("known_since", sa.Date, "Earliest declared date of a file that says exactly this."),
        column("row_sha256", sa.Text, "The raw row's.", nullable=False),
        *([sa.UniqueConstraint("source", *key)] if "day" not in moves_by else []),
        room=room,
        moves_by=("source", *key) if "day" not in moves_by else (),
    )
