"""The plan's file: what is written is what is read, and a person's word is kept and judged."""

import pytest

from clinic_assets.replica.planning import plan_file
from clinic_assets.replica.planning.classify import plan_of
from clinic_assets.replica.planning.overrides import PlanRefused, overridden, parsed, problems
from clinic_assets.replica.source.catalog import SourceColumn
from clinic_assets.settings import settings
from clinic_assets_tests.replica.tables import PRACTICE, column, edited, key, table

ODD = 'a"; drop table x;--'
HOSTILE = (
    table(ODD, key("No: #1"), column("null", "varchar(9)", default="it's\n- {a}\x07"),
          column("ж", "enum('a,b','c')", charset="utf8mb3"), edited("yes")),
    table("on", column("1", "double"), key=()),
)  # fmt: skip


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("CLINIC_HOME", str(tmp_path))
    settings.cache_clear()
    return tmp_path / "replica"


def planned(*tables):
    return plan_of("practice", (*PRACTICE, *tables), {"patient"}, "10.11")


def test_a_plan_is_read_back_as_it_was_written_whatever_its_names():
    plan = planned(*HOSTILE)
    plan_file.write(plan)
    assert plan_file.read("practice") == plan


def test_a_column_that_says_nothing_unusual_is_one_short_line(home):
    plan_file.write(planned())
    text = (home / "practice.yaml").read_text()
    assert '\n      ["ProvNum", "bigint(20)"]\n' in text
    assert "extraction_strategy: changed_since" in text and "table_importance: critical" in text


def test_without_a_discovery_there_is_no_plan():
    assert plan_file.read("practice") is None


def test_only_a_changed_shape_makes_the_graph_load_anew():
    assert plan_file.write(planned())
    grown = table("clinic", key("ClinicNum"), column("Description", "varchar(255)"), rows=4)
    kept = tuple(grown if t.name == "clinic" else t for t in PRACTICE)
    assert not plan_file.write(plan_of("practice", kept, {"patient"}, "11.4"))
    assert plan_file.write(planned(table("more", key("MoreNum"))))


def test_a_damaged_plan_is_said_to_be_so(home):
    plan_file.write(planned())
    path = home / "practice.yaml"
    for damaged in ("tables: [", "[1, 2]", "tables: {patient: {}}", "tables: {patient: 3}"):
        path.write_text(damaged)
        with pytest.raises(PlanRefused, match=r"practice.yaml"):
            plan_file.read("practice")
    assert plan_file.write(planned()), "a discovery mends it"


@pytest.mark.parametrize("name", ["mart", "ops", "public", "pg_catalog", "Opendental", "1st", "a-b",
                                  "", "../x", "a" * 64])  # fmt: skip
def test_a_name_that_cannot_be_a_schema_of_its_own_is_refused(name):
    with pytest.raises(PlanRefused, match="CLINIC_OPENDENTAL_URL"):
        plan_file.path_of(name)


def test_a_persons_word_outlives_a_discovery():
    plan_file.write(planned())
    plan_file.write_overrides("practice", {"clinic": {"table_importance": "critical"}})
    plan_file.write(planned())
    assert plan_file.read("practice").of("clinic").importance == "critical"
    assert plan_file.read_discovered("practice").of("clinic").importance == "reference"


DECISIONS = [
    ({"visit": {"extraction_strategy": "full_compare"}}, ("full_compare", ())),
    ({"visit": {"incremental_column": "SecDateTEntry"}}, ("changed_since", ("SecDateTEntry",))),
    ({"visit": {"incremental_column": ["SecDateTEdit", "SecDateTEntry"]}},
     ("changed_since", ("SecDateTEdit", "SecDateTEntry"))),
    ({"visit": {"incremental_column": "VisitNum"}}, ("append_by_key", ("VisitNum",))),
    ({"visit": {"extraction_strategy": "append_by_key"}}, ("append_by_key", ("VisitNum",))),
    ({"visit": {"incremental_column": []}}, ("full_compare", ())),
]  # fmt: skip


@pytest.mark.parametrize(("decided", "found"), DECISIONS)
def test_how_a_table_is_followed_can_be_decided(decided, found):
    plan = overridden(planned(), decided).of("visit")
    assert (plan.strategy, plan.watermarks) == found


REFUSED = [
    ({"vist": {"batch_size": 65536}}, "vist: the source has no such table"),
    ({"visit": {"incremental_column": "Edited"}}, "visit: has no column Edited"),
    ({"visit": {"incremental_column": "PatNum"}}, "PatNum is a bigint and cannot be compared"),
    ({"visit": {"extraction_strategy": "changed_since", "incremental_column": "VisitNum"}},
     "VisitNum is a bigint and cannot be compared with a moment"),
    ({"clinic": {"extraction_strategy": "changed_since"}}, "needs an incremental_column"),
    ({"on": {"incremental_column": "1"}}, "has no unique key"),
    ({"on": {"extraction_strategy": "append_by_key"}}, "its key is none"),
    ({"visit": {"extraction_strategy": "incremental"}}, "one of append_by_key, changed_since"),
    ({"visit": {"table_importance": "high"}}, "one of critical, important, audit, reference"),
    ({"visit": {"batch_size": 5000}}, "batch_size must be bytes, 16384 to"),
    ({"visit": {"batch_size": True}}, "batch_size must be bytes"),
    ({"visit": {"alert_on_failure": "maybe"}}, "alert_on_failure must be true or false"),
    ({"visit": {"sla": 5}}, "no field 'sla'; there are incremental_column, batch_size"),
    ({"visit": 5}, "write its fields below it"),
]  # fmt: skip


@pytest.mark.parametrize(("decided", "told"), REFUSED)
def test_what_cannot_be_is_refused_in_words(decided, told):
    plan = planned(*HOSTILE)
    assert any(told in line for line in problems(plan, decided))
    with pytest.raises(PlanRefused):
        overridden(plan, decided)


def test_all_that_is_wrong_is_told_at_once():
    wrong = {"visit": {"sla": 5, "batch_size": 1}, "nothing": {}}
    assert len(problems(planned(), wrong)) == 3


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [("batch_size", "65536", 65536), ("batch_size", "many", "many"), ("alert_on_failure", "no", False),
     ("incremental_column", "A, B", ["A", "B"]), ("table_importance", "audit", "audit")],
)  # fmt: skip
def test_a_field_is_read_from_a_command_line(field, text, value):
    assert parsed(field, text) == value


def test_a_type_is_known_by_its_first_word():
    assert plan_file.read("practice") is None
    plan_file.write(planned(*HOSTILE))
    found = plan_file.read("practice").of(ODD).table.column("ж")
    assert found == SourceColumn("ж", "enum", "enum('a,b','c')", charset="utf8mb3")
