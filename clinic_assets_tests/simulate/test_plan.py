"""What may be asked of a clinic."""

from datetime import date

import pytest

from clinic_assets.simulate import SAMPLE, ClinicPlan

DAY = date(2025, 6, 2)


def test_a_plan_cannot_end_before_it_begins():
    with pytest.raises(ValueError, match="before"):
        ClinicPlan(first_day=DAY, last_day=date(2025, 6, 1))


@pytest.mark.parametrize("visits", [0, 33])
def test_a_plan_asks_no_more_visits_than_its_practitioners_can_give(visits):
    with pytest.raises(ValueError, match="visits_per_day"):
        ClinicPlan(DAY, DAY, practitioners=4, visits_per_day=visits)


@pytest.mark.parametrize("wish", [{"patients_at_start": 50}, {"items": 0}, {"locations": ()}])
def test_a_plan_needs_patients_and_something_on_the_shelves(wish):
    with pytest.raises(ValueError, match="needs"):
        ClinicPlan(DAY, DAY, **wish)


def test_the_zone_of_a_plan_must_exist():
    with pytest.raises(KeyError):
        ClinicPlan(DAY, DAY, timezone="Europe/Nowhere")


def test_the_days_of_a_plan_include_the_first_and_the_last():
    days = list(SAMPLE.days())
    assert (days[0], days[-1], len(days)) == (SAMPLE.first_day, SAMPLE.last_day, 75)
