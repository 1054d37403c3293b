"""Whom a forecast flags, on groups small enough to count."""

import numpy as np
import pandas as pd
import pytest

from clinic_assets.risk.recipe.fairness import by_group, flagged


def test_rows_tied_at_the_cut_share_what_is_left_of_the_tenth():
    assert flagged(np.array([0.9, 0.5, 0.5, 0.1, *[0.0] * 16])).tolist()[:4] == [1, 0.5, 0.5, 0]
    assert flagged(np.full(30, 0.2)).sum() == pytest.approx(3)


def test_a_group_that_came_and_was_flagged_all_the_same_has_a_false_positive_rate():
    told = pd.DataFrame({"outcome": [1.0] * 5 + [0.0] * 95, "trees": 0.1, "group": "b"})
    told.loc[:9, "trees"] = 0.8
    told.loc[:49, "group"] = "a"
    a, b = by_group(told, "trees", ["group"])
    assert (a["n"], a["base_rate"], a["flagged"]) == (50, 0.1, 0.2)
    assert a["false_positive_rate"] == pytest.approx(5 / 45, abs=1e-4)
    assert (b["base_rate"], b["flagged"], b["false_positive_rate"]) == (0, 0, 0)


def test_a_small_group_is_not_told():
    told = pd.DataFrame({"outcome": 0.0, "trees": 0.1, "group": ["a"] * 60 + ["b"] * 40})
    assert [row["group"] for row in by_group(told, "trees", ["group"])] == ["a"]
