"""How a command shows rows: a table for people, JSON and CSV for programs, plain ASCII in a
pipe. Times are the clinic's own.
"""

import csv
import datetime as dt
import io
import json
import shutil
import sys
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

import typer

from clinic_assets.timing.local import as_told, local

Row = dict[str, Any]


class CommandFailed(Exception):
    """Something a person can act on; its text is all they see."""


class Format(StrEnum):
    """How rows are shown."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def show(rows: Sequence[Row], columns: Sequence[str], form: Format, title: str = "") -> None:
    """Show rows."""
    typer.echo(text_of(rows, columns, form, title), nl=False)


def text_of(rows: Sequence[Row], columns: Sequence[str], form: Format, title: str = "") -> str:
    """Rows as text. JSON is a list of objects with numbers as numbers and dates as ISO text."""
    if form is Format.JSON:
        return json.dumps([{c: as_json(r[c]) for c in columns} for r in rows], indent=1) + "\n"
    text = io.StringIO()
    if form is Format.CSV:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([["" if r[c] is None else as_told(r[c]) for c in columns] for r in rows])
    else:
        _draw(text, rows, columns, title)
    return text.getvalue()


def counted(number: int, thing: str) -> str:
    """A number with its noun: 1 row, 2 rows."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def as_json(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.datetime):
        return as_told(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _draw(into: io.StringIO, rows: Sequence[Row], columns: Sequence[str], title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    is_terminal = sys.stdout.isatty()
    table = Table(
        title=title or None, title_justify="left", box=box.SIMPLE if is_terminal else box.ASCII2
    )
    for column in columns:
        is_number = any(isinstance(r[column], (int, float, Decimal)) for r in rows)
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if row[c] is None else _cell(row[c]) for c in columns))
    width = shutil.get_terminal_size().columns if is_terminal else 200
    Console(file=into, width=width, markup=False, highlight=False).print(table)


def _cell(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return f"{local(value):%Y-%m-%d %H:%M}"
    return str(value)
