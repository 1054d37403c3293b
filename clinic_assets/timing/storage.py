"""Where Dagster keeps its runs and events: its own Postgres storage, whose connections are kept.

dagster.yaml names it. By default Dagster connects anew for every statement outside its webserver:
more than half of the time that it takes to put a run of many days into the queue.
"""

from functools import cache
from typing import Any, cast

from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage
from dagster_postgres.event_log import PostgresEventLogStorage

KEPT = {"statement_timeout": 600_000, "pool_recycle": 3600, "max_overflow": 20}
"""Milliseconds, seconds, connections beside the one that is always open."""


class PooledPostgresStorage(DagsterPostgresStorage):
    """Dagster's Postgres storage in every process as in its webserver."""

    @classmethod
    def from_config_value(  # type: ignore[override]
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> DagsterPostgresStorage:
        """Make the storage as dagster.yaml configures it."""
        storage = super().from_config_value(inst_data, config_value)
        for part in (storage.run_storage, storage.event_log_storage, storage.schedule_storage):
            part.optimize_for_webserver(**KEPT)
        # Asked of each event with tags, over a connection made for it: a table that is there stays.
        events = cast(PostgresEventLogStorage, storage.event_log_storage)
        events.has_table = cache(events.has_table)  # type: ignore[method-assign]
        return storage
