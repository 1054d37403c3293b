"""A function that makes a frame becomes an asset: kept in its table, below what it reads."""

from collections.abc import Callable, Iterable

import dagster as dg
import pandas as pd
import sqlalchemy as sa

from clinic_assets.warehouse.checks import Check
from clinic_assets.warehouse.contracts import is_present
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.reach import Reach, reads
from clinic_assets.warehouse.resource import Warehouse
from clinic_assets.warehouse.sql_models import dependency
from clinic_assets.warehouse.table_assets import Materialized, Then, table_asset


def frame_asset(
    table: sa.Table,
    produce: Callable[[sa.Connection, Days], pd.DataFrame],
    reaches: dict[str, list[Reach]],
    code_version: str,
    then: Then | None = None,
    checks: Iterable[Check] = (),
) -> dg.AssetsDefinition:
    """Ask `produce` for the rows of a range of days and keep them in the table.

    `reaches` names every table that it reads, each with how far a day reads it. Change
    `code_version` with what `produce` makes. `then` is called after the write is committed.
    """
    reads(table.fullname, reaches)

    def write(context: dg.AssetExecutionContext, warehouse: Warehouse, days: Days) -> Materialized:
        return warehouse.write(context, days, lambda connection: produce(connection, days))

    return table_asset(
        table,
        write,
        code_version=code_version,
        deps=[dependency(parent, each) for parent, each in reaches.items() if is_present(parent)],
        checks=checks,
        then=then,
    )
