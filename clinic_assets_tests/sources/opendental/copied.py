"""A small practice in a real MariaDB, and its copy as Dagster sees it."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import dagster as dg
import pytest

from clinic_assets.replica.planning.classify import plan_of
from clinic_assets.replica.planning.plan import ReplicaPlan
from clinic_assets.replica.source.discover import discover
from clinic_assets.settings import settings
from clinic_assets.sources.opendental.assets import copy_of, key_of_copy, server_of, step_of
from clinic_assets.sources.opendental.watch import checks_of_copy, watch_sensor
from clinic_assets.warehouse.resource import Warehouse

ODD = 'a"; drop table x;--'
SECRET = "Ada Canary"
TABLES = f"""
create table visit (VisitNum bigint auto_increment primary key, Note varchar(80), Fee double,
    DateTStamp timestamp default current_timestamp on update current_timestamp);
create table payer (PayerNum bigint auto_increment primary key, Name varchar(80));
create table `{ODD}` (`x y` int primary key, `drop` varchar(9));
insert into visit (Note, Fee, DateTStamp)
    select concat('{SECRET} ', seq), seq, now() - interval seq hour from seq_1_to_200;
insert into payer (Name) values ('A'), ('B');
insert into `{ODD}` values (1, '; --')
"""
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class Copied:
    """The practice, the plan of its copy, and runs of it."""

    def __init__(self, mariadb: Any, clinic: Any, database: str) -> None:
        self.clinic, self._mariadb, self._database = clinic, mariadb, database
        self.plan = self.planned()
        self.instance = dg.DagsterInstance.ephemeral()

    def planned(self) -> ReplicaPlan:
        """The plan of what is there now."""
        with closing(server_of("opendental")) as server:
            return plan_of("opendental", discover(server), {"visit"}, server.version)

    def sql(self, statements: str) -> None:
        """Run statements on the practice's server."""
        self._mariadb.run(statements, self._database)

    def run(self, *tables: str, **config: Any) -> dg.ExecuteInProcessResult:
        """Run the copy's step over some tables, or all."""
        defs = dg.Definitions(
            assets=[copy_of(self.plan)],
            resources={"warehouse": Warehouse()},
            executor=dg.in_process_executor,
            jobs=[dg.define_asset_job("all_of_it", selection="*")],
        )
        keys = [key_of_copy("opendental", name) for name in tables]
        return defs.resolve_job_def("all_of_it").execute_in_process(
            instance=self.instance,
            asset_selection=keys or None,
            run_config=QUIET | {"ops": {step_of("opendental"): {"config": config}}},
            raise_on_error=False,
        )

    def judge(self) -> dict[tuple[str, str], Any]:
        """Execute the checks, as a person does in the page: table and check to the verdict."""
        checks = checks_of_copy(self.plan)
        defs = dg.Definitions(
            asset_checks=[checks],
            resources={"warehouse": Warehouse()},
            jobs=[dg.define_asset_job("judge", selection=dg.AssetSelection.checks(checks))],
        )
        ran = defs.resolve_job_def("judge").execute_in_process(
            instance=self.instance, run_config=QUIET
        )
        return {(e.asset_key.path[1], e.check_name): e for e in ran.get_asset_check_evaluations()}

    def watch(self, cursor: str | None) -> dg.SensorResult:
        """One look of the sensor."""
        with dg.build_sensor_context(instance=self.instance, cursor=cursor) as context:
            found = watch_sensor([self.plan]).evaluate_tick(context)
        return dg.SensorResult(asset_events=list(found.asset_events), cursor=found.cursor)

    def rows(self, table: str) -> int:
        """Rows of a table's copy."""
        return int(self.clinic.one(f'select count(*) from opendental."{table}"'))


@pytest.fixture
def copied(mariadb: Any, clinic: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Copied]:
    """Three tables, one of them with a name that nobody should have given it."""
    url = mariadb.database()
    monkeypatch.setenv("CLINIC_OPENDENTAL_URL", url)
    settings.cache_clear()
    database = url.rpartition("/")[2]
    mariadb.run(TABLES, database)
    yield Copied(mariadb, clinic, database)
