"""The copy of a practice's database: every table an asset, all made by one step that can make some.

How a table is copied is the engine's (replica/); what becomes of it here is next door
(clean_assets.py). The copies have no partitions and no data version that moves: a copied hour
makes no day stale by itself, the notes that each write leaves do.
"""

import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import dagster as dg
from pydantic import Field

from clinic_assets.replica.actions.rounds import Mode, Outcome, Round, outcomes
from clinic_assets.replica.books.status import forget
from clinic_assets.replica.downstream.indexes import index
from clinic_assets.replica.downstream.touched import Noting
from clinic_assets.replica.mapping.target import target_of
from clinic_assets.replica.planning.overrides import PlanRefused
from clinic_assets.replica.planning.plan import ReplicaPlan, TablePlan
from clinic_assets.replica.planning.plan_file import read
from clinic_assets.replica.source.catalog import SourceTable
from clinic_assets.replica.source.server import Server
from clinic_assets.settings import settings
from clinic_assets.sources.opendental import tables
from clinic_assets.sources.opendental.clean_assets import tables_of_copy, tell_days
from clinic_assets.sources.opendental.dates import NEEDED_INDEXES, dated
from clinic_assets.sources.opendental.declaring import ROOM
from clinic_assets.sources.opendental.instances import instances
from clinic_assets.timing.tags import COPY
from clinic_assets.warehouse.resource import Warehouse
from clinic_assets.warehouse.unforeseen import plainly

PATIENCE_SECONDS = 15
"""How long a run waits for a server that is starting or full; the next hour tries again."""
MOST_TOLD = 50
"""Failed tables listed in a run's error; `clinic opendental status` lists all."""

OUTDATED = (
    "The plan of the copy is not the one that this code location was loaded with: reload it (in the"
    " page: Deployment, Reload), or start `clinic up` anew."
)


class Asked(dg.Config):
    """What a run does with its tables."""

    mode: Mode = Field(
        Mode.follow,
        description="follow: what has changed; verify: compare every row and mend what differs;"
        " load: copy anew. A table that is not there yet is loaded in any case.",
    )
    consent: list[str] = Field(
        default_factory=list,
        description="Tables that may lose most of their rows, because the source rightly has.",
    )
    heals: bool = Field(True, description="Whether a comparison mends what it finds.")


def key_of_copy(instance: str, table: str) -> dg.AssetKey:
    """The asset's key: the copy's place, the name as it is where Dagster can spell it."""
    if re.fullmatch(r"[A-Za-z0-9_]+", table):
        return dg.AssetKey([instance, table])
    told = hashlib.sha256(table.encode()).hexdigest()[:8]
    return dg.AssetKey([instance, f"{re.sub(r'[^A-Za-z0-9_]+', '_', table)}_{told}"])


def copy_of(plan: ReplicaPlan) -> dg.AssetsDefinition:
    """The assets of one practice's copy."""
    tables = {key_of_copy(plan.instance, each.table.name): each for each in plan.tables}

    @dg.multi_asset(
        name=step_of(plan.instance),
        specs=[_spec(plan.instance, key, each) for key, each in tables.items()],
        can_subset=True,
        description=f"Copies the tables of {plan.instance} that are asked for, a few at a time.",
    )
    def copied(
        context: dg.AssetExecutionContext, warehouse: Warehouse, config: Asked
    ) -> Iterator[dg.MaterializeResult[Any]]:
        chosen = [tables[key] for key in tables if key in context.selected_asset_keys]
        failed: dict[str, str] = {}
        with _told_plainly(), closing(server_of(plan.instance)) as server:
            asked = Round(
                server, warehouse.engine, plan.instance, config.mode, context.run.run_id,
                frozenset(config.consent), config.heals, Noting(dated(plan.instance)),
            )  # fmt: skip
            with closing(outcomes(asked, chosen)) as found:
                for outcome in found:
                    if outcome.error:
                        failed[outcome.plan.table.name] = outcome.error
                    else:
                        yield _materialized(plan.instance, outcome)
            index(warehouse.engine, plan, NEEDED_INDEXES)
            tell_days(warehouse.engine, [plan.instance])
            if config.mode is Mode.verify:
                forget(warehouse.engine, plan.instance)
        if _is_outdated(plan):
            context.log.warning(OUTDATED)
        if failed:
            raise _failure(failed, len(chosen))

    return copied


