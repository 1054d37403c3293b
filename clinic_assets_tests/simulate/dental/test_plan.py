"""A plan decides everything: equal plans give equal rows, longer or larger ones give more."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from clinic_assets.simulate.dental import plan
from clinic_assets.simulate.dental.chapters import chapters
from clinic_assets.simulate.dental.lots import Lots
from clinic_assets.simulate.dental.schema import TABLES
from clinic_assets.simulate.dental.texts import lines
from clinic_assets_tests.simulate.dental.made_up import SMALL, made_up

pytestmark = pytest.mark.usefixtures("looks_less_far_ahead")


def written(tables):
    """Every table as it would be loaded."""
    return {
        name: lines(rows, TABLES[name].kinds, SMALL.timezone)[1] for name, rows in tables.items()
    }


@pytest.fixture(scope="module")
def small():
    return made_up(SMALL)


@pytest.fixture(scope="module")
def longer():
    return made_up(replace(SMALL, last_day=date(2024, 4, 30)))


@pytest.fixture(scope="module")
def larger():
    return made_up(replace(SMALL, teams=2, clinics=2, log_rows=9))


def test_equal_plans_give_equal_bytes_and_another_seed_gives_others(small):
    first, again = written(small[0]), written(made_up(SMALL)[0])
    other = written(made_up(replace(SMALL, seed=8))[0])
    assert first == again and set(first) == set(other) == set(TABLES)
    assert {name for name in first if first[name] == other[name]} == {
        "clinic", "definition", "operatory", "userod", "preference", "procedurecode",
        "appointmenttype", "recalltype", "carrier", "feesched", "fee",
    }  # fmt: skip


def test_what_happened_is_not_changed_by_what_comes_after_it(small, longer):
    """Visits until the last day; those ahead are still to be fitted around new patients."""
    told = ["pat_num", "start_at", "end_at", "created_at", "cancelled_at"]
    past = [
        truth["appointments"][truth["appointments"]["start_at"] <= SMALL.now][told]
        .sort_values(told, ignore_index=True)
        for _, truth in (small, longer)
    ]  # fmt: skip
    assert past[0].equals(past[1]) and len(past[0]) > 200
    people = len(small[0]["patient"])
    for name in ("LName", "Birthdate", "Guarantor", "WirelessPhone"):
        assert small[0]["patient"][name].equals(longer[0]["patient"][name][:people]), name


def test_how_much_is_made_up_at_once_changes_nothing_but_numbers(monkeypatch, small):
    monkeypatch.setattr(plan, "VISITS_AT_ONCE", 150)
    assert len(SMALL.spans()) > 5
    tables, truth = made_up(SMALL)
    assert {name: len(rows) for name, rows in tables.items() if name != "claimpayment"} == {
        name: len(rows) for name, rows in small[0].items() if name != "claimpayment"
    }
    told = ["pat_num", "start_at", "status", "price_amount", "cancelled_at", "created_at"]
    by = ["start_at", "pat_num"]
    one, other = (
        each["appointments"][told].sort_values(by, ignore_index=True) for each in (truth, small[1])
    )
    assert one.equals(other)
    assert truth["accounts"].equals(small[1]["accounts"])


def test_more_teams_and_more_days_give_more_rows_in_proportion(small, longer, larger):
    once, later, twice = (
        {name: len(rows) for name, rows in tables.items()} for tables, _ in (small, longer, larger)
    )
    for name in ("appointment", "procedurelog", "claimproc", "paysplit", "commlog", "patient"):
        assert 1.6 < twice[name] / once[name] < 2.5, name
    assert later["payment"] > 1.6 * once["payment"] and later["patient"] < 1.1 * once["patient"]
    assert twice["securitylog"] > 4 * once["securitylog"]


def test_with_several_clinics_each_team_works_in_one_of_them(small, larger):
    tables, truth = larger
    for name in ("clinic", "operatory", "patient", "appointment", "paysplit", "claim"):
        assert set(tables[name]["ClinicNum"]) == {1, 2}, name
        assert set(small[0][name].get("ClinicNum", [])) <= {0}, name
    place = tables["operatory"].set_index("OperatoryNum")["ClinicNum"]
    placed = tables["scheduleop"].merge(tables["schedule"], on="ScheduleNum")
    placed = placed[placed["SchedType"] == 1]
    assert (placed["OperatoryNum"].map(place) == placed["clinic"]).all()
    assert set(truth["shifts"]["clinic_num"]) == set(truth["appointments"]["clinic_num"]) == {1, 2}


def test_a_clean_practice_has_no_dirt():
    dirt = made_up(replace(SMALL, dirt=0.0))[1]["dirt"]
    assert len(dirt) > 30 and dirt["rows"].sum() == 0


def test_prices_rise_with_the_years():
    opened = next(chapters(replace(SMALL, first_day=date(2022, 12, 1)))).tables
    usual = opened["fee"][(opened["fee"]["FeeSched"] == 1) & (opened["fee"]["CodeNum"] == 11)]
    assert list(usual["DateEffective"].dt.year) == [2022, 2023, 2024]
    assert list(usual["Amount"]) == [103.0, 107.0, 110.0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_day": date(2024, 2, 1)},
        {"teams": 0},
        {"clinics": 2},
        {"dirt": -1.0},
        {"timezone": "Nowhere/Land"},
    ],
)
def test_an_impossible_plan_is_refused(wrong):
    with pytest.raises((ValueError, KeyError)):
        replace(SMALL, **wrong)


def test_the_spans_are_every_day_once():
    spans = replace(SMALL, teams=40).spans()
    days = [
        first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)
    ]
    assert days == [SMALL.first_day + timedelta(days=n) for n in range(len(days))]
    assert len(spans) > 5 and days[-1] == SMALL.last_day + timedelta(days=plan.BOOKED_AHEAD)


def test_lots_are_even_and_know_neither_order_nor_neighbours():
    lots, keys = Lots(7), np.arange(20_000)
    shares = lots("who", keys)
    assert abs(shares.mean() - 0.5) < 0.01 and 0 <= shares.min() <= shares.max() < 1
    assert (lots("who", keys[::-1]) == shares[::-1]).all()
    assert abs(np.corrcoef(shares, lots("what", keys))[0, 1]) < 0.03
    assert abs(np.corrcoef(shares[1:], shares[:-1])[0, 1]) < 0.03
    assert (lots("who", keys, keys) != shares).mean() > 0.99
    assert abs(lots.waits("wait", 9.0, keys).mean() - 9) < 0.3
    assert abs(lots.normal("norm", keys).std() - 1) < 0.03
