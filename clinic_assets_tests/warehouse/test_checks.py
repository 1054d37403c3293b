"""How checks are declared and judged: once for a range, plainly, and telling nobody's name."""

import datetime as dt

import dagster as dg
import pytest
import sqlalchemy as sa

from clinic_assets.core import tables as core
from clinic_assets.definitions import CHECKS, defs
from clinic_assets.warehouse import checks
from clinic_assets.warehouse.checks import WARN, Check, findings, verdict
from clinic_assets.warehouse.contracts import key_of
from clinic_assets.warehouse.days import UNDATED, Days
from clinic_assets.warehouse.reach import parents_of
from clinic_assets.warehouse.sessions import WarehouseError
from clinic_assets.warehouse.sql_models import tables_read
from clinic_assets.warehouse.table_assets import table_asset
from clinic_assets.warehouse.tables import run as ops_table

DAY = dt.date(2025, 9, 3)
HEADER = "appointment_id,patient_id,physio_id,appt_start,appt_end,booked_at,status,price_estimate"
CHAIN = (
    "raw.practice_files_appointments",
    "clean.practice_files_appointments",
    "core.fct_appointment",
)


def drop_odd_days(clinic, days=("2025-09-01", "2025-09-02", "2025-09-03")):
    """On each day one visit with an unknown status word."""
    for day in days:
        row = f"{day},1,1,{day}T09:00:00,{day}T10:00:00,2025-08-01T09:00:00,verlegt,60"
        clinic.drop(f"daily/{day}/appointments.csv", f"{HEADER}\n{row}\n")


def judged(done, name):
    return [e for e in done.get_asset_check_evaluations() if e.check_name == name]


def test_a_range_is_judged_once_and_a_single_day_alone(clinic):
    drop_odd_days(clinic)
    [told] = judged(
        clinic.run("2025-09-01", "2025-09-04", *CHAIN, checks=True), "statuses_are_known"
    )
    assert not told.passed and told.severity == dg.AssetCheckSeverity.ERROR and not told.blocking
    assert told.description == "3 appointments on 3 days."
    assert told.metadata["bad_rows"].value == 3
    assert told.metadata["bad_days"].value == ["2025-09-01", "2025-09-02", "2025-09-03"]
    assert told.metadata["days"].value == "2025-09-01 to 2025-09-04"
    assert told.metadata["rule"].value.startswith("Every appointment has a status")
    assert "- 2025-09-01: verlegt" in told.metadata["details"].value
    [told] = judged(clinic.run("2025-09-02", None, *CHAIN, checks=True), "statuses_are_known")
    assert told.metadata["bad_days"].value == ["2025-09-02"]
    [told] = judged(clinic.run("2025-09-04", None, *CHAIN, checks=True), "statuses_are_known")
    assert told.passed and told.metadata["bad_days"].value == []


def test_a_failed_check_does_not_fail_the_run(clinic):
    drop_odd_days(clinic)
    assert clinic.run("2025-09-01", "2025-09-03", *CHAIN, checks=True).success


def test_findings_are_the_same_days_as_the_verdict(clinic):
    drop_odd_days(clinic)
    clinic.run("2025-09-01", "2025-09-03", *CHAIN, checks=True)
    known = [c for c in CHECKS if c.name == "statuses_are_known"]
    told = findings(clinic.engine, known, Days(DAY, DAY))
    assert [(f.check, f.table, f.day, f.bad_rows) for f in told] == [
        ("statuses_are_known", "core.fct_appointment", DAY, 1)
    ]


A_GOOD_DAY = {
    "appointments": f"{HEADER}\n1,1,1,2025-09-03T09:00:00,2025-09-03T10:00:00,"
    "2025-09-01T09:00:00,completed,60\n",
    "patients": "patient_id,first_name,last_name,phone,consent_form_received,created_at\n"
    "1,Ada,Canary,0170 5550199,1,2025-08-01T09:00:00\n",
    "physios": "physio_id,full_name\n1,Alex J\n",
    "payments": "payment_id,appointment_id,amount,paid_at,method\n"
    "1,1,60,2025-09-03T10:00:00,card\n",
    "shifts": "practitioner,starts_at,ends_at\n1,2025-09-03T08:00:00,2025-09-03T16:00:00\n",
    "stock_logs": "log_date,location_id,item_name,opening_stock,received_qty,issued_qty,"
    "closing_stock,lead_time_days\n2025-09-03,L,Gauze,50,5,5,50,3\n",
    "stock_items": "item_name,pack_size,least_order,unit_cost\nGauze,5,10,1.25\n",
    "stock_locations": "location_id,latitude,longitude\nL,52.5,13.4\n",
    "stock_orders": "order_id,location_id,item_name,ordered_on,quantity\nO1,L,Gauze,2025-09-03,5\n",
    "service_items": "service,item_name,quantity\n*,Gauze,0.5\n",
}


def test_a_good_day_passes_every_check_of_the_whole_graph(clinic):
    for name, text in A_GOOD_DAY.items():
        clinic.drop(f"daily/2025-09-03/{name}.csv", text)
    done = clinic.run("2025-09-03", checks=True)
    assert done.success
    told = done.get_asset_check_evaluations()
    assert len(told) == len(CHECKS)
    assert [e.check_name for e in told if not e.passed] == []
    assert all("Canary" not in f"{e.description} {e.metadata}" for e in told)


