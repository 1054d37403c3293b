"""What we use of Dagster that it does not promise to keep: beta, preview and internal.

A new version of Dagster that breaks one of these breaks the platform: it shall say so here, on a
graph of two assets, before it does so somewhere else.
"""

import datetime as dt

import dagster as dg
import pytest
import sqlalchemy as sa
import yaml
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run_iterator
from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    GRPC_INFO_TAG,
)
from sqlalchemy.pool import QueuePool

from clinic_assets.cli.platform import ready, reaping
from clinic_assets.cli.work import backfilling
from clinic_assets.settings import ROOT
from clinic_assets.timing import tags
from clinic_assets.timing.partitions import window
from clinic_assets.timing.storage import PooledPostgresStorage
from clinic_assets.warehouse.days import Days

PINNED = "1.13.27"
RANGE = Days(dt.date(2025, 9, 1), dt.date(2025, 9, 3))
KEYS = ["2025-09-01", "2025-09-02", "2025-09-03"]
EACH_DAY = dg.DailyPartitionsDefinition("2025-09-01", end_date="2025-09-10")
ONE_RUN = dg.BackfillPolicy.single_run()


@dg.asset(partitions_def=EACH_DAY, backfill_policy=ONE_RUN)
def visits(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"seen": str(context.partition_key_range)})


