"""The command's front door: which commands there are, and how an error is told.

One clear line with a remedy and exit code 1; never a stack trace. Slow imports wait until a command
needs them.
"""

import logging
import sys

import typer

from clinic_assets.cli.commands import (
    installation,
    keeping,
    lists,
    opendental,
    ordering,
    repair,
    runs,
    serving,
)
from clinic_assets.cli.platform.ready import release
from clinic_assets.settings import SettingsWrong
from clinic_assets.warehouse.unforeseen import place_of

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="The operations data platform of a clinic: from its daily files to the lists on the desk.",
)
for room in (serving, runs, lists, ordering, repair, opendental, keeping, installation):
    room.add_to(app)


@app.callback()
def _any_command(context: typer.Context) -> None:
    # However a command ends, the Postgres it started does not outlive it.
    context.call_on_close(release)


def main() -> None:
    """Run the command. Exit code 0, 1 for a told error, 2 for a wrong call, 130 for Ctrl-C."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        ended = app(standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except typer.TyperException as wrong:
        _show_usage(wrong)
        sys.exit(wrong.exit_code)
    except Exception as error:
        _tell(error)
        sys.exit(1)
    sys.exit(ended if isinstance(ended, int) else 0)


def _show_usage(wrong: typer.TyperException) -> None:
    # Wrong words of a call know how to show themselves, with the usage of their command.
    show = getattr(wrong, "show", None)
    if show:
        show()
    else:
        typer.echo(f"clinic: {wrong.format_message()}", err=True)


def _tell(error: Exception) -> None:
    known = isinstance(error, (SettingsWrong, OSError)) or type(error).__module__.startswith(
        "clinic_assets"
    )
    said = " ".join(str(error).split()) if known else _unforeseen(error)
    typer.echo(f"clinic: {said}", err=True)


def _unforeseen(error: Exception) -> str:
    """Where it happened, without the text: that may hold a patient's data."""
    return (
        f"unforeseen {type(error).__name__} at {place_of(error)}. Run `clinic doctor`; if it finds"
        " nothing, report this line."
    )


if __name__ == "__main__":
    main()
