"""The front door of the graph: everything Dagster loads is listed here, and nothing is computed."""

import dagster as dg

from clinic_assets.core import assets as core
from clinic_assets.desk import assets as desk
from clinic_assets.inventory import assets as inventory
from clinic_assets.risk import assets as risk
from clinic_assets.schedule import assets as schedule
from clinic_assets.sources.practice_files import assets as practice_files
from clinic_assets.sources.stock_logs import assets as stock_logs
from clinic_assets.warehouse.resource import Warehouse

defs = dg.Definitions(
    assets=[
        *practice_files.ASSETS,
        *stock_logs.ASSETS,
        *core.ASSETS,
        *schedule.ASSETS,
        *inventory.ASSETS,
        *risk.ASSETS,
        *desk.ASSETS,
    ],
    resources={"warehouse": Warehouse()},
    executor=dg.in_process_executor,
)
