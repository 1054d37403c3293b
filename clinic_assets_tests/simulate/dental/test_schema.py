"""The declared tables are those of the real schema, column by column.

The schema is not ours to keep: CLINIC_SHARED names the folder it lies under (`make acceptance`).
"""

import gzip
import os
import re
from pathlib import Path

import pytest

from clinic_assets.simulate.dental.schema import TABLES

CATALOGUE = (
    "select table_name, column_name, column_type, is_nullable, column_default, extra,"
    " collation_name from information_schema.columns where table_schema = database()"
    " and table_name in ({names}) order by table_name, ordinal_position"
)
INDEXES = (
    "select table_name, index_name, group_concat(concat(column_name, ifnull(concat('(', sub_part,"
    " ')'), '')) order by seq_in_index) as columns from information_schema.statistics"
    " where table_schema = database() and table_name in ({names})"
    " group by table_name, index_name order by table_name, index_name"
)
NAMES = ", ".join(f"'{name}'" for name in TABLES)


@pytest.fixture(scope="module")
def real(mariadb):
    """The real tables of these names, in a database of their own."""
    folder = Path(os.environ.get("CLINIC_SHARED", "../shared")) / "data" / "opendental"
    path = folder / "opendental_clinic446_schema_only.sql.gz"
    if not path.is_file():
        pytest.skip(f"needs the real schema, {path}: CLINIC_SHARED names the folder above data/")
    text = gzip.decompress(path.read_bytes()).decode()
    declared = re.findall(r"CREATE TABLE `(\w+)` .*?;\n", text, re.DOTALL)
    made = re.findall(r"CREATE TABLE `\w+` .*?;\n", text, re.DOTALL)
    url = mariadb.database("real_schema")
    chosen = [ddl for name, ddl in zip(declared, made, strict=True) if name in TABLES]
    mariadb.run("".join(chosen).replace("ENGINE=MyISAM", "ENGINE=InnoDB"), "real_schema")
    assert url and len(declared) == 446
    return "real_schema"


def catalogue(mariadb, database, query):
    connection = mariadb.connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query.format(names=NAMES))
            return list(cursor.fetchall())
    finally:
        connection.close()


@pytest.mark.parametrize("query", [CATALOGUE, INDEXES], ids=["columns", "indexes"])
def test_what_is_declared_is_what_the_real_schema_has(practice, mariadb, real, query):
    assert catalogue(mariadb, "dental", query) == catalogue(mariadb, real, query)


def test_about_forty_tables_are_declared_each_with_one_key():
    assert len(TABLES) == 40
    for table in TABLES.values():
        assert table.key in table.kinds
        assert len(table.kinds) == len(table.columns)
