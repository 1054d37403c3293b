"""A copy that is late or damaged goes red, and somebody hears of it once."""

import json

from clinic_assets_tests.sources.opendental.copied import ODD, SECRET
from clinic_assets_tests.sources.opendental.copied import copied as copied
from clinic_assets_tests.timing.test_alert import mailbox as mailbox

ALL = 6
"""Verdicts: two on each of three tables."""


def aged(copied, hours, table="visit"):
    """Let everything that was done with a table be so long ago."""
    with copied.clinic.engine.begin() as connection:
        connection.exec_driver_sql(
            f"update ops.replica_load set started_at = started_at - interval '{hours} hours'"
            f" where table_name = '{table}'"
        )


def red(copied):
    """The checks that do not pass."""
    return {key for key, verdict in copied.judge().items() if not verdict.passed}


def test_a_fresh_and_whole_copy_is_green(copied):
    copied.run()
    verdicts = copied.judge()
    assert len(verdicts) == ALL and all(v.passed for v in verdicts.values())


def test_what_was_never_copied_is_red(copied):
    copied.run("payer")
    assert red(copied) >= {("visit", "is_on_time")}
    assert ("payer", "is_on_time") not in red(copied)


def test_a_late_table_is_red(copied):
    copied.run()
    aged(copied, 8)
    assert red(copied) == {("visit", "is_on_time")}
    told = copied.judge()["visit", "is_on_time"]
    assert "Not followed for 480 minutes" in told.description
    copied.run("visit")
    assert red(copied) == set()


def test_a_damaged_table_is_red_until_it_was_found_whole_again(copied):
    copied.run()
    with copied.clinic.engine.begin() as connection:
        connection.exec_driver_sql('update opendental.visit set "Fee" = -1 where "VisitNum" > 181')
    copied.run("visit", mode="verify")
    assert red(copied) == {("visit", "is_whole")}
    told = copied.judge()["visit", "is_whole"]
    assert "19 of 200 rows differed" in told.description
    assert told.metadata["rows_differing"].value == 19
    copied.run("visit", mode="verify")
    assert red(copied) == set()


def test_a_failed_run_is_red_at_once(copied):
    copied.run()
    copied.sql("drop table payer")
    copied.run("payer")
    assert red(copied) == {("payer", "is_on_time")}


def test_the_sensor_reports_everything_once_and_then_only_what_changes(copied):
    copied.run()
    first = copied.watch(None)
    assert len(first.asset_events) == ALL and all(e.passed for e in first.asset_events)
    assert copied.watch(first.cursor).asset_events == []
    aged(copied, 8)
    late = copied.watch(first.cursor)
    [event] = late.asset_events
    assert event.asset_key.path == ["opendental", "visit"] and not event.passed
    assert copied.watch(late.cursor).asset_events == []
    copied.run("visit")
    [event] = copied.watch(late.cursor).asset_events
    assert event.passed


def test_the_sensor_reports_everything_again_on_another_day_or_for_another_plan(copied):
    copied.run()
    told = json.loads(copied.watch(None).cursor)
    yesterday = json.dumps({**told, "day": "2020-01-01"})
    other = json.dumps({**told, "plans": "of another time"})
    assert len(copied.watch(yesterday).asset_events) == ALL
    assert len(copied.watch(other).asset_events) == ALL


def test_a_table_that_newly_needs_somebody_is_mailed_once(copied, mailbox):
    copied.run()
    cursor = copied.watch(None).cursor
    assert mailbox.mails == []
    aged(copied, 8)
    late = copied.watch(cursor)
    copied.watch(late.cursor)
    [mail] = mailbox.mails
    text = mail.get_payload(decode=True).decode()
    assert mail["Subject"] == "Clinic: 1 copied tables need a look"
    assert "visit (" in text and "Not followed for 480 minutes" in text
    assert SECRET not in text


def test_a_table_whose_plan_asks_for_no_alert_is_red_and_not_mailed(copied, mailbox):
    copied.run()
    assert not copied.plan.of("payer").alert_on_failure
    cursor = copied.watch(None).cursor
    aged(copied, 8, "payer")
    assert len(copied.watch(cursor).asset_events) == 1
    assert mailbox.mails == []


def test_a_copy_that_nobody_has_begun_is_red_and_not_mailed(copied, mailbox):
    assert not any(
        e.passed for e in copied.watch(None).asset_events if e.check_name == "is_on_time"
    )
    assert mailbox.mails == [] and ODD in copied.plan.tables[0].table.name
