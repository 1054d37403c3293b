"""The diary: who comes when, and what is moved."""

import pandas as pd


def _in_shift(world, visits):
    shifts = world.final["shifts"].assign(day=lambda rows: rows["start"].dt.normalize())
    keys = {"left_on": ["physio_id", "day"], "right_on": ["practitioner", "day"]}
    rows = visits.merge(shifts, how="left", **keys)
    return (rows["start"] <= rows["appt_start"]) & (rows["appt_end"] <= rows["end"])


def test_every_visit_lies_within_a_shift_of_its_physio(world, past):
    assert _in_shift(world, past).all()


def test_nobody_has_two_visits_on_a_day(past):
    assert not past.duplicated(["patient_id", "day"]).any()


def test_double_bookings_exist_but_are_few(past):
    rows = past.sort_values(["physio_id", "appt_start"])
    doubled = (rows["physio_id"] == rows["physio_id"].shift()) & (
        rows["appt_start"] < rows["appt_end"].shift()
    )
    weeks = rows["day"].nunique() / 6
    assert 0.5 < doubled.sum() / weeks < 8


def test_a_usual_weekday_has_the_visits_that_the_plan_asks_for(past, plan):
    by_day = past[past["day"].dt.day_of_week < 5].groupby("day").size()
    assert abs(by_day.mean() - plan.visits_per_day) < 3
    assert not (past["day"].dt.day_of_week == 6).any()


def test_bookings_are_made_weeks_ahead_and_many_at_the_last_moment(past):
    assert (past["lead"] >= 0).all()
    assert 0.17 < (past["lead"] <= 1).mean() < 0.32
    assert (past["lead"] > 14).mean() > 0.25


def test_nobody_comes_before_they_have_booked(past):
    assert (past["booked_at"] < past["appt_start"]).all()


def test_some_patients_come_every_week_at_the_same_hour(past):
    weekly = past.groupby(["patient_id", "booked_at"])["day"].nunique()
    assert (weekly >= 3).sum() > 20


def test_price_follows_length(past):
    minutes = (past["appt_end"] - past["appt_start"]).dt.total_seconds() / 60
    expected = minutes.map({30: 60.0, 45: 75.0, 60: 90.0})
    assert (past["price_estimate"] == expected).mean() > 0.99


def test_bookings_reach_weeks_beyond_the_last_day_and_none_of_them_has_happened(world, plan):
    visits = world.truth["appointments"]
    coming = visits[visits["day"] > pd.Timestamp(plan.last_day)]
    assert (coming["day"].max() - pd.Timestamp(plan.last_day)).days >= 25
    assert set(coming["status"]) <= {"booked", "confirmed", "canceled", "canceled_clinic"}


def test_a_moved_visit_keeps_its_key_and_goes_later_or_sooner_even_into_other_months(world):
    states = world.histories["appointments"].drop_duplicates(["appointment_id", "appt_start"])
    states = states[states["appointment_id"].duplicated(keep=False)]
    ends = states.groupby("appointment_id").agg({"appt_start": ["first", "last"]})
    first, last = ends["appt_start"]["first"], ends["appt_start"]["last"]
    assert (last > first).sum() > 50
    assert (last < first).sum() > 20
    assert (last.dt.month != first.dt.month).sum() > 10


def test_a_visit_is_moved_before_it_was_due_and_its_booking_time_stays(world, plan):
    states = world.histories["appointments"]
    assert (states.groupby("appointment_id")["booked_at"].nunique() == 1).all()
    before = states.groupby("appointment_id")["appt_start"].shift()
    moved = before.notna() & (before != states["appt_start"])
    moved &= states["slice_day"] > pd.Timestamp(plan.first_day)
    assert moved.sum() > 100
    assert (states["slice_day"] < before.dt.normalize())[moved].all()
    assert (states["slice_day"] < states["appt_start"].dt.normalize())[moved].all()
