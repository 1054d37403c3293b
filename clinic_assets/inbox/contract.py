"""What goes into the room and what comes out: a contract in; a file as text, or a refusal, out.

Not here: what the values mean or which type they have; values.py parses, the caller decides. No
cell's value is ever part of a message, for it may be a patient's; header names are.
"""

from collections import Counter
from dataclasses import dataclass, field

from clinic_assets.inbox.wording import comparable, shown


@dataclass(frozen=True)
class Field:
    """A column. `required` means that the header must have it, not that each cell is filled."""

    name: str
    required: bool = True
    aliases: tuple[str, ...] = ()

    @property
    def known_as(self) -> tuple[str, ...]:
        """Every header name that means this field, ready to be compared."""
        return tuple(comparable(name) for name in (self.name, *self.aliases))


@dataclass(frozen=True)
class FileContract:
    """The fields of a file and its limits. Raises ValueError if two fields share a name."""

    fields: tuple[Field, ...]
    max_bytes: int = 256 * 1024 * 1024
    max_cell_chars: int = 100_000
    max_columns: int = 1000

    def __post_init__(self) -> None:
        names = Counter(name for f in self.fields for name in set(f.known_as))
        shared = sorted(name for name, times in names.items() if times > 1)
        if shared:
            raise ValueError(f"the contract uses a name for two fields: {', '.join(shared)}")

    @property
    def required(self) -> tuple[Field, ...]:
        """The fields whose column must exist."""
        return tuple(f for f in self.fields if f.required)

    def meanings(self) -> dict[str, str]:
        """Comparable header name to the name of the field it means."""
        return {name: f.name for f in self.fields for name in f.known_as}


class FileRefused(Exception):
    """A whole file is refused. str() is one sentence: file, line, column, reason and remedy.

    Attributes: file (relative to the inbox where possible), line (1-based) or None, column
    (a header name) or None, reason, remedy. It can be pickled.
    """

    def __init__(
        self, file: str, line: int | None, column: str | None, reason: str, remedy: str
    ) -> None:
        super().__init__(file, line, column, reason, remedy)
        self.file = file
        self.line = line
        self.column = column
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        line = "" if self.line is None else f", line {self.line}"
        column = "" if self.column is None else f", column {shown(self.column)}"
        return f"{self.file}{line}{column}: {self.reason}; {self.remedy}."


@dataclass(frozen=True)
class RefusedRow:
    """One record that is refused while its neighbours load.

    `line`: 1-based physical line where the record starts. `column`: header name, if one cell is
    to blame. `reason`: never quotes a value. `raw`: the record's text, at most 4,000 characters.
    """

    line: int
    column: str | None
    reason: str
    raw: str


@dataclass(frozen=True)
class Delimited:
    """A file as text. `rows`, `lines`, `raws` and `extras` have one entry per good row.

    `sha256`: of the bytes. `header`: names as in the file, tidied. `added`: the columns that the
    contract does not know. `rows`: field to text exactly as in the file, '' for a missing
    optional column. `lines`: physical line where each record starts. `raws`: its text without the
    last line end. `extras`: added column to text. `refused`: the other records.
    """

    sha256: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    added: tuple[str, ...]
    rows: list[dict[str, str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    raws: list[str] = field(default_factory=list)
    extras: list[dict[str, str]] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)

    @property
    def rows_in(self) -> int:
        """How many records the file has below its header, good and refused."""
        return len(self.rows) + len(self.refused)
