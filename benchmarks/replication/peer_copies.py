"""One table copied by another tool, as its documentation shows: run by the peers' own Python.

python peer_copies.py TOOL TABLE [--key KEY --changed COLUMN]

Imports nothing of ours but the words to begin and end; addresses: SOURCE_URL and TARGET_URL.
"""

import argparse
import os
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from starting import begin, end

SOURCE, TARGET = os.environ["SOURCE_URL"], os.environ["TARGET_URL"]
SCHEMA = os.environ["TARGET_SCHEMA"]


def dlt(backend: str) -> Callable[[argparse.Namespace], None]:
    """dlt's own SQL source; with --changed an incremental load that merges by the key."""

    def copy(asked: argparse.Namespace) -> None:
        import dlt
        import pymysql  # noqa: F401
        from dlt.sources.sql_database import sql_table

        begin()
        more = {"backend_kwargs": {"conn": SOURCE}} if backend == "connectorx" else {}
        since = dlt.sources.incremental(asked.changed) if asked.changed else None
        resource = sql_table(
            SOURCE.replace("mysql:", "mysql+pymysql:"),
            table=asked.table,
            backend=backend,
            incremental=since,
            **more,
        )
        if asked.key:
            resource.apply_hints(primary_key=asked.key, write_disposition="merge")
        pipeline = dlt.pipeline(
            f"bench_{backend}_{'merge' if asked.key else 'replace'}",
            pipelines_dir=os.environ["PIPELINES"],
            destination=dlt.destinations.postgres(TARGET),
            dataset_name=SCHEMA,
        )
        disposition = "merge" if asked.key else "replace"
        print(pipeline.run(resource, write_disposition=disposition))

    return copy


def pandas_to_sql(asked: argparse.Namespace) -> None:
    """read_sql and to_sql, 5,000 rows at a time; the query makes the zero dates null."""
    import pandas as pd
    import psycopg2  # noqa: F401
    import pymysql  # noqa: F401
    import sqlalchemy as sa

    begin()
    source = sa.create_engine(SOURCE.replace("mysql:", "mysql+pymysql:"))
    target = sa.create_engine(TARGET.replace("postgresql:", "postgresql+psycopg2:"))
    with source.connect().execution_options(stream_results=True) as connection:
        query = sa.text(os.environ["QUERY"])
        for frame in pd.read_sql(query, connection, chunksize=5000):
            frame.to_sql(asked.table, target, schema=SCHEMA, if_exists="append", index=False)


def connectorx_adbc(asked: argparse.Namespace) -> None:
    """connectorx into Arrow, Arrow by ADBC."""
    _connectorx_adbc(asked, f"select * from {asked.table}")


def connectorx_adbc_query(asked: argparse.Namespace) -> None:
    """The same with a query written for the table, which makes the zero dates null."""
    _connectorx_adbc(asked, os.environ["QUERY"])


def _connectorx_adbc(asked: argparse.Namespace, query: str) -> None:
    import connectorx
    from adbc_driver_postgresql import dbapi

    begin()
    batches = connectorx.read_sql(SOURCE, query, return_type="arrow_stream", batch_size=100_000)
    with dbapi.connect(TARGET) as connection, connection.cursor() as cursor:
        cursor.adbc_ingest(asked.table, batches, mode="create", db_schema_name=SCHEMA)
        connection.commit()


def duckdb(asked: argparse.Namespace) -> None:
    """CREATE TABLE AS between two attached databases."""
    import duckdb

    begin()
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    for extension in os.environ["DUCKDB_EXTENSIONS"].split(":"):
        connection.execute(f"load '{extension}'")
    at = urlsplit(SOURCE)
    address = (
        f"host={at.hostname} port={at.port} user={at.username} password={at.password}"
        f" database={at.path[1:]}"
    )
    connection.execute(f"attach '{address}' as source (type mysql, read_only)")
    connection.execute(f"attach '{TARGET}' as target (type postgres)")
    connection.execute(
        f"create table target.{SCHEMA}.{asked.table} as"
        f" select * from source.{at.path[1:]}.{asked.table}"
    )


TOOLS = {
    "dlt-sqlalchemy": dlt("sqlalchemy"),
    "dlt-pyarrow": dlt("pyarrow"),
    "dlt-connectorx": dlt("connectorx"),
    "pandas": pandas_to_sql,
    "connectorx-adbc": connectorx_adbc,
    "connectorx-adbc-query": connectorx_adbc_query,
    "duckdb": duckdb,
}


def main() -> None:
    """Copy one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", choices=list(TOOLS))
    parser.add_argument("table")
    parser.add_argument("--key", default="")
    parser.add_argument("--changed", default="")
    asked = parser.parse_args()
    TOOLS[asked.tool](asked)
    end()


if __name__ == "__main__":
    sys.exit(main())