def test_no_rule_is_broken_in_an_empty_clinic(clinic):
    assert findings(clinic.engine, CHECKS, Days(DAY, DAY, is_open=True)) == []


def a_check(sql):
    return Check("rule", core.fct_appointment, "A rule.", sql, WARN)


def test_a_database_error_is_a_failed_check_with_a_plain_sentence(clinic):
    broken = a_check("select date '2025-09-03' as day, 'Canary'::int as bad_rows")
    with pytest.raises(WarehouseError):
        findings(clinic.engine, [broken], Days(DAY, DAY))
    done = dg.materialize(
        [written_and_judged_by(broken)],
        partition_key="2025-09-03",
        resources=defs.resources,
        instance=dg.DagsterInstance.ephemeral(),
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    )
    [told] = done.get_asset_check_evaluations()
    assert not told.passed
    assert told.description == (
        "Could not be judged. core.fct_appointment, rule: Postgres refused,"
        " InvalidTextRepresentation 22P02."
    )
    assert "Canary" not in str(told.metadata)


def written_and_judged_by(check):
    """An asset that writes nothing."""
    return table_asset(
        check.table, lambda context, warehouse, days: dg.MaterializeResult(),
        code_version="1", checks=[check],
    )  # fmt: skip


def test_a_check_executed_alone_writes_nothing_and_judges_the_last_weeks(clinic):
    clinic.run("2025-09-03", None, "core.fct_payment")
    alone = defs.resolve_implicit_global_asset_job_def().get_subset(
        asset_selection=set(),
        asset_check_selection={dg.AssetCheckKey(key_of(core.fct_payment), "rows_are_as_written")},
    )
    done = alone.execute_in_process(instance=dg.DagsterInstance.ephemeral())
    [told] = done.get_asset_check_evaluations()
    assert told.passed and told.metadata["days"].value.endswith("and later")
    assert done.get_asset_materialization_events() == []
    assert clinic.one("select count(*) from ops.load_ledger") == 1


def test_a_check_only_reads(clinic):
    writing = a_check("select date '2025-09-03' as day, nextval('ops.write_order') as bad_rows")
    with pytest.raises(WarehouseError, match="ReadOnlySqlTransaction"):
        findings(clinic.engine, [writing], Days(DAY, DAY))


def test_a_verdict_lists_the_first_fifty_days_and_counts_all(clinic):
    many = a_check(
        "select date '2025-01-01' + n as day, 2 as bad_rows, 'why' as detail"
        " from generate_series(0, 59) as n"
    )
    days = Days(dt.date(2025, 1, 1), dt.date(2025, 3, 1), is_open=True)
    told = verdict(many, days, findings(clinic.engine, [many], days))
    assert told.metadata["bad_rows"].value == 120
    assert told.metadata["bad_days_in_all"].value == 60
    assert len(told.metadata["bad_days"].value) == checks.MOST_DAYS
    assert told.metadata["details"].value.count("\n") == checks.MOST_DAYS - 1
    assert told.metadata["days"].value == "2025-01-01 to 2025-03-01 and later"


def test_what_has_no_date_is_named_so(clinic):
    undated = a_check(f"select date '{UNDATED}' as day, 1 as bad_rows")
    told = verdict(undated, Days(DAY, DAY), findings(clinic.engine, [undated], Days(DAY, DAY)))
    assert told.metadata["bad_days"].value == ["without a date"]
    assert told.description == "1 rows on 1 day."


def test_rows_of_a_table_and_of_its_ledger_agree(clinic):
    drop_odd_days(clinic)
    clinic.run("2025-09-01", "2025-09-03", *CHAIN, checks=True)
    ledger = [c for c in CHECKS if c.name == "rows_are_as_written"]
    week = Days(dt.date(2025, 9, 1), dt.date(2025, 9, 7))
    assert findings(clinic.engine, ledger, week) == []
    with clinic.engine.begin() as connection:
        connection.execute(sa.text("delete from core.fct_appointment where day = '2025-09-02'"))
    [told] = findings(clinic.engine, ledger, week)
    assert (told.table, told.day) == ("core.fct_appointment", dt.date(2025, 9, 2))
    assert told.detail == "0 in the table, 1 in the ledger"


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: f"{c.table.fullname} {c.name}")
def test_a_check_waits_for_every_table_it_reads(check):
    read = {n for n in tables_read(check.sql) if not n.startswith(f"{ops_table.schema}.")}
    assert read - made_from(check.table.fullname) == {t.fullname for t in check.beside}


def made_from(table):
    """The table and all it is made from."""
    return {table}.union(*(made_from(parent) for parent in parents_of(table)))


def test_every_table_has_checks_with_names_and_words_of_their_own():
    names = [(c.table.fullname, c.name) for c in CHECKS]
    assert len(set(names)) == len(names)
    assert all(c.words.endswith(".") and c.words[0].isupper() for c in CHECKS)
    kept = {key.to_user_string().replace("/", ".") for key in defs.resolve_all_asset_keys()}
    assert kept == {table for table, _ in names}


def test_every_check_is_in_the_graph_not_blocking_and_by_day():
    made = [*(defs.assets or []), *(defs.asset_checks or [])]
    specs = [spec for definition in made for spec in definition.check_specs]
    assert len(specs) == len(CHECKS)
    assert all(not spec.blocking and spec.partitions_def is None for spec in specs)
