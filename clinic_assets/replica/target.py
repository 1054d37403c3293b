"""A source's table in Postgres: names, definition, and how it follows the source's changes."""

from dataclasses import dataclass

from clinic_assets.replica.catalog import SourceTable
from clinic_assets.replica.types import Crossing


@dataclass(frozen=True)
class TargetTable:
    """Where a table is copied to, and how each of its columns crosses."""

    source: SourceTable
    schema: str
    name: str
    """As Postgres can spell it."""
    crossings: tuple[Crossing, ...]

    @property
    def sql(self) -> str:
        """Schema and name, quoted for Postgres."""
        raise NotImplementedError

    @property
    def key(self) -> tuple[str, ...]:
        """The key's columns by their names in Postgres."""
        raise NotImplementedError


def target_of(source: SourceTable, instance: str) -> TargetTable:
    """Where and how a table is copied: the same names, shortened with a hash beyond 63 bytes."""
    raise NotImplementedError


def quoted(name: str) -> str:
    """A name as Postgres reads it back."""
    raise NotImplementedError


def source_quoted(name: str) -> str:
    """A name as MySQL reads it back."""
    raise NotImplementedError
