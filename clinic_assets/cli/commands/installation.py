"""Commands about the installation itself: env, doctor, db, simulate."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from clinic_assets.cli.platform.ready import dagster_variables, leave_running, ready
from clinic_assets.cli.shown import CommandFailed
from clinic_assets.settings import ROOT, settings

db = typer.Typer(no_args_is_help=True, help="The warehouse: its address, psql in it, its end.")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(env)
    app.command()(doctor)
    app.command()(simulate)
    db.command()(url)
    db.command()(stop)
    db.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})(psql)
    app.add_typer(db, name="db")


def env() -> None:
    """Print what plain Dagster commands need: eval "$(clinic env)". Leaves Postgres running."""
    ready()
    for name, value in dagster_variables().items():
        typer.echo(f"export {name}={shlex.quote(value)}")
    typer.echo(f"export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH")
    leave_running()


def url() -> None:
    """The warehouse's address with its password, for other tools. Leaves Postgres running."""
    from clinic_assets.warehouse.postgres import embedded, plain_url, spelled

    server = embedded()
    was_running = server is None or server.is_running()
    typer.echo(spelled(plain_url()))
    if not was_running:
        typer.echo("Postgres was started for that and goes on running; `clinic db stop` ends it.",
                   err=True)  # fmt: skip


def stop() -> None:
    """Stop the embedded Postgres, unless another command still uses it."""
    from clinic_assets.warehouse.postgres import embedded

    server = embedded()
    if server is None:
        raise CommandFailed("CLINIC_DATABASE_URL names a server of your own: it is left alone.")
    server.release()
    if server.is_running():
        raise CommandFailed("Another command still uses Postgres: end that one first.")
    typer.echo("Postgres does not run.")


def psql(context: typer.Context) -> None:
    """Open psql in the warehouse; what follows is handed on to it."""
    from clinic_assets.cli.platform.programs import called, program

    found = program("psql")
    ready()
    from clinic_assets.warehouse.postgres import plain_url

    command, environment = called(found, plain_url(), context.args)
    # Ctrl-C in psql ends a query there and not this process.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        ended = subprocess.run(command, env=environment, check=False)
    finally:
        signal.signal(signal.SIGINT, before)
    raise typer.Exit(ended.returncode)


def simulate(
    first: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Last day.")],
    into: Annotated[Path, typer.Option(help="Folder for the files.")],
    truth: Annotated[Path | None, typer.Option(help="Folder for what really happened.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed is another clinic.")] = 7,
    visits: Annotated[int, typer.Option(help="Visits on a weekday.")] = 27,
    full: Annotated[bool, typer.Option("--full", help="Full files in raw/, not slices.")] = False,
) -> None:
    """Write the files of a clinic that never was."""
    from clinic_assets.cli.work.running import parsed_day
    from clinic_assets.cli.work.simulated import simulate_into
    from clinic_assets.simulate import ClinicPlan

    try:
        plan = ClinicPlan(parsed_day(first), parsed_day(last), seed=seed, visits_per_day=visits,
                          timezone=settings().timezone)  # fmt: skip
        simulate_into(plan, into, truth, full)
    except ValueError as error:
        raise CommandFailed(f"{error}.") from None
    typer.echo(f"Written to {into}.")


def doctor() -> None:
    """What is wrong with this installation, in words."""
    problems: list[str] = []
    for name, look in EXAMINED:
        try:
            found = look()
        except Exception as error:
            told = " ".join(str(error).split())
            # Whatever is behind a broken thing is broken by it, and says the same at length.
            is_because = "Postgres" in problems and name in NEED_POSTGRES
            problems.append(name)
            typer.echo(f"PROBLEM {name}: {'needs Postgres, see above' if is_because else told}")
        else:
            typer.echo(f"ok      {name}: {found}")
    if problems:
        raise CommandFailed(f"{len(problems)} problems found.")


def _python() -> str:
    return sys.version.split()[0]


def _settings() -> str:
    wanted = settings()
    return f"clinic {wanted.id}, {wanted.timezone}, {wanted.currency}"


def _home() -> str:
    home = settings().home
    home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home).free // 2**20
    if not os.access(home, os.W_OK):
        raise CommandFailed(f"{home} cannot be written: set CLINIC_HOME to another folder.")
    if free < 1024:
        raise CommandFailed(f"{free} MB free at {home}: make room, or set CLINIC_HOME elsewhere.")
    return f"{home}, {free // 1024} GB free"


def _inbox() -> str:
    from clinic_assets.inbox.listing import slice_days

    data = settings().data
    days = slice_days(data)
    full = sorted(p.name for p in (data / "raw").glob("*.csv"))
    if not days and not full and not settings().opendentals():
        raise CommandFailed(f"no files in {data}: drop some there, or try `clinic demo`.")
    told = f"{len(days)} slices to {days[-1]}" if days else "no slices"
    return f"{data}: {told}, full files: {', '.join(full) or 'none'}"


def _postgres() -> str:
    engine = ready()
    with engine.connect() as connection:
        version = connection.exec_driver_sql("show server_version").scalar()
    kind = "given" if settings().database_url else "embedded"
    return f"{kind} PostgreSQL {version}, schema up to date"


def _dagster() -> str:
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        runs = instance.get_runs_count()
    return f"{dg.__version__}, {runs} runs recorded, DAGSTER_HOME {settings().dagster_home}"


def _definitions() -> str:
    from clinic_assets.definitions import ASSETS

    if not (ROOT / "workspace.yaml").exists():
        raise CommandFailed(f"workspace.yaml is missing in {ROOT}: is this a checkout?")
    return f"{sum(len(list(a.keys)) for a in ASSETS)} tables"


def _practices() -> str:
    from contextlib import closing

    from clinic_assets.replica.planning.plan_file import read
    from clinic_assets.sources.opendental.assets import server_of

    told = []
    for name in settings().opendentals():
        with closing(server_of(name)) as server:
            version = server.version
        plan = read(name)
        if plan is None:
            raise CommandFailed(f"{name} has no plan yet: run `clinic opendental discover`.")
        told.append(f"{name} on {version}, {len(plan.tables)} tables planned")
    return "; ".join(told) or "none configured"


def _platform() -> str:
    from clinic_assets.cli.platform.alone import served_at

    address = served_at()
    return f"running at {address}" if address else "not running; `clinic up` starts it"


def _sources() -> str:
    from clinic_assets.cli.work.standing import of_sources
    from clinic_assets.warehouse.postgres import engine

    told = of_sources(engine())
    if told[1:] or not told[0].startswith("All "):
        raise CommandFailed(" ".join(told))
    return told[0]


def _days() -> str:
    from clinic_assets.cli.work.standing import of_days
    from clinic_assets.warehouse.postgres import engine

    told = of_days(engine())
    if told:
        raise CommandFailed(" ".join(told))
    return "none missing, none whose last run failed"


NEED_POSTGRES = ("Dagster", "sources", "days")
EXAMINED: tuple[tuple[str, Callable[[], str]], ...] = (
    ("Python", _python),
    ("settings", _settings),
    ("home", _home),
    ("inbox", _inbox),
    ("Postgres", _postgres),
    ("Dagster", _dagster),
    ("definitions", _definitions),
    ("sources", _sources),
    ("days", _days),
    ("practices", _practices),
    ("platform", _platform),
)
