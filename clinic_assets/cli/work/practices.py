"""Which practice a command is about, and its plan; what is missing is told with a remedy."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from clinic_assets.cli.shown import CommandFailed
from clinic_assets.settings import settings

if TYPE_CHECKING:
    from clinic_assets.replica.planning.plan import ReplicaPlan, TablePlan

Instance = Annotated[
    str, typer.Option("--instance", help="Which practice, where several are configured.")
]


def practices(instance: str = "") -> list[str]:
    """The practices that are meant: the one named, else all. Raises CommandFailed for none."""
    known = list(settings().opendentals())
    if not known:
        raise CommandFailed(
            "No practice is configured: set CLINIC_OPENDENTAL_URL to"
            " mysql://user:password@host:port/database."
        )
    if instance and instance not in known:
        raise CommandFailed(f"No practice {instance!r} is configured; there are {_and(known)}.")
    return [instance] if instance else known


def practice(instance: str) -> str:
    """The one practice that is meant. Raises CommandFailed when it is not clear."""
    found = practices(instance)
    if len(found) > 1:
        raise CommandFailed(f"Which practice? Add --instance with one of {_and(found)}.")
    return found[0]


def plan_for(instance: str) -> "ReplicaPlan":
    """The practice's plan with its overrides. Raises CommandFailed before the first discovery."""
    from clinic_assets.replica.planning.plan_file import read

    found = read(instance)
    if found is None:
        raise CommandFailed(f"{instance} has no plan yet: run `clinic opendental discover` first.")
    return found


def tables_for(
    plan: "ReplicaPlan", names: Sequence[str] = (), phase: int | None = None
) -> "list[TablePlan]":
    """The tables that are meant: those named, those of a phase, else all."""
    known = {each.table.name: each for each in plan.tables}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CommandFailed(
            f"{plan.instance} has no table {_and(unknown)}: `clinic opendental config show` lists"
            " them, `clinic opendental discover` finds new ones."
        )
    found = [known[name] for name in dict.fromkeys(names)] or list(plan.tables)
    return [each for each in found if phase in (None, each.phase)]


def _and(names: Iterable[str]) -> str:
    return ", ".join(names)
