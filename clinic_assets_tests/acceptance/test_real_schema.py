"""OpenDental's real 446 tables: discovered, copied and compared, empty ones and filled ones.

The schema is not ours to keep: CLINIC_SHARED names the folder it lies under (`make acceptance`).
"""

import gzip
import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from clinic_assets.replica.actions.load import load_tiny
from clinic_assets.replica.actions.verify import verify
from clinic_assets.replica.planning.classify import plan_of
from clinic_assets.replica.source.discover import discover
from clinic_assets.replica.source.server import Server
from clinic_assets.simulate.dental.filling import fill_like_real

INSTANCE = "opendental"
FACTOR = 0.0005
"""Of a real clinic's 20.5 million rows: a table that has any keeps one at least."""


@pytest.fixture
def real(mariadb):
    """The vendor's schema with its rows of configuration, as InnoDB."""
    folder = Path(os.environ.get("CLINIC_SHARED", "../shared")) / "data" / "opendental"
    assert folder.is_dir(), f"no real schema in {folder}: make acceptance SHARED=/their/folder"
    url = mariadb.database("real")
    dump = gzip.decompress((folder / "opendental_clinic446_blank.sql.gz").read_bytes()).decode()
    mariadb.run(dump.replace("ENGINE=MyISAM", "ENGINE=InnoDB"), "real")
    return url, folder / "clinic_table_profile.csv"


def rows_there(mariadb, plan):
    connection = mariadb.connect("real")
    counts = {}
    for each in plan.tables:
        connection.query(f"select count(*) from `{each.table.name}`")
        [[count]] = connection.store_result().fetch_row(0)
        counts[each.table.name] = int(count)
    connection.close()
    return counts


def rows_here(clinic, plan):
    return {
        each.table.name: clinic.rows(f'select count(*) from {INSTANCE}."{each.table.name}"')[0][0]
        for each in plan.tables
    }


def differences(server, clinic, plan):
    """Tables whose copy is not their source, by checksums on both servers."""
    found = {}
    for each in plan.tables:
        done = verify(server, clinic.engine, each, INSTANCE, run_id=None, heals=False)
        if done.rows_differing:
            found[each.table.name] = done.rows_differing
    return found


def test_every_table_of_the_real_schema_is_copied_without_a_difference(real, mariadb, clinic):
    url, profile = real
    server = Server(SecretStr(url).get_secret_value())
    for filled in (False, True):
        if filled:
            fill_like_real(url, profile, FACTOR)
        plan = plan_of(INSTANCE, discover(server))
        done = load_tiny(server, clinic.engine, plan.tables, INSTANCE, run_id=None)
        assert not {name: str(e) for name, e in done.items() if isinstance(e, Exception)}
        assert len(plan.tables) == 446
        assert rows_here(clinic, plan) == rows_there(mariadb, plan)
        assert differences(server, clinic, plan) == {}
    assert sum(rows_here(clinic, plan).values()) > 30_000
    server.close()
