"""Each score: the model that serves each day, then what is told of each day's cases."""

from collections.abc import Callable, Sequence
from functools import partial

import dagster as dg
import pandas as pd
import sqlalchemy as sa

from clinic_assets.risk.serving import scores, serve
from clinic_assets.risk.serving.served import Served
from clinic_assets.timing.partitions import ONE_RUN, daily, days_of
from clinic_assets.warehouse.contracts import is_present, kept_as
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.reach import SAME_DAY, Reach, reads
from clinic_assets.warehouse.resource import TRANSIENT_RETRIES, Warehouse
from clinic_assets.warehouse.sql_models import AsAsset, Materialized, dependency

CODE_VERSION = "3"
LONGEST_LEAD = 200
"""Days; a booking made earlier than that before the visit is scored by the oldest model reached."""


Edges = dict[str, list[Reach]]


def _asset(
    table: sa.Table, produce: Callable[[sa.Connection, Days], pd.DataFrame], edges: Edges
) -> dg.AssetsDefinition:
    reads(table.fullname, edges)

    as_asset: AsAsset = dg.asset(
        **kept_as(table),
        deps=[dependency(parent, to) for parent, to in edges.items() if is_present(parent)],
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


def _score(served: Served, facts: Sequence[str], edges: Edges) -> list[dg.AssetsDefinition]:
    """The score's two assets: a month's model reads whole facts, a day's rows what `edges` say."""
    of_model = {fact: [Reach(back=serve.MODEL_REACH, ahead=-1)] for fact in facts}
    return [
        _asset(served.model_table, partial(serve.models_of_days, served=served), of_model),
        _asset(served.table, partial(serve.told_of_days, served=served), edges),
    ]


ASSETS = [
    *_score(
        scores.CANCELLATION,
        ["core.fct_appointment"],
        {
            "core.fct_appointment": [
                SAME_DAY,
                Reach(through="core.fct_appointment", on=("clinic_id", "patient_key")),
            ],
            "score.cancellation_model": [Reach(back=LONGEST_LEAD)],
        },
    ),
]
