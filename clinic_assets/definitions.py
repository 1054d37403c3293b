"""The front door of the graph: everything Dagster loads is listed here, and nothing is computed."""

import dagster as dg

import clinic_assets.replica.books.tables  # noqa: F401 - declares the books of copied databases
from clinic_assets.core import assets as core
from clinic_assets.core import checks as core_checks
from clinic_assets.desk import assets as desk
from clinic_assets.desk import checks as desk_checks
from clinic_assets.desk.reminders import reminders_job, reminders_schedule
from clinic_assets.inventory import assets as inventory
from clinic_assets.inventory import checks as inventory_checks
from clinic_assets.risk import assets as risk
from clinic_assets.risk import checks as risk_checks
from clinic_assets.schedule import assets as schedule
from clinic_assets.schedule import checks as schedule_checks
from clinic_assets.sources.opendental import assets as opendental
from clinic_assets.sources.opendental import checks as opendental_checks
from clinic_assets.sources.opendental import clean_assets as opendental_clean
from clinic_assets.sources.opendental import watch as opendental_watch
from clinic_assets.sources.practice_files import assets as practice_files
from clinic_assets.sources.practice_files import checks as practice_files_checks
from clinic_assets.sources.practice_files.files import KINDS as PRACTICE_FILES
from clinic_assets.sources.stock_logs import assets as stock_logs
from clinic_assets.sources.stock_logs import checks as stock_logs_checks
from clinic_assets.sources.stock_logs.files import KINDS as STOCK_LOGS
from clinic_assets.timing import jobs, replication, schedules, sensors
from clinic_assets.warehouse.checks import asset_checks_of
from clinic_assets.warehouse.order import upstream_first
from clinic_assets.warehouse.resource import Warehouse

KINDS = (*PRACTICE_FILES, *STOCK_LOGS)
ASSETS = [
    *practice_files.ASSETS,
    *stock_logs.ASSETS,
    *opendental_clean.ASSETS,
    *core.ASSETS,
    *schedule.ASSETS,
    *inventory.ASSETS,
    *risk.ASSETS,
    *desk.ASSETS,
]
CHECKS = (
    *practice_files_checks.CHECKS,
    *stock_logs_checks.CHECKS,
    *opendental_checks.CHECKS,
    *core_checks.CHECKS,
    *schedule_checks.CHECKS,
    *inventory_checks.CHECKS,
    *risk_checks.CHECKS,
    *desk_checks.CHECKS,
)
ORDER = upstream_first(ASSETS)

COPYING = replication.jobs_of(opendental.COPIES)
"""Of copied databases: none without one that is configured and planned."""

defs = dg.Definitions(
    assets=[*ASSETS, *opendental.COPIES],
    asset_checks=[*asset_checks_of(CHECKS), *opendental_watch.CHECKS],
    jobs=[*jobs.JOBS, reminders_job, *COPYING],
    schedules=[*schedules.SCHEDULES, reminders_schedule, *replication.schedules_of(COPYING)],
    sensors=[
        sensors.new_files_sensor(jobs.daily_job, KINDS),
        sensors.touched_days_sensor(jobs.daily_job, ORDER),
        sensors.missing_days_sensor(jobs.daily_job, ORDER, KINDS),
        sensors.files_refused,
        sensors.run_failed,
        *opendental_watch.SENSORS,
    ],
    resources={"warehouse": Warehouse()},
    executor=dg.in_process_executor,
)
