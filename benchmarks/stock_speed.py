"""How long a day's stock takes: health, transfers between sites, and the reorder plan, as written.

python -m benchmarks.stock_speed [--sites 300] [--items 100] [--json]

Ninety days of stock logs, a year of orders with their lots, and forecasts, in a Postgres of its
own. A shelf in eight is short, one in five has far too much. The days are written as a run writes
them: read, computed, staged, compared and put in their tables.
"""

import argparse
import datetime as dt
import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from clinic_assets.inventory import measures, shelves, tables
from clinic_assets.settings import settings
from clinic_assets.warehouse import books
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.embedded import EmbeddedPostgres
from clinic_assets.warehouse.migrate import migrate
from clinic_assets.warehouse.publish import Author, Produce, Select, publish
from clinic_assets.warehouse.sessions import engine_at
from clinic_assets.warehouse.sql_models import model_text

DAY = dt.date(2026, 3, 2)
ROUNDS = 3

SHELVES = """
    create table bench as
    select 'S' || lpad(site::text, 3, '0') as location_id, 'I' || lpad(item::text, 3, '0') as item,
        0.5 + mod(site * 7 + item * 13, 40) / 8.0 as daily,
        case when mod(site * 31 + item * 17, 8) = 0 then 3
            when mod(site * 31 + item * 17, 5) = 0 then 400
            else 60 end as cover_days
    from generate_series(1, :sites) as site, generate_series(1, :items) as item
"""
STOCK = """
    insert into core.fct_stock_day (clinic_id, location_id, item, day, source, opening_qty,
        received_qty, issued_qty, adjusted_qty, closing_qty, unexplained_qty, lead_time_days)
    select 'clinic', location_id, item, day::date, 'stock_logs', 0, 0,
        floor(daily * 2 * random()), 0, ceil(daily * cover_days), 0, 14
    from bench, generate_series(cast(:day as date) - 89, :day, interval '1 day') as day
"""
ORDERS = """
    insert into core.fct_stock_order (clinic_id, order_key, source, location_id, item, day,
        quantity, expected_on, received_on, expires_on)
    select 'clinic', location_id || item || n, 'stock_logs', location_id, item, :day - n * 50,
        ceil(daily * 50), :day - n * 50 + 14, :day - n * 50 + 8 + floor(random() * 12)::int,
        :day - n * 50 + 90 + mod(n, 3) * 200
    from bench, generate_series(1, 7) as n
"""
FORECASTS = """
    insert into mart.demand_forecast (clinic_id, day, location_id, item, as_of, method,
        mean_per_day, spread_per_day, weeks_known)
    select 'clinic', :day, location_id, item, :day - 1, 'tsb', daily, sqrt(daily) * 1.3, 13
    from bench
"""
PLACES = """
    insert into core.location_version (clinic_id, location_id, day, source, latitude, longitude)
    select distinct on (location_id) 'clinic', location_id, date '0001-01-01', 'stock_logs',
        45 + 8 * random(), 1 + 8 * random()
    from bench order by location_id
"""


def main() -> None:
    """Make the stock, write its day three times, print the median of each table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sites", type=int, default=300)
    parser.add_argument("--items", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedPostgres(Path(folder))
        server.start()
        try:
            url = server.url("clinic").replace("postgresql://", "postgresql+psycopg://", 1)
            told = measured(engine_at(url), asked.sites, asked.items)
        finally:
            server.stop()
    print(json.dumps(told, indent=1) if asked.json else "\n".join(f"{k:26}{told[k]}" for k in told))


def measured(engine: sa.Engine, sites: int, items: int) -> dict[str, float]:
    """Seconds for each table, what they hold, and this process's peak in MB."""
    migrate(engine)
    with engine.begin() as connection:
        for statement in (SHELVES, STOCK, ORDERS, FORECASTS, PLACES):
            bound = {"sites": sites, "items": items, "day": DAY}
            used = {name: value for name, value in bound.items() if f":{name}" in statement}
            connection.execute(sa.text(statement), used)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")
    rounds = [written(engine, f"bench-{n}") for n in range(ROUNDS)]
    seconds = {name: sorted(each[name] for each in rounds)[ROUNDS // 2] for name in rounds[0]}
    with engine.connect() as connection:
        counts = connection.exec_driver_sql(
            "select (select count(*) from mart.reorder_plan), (select count(*) from"
            " mart.stock_transfers), (select count(*) from mart.reorder_plan where order_qty > 0)"
        ).one()
    engine.dispose()
    shown = dict(zip(("shelves", "transfers", "orders"), map(int, counts), strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {**{k: round(v, 2) for k, v in seconds.items()}, **shown, "peak_mb": peak}


def written(engine: sa.Engine, run: str) -> dict[str, float]:
    """Write the day's tables once, each as its asset does."""
    days = Days(DAY, DAY)
    fence = books.take_fence(engine, run, None)
    health = Select(
        model_text(measures.__file__, "inventory_health"),
        {
            "window_days": measures.WINDOW_DAYS,
            "stale_after_days": measures.STALE_AFTER_DAYS,
            "max_stock_days": measures.MAX_STOCK_DAYS,
            "review_days": settings().review_days,
            "service_z": settings().service_z,
            "pack_size": settings().pack_size,
        },
    )
    made: dict[sa.Table, Produce | Select] = {
        tables.health: health,
        tables.transfers: lambda connection: shelves.transfers_of_days(connection, days),
        tables.plan: lambda connection: shelves.plan_of_days(connection, days),
    }
    author = Author(run, fence)
    return {t.name: _timed(lambda t=t, r=r: publish(engine, t, days, author, r))
            for t, r in made.items()}  # fmt: skip


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
