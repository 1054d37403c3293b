"""What people are like shows in what becomes of them; without it, what becomes is chance."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from clinic_assets.simulate.dental.brought import DELETED, DONE, PLANNED, SHELVED
from clinic_assets.simulate.dental.codes import BROUGHT, MISSED, NEEDS, Kind, num
from clinic_assets.simulate.dental.habits import leaning
from clinic_assets.simulate.dental.lots import Lots
from clinic_assets.simulate.dental.people import patients
from clinic_assets_tests.simulate.dental.made_up import SMALL, made_up

pytestmark = pytest.mark.usefixtures("looks_less_far_ahead")
LARGER = replace(SMALL, last_day=date(2024, 4, 30), teams=2)


@pytest.fixture(scope="module")
def larger():
    return made_up(LARGER)


def test_who_waited_long_or_is_unreliable_comes_less_often(larger):
    past = larger[1]["appointments"].query("status in ('completed', 'no_show')")
    missed = past["status"] == "no_show"
    assert 0.03 < missed.mean() < 0.2
    assert past["true_risk"][missed].mean() > 1.4 * past["true_risk"][~missed].mean()


def test_another_visit_is_agreed_only_after_the_last_one_was_broken(larger):
    """Else two visits agreed at once would tell that the first one will be missed."""
    known = larger[1]["appointments"].sort_values(["pat_num", "start_at"])
    broken_at = known["cancelled_at"].where(known["status"] != "no_show", known["start_at"])
    before = broken_at.groupby(known["pat_num"]).shift(1)
    both = before.notna() & known["created_at"].notna()
    assert both.sum() > 40 and (known["created_at"] >= before)[both].all()


def refused(tables):
    """What was found to be needed and nobody agreed to."""
    rows = tables["procedurelog"]
    needed = rows["CodeNum"].isin([num(code) for code, _ in BROUGHT[Kind.FILLING]])
    is_open = rows["ProcStatus"].isin([PLANNED, SHELVED, DELETED])
    return rows[needed & is_open & (rows["AptNum"] == 0)]


def test_who_is_reluctant_refuses_more_often(larger):
    people = patients(LARGER, Lots(SMALL.seed))
    reluctance = people.set_index("pat_num")["reluctance"]
    assert abs(reluctance.mean()) < 0.1
    assert reluctance[refused(larger[0])["PatNum"].unique()].mean() > 0.3


def test_a_refused_treatment_brings_the_same_codes_as_an_accepted_one(larger):
    codes = refused(larger[0]).groupby(["PatNum", "DateTP"])["CodeNum"].agg(set)
    assert len(codes) > 40
    for code, chance in BROUGHT[Kind.FILLING]:
        of_one_to_three_visits = np.mean([1 - (1 - chance) ** visits for visits in (1, 2, 3)])
        share = np.mean([num(code) in found for found in codes])
        assert share == pytest.approx(of_one_to_three_visits, abs=0.15), code


def test_without_causes_all_are_alike():
    people = patients(replace(SMALL, causes=0.0), Lots(SMALL.seed))
    assert not people[["unreliability", "reluctance", "tardiness", "slowness"]].any(axis=None)
    chance = leaning(0.7, people["slowness"].to_numpy())
    assert chance == pytest.approx(0.7)


@pytest.fixture(scope="module")
def by_chance():
    """Half a year in which treatments and bills go by lot."""
    return made_up(replace(SMALL, last_day=date(2024, 9, 30), teams=2, dirt=0.0, causes=0.0))[0]


def test_without_causes_every_treatment_is_as_likely_done_within_four_weeks(by_chance):
    rows = by_chance["procedurelog"]
    treats = {num(code): kind for kind in NEEDS for code, _ in BROUGHT[kind] if code > "D2"}
    rows = rows[rows["CodeNum"].isin(treats) & rows["ProcStatus"].isin([DONE, PLANNED])]
    rows = rows[rows["DateTP"] < "2024-09-01"]
    is_done = rows["ProcStatus"] == DONE
    waited = (rows["ProcDate"] - rows["DateTP"]).dt.days
    assert waited[is_done].between(0, 28).all() and not waited[~is_done].any()
    assert not rows["AptNum"].any()
    shares = is_done.groupby(rows["CodeNum"].map(treats)).agg(["mean", "size"])
    assert len(shares) == len(NEEDS)
    # A visit's procedures, up to four, share their lot.
    assert (abs(shares["mean"] - 0.6) < 3 * (4 * 0.24 / shares["size"]) ** 0.5).all()


def test_without_causes_an_insured_visit_is_as_likely_paid_as_any(by_chance):
    rows = by_chance["procedurelog"].query("ProcStatus == 2 and ProcFee > 0")
    rows = rows[rows["ProcDate"] < "2024-07-01"]
    rows = rows[rows["CodeNum"] != num(MISSED)]
    paid = by_chance["paysplit"].groupby("ProcNum")["SplitAmt"].sum()
    claimed = by_chance["claimproc"].groupby("ProcNum")["InsPayEst"].sum()
    estimate = rows["ProcNum"].map(claimed).fillna(0)
    owed = rows["ProcFee"] * rows["UnitQty"].clip(1) - estimate
    some = owed > 1
    is_paid = rows["ProcNum"].map(paid).fillna(0)[some] >= 0.89 * owed[some]
    shares = is_paid.groupby(estimate[some] > 0).mean()
    assert len(shares) == 2 and shares.between(0.8, 0.97).all()
    assert abs(shares.diff().iloc[-1]) < 0.06


def test_a_trait_multiplies_the_odds():
    assert leaning(0.5, np.log([1.0, 3.0, 1 / 3])) == pytest.approx([0.5, 0.75, 0.25])
