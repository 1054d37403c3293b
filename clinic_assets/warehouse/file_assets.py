"""Two assets for each kind of file a source drops: the raw text, and the clean typed rows."""

from collections.abc import Iterable

import dagster as dg
import pandas as pd
import sqlalchemy as sa
from pydantic import Field

from clinic_assets.settings import settings
from clinic_assets.warehouse.checks import Check
from clinic_assets.warehouse.contracts import key_of, plain_columns
from clinic_assets.warehouse.days import UNDATED, Days
from clinic_assets.warehouse.kinds import Kind
from clinic_assets.warehouse.newest import rows_of_days
from clinic_assets.warehouse.publish import Produce
from clinic_assets.warehouse.reach import SAME_DAY, reads
from clinic_assets.warehouse.resource import Warehouse
from clinic_assets.warehouse.sql_models import version_of
from clinic_assets.warehouse.table_assets import Materialized, table_asset


class Consent(dg.Config):
    """Files that may come in though they are empty or shrank, by name or start of their sha256."""

    files: list[str] = Field(default_factory=list)


def file_assets(kind: Kind, checks: Iterable[Check]) -> list[dg.AssetsDefinition]:
    """The raw and the clean asset of one kind of file."""
    reads(kind.clean.fullname, {kind.raw.fullname: [SAME_DAY]})

    def take_in(
        context: dg.AssetExecutionContext, warehouse: Warehouse, days: Days
    ) -> Materialized:
        consent = Consent(**context.op_execution_context.op_config)
        return warehouse.take_in(context, kind, days, consent.files)

    def write(context: dg.AssetExecutionContext, warehouse: Warehouse, days: Days) -> Materialized:
        return warehouse.write(context, days, clean_rows(kind, days))

    version = version_of(kind.typed.__module__ + kind.typed.__name__ + "1")
    deps = [dg.AssetDep(key_of(kind.raw))]
    return [
        table_asset(kind.raw, take_in, code_version="1", checks=checks, config=Consent),
        table_asset(kind.clean, write, code_version=version, deps=deps, checks=checks),
    ]


def clean_rows(kind: Kind, days: Days) -> Produce:
    """A function that reads the raw rows that count on the days and types them."""

    def produce(connection: sa.Connection) -> pd.DataFrame:
        statement = sa.text(rows_of_days(kind))
        bound = {"first_day": days.first, "last_day": days.upper}
        rows = pd.DataFrame(
            [r._asdict() for r in connection.execute(statement, bound)], dtype=object
        )
        if rows.empty:
            return pd.DataFrame(columns=plain_columns(kind.clean))
        typed = _typed_again(kind, rows).drop(columns="is_settled", errors="ignore")
        if kind.event_day is None:
            typed["day"] = rows["home_day"]
        kept = rows.loc[typed.index, ["source", "known_since", "row_sha256"]]
        return _newest_spelling(kind, pd.concat([typed, kept], axis=1), rows)

    return produce


def _typed_again(kind: Kind, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that were let in say their numbers with a point, or else with a comma; never either
    way.
    """
    zone = settings().zone
    said = kind.typed(rows.assign(decimal_mark="."), zone).frame
    rest = rows.drop(index=said.index)
    return (
        pd.concat([said, kind.typed(rest.assign(decimal_mark=","), zone).frame])
        if len(rest)
        else said
    )


def _newest_spelling(kind: Kind, typed: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each thing, also where files write its date or time in different ways."""
    key = [c.name for c in kind.clean.primary_key]
    if not typed.duplicated(key).any():
        return typed
    age = rows.loc[typed.index, ["as_of", "file_sha256", "line"]]
    in_order = age.assign(as_of=age["as_of"].fillna(UNDATED)).sort_values(list(age.columns)).index
    return typed.loc[in_order].drop_duplicates(key, keep="last")
