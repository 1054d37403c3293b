"""A table becomes a daily asset: one step that writes a range of its days, then judges them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import dagster as dg
import sqlalchemy as sa

from clinic_assets.timing.partitions import ONE_RUN, daily, days_of
from clinic_assets.warehouse.checks import Check, spec_of, verdicts
from clinic_assets.warehouse.contracts import kept_as
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.resource import TRANSIENT_RETRIES, Warehouse

Materialized = dg.MaterializeResult[Any]
Write = Callable[[dg.AssetExecutionContext, Warehouse, Days], Materialized]
Then = Callable[[sa.Engine, Days], object]


def table_asset(
    table: sa.Table,
    write: Write,
    *,
    code_version: str,
    deps: Iterable[dg.AssetDep] = (),
    checks: Iterable[Check] = (),
    config: type[dg.Config] | None = None,
    shown: dict[str, Any] | None = None,
    then: Then | None = None,
) -> dg.AssetsDefinition:
    """The asset of a table, kept by `write`; `then` is called after the write is committed.

    Of `checks` it judges those that are this table's and read nothing that may be written after it:
    in the same step, as a step of their own would cost more than all the rest. They can still be
    executed alone. `shown` is metadata beside the contract's.
    """
    declared = kept_as(table)
    declared["metadata"] |= shown or {}
    own = [check for check in checks if check.table is table and not check.beside]

    @dg.multi_asset(
        name=f"{table.schema}__{table.name}",
        specs=[dg.AssetSpec(**declared, deps=list(deps), code_version=code_version)],
        check_specs=[spec_of(check) for check in own],
        can_subset=bool(own),
        partitions_def=daily,
        backfill_policy=ONE_RUN,
        retry_policy=TRANSIENT_RETRIES,
        config_schema=config.to_fields_dict() if config else None,
    )
    def step(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[Materialized | dg.AssetCheckResult]:
        if context.selected_asset_keys:
            days = days_of(context)
            done = write(context, warehouse, days)
            if then:
                then(warehouse.engine, days)
            yield done
        yield from verdicts(context, warehouse, own)

    return step
