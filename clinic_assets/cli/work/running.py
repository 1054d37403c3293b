"""Run the graph in this process over a range of days, recorded in Dagster as any other run."""

import datetime as dt
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clinic_assets.cli.platform.ready import LONG_RANGE
from clinic_assets.cli.shown import CommandFailed
from clinic_assets.settings import export, settings

if TYPE_CHECKING:
    import dagster as dg
    import sqlalchemy as sa

    from clinic_assets.timing.due import Due
    from clinic_assets.warehouse.days import Days

LONG_RANGE_DAYS = 31
MOST_ROUNDS = 40
INTERRUPTED = "DagsterExecutionInterruptedError"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass
class Outcome:
    """What a run did: its id, failed steps with their message, checks that did not pass."""

    run_id: str
    failed: dict[str, str] = field(default_factory=dict)
    warned: list[str] = field(default_factory=list)
    is_interrupted: bool = False


def run_days(
    days: "Days",
    assets: Sequence[str] = (),
    *,
    trigger: str = "command line",
    consent: Sequence[str] = (),
    job_name: str = "daily",
) -> Outcome:
    """Run the graph, or some of its tables, over a range. Raises CommandFailed when a step
    fails.
    """
    if len(days) > LONG_RANGE_DAYS:
        export(LONG_RANGE)
    from clinic_assets.cli.platform.reaping import process_tag
    from clinic_assets.definitions import defs
    from clinic_assets.timing.tags import range_tags
    from clinic_assets.warehouse.contracts import key_of

    job = defs.resolve_job_def(job_name)
    if assets:
        job = job.get_subset(asset_selection={key_of(name) for name in known_tables(assets)})
    tags = range_tags(days, trigger) | process_tag()
    with _bar(len(job.nodes), _title(tags)) as heard:
        outcome = executed(job, tags, _config(job, consent), heard)
    if outcome.failed:
        raise CommandFailed(_told(outcome))
    return outcome


def known_tables(asked: Sequence[str]) -> Sequence[str]:
    """The tables asked for by schema.table. Raises CommandFailed for one that is not there."""
    from clinic_assets.definitions import ORDER

    unknown = sorted(set(asked) - set(ORDER))
    if unknown:
        raise CommandFailed(f"No such table: {', '.join(unknown)}. `clinic status` lists all.")
    return asked


def _config(job: "dg.JobDefinition", consent: Sequence[str]) -> dict[str, Any]:
    if not consent:
        return dict(QUIET)
    keys = job.asset_layer.selected_asset_keys
    raw = [list(key.path) for key in keys if key.path[0] == "raw"]
    return QUIET | {
        "ops": {"__".join(path): {"config": {"files": list(consent)}} for path in sorted(raw)}
    }


def executed(
    job: "dg.JobDefinition",
    tags: dict[str, str],
    config: dict[str, Any],
    heard: "Callable[[dg.DagsterEvent], None]",
) -> Outcome:
    """Run a job in this process; `heard` is told of each event. Raises KeyboardInterrupt."""
    import dagster as dg
    from dagster._core.definitions.job_base import InMemoryJob
    from dagster._core.execution.api import execute_run_iterator

    with dg.DagsterInstance.get() as instance:
        # A selection that is recorded is made again, with all checks of its assets: a job from
        # which checks were left out is run as it is.
        selected = job.asset_selection if job.asset_check_selection is None else None
        run = instance.create_run_for_job(
            job_def=job, run_config=config, tags=tags, asset_selection=selected
        )
        outcome = Outcome(run.run_id)
        for event in execute_run_iterator(InMemoryJob(job), run, instance):
            _note(event, outcome)
            heard(event)
    if outcome.is_interrupted:
        raise KeyboardInterrupt
    return outcome


def _note(event: "dg.DagsterEvent", outcome: Outcome) -> None:
    if event.is_step_failure:
        error = event.step_failure_data.error
        # Dagster catches Ctrl-C to write the run's end down; it is meant for the command.
        outcome.is_interrupted |= error is not None and error.cls_name == INTERRUPTED
        outcome.failed[event.step_key or "?"] = why_failed(event)
    elif event.event_type_value == "ASSET_CHECK_EVALUATION":
        check = event.asset_check_evaluation_data
        if not check.passed:
            outcome.warned.append(f"{'.'.join(check.asset_key.path)}: {check.check_name}")
    elif event.is_failure and not outcome.failed:
        outcome.failed["start"] = "the run could not start; see `clinic logs " + outcome.run_id[:8]


def why_failed(event: "dg.DagsterEvent") -> str:
    """What a failed step said of itself, in one line."""
    error = event.step_failure_data.error
    told = (error.cause or error).message if error else "Failure: no reason given"
    return " ".join(told.partition(": ")[2].split())


def _told(outcome: Outcome) -> str:
    steps = "; ".join(f"{s.replace('__', '.', 1)}: {why}" for s, why in outcome.failed.items())
    return f"Run {outcome.run_id[:8]} failed in {steps} See `clinic logs {outcome.run_id[:8]}`."


def _title(tags: dict[str, str]) -> str:
    from clinic_assets.timing.tags import RANGE_END, RANGE_START

    first, last = tags[RANGE_START], tags[RANGE_END]
    return first if first == last else f"{first} to {last}"


@contextmanager
def _bar(steps: int, title: str) -> "Iterator[Callable[[dg.DagsterEvent], None]]":
    if not sys.stderr.isatty():
        yield lambda event: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=steps)
        yield lambda event: progress.advance(task, event.is_step_success or event.is_step_failure)


def settle(engine: "sa.Engine", trigger: str = "command line: touched days") -> "list[Due]":
    """Run what changed rows made due elsewhere, until nothing is; return what was run."""
    from clinic_assets.definitions import ORDER
    from clinic_assets.timing.due import touched
    from clinic_assets.timing.partitions import named_days, newest_day

    done: list[Due] = []
    for _ in range(MOST_ROUNDS):
        waiting = touched(engine, ORDER, newest_day())
        if not waiting:
            break
        for due in waiting:
            run_days(named_days(due.days.first, due.days.last), due.assets, trigger=trigger)
            done.append(due)
    return done


def parsed_day(text: str) -> dt.date:
    """A day from the command line: YYYY-MM-DD, or today, yesterday, tomorrow."""
    from clinic_assets.timing.partitions import today

    words = {"yesterday": -1, "today": 0, "tomorrow": 1}
    if text in words:
        return today() + dt.timedelta(days=words[text])
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CommandFailed(f"{text!r} is not a day: write it as YYYY-MM-DD.") from None


def refuse_outside(first: dt.date, last: dt.date) -> None:
    """Raises CommandFailed for days that the platform does not hold."""
    from clinic_assets.timing.partitions import newest_day

    if first > last:
        raise CommandFailed(f"{first} lies after {last}: turn them round.")
    if first < settings().first_day:
        raise CommandFailed(
            f"{first} lies before the first day {settings().first_day}: set CLINIC_FIRST_DAY."
        )
    if last > newest_day():
        raise CommandFailed(f"{last} has not come; the newest day is {newest_day()}, tomorrow.")
