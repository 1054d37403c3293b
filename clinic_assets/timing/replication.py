"""When copies of databases are brought up: every hour what has changed, every night all of it."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from clinic_assets.settings import settings
from clinic_assets.timing.sensors import UNDER_WAY
from clinic_assets.timing.tags import TRIGGER, WATCHED

HOURLY, NIGHTLY = "replication", "verification"


def jobs_of(copies: Sequence[dg.AssetsDefinition]) -> list[Any]:
    """The two jobs over all copies; none without a copy."""
    if not copies:
        return []
    keys = [key for copy in copies for key in copy.keys]
    shared: dict[str, Any] = {
        "selection": dg.AssetSelection.assets(*keys).without_checks(),
        "tags": {WATCHED: "yes"},
        "executor_def": dg.in_process_executor,
    }
    return [
        dg.define_asset_job(
            HOURLY,
            description="Brings up what has changed in the practice's database since the last"
            " time; loads what is not there yet.",
            **shared,
        ),
        dg.define_asset_job(
            NIGHTLY,
            description="Compares every row of the copies with the practice's database and copies"
            " anew what differs: edits that no stamp told, deletions, a restored backup.",
            config={
                "ops": {copy.op.name: {"config": {"mode": "verify"}} for copy in copies},
            },
            **shared,
        ),
    ]


def schedules_of(jobs: Sequence[Any]) -> list[dg.ScheduleDefinition]:
    """Each job's hours; on from the start."""
    when = {HOURLY: "10 * * * *", NIGHTLY: "40 1 * * *"}
    return [_schedule(job, when[job.name]) for job in jobs]


def _schedule(job: Any, cron: str) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"{job.name}_schedule",
        job=job,
        cron_schedule=cron,
        execution_timezone=settings().timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=job.description,
    )
    def due(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        before = dg.RunsFilter(job_name=job.name, statuses=UNDER_WAY)
        if context.instance.get_runs_count(before):
            return dg.SkipReason("The one before is still at work.")
        return dg.RunRequest(
            run_key=f"{job.name} {context.scheduled_execution_time:%Y-%m-%d %H:%M}",
            tags={TRIGGER: "schedule"},
        )

    return due
