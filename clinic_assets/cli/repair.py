"""Commands for what was refused: list the quarantine, correct a row, let corrected rows in."""

import csv
import getpass
import io
from typing import Annotated, Any

import sqlalchemy as sa
import typer

from clinic_assets.cli.ready import ready
from clinic_assets.cli.shown import CommandFailed, Format, show

COLUMNS = ("id", "source", "file", "line", "column", "reason", "row", "corrected")
LISTED = """
    select quarantine_id as id, source, kind, file_name as file, line, column_name as column,
        reason, raw as row, corrected_at as corrected, row_sha256
    from ops.quarantine where corrected_at is null or :all
    order by file_name, line, quarantine_id
"""
ONE = """
    select kind, cells is not null as has_cells, row_sha256
    from ops.quarantine where quarantine_id = :id
"""
CORRECT = """
    insert into ops.correction (row_sha256, column_name, value, by)
    values (:row_sha256, :column, :value, :by)
    on conflict (row_sha256, column_name)
    do update set value = excluded.value, by = excluded.by, at = now()
"""

quarantine = typer.Typer(
    no_args_is_help=True, help="Rows that could not be used, and mending them."
)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    quarantine.command("list")(listed)
    quarantine.command()(correct)
    quarantine.command()(replay)
    app.add_typer(quarantine, name="quarantine")


def listed(
    everything: Annotated[bool, typer.Option("--all", help="Corrected ones too.")] = False,
    form: Annotated[Format, typer.Option("--format", help="How to show it.")] = Format.TABLE,
) -> None:
    """Refused rows with file, line, column, reason and their text."""
    engine = ready()
    with engine.connect() as connection:
        found = connection.execute(sa.text(LISTED), {"all": everything}).mappings()
        rows = [dict(row) for row in found]
    show(rows, COLUMNS, form, f"{len(rows)} rows in quarantine")


def correct(
    row_id: Annotated[int, typer.Argument(help="The id that `list` shows.")],
    cells: Annotated[
        list[str] | None, typer.Argument(help="column=value, for each cell to mend.")
    ] = None,
    row: Annotated[
        str, typer.Option(help="The whole row, as CSV in the file's column order.")
    ] = "",
) -> None:
    """Say what a refused row should have said; every later load of the same row applies it."""
    engine = ready()
    from clinic_assets.warehouse.text_rows import WHOLE_ROW

    with engine.begin() as connection:
        found = connection.execute(sa.text(ONE), {"id": row_id}).first()
        if found is None:
            raise CommandFailed(f"No row {row_id} in quarantine: see `clinic quarantine list`.")
        fixes = {WHOLE_ROW: row} if row else _cells(cells or [], found)
        _refuse_misfit(fixes, found)
        for column, value in fixes.items():
            told = {"row_sha256": found.row_sha256, "column": column, "value": value}
            connection.execute(sa.text(CORRECT), {**told, "by": getpass.getuser()})
    typer.echo(f"Row {row_id} corrected. Let it in with `clinic quarantine replay`.")


def _cells(cells: list[str], found: Any) -> dict[str, str]:
    known = _columns(found.kind)
    if not found.has_cells:
        raise CommandFailed(
            "This row does not fit its file's columns, so that none can be named: say it whole,"
            f" --row with {','.join(known)}."
        )
    fixes = dict(cell.split("=", 1) for cell in cells if "=" in cell)
    if not fixes or len(fixes) != len(cells):
        raise CommandFailed(
            "Write each cell as column=value, for example appt_end=2025-09-01T10:00."
        )
    unknown = sorted(set(fixes) - set(known))
    if unknown:
        raise CommandFailed(f"No column {', '.join(unknown)}; there are {', '.join(known)}.")
    return fixes


def _refuse_misfit(fixes: dict[str, str], found: Any) -> None:
    from clinic_assets.warehouse.text_rows import WHOLE_ROW

    if WHOLE_ROW not in fixes:
        return
    read = list(csv.reader(io.StringIO(fixes[WHOLE_ROW])))
    known = _columns(found.kind)
    if len(read) != 1 or len(read[0]) != len(known):
        told = f"{len(read[0])} cells" if len(read) == 1 else f"{len(read)} lines"
        raise CommandFailed(f"The row has {told}; give {len(known)}: {','.join(known)}.")


def _columns(kind_name: str) -> list[str]:
    from clinic_assets.definitions import KINDS

    return [f.name for kind in KINDS if kind.name == kind_name for f in kind.contract.fields]


def replay() -> None:
    """Load corrected rows and run the days they touch."""
    engine = ready()
    from clinic_assets.cli.running import settle
    from clinic_assets.definitions import KINDS
    from clinic_assets.warehouse.replay import let_in_corrected

    let_in, still = let_in_corrected(engine, KINDS)
    done = settle(engine, "command line: quarantine replay")
    typer.echo(
        f"{let_in} rows let in, {still} still refused; {sum(len(d.days) for d in done)} days run."
    )