@dg.asset(
    partitions_def=EACH_DAY,
    backfill_policy=ONE_RUN,
    deps=[dg.AssetDep(visits, partition_mapping=window(back=7))],
)
def kpis(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    return dg.MaterializeResult()


@dg.asset_check(asset=visits, partitions_def=EACH_DAY, blocking=False)
def looks_right(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
    days = context.partition_key_range
    return dg.AssetCheckResult(passed=False, metadata={"days": f"{days.start} {days.end}"})


@dg.sensor(job_name="all_days")
def something_new(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    return dg.SensorResult([dg.RunRequest("one", tags=tags.range_tags(RANGE, "sensor"))])


GRAPH = dg.Definitions(
    assets=[visits, kpis],
    asset_checks=[looks_right],
    jobs=[dg.define_asset_job("all_days", selection="*")],
    sensors=[something_new],
    executor=dg.in_process_executor,
)


@pytest.fixture
def instance():
    with dg.instance_for_test() as found:
        yield found


def materialized(instance, asset):
    records = instance.fetch_materializations(dg.AssetKey(asset), limit=20).records
    return sorted(record.partition_key for record in records)


def test_the_installed_version_is_the_one_this_was_tried_with():
    assert dg.__version__ == PINNED


def test_the_tags_of_a_range_are_still_called_so():
    assert tags.RANGE_START == ASSET_PARTITION_RANGE_START_TAG
    assert tags.RANGE_END == ASSET_PARTITION_RANGE_END_TAG
    assert reaping.GRPC_TAG == GRPC_INFO_TAG


def test_one_run_over_a_range_is_one_materialization_a_day(instance):
    job = GRAPH.resolve_job_def("all_days")
    ran = job.execute_in_process(instance=instance, tags=tags.range_tags(RANGE, "test"))
    assert ran.success
    assert materialized(instance, "visits") == materialized(instance, "kpis") == KEYS
    assert instance.get_runs_count() == 1


def test_a_check_on_a_range_is_judged_once_and_knows_its_days(instance):
    job = GRAPH.resolve_job_def("all_days")
    ran = job.execute_in_process(instance=instance, tags=tags.range_tags(RANGE, "test"))
    [verdict] = ran.get_asset_check_evaluations()
    assert verdict.metadata["days"].value == f"{KEYS[0]} {KEYS[-1]}"
    assert ran.success, "a check that does not pass stops nothing"


def test_a_run_can_be_made_and_executed_in_this_process_event_by_event(instance):
    job = GRAPH.resolve_job_def("all_days")
    run = instance.create_run_for_job(job_def=job, tags=tags.range_tags(RANGE, "test"))
    events = list(execute_run_iterator(InMemoryJob(job), run, instance))
    assert sum(event.is_step_success for event in events) == 3
    assert instance.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.SUCCESS
    assert materialized(instance, "visits") == KEYS


def test_a_sensor_can_ask_for_a_range(instance):
    with dg.build_sensor_context(instance=instance, definitions=GRAPH) as context:
        [asked] = something_new.evaluate_tick(context).run_requests
    assert asked.tags[tags.RANGE_START] == KEYS[0] and asked.tags[tags.RANGE_END] == KEYS[-1]


def test_a_window_reaches_back_only_to_days_that_exist():
    mapping = window(back=7)
    second = EACH_DAY.empty_subset().with_partition_keys(["2025-09-02"])
    read = mapping.get_upstream_mapped_partitions_result_for_partitions(
        second, EACH_DAY, EACH_DAY, dt.datetime(2025, 9, 20)
    )
    assert sorted(read.partitions_subset.get_partition_keys()) == KEYS[:2]
    assert not read.required_but_nonexistent_subset.get_partition_keys()


def test_the_flag_for_long_ranges_is_still_read(monkeypatch, tmp_path):
    storage = SqliteEventLogStorage(str(tmp_path))
    flag = "supports_partition_subset_in_asset_materialization_planned_events"
    [(name, value)] = ready.LONG_RANGE.items()
    monkeypatch.delenv(name, raising=False)
    assert not getattr(storage, flag)
    monkeypatch.setenv(name, value)
    assert getattr(storage, flag)


def test_the_flag_for_storing_events_together_is_still_read(monkeypatch, instance):
    [(name, value)] = ready.BATCH.items()
    monkeypatch.delenv(name, raising=False)
    assert not instance._is_batch_writing_enabled()
    monkeypatch.setenv(name, value)
    assert instance._is_batch_writing_enabled()
    assert instance._get_event_batch_size() == int(value)


def test_a_backfill_can_still_be_handed_over_by_graphql():
    from dagster_graphql.schema import create_schema
    from graphql import parse, validate

    assert not validate(create_schema().graphql_schema, parse(backfilling.LAUNCH))
    fields = create_schema().graphql_schema.type_map["LaunchBackfillParams"].fields
    assert {"assetSelection", "partitionNames", "tags", "title"} <= set(fields)


def test_a_dead_runs_failure_can_be_told(instance):
    job = GRAPH.resolve_job_def("all_days")
    run = instance.create_run_for_job(job_def=job, status=dg.DagsterRunStatus.STARTED)
    instance.report_run_failed(run, "gone")
    assert instance.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.FAILURE


def test_each_part_of_the_storage_keeps_its_connections(cluster):
    named = yaml.safe_load((ROOT / "dagster.yaml").read_text())["storage"]["custom"]
    assert f"{named['module']}.{named['class']}" == (
        f"{PooledPostgresStorage.__module__}.{PooledPostgresStorage.__name__}"
    )
    told = {"postgres_url": cluster.url("dagster"), "should_autocreate_tables": False}
    storage = PooledPostgresStorage.from_config_value(None, told)
    for part in (storage.run_storage, storage.event_log_storage, storage.schedule_storage):
        assert isinstance(part._engine.pool, QueuePool)
        part.dispose()


def test_an_event_with_tags_asks_only_once_whether_their_table_is_there(cluster):
    url = cluster.url("clinic").replace("postgresql://", "postgresql+psycopg2://", 1)
    told = {"postgres_url": url, "should_autocreate_tables": False}
    events = PooledPostgresStorage.from_config_value(None, told).event_log_storage
    connected = []
    sa.event.listen(events._engine, "connect", lambda *_: connected.append(1))
    assert not any(events.has_table("no such table") for _ in range(5))
    with events.index_transaction():
        assert not any(events.has_table("no such table") for _ in range(5))
    events.dispose()
    assert len(connected) == 1
