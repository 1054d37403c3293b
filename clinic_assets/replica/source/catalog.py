"""What a source database says of itself: tables, columns, keys. Values only; see discover.py."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceColumn:
    """One column as the source's catalogue describes it."""

    name: str
    data_type: str
    """The bare type, lower case: bigint, varchar, double, timestamp, ..."""
    column_type: str
    """The whole type: bigint(20) unsigned, enum('a','b'), ..."""
    is_nullable: bool = True
    default: str | None = None
    extra: str = ""
    """auto_increment, on update current_timestamp(), STORED GENERATED, ..."""
    charset: str | None = None

    @property
    def is_unsigned(self) -> bool:
        """Whether a number has no sign, and so a larger range."""
        return "unsigned" in self.column_type.lower()


@dataclass(frozen=True)
class SourceTable:
    """One table: its columns in order, its key, and what the server guesses of its size."""

    name: str
    columns: tuple[SourceColumn, ...]
    key: tuple[str, ...] = ()
    """The primary key, else a unique index without nulls; empty: rows cannot be told apart."""
    engine: str = "InnoDB"
    rows_estimate: int = 0
    bytes_estimate: int = 0
    indexed: tuple[str, ...] = ()
    """First columns of indexes: what can be searched without reading everything."""

    def column(self, name: str) -> SourceColumn:
        """The column of that name. Raises KeyError."""
        for each in self.columns:
            if each.name == name:
                return each
        raise KeyError(f"{self.name} has no column {name}")