PATIENT_ASSETS = ("clean.opendental_patients", "core.patient_version")
"""The patients' way into the shared model."""


def patient_tables() -> list[str]:
    """What the patients are made from, by the source's names."""
    return tables_of_copy(tables.patients)


def used_tables() -> set[str]:
    """What our models read, by the source's names."""
    return {name for table in tables.TABLES for name in tables_of_copy(table)}


def server_of(instance: str) -> Server:
    """The practice's server, by its address in the settings."""
    address = settings().opendentals()[instance].get_secret_value()
    return Server(address, patience_seconds=PATIENCE_SECONDS)


def step_of(instance: str) -> str:
    """The step's name, under which its config is given."""
    return f"copy_{instance}"


def _is_outdated(plan: ReplicaPlan) -> bool:
    try:
        return read(plan.instance) != plan
    except PlanRefused:
        return True


def _spec(instance: str, key: dg.AssetKey, plan: TablePlan) -> dg.AssetSpec:
    return dg.AssetSpec(
        key,
        skippable=True,
        group_name=f"{instance}_{plan.importance}",
        owners=[f"team:{ROOM}"],
        kinds={"mysql", "postgres"},
        code_version="1",
        tags={COPY: "yes", "clinic/strategy": plan.strategy, "clinic/size": plan.size_class},
        description=f"One row per row of `{plan.table.name}` in the practice's database, copied"
        f" exactly. {plan.importance.capitalize()}: {'; '.join(plan.reasons) or 'nothing speaks'}.",
        metadata={
            "dagster/table_name": target_of(plan.table, instance).sql,
            "dagster/column_schema": _columns(plan.table, instance),
            "followed_by": ", ".join(plan.watermarks) or "a comparison of every row",
        },
    )


def _columns(table: SourceTable, instance: str) -> dg.TableSchema:
    return dg.TableSchema([
        dg.TableColumn(
            crossing.name, crossing.target_type, f"{crossing.column.column_type} there.",
            constraints=dg.TableColumnConstraints(
                nullable=crossing.column.name not in table.key,
                unique=table.key == (crossing.column.name,),
            ),
        )
        for crossing in target_of(table, instance).crossings
    ])  # fmt: skip


def _materialized(instance: str, outcome: Outcome) -> dg.MaterializeResult[Any]:
    status = outcome.status
    told = {
        "table": outcome.plan.table.name,
        "dagster/row_count": status.rows,
        "action": status.last_action,
        "seconds": status.last_seconds,
        "rows_read": status.rows_read,
        "rows_written": status.rows_written,
        "rows_deleted": status.rows_deleted,
        "bytes_read": status.bytes_read,
        "ranges_healed": status.ranges_healed,
        "lag_seconds": status.lag_seconds,
        "integrity": status.integrity,
        "notice": status.notice,
    }
    return dg.MaterializeResult(
        asset_key=key_of_copy(instance, outcome.plan.table.name),
        metadata={name: value for name, value in told.items() if value is not None},
    )


def _failure(failed: dict[str, str], asked: int) -> dg.Failure:
    listed = [why if why.startswith(name) else f"{name}: {why}"
              for name, why in sorted(failed.items())]  # fmt: skip
    more = f" And {len(listed) - MOST_TOLD} more." if len(listed) > MOST_TOLD else ""
    return dg.Failure(
        f"{len(failed)} of {asked} tables could not be brought up; the others were."
        f" {' '.join(listed[:MOST_TOLD])}{more}",
        metadata={"failed": dg.MetadataValue.md("\n".join(f"- {line}" for line in listed))},
        allow_retries=False,
    )


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Whatever goes wrong is told without its text, which Dagster would keep, unless it is ours."""
    try:
        yield
    except Exception as error:
        raise dg.Failure(plainly(error), allow_retries=False) from None


def _plans() -> Iterator[ReplicaPlan]:
    for instance in instances():
        try:
            plan = read(instance)
        except PlanRefused as error:
            # What is wrong with one copy must not take the whole graph away; the doctor tells too.
            logging.getLogger(__name__).error("%s", error)
        else:
            if plan:
                yield plan


PLANS = tuple(_plans())
COPIES = [copy_of(plan) for plan in PLANS]
"""One step for each practice that is configured and planned."""
