"""Commands about a dental practice's database and its copy: `clinic opendental ...`."""

import typer

from clinic_assets.cli.commands import opendental_plan, opendental_runs, opendental_status

room = typer.Typer(
    no_args_is_help=True,
    help="A dental practice's OpenDental database: plan, copy, compare and look at its copy.",
)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for part in (opendental_plan, opendental_runs, opendental_status):
        part.add_to(room)
    app.add_typer(room, name="opendental")
