"""What starts a run when something happens: a new file, a touched day, a missing day, a failure.

Made by functions, as the graph and the kinds of files are known at the front door only. What is due
is found in due.py.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

import dagster as dg

from clinic_assets.settings import settings
from clinic_assets.timing import due
from clinic_assets.timing.partitions import named_days, newest_day, today
from clinic_assets.timing.tags import HEALS, WATCHED, range_tags
from clinic_assets.warehouse.contracts import key_of
from clinic_assets.warehouse.days import Days, ranges
from clinic_assets.warehouse.kinds import Kind
from clinic_assets.warehouse.postgres import engine

ON = dg.DefaultSensorStatus.RUNNING
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
MOST_RUNS = 5
"""Requests of one look: the rest is seen at the next."""
MOST_TOLD = 20
"""Files that one mail names."""


def new_files_sensor(job: Any, kinds: Sequence[Kind]) -> dg.SensorDefinition:
    """Runs the days of every file whose content nobody has looked at."""

    @dg.sensor(
        job=job,
        minimum_interval_seconds=30,
        default_status=ON,
        description="A dropped or changed file (by content) starts a run of its days.",
    )
    def new_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        now = dt.datetime.now(dt.UTC)
        unseen = due.unseen_files(engine(), kinds, settings().first_day, newest_day(), now)
        if not unseen:
            return dg.SkipReason("No file has changed.")
        return dg.SensorResult(run_requests=_for_files(unseen)[:MOST_RUNS])

    return new_files


def _for_files(unseen: list[due.Unseen]) -> list[dg.RunRequest]:
    requests = []
    for days in ranges(u.dropped.as_of or today() for u in unseen):
        files = [u for u in unseen if days.first <= (u.dropped.as_of or today()) <= days.last]
        told = " ".join(sorted(_told(u) for u in files))
        names = ", ".join(u.dropped.name for u in files[:5]) + (" ..." if len(files) > 5 else "")
        requests.append(
            dg.RunRequest(
                run_key=hashlib.sha256(told.encode()).hexdigest(),
                tags=range_tags(named_days(days.first, days.last), "sensor: new file", file=names),
            )
        )
    return requests


def _told(file: due.Unseen) -> str:
    """What makes a request another one: the content, its date, and what it takes the place of."""
    return f"{file.source}/{file.dropped.name} {file.sha256} {file.dropped.as_of} {file.follows}"


def touched_days_sensor(job: Any, order: Sequence[str]) -> dg.SensorDefinition:
    """Runs exactly the days and assets that changed rows reach, when nothing else is running."""

    @dg.sensor(
        job=job,
        minimum_interval_seconds=30,
        default_status=ON,
        description="A late, moved or corrected row starts runs of exactly the days it reaches.",
    )
    def touched_days(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if _is_busy(context.instance):
            return dg.SkipReason("Another run is under way; it may settle what is due.")
        waiting = due.touched(engine(), order, newest_day())
        requests = [_healing(w.days, w.assets, "touched") for w in waiting]
        return _unless_hopeless(context.instance, requests, "No day is touched.")

    return touched_days


def missing_days_sensor(
    job: Any, order: Sequence[str], kinds: Sequence[Kind]
) -> dg.SensorDefinition:
    """Runs days that have been told about and were never written, oldest first; the lists of
    today and tomorrow too.
    """

    @dg.sensor(
        job=job,
        minimum_interval_seconds=60,
        default_status=ON,
        description="A day with files that no run has written is made up for, and so are today and"
        " tomorrow, whose lists are wanted. Stops after two failures or a person's cancel of the"
        " same days; turn it off here.",
    )
    def missing_days(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if _is_busy(context.instance):
            return dg.SkipReason("Another run is under way; it may settle what is missing.")
        gaps = due.missing_days(engine(), kinds, order, settings().first_day, newest_day())
        requests = [_healing(days, (), "missing") for days in gaps]
        return _unless_hopeless(context.instance, requests, "No day is missing.")

    return missing_days


def _is_busy(instance: dg.DagsterInstance) -> bool:
    return instance.get_runs_count(dg.RunsFilter(statuses=UNDER_WAY)) > 0


def _healing(days: Days, assets: Sequence[str], why: str) -> dg.RunRequest:
    told = f"{why} {days.first} {days.last} {' '.join(assets)}"
    heals = hashlib.sha256(told.encode()).hexdigest()[:16]
    named = named_days(days.first, days.last)
    return dg.RunRequest(
        asset_selection=[key_of(asset) for asset in assets] or None,
        tags=range_tags(named, f"sensor: {why} days", heals=heals),
    )


def _unless_hopeless(
    instance: dg.DagsterInstance, requests: list[dg.RunRequest], otherwise: str
) -> dg.SensorResult | dg.SkipReason:
    hopeful = [r for r in requests if not _is_hopeless(instance, r.tags[HEALS])]
    if hopeful:
        return dg.SensorResult(run_requests=hopeful[:MOST_RUNS])
    if requests:
        return dg.SkipReason(
            f"{len(requests)} ranges are due but failed twice or were cancelled: see `clinic"
            " status`, mend the cause and run them by hand (`clinic run --day`)."
        )
    return dg.SkipReason(otherwise)


def _is_hopeless(instance: dg.DagsterInstance, heals: str) -> bool:
    since = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    runs = instance.get_runs(dg.RunsFilter(tags={HEALS: heals}, created_after=since), limit=20)
    ended = [run.status for run in runs]
    return ended.count(dg.DagsterRunStatus.FAILURE) >= 2 or dg.DagsterRunStatus.CANCELED in ended


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=ON,
    description="A file that was refused is logged and, if CLINIC_SMTP_URL and CLINIC_ALERT_TO are"
    " set, mailed once: its name, why, and what to do; never a patient's data.",
)
def files_refused(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Tell a person what no run has loaded: such a run ends well, without the file."""
    from clinic_assets.timing.alert import tell

    newest, refused = due.refused_since(engine(), int(context.cursor) if context.cursor else None)
    if newest is not None:
        context.update_cursor(str(newest))
    if not refused:
        return dg.SkipReason("No file was refused.")
    some, left = refused[:MOST_TOLD], len(refused) - MOST_TOLD
    told = "\n".join([*some, f"... and {left} more."] if left > 0 else some)
    context.log.warning(told)
    tell(f"Clinic: files refused: {len(refused)}", f"{told}\n\nSee `clinic status`.\n", context.log)
    return dg.SkipReason(f"{len(refused)} files were refused: see `clinic status`.")


@dg.run_failure_sensor(
    default_status=ON,
    monitor_all_code_locations=True,
    description="A failed run is logged and, if CLINIC_SMTP_URL and CLINIC_ALERT_TO are set,"
    " mailed: which run, which step, what to do; never a patient's data.",
)
def run_failed(context: dg.RunFailureSensorContext) -> None:
    """Tell a person, unless another sensor does and knows more."""
    from clinic_assets.timing.alert import tell

    run = context.dagster_run
    steps = [event.step_key for event in context.get_step_failure_events() if event.step_key]
    context.log.error(
        f"Run {run.run_id} of {run.job_name} failed in {', '.join(steps) or 'start'}."
    )
    if WATCHED in run.tags:
        return
    tell(
        f"Clinic run failed: {run.job_name}",
        f"Run {run.run_id} failed in: {', '.join(steps) or 'its start'}.\n"
        f"Days: {run.tags.get('dagster/asset_partition_range_start', '?')} to"
        f" {run.tags.get('dagster/asset_partition_range_end', '?')}.\n"
        f"See `clinic logs {run.run_id[:8]}` and `clinic status`.\n",
        context.log,
    )
