"""Who pays, when and how much."""

import pytest


@pytest.fixture
def paid(world):
    visits = world.final["appointments"].set_index("appointment_id")
    return world.histories["payments"].join(visits, on="appointment_id")


def test_only_visits_that_took_place_are_paid(paid):
    unrecorded = paid["status"].isin(["booked", "confirmed"])
    assert set(paid[~unrecorded]["status"]) == {"completed"}
    assert (paid["status"] == "completed").mean() > 0.99


def test_most_completed_visits_are_paid(past, world):
    completed = past[past["status"] == "completed"]
    share = completed["appointment_id"].isin(world.final["payments"]["appointment_id"]).mean()
    assert 0.85 < share < 0.95


def test_nobody_pays_before_the_visit_ends(paid):
    assert (paid["paid_at"] >= paid["appt_end"]).all()


def test_card_and_cash_are_paid_at_the_desk_on_the_same_day(paid):
    desk = paid[paid["method"].isin(["card", "cash"])]
    assert (desk["paid_at"].dt.normalize() == desk["appt_start"].dt.normalize()).all()


def test_invoices_are_paid_over_weeks(paid):
    invoices = paid[paid["method"] == "invoice"]
    wait = (invoices["paid_at"].dt.normalize() - invoices["appt_start"].dt.normalize()).dt.days
    assert wait.min() >= 1
    assert wait.quantile(0.9) > 20


def test_some_visits_are_paid_in_two_parts_that_add_up(world, past):
    payments = world.final["payments"]
    parts = payments.groupby("appointment_id")["amount"].agg(["size", "sum"])
    assert 0.01 < (parts["size"] == 2).mean() < 0.05
    assert parts["size"].max() == 2
    price = past.set_index("appointment_id")["price_estimate"]
    both = parts[parts["size"] == 2]["sum"]
    assert ((both / price.reindex(both.index)).between(0.7, 1.5)).all()


def test_the_amount_sometimes_differs_from_the_estimate(paid):
    differs = paid["amount"] != paid["price_estimate"]
    assert 0.05 < differs.mean() < 0.2


def test_payments_entered_late_are_told_in_the_truth(world):
    payments = world.histories["payments"]
    paid_on = payments["paid_at"].dt.normalize()
    late = payments[paid_on < payments["slice_day"]]
    told = world.late_rows.query("kind == 'late_payment'")
    assert set(late["payment_id"]) == set(told["key"])
    assert (told["slice_day"] - told["event_day"]).dt.days.between(1, 5).all()
    assert (paid_on <= payments["slice_day"]).all()


def test_payments_are_numbered_in_the_order_of_their_entry(world):
    payments = world.histories["payments"]
    assert payments["payment_id"].is_monotonic_increasing
    assert payments["slice_day"].is_monotonic_increasing
    assert payments["payment_id"].is_unique
