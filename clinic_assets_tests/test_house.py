"""The house rules: what the rooms may know of each other, and what everything in them must say."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

import clinic_assets
from clinic_assets.definitions import defs
from clinic_assets.warehouse.contracts import SCHEMAS, contract_of, is_present, metadata

HOUSE = Path(clinic_assets.__file__).parent
FILES = sorted(HOUSE.rglob("*.py"))
GRAPH = defs.resolve_asset_graph()

LAYERS = [schema for schema in SCHEMAS if schema != "ops"]
VERBS = ["extract", "clean", "model", "measure", "score", "features", "baseline", "recipe",
         "evaluate", "forecast", "policy", "redistribute", "lead_time", "expiry", "levels",
         "moving", "budget", "reason"]  # fmt: skip
TOPICS = ["schedule", "revenue", "growth", "inventory"]
FOR_ALL = ["warehouse", "timing", "inbox", "replica", "settings"]
"""Rooms that any room may import."""
IMPORTERS = ["definitions", "cli", "web"]
"""The rooms that may import any room."""
REPLICA_ROOMS = ["source", "mapping", "planning", "books", "copy", "sync", "compare", "actions"]
"""Rooms of the replica; each knows those before it."""
DOWNSTREAM_KNOWS = ["source", "mapping", "planning", "books"]
"""What the replica's room for readers knows; no other room of the replica knows it."""
PURE_ROOMS = [("risk", "recipe"), ("risk", "scores")]
"""Rooms with nothing but verbs in them."""
INNER_ROOMS = {
    "risk": ["recipe", "scores", "serving"],
    "cli": ["platform", "work", "commands"],
}
"""Each knows those before it; of the risk's only the last knows the warehouse."""
BESIDE_INNER_ROOMS = {
    "risk/serving": ["tables"],
    "cli/platform": ["shown"],
    "cli/work": ["shown"],
    "cli/commands": ["shown"],
}
"""Files beside these rooms that they may know too."""
LARGEST_FILE, LARGEST_FUNCTION = 250, 45

every_asset = pytest.mark.parametrize(
    "node",
    sorted(GRAPH.asset_nodes, key=lambda node: node.key),
    ids=lambda node: node.key.to_user_string(),
)
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
every_verb = pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.stem in VERBS or path.parent.parts[-2:] in PURE_ROOMS],
    ids=lambda path: str(path.relative_to(HOUSE)),
)


