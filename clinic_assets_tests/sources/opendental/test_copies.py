"""Every table of a practice is an asset, made by one step that does not fail for one of them."""

import pytest

from clinic_assets.sources.opendental.assets import copy_of, key_of_copy
from clinic_assets.timing.replication import HOURLY, NIGHTLY, jobs_of, schedules_of
from clinic_assets.timing.tags import COPY
from clinic_assets_tests.mariadb import PASSWORD
from clinic_assets_tests.sources.opendental.copied import ODD, SECRET
from clinic_assets_tests.sources.opendental.copied import copied as copied


def materialized(ran):
    """Table to the figures of its materialization."""
    return {
        found.metadata["table"].value: {name: value.value for name, value in found.metadata.items()}
        for event in ran.get_asset_materialization_events()
        for found in [event.step_materialization_data.materialization]
    }


def test_a_copied_table_says_what_it_is(copied):
    specs = {spec.key: spec for spec in copy_of(copied.plan).specs}
    spec = specs[key_of_copy("opendental", "visit")]
    assert spec.group_name == f"opendental_{copied.plan.of('visit').importance}"
    assert spec.owners and spec.kinds == {"mysql", "postgres"} and spec.tags[COPY] == "yes"
    assert spec.partitions_def is None and not list(spec.deps) and spec.code_version
    assert "our models read it" in spec.description
    columns = spec.metadata["dagster/column_schema"].columns
    assert [c.name for c in columns] == ["VisitNum", "Note", "Fee", "DateTStamp"]
    assert columns[0].type == "bigint" and not columns[0].constraints.nullable
    assert len(specs) == 3


def test_a_hostile_name_is_spelled_so_that_dagster_takes_it_and_shown_as_it_is(copied):
    key = key_of_copy("opendental", ODD)
    assert key.path[1].replace("_", "").isalnum() and key != key_of_copy("opendental", 'a";')
    [spec] = [spec for spec in copy_of(copied.plan).specs if spec.key == key]
    assert spec.metadata["dagster/table_name"] == '"opendental"."a""; drop table x;--"'


def test_all_tables_are_copied_and_say_what_was_done(copied):
    ran = copied.run()
    assert ran.success
    told = materialized(ran)
    assert set(told) == {"visit", "payer", ODD}
    assert told["visit"]["action"] == "load" and told["visit"]["dagster/row_count"] == 200
    assert {"seconds", "rows_written", "bytes_read", "ranges_healed"} <= set(told["visit"])
    assert copied.rows("visit") == 200
    assert copied.rows(ODD.replace('"', '""')) == 1
    runs = copied.clinic.rows("select distinct run_id from ops.replica_load")
    assert runs == [(ran.run_id,)]


def test_only_the_tables_asked_for_are_copied(copied):
    assert set(materialized(copied.run("payer"))) == {"payer"}
    assert copied.clinic.rows("select table_name from ops.replica_table") == [("payer",)]


def test_a_second_run_brings_what_has_changed(copied):
    copied.run()
    copied.sql("update visit set Fee = 0 where VisitNum = 7;\ninsert into visit (Fee) values (9)")
    told = materialized(copied.run())
    assert told["visit"]["action"] == "follow" and told["visit"]["rows_written"] == 2
    assert "lag_seconds" in told["visit"]
    assert copied.rows("visit") == 201


def test_one_table_that_fails_leaves_the_others_alone_and_is_told_at_the_end(copied):
    copied.sql("drop table payer")
    ran = copied.run()
    assert not ran.success
    assert set(materialized(ran)) == {"visit", ODD}
    [failure] = [e for e in ran.all_events if e.is_step_failure]
    said = failure.step_failure_data.error.message
    assert (
        "1 of 3 tables could not be brought up; the others were. payer: the table is gone" in said
    )
    assert copied.rows("visit") == 200


def test_a_server_that_is_away_is_told_in_one_line_without_its_password(copied, monkeypatch):
    from clinic_assets.settings import settings

    monkeypatch.setenv("CLINIC_OPENDENTAL_URL", f"mysql://me:{SECRET[:3]}-9@127.0.0.1:1/none")
    settings.cache_clear()
    monkeypatch.setattr("clinic_assets.sources.opendental.assets.PATIENCE_SECONDS", 0.1)
    ran = copied.run()
    [failure] = [e for e in ran.all_events if e.is_step_failure]
    assert "the server does not answer" in failure.step_failure_data.error.message
    assert f"{SECRET[:3]}-9" not in str(ran.all_events)


def test_no_event_of_a_run_holds_a_secret_or_a_patients_value(copied):
    good = copied.run()
    copied.sql("alter table visit modify Note text;\ndrop table payer")
    bad = copied.run(mode="verify")
    said = str([good.all_events, bad.all_events])
    assert len(good.all_events) > 5 and "payer" in said
    assert PASSWORD not in said and SECRET not in said


def test_a_table_that_lost_most_rows_is_left_until_somebody_consents(copied):
    copied.run()
    copied.sql("truncate table visit")
    assert not copied.run("visit", mode="verify").success
    assert copied.rows("visit") == 200
    assert copied.run("visit", mode="verify", consent=["visit"]).success
    assert copied.rows("visit") == 0


def test_a_comparison_may_be_asked_to_mend_nothing(copied):
    copied.run()
    with copied.clinic.engine.begin() as connection:
        connection.exec_driver_sql('update opendental.visit set "Fee" = -1 where "VisitNum" = 150')
    told = materialized(copied.run("visit", mode="verify", heals=False))
    assert told["visit"]["integrity"] == pytest.approx(0.995)
    wrong = 'select count(*) from opendental.visit where "Fee" = -1'
    assert copied.clinic.one(wrong) == 1
    copied.run("visit", mode="verify")
    assert copied.clinic.one(wrong) == 0


def test_copies_are_followed_every_hour_and_compared_every_night(copied):
    jobs = jobs_of([copy_of(copied.plan)])
    assert [job.name for job in jobs] == [HOURLY, NIGHTLY]
    hourly, nightly = schedules_of(jobs)
    assert hourly.cron_schedule == "10 * * * *" and nightly.cron_schedule == "40 1 * * *"
    assert {s.default_status.value for s in (hourly, nightly)} == {"RUNNING"}


def test_without_a_copy_there_is_no_job():
    assert jobs_of([]) == [] and schedules_of([]) == []
