"""A copied table owes what its importance and its size ask, and says in words when it fails."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_assets.replica.books.service_level import BARS, SECONDS, failing, verdicts
from clinic_assets.replica.books.status import Status
from clinic_assets.replica.planning.plan import TablePlan
from clinic_assets_tests.replica.tables import key, table

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
VISIT = TablePlan(table("visit", key("VisitNum")), "changed_since", importance="critical")
WELL = Status(
    "visit",
    rows=90_000,
    loaded_at=NOW - dt.timedelta(days=9),
    looked_at=NOW - dt.timedelta(minutes=20),
    verified_at=NOW - dt.timedelta(hours=10),
    rows_compared=90_000,
    rows_differing=0,
    last_action="follow",
    last_seconds=0.4,
)


def told(status, plan=VISIT):
    """What is wrong, in words; empty when nothing is."""
    return " ".join(v.told for v in failing(verdicts(plan, status, NOW)))


def test_a_table_that_keeps_to_everything_passes_both():
    assert told(WELL) == ""
    on_time, whole = verdicts(VISIT, WELL, NOW)
    assert on_time.told == "Followed 20 minutes ago."
    assert whole.told == "0 of 90000 rows differed at the last comparison: 100 % were whole."


@pytest.mark.parametrize("importance", BARS)
def test_each_importance_has_its_own_patience(importance):
    plan = replace(VISIT, importance=importance)
    most = BARS[importance].minutes
    assert not told(replace(WELL, looked_at=NOW - dt.timedelta(minutes=most)), plan)
    late = replace(WELL, looked_at=NOW - dt.timedelta(minutes=most + 1))
    assert told(late, plan) == f"Not followed for {most + 1} minutes; {most} are allowed."


@pytest.mark.parametrize("importance", BARS)
def test_each_importance_has_its_own_bar_of_integrity(importance):
    plan, bar = replace(VISIT, importance=importance), BARS[importance].integrity
    at_bar = replace(WELL, rows_compared=1000, rows_differing=round(1000 * (1 - bar)))
    below = replace(at_bar, rows_differing=at_bar.rows_differing + 1)
    assert not told(at_bar, plan)
    assert f"At least {bar:.0%} are owed." in told(below, plan)


def test_the_bars_lie_between_95_and_99_percent_and_5_and_70_minutes():
    assert {bar.integrity for bar in BARS.values()} == {0.99, 0.98, 0.97, 0.95}
    assert min(SECONDS.values()) == 5 * 60 and max(SECONDS.values()) == 70 * 60


@pytest.mark.parametrize("size_class", SECONDS)
def test_a_run_may_take_what_the_tables_size_allows(size_class):
    plan = replace(VISIT, size_class=size_class)
    assert not told(replace(WELL, last_seconds=SECONDS[size_class]), plan)
    assert "discover" in told(replace(WELL, last_seconds=SECONDS[size_class] + 1), plan)


def test_a_failed_run_is_told_with_its_reason_though_the_table_is_fresh():
    assert "The last run failed: visit: gone." in told(
        replace(WELL, last_is_ok=False, last_reason="visit: gone.")
    )


def test_a_table_that_is_not_compared_every_night_is_not_known_to_be_whole():
    assert "Not compared for 31 hours" in told(
        replace(WELL, verified_at=NOW - dt.timedelta(hours=31))
    )
    fresh = replace(WELL, verified_at=None, rows_compared=None, rows_differing=None)
    assert "Not compared for 216 hours" in told(fresh)
    assert not told(replace(fresh, loaded_at=NOW - dt.timedelta(hours=3)))


def test_a_share_is_never_said_to_be_better_than_it_is():
    _, whole = verdicts(VISIT, replace(WELL, rows_differing=1), NOW)
    assert whole.passed and "99.99 % were whole" in whole.told


def test_rows_that_are_all_gone_from_the_source_differ_too():
    assert replace(WELL, rows_compared=0, rows_differing=10).integrity == 0


def test_only_what_was_begun_and_asks_for_it_alerts():
    late = replace(WELL, looked_at=NOW - dt.timedelta(days=1))
    quiet = replace(VISIT, alert_on_failure=False)
    never = Status("visit")
    assert [v.is_alert for v in failing(verdicts(VISIT, late, NOW))] == [True]
    assert [v.is_alert for v in failing(verdicts(quiet, late, NOW))] == [False]
    assert "Never copied" in told(never)
    assert not any(v.is_alert for v in verdicts(VISIT, never, NOW))
