"""Commands for what was refused: list the quarantine, correct a row, let corrected rows in."""

import csv
import getpass
import io
from typing import Annotated, Any

import sqlalchemy as sa
import typer

from clinic_assets.cli.platform.ready import ready
from clinic_assets.cli.shown import CommandFailed, Format, counted, show
from clinic_assets.warehouse.waiting import STATE

COLUMNS = ("id", "state", "source", "file", "line", "column", "reason", "row", "corrected")
LISTED = f"""
    select bad.quarantine_id as id, {STATE} as state, bad.source, bad.file_name as file, bad.line,
        bad.column_name as column, bad.reason, bad.raw as row,
        (select string_agg(fix.column_name || '=' || fix.value, ', ' order by fix.column_name)
            from ops.correction as fix where fix.row_sha256 = bad.row_sha256) as corrected
    from ops.quarantine as bad where {STATE} = 'waiting' or :all
    order by bad.file_name, bad.line, bad.quarantine_id
"""
ONE = f"""
    select kind, cells is not null as has_cells, row_sha256, {STATE} as state, source,
        source_sha256 as file_sha256, line, column_name, reason, raw, cells
    from ops.quarantine as bad where quarantine_id = :id
"""
EARLIER = "select column_name, value from ops.correction where row_sha256 = :row_sha256"
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
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Also those let in, or closed by a newer version of their file."
        ),
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="How to show it.")] = Format.TABLE,
) -> None:
    """Refused rows with file, line, column, reason, their text and its correction."""
    engine = ready()
    with engine.connect() as connection:
        found = connection.execute(sa.text(LISTED), {"all": everything}).mappings()
        rows = [dict(row) for row in found]
    show(rows, COLUMNS, form, f"{counted(len(rows), 'row')} in quarantine")


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
        if found.state != "waiting":
            raise CommandFailed(f"Row {row_id} no longer waits: {found.state}.")
        fixes = {WHOLE_ROW: row} if row else _cells(cells or [], found)
        _refuse_misfit(fixes, found)
        bound = {"row_sha256": found.row_sha256}
        earlier = {
            fix.column_name: fix.value for fix in connection.execute(sa.text(EARLIER), bound)
        }
        left = _unreadable(fixes, earlier, found)
        for column, value in fixes.items():
            told = {"row_sha256": found.row_sha256, "column": column, "value": value}
            connection.execute(sa.text(CORRECT), {**told, "by": getpass.getuser()})
    typer.echo(
        f"Row {row_id} corrected. Let it in with `clinic quarantine replay`."
        if left is None
        else f"Row {row_id} corrected, but not done: {left}. Correct that too."
    )


def _unreadable(fixes: dict[str, str], earlier: dict[str, str], found: Any) -> str | None:
    """Why the row would still be refused. Raises CommandFailed if what was said now is to blame."""
    from clinic_assets.definitions import KINDS
    from clinic_assets.warehouse.replay import refusal_of
    from clinic_assets.warehouse.text_rows import WHOLE_ROW

    [kind] = [kind for kind in KINDS if kind.name == found.kind]
    refused = refusal_of(kind, found, earlier | fixes)
    if refused is None:
        return None
    column, reason = refused
    if column in fixes or WHOLE_ROW in fixes:
        raise CommandFailed(f"{column or 'The row'} {reason}. Nothing was corrected.")
    return f"{column} {reason}"


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
    from clinic_assets.cli.work.running import settle
    from clinic_assets.definitions import KINDS
    from clinic_assets.warehouse.replay import let_in_corrected

    replayed = let_in_corrected(engine, KINDS)
    done = settle(engine, "command line: quarantine replay")
    typer.echo(
        f"{counted(len(replayed.let_in), 'row')} let in, {len(replayed.refused)} still refused;"
        f" {counted(sum(len(d.days) for d in done), 'day')} run."
    )
    for told in replayed.let_in:
        typer.echo(f"Let in: {told}")
    for told in replayed.refused:
        typer.echo(f"Still refused: {told}")
