"""What a practice adds to the graph where it is configured and planned, and that it adds nothing
where it is not.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clinic_assets.core.tables_treatment import TABLES as TREATMENT
from clinic_assets.definitions import defs
from clinic_assets.replica.planning import plan_file
from clinic_assets.replica.planning.classify import plan_of
from clinic_assets.replica.source.catalog import SourceColumn, SourceTable
from clinic_assets.settings import settings
from clinic_assets.sources.opendental.clean_assets import tables_of_copy
from clinic_assets.sources.opendental.tables import TABLES
from clinic_assets_tests.sources.opendental.practice import COLUMNS

URL = "mysql://reader:secret@127.0.0.1:1/practice"
GRAPH = """
import json
from clinic_assets.definitions import CHECKS, defs
from clinic_assets.sources.opendental import clean_assets, tables
from clinic_assets.warehouse.lineage import column_lineage
from clinic_assets.warehouse.sql_models import tables_read
from clinic_assets.warehouse.reach import parents_of
defs.resolve_all_job_defs()
graph = defs.resolve_asset_graph()
told = {
    node.key.to_user_string(): sorted(parent.to_user_string() for parent in node.parent_keys)
    for node in graph.asset_nodes
}
text = clean_assets.select_of(tables.appointments, ("north", "opendental")).text
read = tables_read(text, ("north", "opendental"))
lineage = column_lineage(tables.appointments, text, read).deps_by_column
end_at = [f"{dep.asset_key.to_user_string()}.{dep.column_name}" for dep in lineage["end_at"]]
held = parents_of("clean.opendental_fees")
checks = sorted({check.table.fullname for check in CHECKS})
print(json.dumps({"assets": told, "end_at": end_at, "checks": checks, "held": held}))
"""


def graph(home: Path, url: str) -> dict[str, Any]:
    """The graph as another process loads it."""
    environment = {**os.environ, "CLINIC_HOME": str(home), "CLINIC_OPENDENTAL_URL": url,
                   "CLINIC_DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/none"}  # fmt: skip
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", GRAPH], env=environment,
                         capture_output=True, text=True)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def source_table(name: str) -> SourceTable:
    key, *_ = COLUMNS[name].split()
    return SourceTable(name, (SourceColumn(key, "bigint", "bigint(20)"),), (key,))


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """With two practices that are planned and a third that is not."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLINIC_HOME", str(home))
        settings.cache_clear()
        for name in ("north", "opendental"):
            plan_file.write(plan_of(name, list(map(source_table, COLUMNS)), set(COLUMNS), ""))
    settings.cache_clear()
    return graph(home, f"{URL} north={URL} south={URL}")


def key_of(name: str) -> str:
    return name.replace(".", "/")


def test_a_clinic_without_a_practice_has_none_of_its_assets() -> None:
    there = {node.key.to_user_string() for node in defs.resolve_asset_graph().asset_nodes}
    assert not {key for key in there if "opendental" in key}
    assert not there & {key_of(table.fullname) for table in TREATMENT}


def test_a_practice_that_is_not_planned_is_not_there(tmp_path) -> None:
    found = graph(tmp_path, URL)["assets"]
    assert "core/fct_appointment" in found and "core/fct_procedure" not in found
    assert not [key for key in found if "opendental" in key]


def test_every_clean_table_hangs_on_the_copied_tables_that_it_is_made_from(planned) -> None:
    for table in TABLES:
        copies = {f"{name}/{each}" for name in ("north", "opendental")
                  for each in tables_of_copy(table)}  # fmt: skip
        assert set(planned["assets"][key_of(table.fullname)]) == copies


def test_the_shared_facts_hang_on_the_practice_too(planned) -> None:
    assert planned["assets"]["core/fct_appointment"] == [
        "clean/opendental_appointments", "clean/practice_files_appointments",
    ]  # fmt: skip
    assert {key_of(table.fullname) for table in TREATMENT} <= set(planned["assets"])


def test_what_is_foretold_of_treatments_hangs_on_their_facts_and_on_its_own_models(planned) -> None:
    told = planned["assets"]["score/treatment_acceptance"]
    assert {"core/fct_procedure", "core/fct_claim", "score/acceptance_model"} <= set(told)
    assert set(planned["assets"]["score/payment_model"]) == {
        "core/fct_appointment", "core/fct_payment", "core/fct_procedure", "core/fct_adjustment",
    }  # fmt: skip
    assert {"core/fct_procedure", "core/patient_version", "score/recall_model"} <= set(
        planned["assets"]["score/recall_compliance"]
    )


def test_a_column_says_from_which_columns_of_each_practice_it_comes(planned) -> None:
    names = ("AptDateTime", "Pattern")
    wanted = {f"{each}/appointment.{name}" for each in ("north", "opendental") for name in names}
    assert set(planned["end_at"]) == wanted


def test_a_write_holds_still_what_it_reads_of_the_copies(planned) -> None:
    read = ("fee", "feesched", "procedurecode")
    assert planned["held"] == [f"{each}.{t}" for each in ("north", "opendental") for t in read]


def test_the_practices_tables_are_checked_where_they_are(planned) -> None:
    assert {table.fullname for table in (*TABLES, *TREATMENT)} <= set(planned["checks"])
