"""Cancellation risk: the model that serves each day, then the risk of each day's visits."""

from collections.abc import Callable

import dagster as dg
import pandas as pd
import sqlalchemy as sa

from clinic_assets.risk import serve, tables
from clinic_assets.timing.partitions import ONE_RUN, daily, days_of
from clinic_assets.warehouse.contracts import kept_as
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.reach import SAME_DAY, Reach, reads
from clinic_assets.warehouse.resource import TRANSIENT_RETRIES, Warehouse
from clinic_assets.warehouse.sql_models import AsAsset, Materialized, dependency

CODE_VERSION = "2"


def _asset(
    table: sa.Table,
    produce: Callable[[sa.Connection, Days], pd.DataFrame],
    edges: dict[str, list[Reach]],
) -> dg.AssetsDefinition:
    reads(table.fullname, edges)

    as_asset: AsAsset = dg.asset(
        **kept_as(table),
        deps=[dependency(parent, reaches) for parent, reaches in edges.items()],
        partitions_def=daily,
        backfill_policy=ONE_RUN,
        retry_policy=TRANSIENT_RETRIES,
        code_version=CODE_VERSION,
    )

    @as_asset
    def scored(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Materialized:
        days = days_of(context)
        return warehouse.write(context, days, lambda connection: produce(connection, days))

    return scored


cancellation_model = _asset(
    tables.cancellation_model,
    serve.models_of_days,
    {"core.fct_appointment": [Reach(back=serve.MODEL_REACH, ahead=-1)]},
)
cancellation_risk = _asset(
    tables.cancellation_risk,
    serve.risks_of_days,
    {
        "core.fct_appointment": [
            SAME_DAY,
            Reach(through="core.fct_appointment", on=("clinic_id", "patient_key")),
        ],
        "score.cancellation_model": [Reach(back=serve.LONGEST_LEAD)],
    },
)

ASSETS = [cancellation_model, cancellation_risk]