def imports_of(path: Path) -> set[str]:
    """Modules a file imports, `from a import b` as a.b, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def rooms_imported(path: Path) -> set[str]:
    """Rooms of ours a file imports; a source counts as a room, sources/practice_files."""
    named = [name.split(".") for name in imports_of(path) if name.startswith("clinic_assets.")]
    return {room_of(parts[1:]) for parts in named}


def room_of(parts: list[str]) -> str:
    """The room by the parts of a module or path inside the house."""
    if parts[0] == "sources" and len(parts) > 1:
        return "/".join(parts[:2])
    return parts[0].removesuffix(".py")


def may_import(room: str) -> set[str]:
    """Rooms that code in a room may import, beside itself and those that are for all."""
    if room.startswith("sources/") or room in FOR_ALL:
        return set()
    allowed = {"core": {"sources"}, "risk": {"core", *TOPICS}, "desk": {"core", "risk", *TOPICS}}
    return allowed.get(room, {"core"} if room in TOPICS else set())


# The graph


def test_everything_loads_with_every_database_stopped(tmp_path):
    script = "from clinic_assets.definitions import defs; defs.resolve_all_job_defs()"
    closed = {
        **os.environ,
        "CLINIC_DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/none",
        "CLINIC_HOME": str(tmp_path / "home"),
        "CLINIC_DATA": str(tmp_path / "data"),
        "CLINIC_DAGSTER_URL": "postgresql+psycopg2://nobody:nothing@127.0.0.1:1/none",
    }
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], env=closed, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert not any(tmp_path.iterdir()), "loading wrote files"


PRACTICE = "mysql://clinic:planted-3@127.0.0.1:1/dental"


def plan_a_practice(home):
    """Leave a plan of a copied practice, as `clinic opendental discover` does."""
    script = (
        "from clinic_assets.replica.planning.classify import plan_of\n"
        "from clinic_assets.replica.planning.plan_file import write\n"
        "from clinic_assets_tests.replica.tables import PRACTICE\n"
        "write(plan_of('opendental', PRACTICE))"
    )
    subprocess.run([sys.executable, "-c", script], check=True,
                   env={**os.environ, "CLINIC_HOME": str(home)})  # fmt: skip


def test_a_planned_practice_loads_with_its_server_stopped_and_has_no_place_in_a_day(tmp_path):
    plan_a_practice(tmp_path)
    script = (
        "from clinic_assets.definitions import defs\n"
        "graph = defs.resolve_asset_graph()\n"
        "made = graph.materializable_asset_keys\n"
        "copied = {k for k in made if k.path[0] == 'opendental'}\n"
        "assert len(copied) == 11\n"
        "for name in ('daily', 'evening'):\n"
        "    chosen = defs.resolve_job_def(name).asset_layer.selected_asset_keys\n"
        "    assert len(chosen) > 20 and not chosen & copied\n"
        "    assert not [k for k in chosen if not graph.get(k).partitions_def]\n"
        "for name in ('replication', 'verification'):\n"
        "    assert defs.resolve_job_def(name).asset_layer.selected_asset_keys == copied"
    )
    planned = {**os.environ, "CLINIC_OPENDENTAL_URL": PRACTICE, "CLINIC_HOME": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], env=planned, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr


def test_every_asset_finds_its_resources():
    dg.Definitions.validate_loadable(defs)


@every_asset
def test_an_asset_has_an_owner_a_description_a_room_and_a_kind(node):
    assert node.owners and node.kinds
    assert node.description and len(node.description) > 20
    assert node.group_name and node.group_name != "default"


@every_asset
def test_an_asset_has_a_contract_that_it_shows(node):
    table = contract_of(node.key)
    shown = node.metadata["dagster/column_schema"]
    assert [c.name for c in shown.columns] == [c.name for c in table.columns]
    assert table.primary_key.columns and table.info["room"] == node.group_name


@every_asset
def test_an_asset_is_partitioned_by_day_and_a_range_is_one_run(node):
    assert isinstance(node.partitions_def, dg.DailyPartitionsDefinition)
    assert node.backfill_policy == dg.BackfillPolicy.single_run()


def test_one_partition_definition_serves_the_whole_graph():
    assert len({node.partitions_def for node in GRAPH.asset_nodes}) == 1


@every_asset
def test_data_never_flows_back(node):
    here = LAYERS.index(node.key.path[0])
    assert all(LAYERS.index(parent.path[0]) <= here for parent in node.parent_keys)


@every_asset
def test_nobody_reads_the_desk(node):
    assert "desk" not in {parent.path[0] for parent in node.parent_keys}


@every_asset
def test_a_table_reads_only_tables_of_rooms_it_may_know(node):
    room, layer = node.group_name, node.key.path[0]
    read = {(GRAPH.get(p).group_name, p.path[0]) for p in node.parent_keys} - {(room, layer)}
    others = {other for other, _ in read if other != room}
    if layer in ("raw", "clean"):
        assert not others
    elif layer == "core":
        assert {schema for _, schema in read} <= {"clean"}
    else:
        assert others <= may_import(room)


def test_every_declared_table_that_is_present_but_the_books_is_an_asset():
    declared = {name for name, table in metadata.tables.items() if table.schema != "ops"}
    promised = {name for name in declared if is_present(name)}
    assert promised == {".".join(node.key.path) for node in GRAPH.asset_nodes}


@pytest.mark.parametrize(
    "table",
    [
        t
        for t in sorted(metadata.tables.values(), key=str)
        if t.schema not in ("raw", "clean", "ops")
    ],
    ids=str,
)
def test_a_shared_table_can_be_spread_by_clinic(table):
    assert next(iter(table.primary_key.columns)).name == "clinic_id"


@pytest.mark.parametrize("table", sorted(metadata.tables.values(), key=str), ids=str)
def test_a_contract_says_its_grain_and_whose_data_a_column_holds(table):
    assert table.comment and table.comment.startswith("One row")
    for column in table.columns:
        assert column.info.get("sensitivity", "plain") in ("phi", "pseudonym", "plain"), column


# Secrets


def test_no_resource_holds_a_secret_field():
    suspicious = ("secret", "password", "token", "key", "dsn", "url")
    for name, resource in (defs.resources or {}).items():
        fields = type(resource).model_fields
        assert not [f for f in fields if any(word in f for word in suspicious)], name


def test_a_secret_in_the_settings_is_not_in_what_dagster_stores(tmp_path):
    script = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "from clinic_assets.definitions import defs\n"
        "from dagster._core.remote_representation.external_data import RepositorySnap\n"
        "from dagster._serdes import serialize_value\n"
        "from clinic_assets.settings import settings\n"
        "text = serialize_value(RepositorySnap.from_def(defs.get_repository_def()))\n"
        "assert len(text) > 10000 and 'fct_appointment' in text and 'accesslog' in text\n"
        "assert 'planted' not in text + repr(settings()) + str(settings().model_dump())"
    )
    planted = {
        **os.environ,
        "CLINIC_DATABASE_URL": "postgresql://clinic:planted-1@127.0.0.1:1/clinic",
        "CLINIC_SMTP_URL": "smtp://clinic:planted-2@127.0.0.1:1",
        "CLINIC_OPENDENTAL_URL": PRACTICE,
        "CLINIC_HOME": str(tmp_path),
    }
    plan_a_practice(tmp_path)
    ran = subprocess.run(
        [sys.executable, "-c", script], env=planted, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr


# The code


@every_verb
def test_the_verbs_know_neither_dagster_nor_the_database(path):
    known = {name.split(".")[0] for name in imports_of(path)}
    assert not known & {"dagster", "sqlalchemy", "psycopg"}


@every_file
def test_the_environment_is_read_in_the_settings_only(path):
    if path == HOUSE / "settings.py":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        named = isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb")
        assert not named, f"line {node.lineno} reads the environment"
    assert not imports_of(path) & {"os.environ", "os.getenv", "dagster.EnvVar"}


@every_file
def test_a_room_imports_only_rooms_it_may_know(path):
    room = room_of(list(path.relative_to(HOUSE).parts))
    if room in IMPORTERS or room in ("__init__", "simulate"):
        return
    strangers = {
        other
        for other in rooms_imported(path) - {room} - set(FOR_ALL)
        if other.split("/")[0] not in may_import(room)
    }
    assert not strangers


@pytest.mark.parametrize(
    "path",
    sorted((HOUSE / "replica").glob("*/*.py")),
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_a_room_of_the_replica_imports_only_rooms_below_it(path):
    room = path.parent.name
    named = [name.split(".") for name in imports_of(path)]
    known = {parts[2] for parts in named if parts[:2] == ["clinic_assets", "replica"]} - {room}
    is_above = room != "downstream"
    below = REPLICA_ROOMS[: REPLICA_ROOMS.index(room)] if is_above else DOWNSTREAM_KNOWS
    assert known <= set(below)


@pytest.mark.parametrize(
    "path",
    sorted(path for room in INNER_ROOMS for path in (HOUSE / room).glob("*/*.py")),
    ids=lambda path: "/".join(path.parts[-3:]),
)
def test_a_room_within_a_room_imports_only_rooms_below_it(path):
    outer, room = path.parts[-3:-1]
    named = [name.split(".") for name in imports_of(path)]
    known = {parts[2] for parts in named if parts[:2] == ["clinic_assets", outer]}
    rooms = INNER_ROOMS[outer]
    below = rooms[: rooms.index(room) + 1]
    assert known <= {*below, *BESIDE_INNER_ROOMS.get(f"{outer}/{room}", ())}


def test_who_only_copies_does_not_carry_the_settings_dagster_or_pandas():
    script = (
        "import sys\n"
        "from clinic_assets.replica.actions import follow, load, rounds, verify\n"
        "print(*{'dagster', 'pandas', 'pydantic', 'clinic_assets.settings'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


@pytest.mark.parametrize("path", sorted((HOUSE / "simulate").rglob("*.py")), ids=lambda p: p.name)
def test_the_simulated_clinics_know_nothing_of_ours(path):
    assert rooms_imported(path) <= {"simulate"}


@every_file
def test_a_file_says_what_lives_in_it_and_can_be_read_in_one_sitting(path):
    assert ast.get_docstring(ast.parse(path.read_text())), "no module docstring"
    if "versions" not in path.parts:
        assert len(path.read_text().splitlines()) <= LARGEST_FILE


@every_file
def test_a_function_fits_on_a_screen(path):
    if "versions" in path.parts:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= LARGEST_FUNCTION, f"{node.name} has {lines} lines"


def test_nothing_is_named_for_the_homeless():
    homeless = {"utils", "util", "common", "helpers", "helper", "misc", "lib"}
    assert not [path for path in FILES if homeless & {*path.parts, path.stem}]
