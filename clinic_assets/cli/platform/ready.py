"""Everything in place before a command works: folders, Postgres, schema, and what Dagster reads."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clinic_assets.cli.shown import CommandFailed
from clinic_assets.settings import ROOT, export, settings

if TYPE_CHECKING:
    import sqlalchemy as sa

BATCH = {"DAGSTER_EVENT_BATCH_SIZE": "500"}
"""Events of one step are stored together: half the time of a long range."""
LONG_RANGE = {"DAGSTER_EMIT_PARTITION_SUBSET_IN_PLANNED_EVENTS": "1"}
"""One planned event for a range instead of one a day. Then failed days do not show in the UI."""
LET_GO_SECONDS = 10
DAGSTER = "dagster"
"""Its database, beside the warehouse's."""


def ready() -> "sa.Engine":
    """Start what has to run, bring the schema up to date, and export what Dagster needs."""
    export(BATCH)
    _link_dagster_home()
    remember_server()
    from clinic_assets.warehouse.migrate import create_database, migrate
    from clinic_assets.warehouse.postgres import engine

    with _told_where_to_look():
        found = engine()
        migrate(found)
        create_database(DAGSTER)
    export(dagster_variables())
    return found


@contextmanager
def _told_where_to_look() -> Iterator[None]:
    from clinic_assets.warehouse.sessions import WarehouseError

    try:
        yield
    except WarehouseError as error:
        if not error.is_transient or settings().database_url is None:
            raise
        raise CommandFailed(
            "The Postgres that CLINIC_DATABASE_URL names cannot be reached: does it run, and are"
            " address, user and password right? Without the variable an embedded one is used."
        ) from None


def dagster_variables() -> dict[str, str]:
    """What plain Dagster commands need in their environment."""
    from clinic_assets.warehouse.postgres import dagster_url, spelled

    return {
        "DAGSTER_HOME": str(settings().dagster_home),
        "CLINIC_DAGSTER_URL": spelled(dagster_url()),
        "CLINIC_HOME": str(settings().home),
        "CLINIC_DATA": str(settings().data),
        **BATCH,
    }


def _link_dagster_home() -> None:
    home = settings().dagster_home
    home.mkdir(parents=True, exist_ok=True)
    link, target = home / "dagster.yaml", ROOT / "dagster.yaml"
    if link.is_symlink() and link.resolve() == target:
        return
    link.unlink(missing_ok=True)
    link.symlink_to(target)


_was_running: list[bool] = []
"""Empty before `ready`; whether Postgres was there before this command came."""


def remember_server() -> None:
    """To be called before Postgres is started: `release` ends what was not there then."""
    from clinic_assets.warehouse import postgres

    server = postgres.embedded()
    _was_running[:] = [server is None or server.is_running()]


def leave_running() -> None:
    """What comes after this command needs Postgres too."""
    _was_running[:] = []


def release() -> None:
    """Stop the embedded Postgres if this command started it and nobody else needs it now."""
    if _was_running == [False]:
        _let_go(0)
    _was_running[:] = []


def release_after_serving() -> None:
    """Stop the embedded Postgres, whoever started it, unless another command needs it.

    The processes that were served end a moment later than they are told to, and hold it till then.
    """
    _let_go(LET_GO_SECONDS)
    _was_running[:] = []


def _let_go(seconds: float) -> None:
    from clinic_assets.warehouse import postgres

    server = postgres.embedded()
    if server is None:
        return
    postgres.engine().dispose()
    deadline = time.monotonic() + seconds
    server.release()
    while server.is_running() and time.monotonic() < deadline:
        time.sleep(0.2)
        server.release()
