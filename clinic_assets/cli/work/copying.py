"""Copy tables in this process, recorded in Dagster as any other run, with a bar for each table."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import typer

from clinic_assets.cli.work.running import QUIET, Outcome, executed

if TYPE_CHECKING:
    import dagster as dg
    from rich.progress import Progress, TaskID

    from clinic_assets.replica.planning.plan import ReplicaPlan, TablePlan

TRIGGER = "command line: opendental"
WORTH_A_RATE = 10_000
"""Rows: of fewer the seconds are those of the tables beside it too."""


def copied(
    plan: "ReplicaPlan",
    tables: "Sequence[TablePlan]",
    mode: str,
    consent: Sequence[str] = (),
    heals: bool = True,
) -> Outcome:
    """Load, follow or verify some tables. What failed is in the outcome."""
    from clinic_assets.cli.platform.reaping import process_tag
    from clinic_assets.definitions import defs
    from clinic_assets.sources.opendental.assets import key_of_copy, step_of
    from clinic_assets.timing.replication import HOURLY, NIGHTLY
    from clinic_assets.timing.tags import TRIGGER as TRIGGER_TAG
    from clinic_assets.timing.tags import WATCHED

    # The verdicts come by the sensor that watches: two for each table cost more than a run.
    job = defs.resolve_job_def(NIGHTLY if mode == "verify" else HOURLY).get_subset(
        asset_selection={key_of_copy(plan.instance, each.table.name) for each in tables},
        asset_check_selection=set(),
    )
    config = {"mode": mode, "consent": list(consent), "heals": heals}
    run_config = QUIET | {"ops": {step_of(plan.instance): {"config": config}}}
    tags = {TRIGGER_TAG: TRIGGER, WATCHED: "yes"} | process_tag()
    with _followed(tables) as progress:
        return executed(job, tags, run_config, progress.done)


class _Shown(Protocol):
    """How progress is shown."""

    def hears(self, table: str, rows: int) -> None:
        """So many rows of a table have come."""

    def done(self, event: "dg.DagsterEvent") -> None:
        """Something has happened in the run."""


@contextmanager
def _followed(tables: "Sequence[TablePlan]") -> Iterator[_Shown]:
    from clinic_assets.replica.actions.rounds import LISTENER

    estimates = {each.table.name: each.table.rows_estimate for each in tables}
    with _bars(estimates) if sys.stderr.isatty() else _lines(estimates) as shown:
        token = LISTENER.set(shown.hears)
        try:
            yield shown
        finally:
            LISTENER.reset(token)


def _told(event: "dg.DagsterEvent") -> tuple[str, dict[str, Any]] | None:
    """The table that is done, and its figures."""
    if event.event_type_value != "ASSET_MATERIALIZATION":
        return None
    figures = event.step_materialization_data.materialization.metadata
    plain = {name: getattr(value, "value", None) for name, value in figures.items()}
    return str(plain.get("table") or ""), plain


class _Lines:
    """A line for each table that anything came of; for logs and pipes."""

    def __init__(self, estimates: dict[str, int]) -> None:
        self._tables, self._done = len(estimates), 0

    def hears(self, table: str, rows: int) -> None:
        """Nothing: a line is written at the end."""

    def done(self, event: "dg.DagsterEvent") -> None:
        """Tell a table that is done."""
        told = _told(event)
        if not told:
            return
        self._done += 1
        table, figures = told
        read, seconds = figures.get("rows_read") or 0, figures.get("seconds") or 0.0
        if read:
            rate = f", {read / seconds:,.0f} rows/s" if read >= WORTH_A_RATE and seconds else ""
            written = figures.get("rows_written") or 0
            typer.echo(
                f"{self._done}/{self._tables} {table}: {figures.get('action')}, {read:,} rows read,"
                f" {written:,} written in {seconds:.1f} s{rate}"
            )


@contextmanager
def _lines(estimates: dict[str, int]) -> Iterator[_Lines]:
    yield _Lines(estimates)


class _Bars:
    """One bar for all tables, and one for each that is coming, with rows a second and time left."""

    def __init__(self, progress: "Progress", estimates: dict[str, int]) -> None:
        self._progress, self._estimates = progress, estimates
        self._all = progress.add_task("tables", total=len(estimates), unit="tables")
        self._each: dict[str, TaskID] = {}

    def hears(self, table: str, rows: int) -> None:
        """Move a table's bar."""
        if not rows:
            return
        if table not in self._each:
            self._each[table] = self._progress.add_task(
                table, total=max(self._estimates[table], rows), unit="rows"
            )
        self._progress.update(
            self._each[table], completed=rows, total=max(self._estimates[table], rows)
        )

    def done(self, event: "dg.DagsterEvent") -> None:
        """Take a table's bar away when it is done."""
        told = _told(event)
        if told:
            task = self._each.pop(told[0], None)
            if task is not None:
                self._progress.remove_task(task)
            self._progress.advance(self._all)


@contextmanager
def _bars(estimates: dict[str, int]) -> Iterator[_Bars]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Any) -> Text:
            done = f"{task.completed:,.0f} of {task.total:,.0f} {task.fields['unit']}"
            return Text(f"{done}, {task.speed:,.0f} a second" if task.speed else done)

    columns = TextColumn("{task.description}"), BarColumn(), Rate(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Bars(progress, estimates)
