"""How each type crosses from MySQL to Postgres: the target's type, the text that is carried, and
the text both servers can make of a value to compare it.

Texts are SQL over the quoted column alone (the source's `...`, the target's "..."): whoever uses
them names one table per select, without an alias.
"""

from dataclasses import dataclass

from clinic_assets.replica.catalog import SourceColumn


@dataclass(frozen=True)
class Crossing:
    """One column's way."""

    column: SourceColumn
    target_name: str
    """As Postgres can spell it: at most 63 bytes."""
    target_type: str
    """For example numeric(20), timestamp(6) without time zone."""
    source_text: str
    """SQL on the source: the value as text that Postgres reads; SQL null stays null."""
    target_text: str
    """SQL on the target: the same text made of the copied value; null stays null."""
    normalises: str | None = None
    """What kind of value becomes null or is spelled differently, and is counted."""


def crossing(column: SourceColumn, target_name: str) -> Crossing:
    """How a column crosses; a type nobody knows crosses as text."""
    raise NotImplementedError


def source_line(crossings: tuple[Crossing, ...]) -> str:
    """SQL on the source: one row as one text, for checksums; equals `target_line` of its copy."""
    raise NotImplementedError


def target_line(crossings: tuple[Crossing, ...]) -> str:
    """SQL on the target: one row as one text, for checksums; equals `source_line`."""
    raise NotImplementedError
