"""What becomes of visits, what it depends on, and when it gets into the books."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from clinic_assets.simulate import simulate


def test_outcomes_fall_at_the_rates_of_a_real_clinic(past):
    share = past["status"].value_counts(normalize=True)
    assert 0.07 < share["no_show"] < 0.115
    assert 0.11 < share["canceled"] < 0.155
    assert 0.01 < share["canceled_clinic"] < 0.035


def test_about_half_of_the_cancellations_come_late(past):
    canceled = past[past["status"] == "canceled"]
    assert 0.4 < canceled["late_cancellation"].mean() < 0.6


def test_a_cancellation_lies_between_booking_and_visit(past):
    canceled = past[past["cancelled_at"].notna()]
    assert set(canceled["status"]) <= {"canceled", "canceled_clinic"}
    assert canceled["cancelled_at"].between(canceled["booked_at"], canceled["appt_start"]).all()


def test_the_true_risk_is_right_on_average_and_for_the_risky_as_for_the_safe(past):
    fifth = pd.qcut(past["true_risk"], 5, labels=False)
    by_fifth = past.groupby(fifth)[["bad", "true_risk"]].mean()
    assert np.allclose(by_fifth["bad"], by_fifth["true_risk"], atol=0.05)
    assert by_fifth["bad"].iloc[-1] > 5 * by_fifth["bad"].iloc[0]


def test_a_long_lead_time_is_a_risk(past):
    assert past[past["lead"] > 20]["bad"].mean() > 2 * past[past["lead"] <= 2]["bad"].mean()


def test_a_patient_s_past_tells_of_their_future(past):
    ordered = past.sort_values("appt_start")
    half = ordered.groupby("patient_id").cumcount() % 2
    rates = ordered.groupby(["patient_id", half])["bad"].agg(["mean", "size"]).unstack()
    often = rates[(rates["size"] >= 8).all(axis=1)]["mean"]
    assert often[0].corr(often[1]) > 0.25


def test_without_signal_neither_lead_nor_person_matters(plan):
    world = simulate(replace(plan, last_day=date(2025, 5, 31), signal=False))
    visits = world.truth["appointments"]
    assert visits["true_risk"].nunique() == 1
    over = visits[visits["day"] <= pd.Timestamp("2025-05-31")]
    notice = over["appt_start"] - over["cancelled_at"]
    late = (over["status"] == "canceled") & (notice < pd.Timedelta(hours=24))
    bad = (over["status"] == "no_show") | late
    lead = (over["appt_start"] - over["booked_at"]).dt.days
    assert abs(bad[lead > 14].mean() - bad[lead <= 2].mean()) < 0.04


def test_some_visits_are_confirmed_the_day_before(world):
    states = world.histories["appointments"]
    confirmed = states[states["status"] == "confirmed"]
    eve = confirmed["appt_start"].dt.normalize() - pd.Timedelta(days=1)
    later = confirmed["slice_day"] == states["slice_day"].min()
    assert ((confirmed["slice_day"] == eve) | later).all()
    assert len(confirmed) > 500


def _recorded(world):
    """The states in which something ended, with the day on which it happened."""
    states = world.histories["appointments"]
    ended = states[~states["status"].isin(["booked", "confirmed"])]
    happened = ended["cancelled_at"].fillna(ended["appt_start"]).dt.normalize()
    return ended.assign(event_day=happened)


def test_every_late_outcome_and_correction_is_told_in_the_truth(world):
    recorded = _recorded(world)
    late = recorded[recorded["slice_day"] > recorded["event_day"]]
    told = world.late_rows[world.late_rows["kind"].isin(["late_outcome", "correction"])]
    keys = ["appointment_id", "slice_day", "event_day"]
    found = set(late[keys].itertuples(index=False, name=None))
    expected = set(told[["key", *keys[1:]]].itertuples(index=False, name=None))
    assert found == expected


def test_no_outcome_is_written_down_before_it_happens(world):
    recorded = _recorded(world)
    assert (recorded["slice_day"] >= recorded["event_day"]).all()


def test_late_outcomes_come_within_ten_days_and_corrections_within_sixty_more(world, past):
    late = world.late_rows.assign(days=lambda rows: (rows["slice_day"] - rows["event_day"]).dt.days)
    longest = late.groupby("kind")["days"].max()
    assert longest["late_outcome"] <= 10
    assert 10 < longest["correction"] <= 70
    assert 0.01 < (late["kind"] == "late_outcome").sum() / len(past) < 0.035
    assert 0.001 < (late["kind"] == "correction").sum() / len(past) < 0.01


def test_a_correction_changes_a_no_show_or_a_price(world):
    corrected = world.late_rows.query("kind == 'correction'")["key"]
    states = world.histories["appointments"]
    ended = states[~states["status"].isin(["booked", "confirmed"])]
    last_two = ended[ended["appointment_id"].isin(corrected)].groupby("appointment_id").tail(2)
    changes = last_two.groupby("appointment_id")[["status", "price_estimate"]].nunique()
    assert ((changes["status"] == 2) ^ (changes["price_estimate"] == 2)).all()
