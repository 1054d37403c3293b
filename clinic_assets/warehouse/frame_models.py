"""A function that makes a frame becomes an asset: kept in its table, below what it reads."""

from collections.abc import Callable

import dagster as dg
import pandas as pd
import sqlalchemy as sa

from clinic_assets.timing.partitions import ONE_RUN, daily, days_of
from clinic_assets.warehouse.contracts import kept_as
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.reach import Reach, reads
from clinic_assets.warehouse.resource import TRANSIENT_RETRIES, Warehouse
from clinic_assets.warehouse.sql_models import AsAsset, Materialized, dependency


def frame_asset(
    table: sa.Table,
    produce: Callable[[sa.Connection, Days], pd.DataFrame],
    reaches: dict[str, list[Reach]],
    code_version: str,
    then: Callable[[sa.Engine, Days], object] | None = None,
) -> dg.AssetsDefinition:
    """Ask `produce` for the rows of a range of days and keep them in the table.

    `reaches` names every table that it reads, each with how far a day reads it. Change
    `code_version` with what `produce` makes. `then` is called after the write is committed.
    """
    reads(table.fullname, reaches)
    as_asset: AsAsset = dg.asset(
        **kept_as(table),
        deps=[dependency(parent, each) for parent, each in reaches.items()],
        partitions_def=daily,
        backfill_policy=ONE_RUN,
        retry_policy=TRANSIENT_RETRIES,
        code_version=code_version,
    )

    @as_asset
    def model(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Materialized:
        days = days_of(context)
        done = warehouse.write(context, days, lambda connection: produce(connection, days))
        if then:
            then(warehouse.engine, days)
        return done

    return model
