"""Cutting histories into days."""

from datetime import date

import pandas as pd
import pytest

from clinic_assets.simulate.slices import daily, final, until

MONDAY, TUESDAY, FRIDAY = (pd.Timestamp(2025, 6, day) for day in (2, 3, 6))


@pytest.fixture
def history() -> pd.DataFrame:
    """Two rows: the first changes twice on Monday and once on Friday, the second is of Tuesday."""
    rows = [("a", 1, MONDAY), ("a", 3, FRIDAY), ("a", 2, MONDAY), ("b", 9, TUESDAY)]
    return pd.DataFrame(rows, columns=["key", "state", "slice_day"])


def test_a_day_holds_each_changed_row_once_as_it_stood_that_evening(history):
    days = daily(until(history, date(2025, 6, 30)), ["key"])
    states = {day.day: rows.to_dict("list") for day, rows in days.items()}
    assert states == {
        2: {"key": ["a"], "state": [2]},
        3: {"key": ["b"], "state": [9]},
        6: {"key": ["a"], "state": [3]},
    }


@pytest.mark.parametrize(("last", "state"), [(2, 2), (5, 2), (6, 3)])
def test_what_comes_after_the_last_day_has_not_happened(history, last, state):
    rows = final(until(history, date(2025, 6, last)), ["key"])
    assert rows.set_index("key").loc["a", "state"] == state


def test_a_world_tells_each_day_as_its_files_do(world, plan):
    per_day = daily(world.histories["payments"], ["payment_id"])
    for day in list(plan.days())[:10]:
        told = world.exported_on(day).get("payments", pd.DataFrame())
        written = per_day.get(day, pd.DataFrame())
        assert told.to_dict("list") == written.to_dict("list")
