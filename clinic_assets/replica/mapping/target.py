"""A source's table in Postgres: where, its definition, and how it follows the source's changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clinic_assets.replica.mapping.names import key_name, quoted, table_name
from clinic_assets.replica.mapping.types import Crossing, crossing
from clinic_assets.replica.source.catalog import SourceColumn, SourceTable

WIDER = {
    ("smallint", "integer"),
    ("smallint", "bigint"),
    ("integer", "bigint"),
    ("smallint", "numeric(20)"),
    ("integer", "numeric(20)"),
    ("bigint", "numeric(20)"),
    ("real", "double precision"),
}
"""A copied value is the same in both types."""


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
        return self.called(self.name)

    @property
    def key(self) -> tuple[str, ...]:
        """The key's columns by their names in Postgres; empty: rows cannot be told apart there.

        A date in the key makes it none: what is no date becomes null in the copy.
        """
        parts = {c.column.name: c for c in self.crossings}
        key = [parts[name] for name in self.source.key]
        return () if any(c.is_date for c in key) else tuple(c.name for c in key)

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person should know of how its columns cross."""
        return tuple(c.notice for c in self.crossings if c.notice)

    def called(self, name: str) -> str:
        """Another table of the same schema, quoted."""
        return f"{quoted(self.schema)}.{quoted(name)}"


def target_of(source: SourceTable, instance: str) -> TargetTable:
    """Where and how a table is copied: the same names, shortened with a hash beyond 63 bytes."""
    crossings = tuple(crossing(column) for column in source.columns)
    return TargetTable(source, instance, table_name(source.name), crossings)


def create(table: TargetTable, name: str, kept: Mapping[str, str]) -> str:
    """SQL that makes the table under a name, without key; `kept` are columns the source has
    dropped, with their types.
    """
    # A key over columns that may be null reads all rows once more to see that none is.
    columns = [
        f"{c.target} {c.target_type}{' not null' if c.name in table.key else ''}"
        for c in table.crossings
    ]
    columns += [f"{quoted(column)} {kind}" for column, kind in kept.items()]
    said = "Copy of a MySQL table: no date (0000-00-00) is null, a NUL character is U+2400."
    return (
        f"create table {table.called(name)} ({', '.join(columns)});"
        f" comment on table {table.called(name)} is '{said}'"
    )


def add_key(table: TargetTable, name: str) -> str:
    """SQL that gives the table its key under the name of a fresh one."""
    key = ", ".join(quoted(column) for column in table.key)
    constraint = quoted(key_name(name))
    return f"alter table {table.called(name)} add constraint {constraint} primary key ({key})"


def dropped_notice(column: str) -> str:
    """What is said of a column that the source has dropped, as long as it is there."""
    return f"{column} is gone from the source; kept, null from now on"


@dataclass(frozen=True)
class Evolution:
    """What has become of a table's columns since it was last copied."""

    statements: tuple[str, ...] = ()
    """SQL that brings the copy along where it is."""
    needs_reload: bool = False
    notices: tuple[str, ...] = ()


def evolution(
    before: Sequence[SourceColumn], key_before: Sequence[str], table: TargetTable
) -> Evolution:
    """How a copy follows its source's definition.

    A wider type is widened in place; a dropped column stays, null from then on; a new column, a
    new key or any other change of a type asks for a reload. Nothing of it happens unsaid.
    """
    old = {column.name: crossing(column) for column in before}
    new = {c.column.name: c for c in table.crossings}
    widened = [
        c for n, c in new.items() if n in old and (old[n].target_type, c.target_type) in WIDER
    ]
    changed = [
        c for n, c in new.items()
        if n in old and c.target_type != old[n].target_type and c not in widened
    ]  # fmt: skip
    added = [c for name, c in new.items() if name not in old]
    gone = [c for name, c in old.items() if name not in new]
    is_rekeyed = tuple(key_before) != table.source.key
    notices = [
        *(f"{c.column.name} is new" for c in added),
        *(f"{c.column.name} is now {c.target_type}" for c in [*widened, *changed]),
        *(dropped_notice(c.name) for c in gone),
        *(["the key has changed"] if is_rekeyed else []),
    ]
    widen = ", ".join(f"alter {c.target} type {c.target_type}" for c in widened)
    return Evolution(
        (f"alter table {table.sql} {widen}",) if widen else (),
        bool(added or changed or is_rekeyed),
        tuple(notices),
    )
