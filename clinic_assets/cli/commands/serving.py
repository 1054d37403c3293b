"""Commands that keep the platform running: up, and the demonstration that ends in it."""

import datetime as dt
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from clinic_assets.cli.platform.alone import note_address, serving_alone
from clinic_assets.cli.platform.ready import ready, release_after_serving
from clinic_assets.cli.platform.services import Service, Stopping
from clinic_assets.cli.shown import CommandFailed
from clinic_assets.settings import settings

if TYPE_CHECKING:
    import sqlalchemy as sa

DEMO_DAYS = 60
DEFAULT_PORT = 3000
READY_SECONDS = 180

Port = Annotated[
    int | None,
    typer.Option(min=1, max=65_535, help="Port of the page; without it 3000 or the next free one."),
]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(demo)
    app.command()(up)


def demo(
    serve: Annotated[bool, typer.Option(help="Serve the UI at the end.")] = True,
    port: Port = None,
) -> None:
    """A clinic from nothing: files if there are none, 60 past days, today's run, the lists, the
    UI.
    """
    if not serve:
        _demonstrate()
        return
    with serving_alone():
        found = _cleared_port(port)
        _demonstrate()
        _serve(found)


def _demonstrate() -> None:
    from clinic_assets.cli.work.simulated import demo_files

    typer.echo(demo_files(DEMO_DAYS))
    engine = _begin()
    from clinic_assets.cli.work.running import run_days, settle
    from clinic_assets.desk import files, reminders
    from clinic_assets.timing.partitions import named_days, today

    day = today()
    one = dt.timedelta(days=1)
    _step("The last 60 days, from the files to the desk")
    run_days(named_days(day - one * DEMO_DAYS, day - one), trigger="demo: backfill")
    _step("Today's ordinary run, with tomorrow's lists")
    run_days(named_days(day - one, day + one), trigger="demo: today")
    settle(engine)
    lists = files.write_reception(engine, day + one) + files.write_procurement(engine, day)
    lists += [files.write_calls(engine, day + one), files.write_overbooking(engine, day + one)]
    sent = reminders.send(engine, day + one, dt.datetime.now(dt.UTC), dry_run=False)
    for path in lists:
        typer.echo(f"  {path}")
    typer.echo(f"  {settings().outbox_folder} ({sent['sent']} reminders for tomorrow)")


def _begin() -> "sa.Engine":
    _step("Starting Postgres and bringing its schema up to date")
    return ready()


def _step(words: str) -> None:
    typer.echo(f"{dt.datetime.now(settings().zone):%H:%M:%S} {words}")


def up(port: Port = None) -> None:
    """Run the platform: Postgres, the UI and the daemon, until Ctrl-C."""
    with serving_alone():
        found = _cleared_port(port)
        _begin()
        _serve(found)


def _serve(port: int) -> None:
    from clinic_assets.cli.platform.reaping import fail_ghosts

    for ghost in fail_ghosts():
        typer.echo(f"Run {ghost} was cut off when the platform last stopped; it is marked failed.")
    address = f"http://127.0.0.1:{port}"
    _step("Starting the page and the daemon; that takes some seconds")
    stopping = Stopping()
    services = [
        Service("webserver", ["dagster-webserver", "-h", "127.0.0.1", "-p", str(port)]),
        Service("daemon", ["dagster-daemon", "run"]),
    ]
    try:
        _wait_for_ui(address, services, stopping)
        note_address(address)
        typer.echo(f"The clinic's platform is running: {address}  (Ctrl-C stops it)")
        while not stopping.asked:
            for service in services:
                service.keep_up()
            time.sleep(0.5)
    finally:
        typer.echo("Stopping ...")
        for service in services:
            service.ask_to_end()
        for service in services:
            service.end()
        release_after_serving()
        typer.echo("Stopped.")


def _wait_for_ui(address: str, services: list[Service], stopping: Stopping) -> None:
    import requests

    deadline = time.monotonic() + READY_SECONDS
    while not stopping.asked:
        with suppress(requests.RequestException):
            if requests.get(f"{address}/server_info", timeout=2).ok:
                return
        dead = [service.name for service in services if not service.is_alive]
        if dead or time.monotonic() > deadline:
            raise CommandFailed(
                f"The {' and '.join(dead) or 'UI'} did not start: see the logs in"
                f" {settings().home}, then `clinic doctor`."
            )
        time.sleep(0.3)


def _cleared_port(wanted: int | None) -> int:
    from clinic_assets.cli.platform.reaping import end_orphans

    end_orphans()  # The page of a killed platform may still hold it.
    return _port(wanted)


def _port(wanted: int | None) -> int:
    """The port asked for, else the first free one from the usual on, which is said."""
    from clinic_assets.warehouse.embedded_server import is_free

    if wanted is not None:
        if not is_free(wanted):
            raise CommandFailed(
                f"Port {wanted} is taken by another program: end that one, give another with"
                " --port, or leave --port out for the next free one."
            )
        return wanted
    for port in range(DEFAULT_PORT, DEFAULT_PORT + 50):
        if is_free(port):
            if port != DEFAULT_PORT:
                typer.echo(f"Port {DEFAULT_PORT} is taken by another program; {port} is used.")
            return port
    raise CommandFailed(f"No free port from {DEFAULT_PORT} on: give another with --port.")
