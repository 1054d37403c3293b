"""The jobs people see and launch. All but the reminders materialize assets over a range of days."""

import dagster as dg

from clinic_assets.timing.partitions import daily
from clinic_assets.timing.tags import COPY

ALL = dg.AssetSelection.all() - dg.AssetSelection.tag(COPY, "yes")
"""What has days. A single asset without them would break a range into several runs."""
TRAINING = dg.AssetSelection.groups("risk") & dg.AssetSelection.key_substring("_model")

daily_job = dg.define_asset_job(
    "daily",
    selection=ALL,
    partitions_def=daily,
    description="Everything, from the files to the desk, for a range of days. Runs every morning"
    " for yesterday to tomorrow; any past day on demand.",
    executor_def=dg.in_process_executor,
)
evening_job = dg.define_asset_job(
    "evening",
    selection=ALL,
    partitions_def=daily,
    description="Everything once more for today and tomorrow: the lists for tomorrow as known"
    " tonight.",
    executor_def=dg.in_process_executor,
)
training_job = dg.define_asset_job(
    "training",
    selection=TRAINING,
    partitions_def=daily,
    description="Trains the models that serve a range of days, and judges each against its"
    " plain table. The daily run does it too; this is for doing it alone.",
    executor_def=dg.in_process_executor,
)

JOBS = [daily_job, evening_job, training_job]
