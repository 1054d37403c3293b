"""Patients and physios, and how their rows change."""

import pandas as pd


def test_names_that_look_like_nothing_and_names_of_many_scripts_occur(world):
    names = set(world.final["patients"]["last_name"])
    assert {"Null", "NA", "D'Angelo", "Müller"} <= names
    assert any("一" <= letter <= "龥" for name in names for letter in name)


def test_some_phones_and_consents_are_missing_but_not_many(world):
    patients = world.final["patients"]
    assert 0.01 < (patients["phone"] == "").mean() < 0.09
    assert 0.02 < (patients["consent_form_received"] == 0).mean() < 0.14


def test_a_consent_once_given_is_never_taken_back(world):
    states = world.histories["patients"].groupby("patient_id")["consent_form_received"]
    assert (states.diff().dropna() >= 0).all()


def test_a_patient_comes_again_only_with_a_change(world):
    history = world.histories["patients"].sort_values(["patient_id", "slice_day"], kind="stable")
    evening = history.drop_duplicates(["patient_id", "slice_day"], keep="last")
    shown = ["patient_id", "phone", "consent_form_received"]
    assert not evening[shown].duplicated().any()
    assert evening["patient_id"].duplicated().sum() > 5


def test_the_first_day_holds_all_patients_so_far(world, plan):
    first = world.exported_on(plan.first_day)["patients"]
    assert len(first) >= plan.patients_at_start


def test_a_patient_is_registered_before_any_of_their_visits_is_booked(world):
    known = world.histories["patients"].groupby("patient_id")["created_at"].min()
    visits = world.final["appointments"]
    booked_after = visits["booked_at"] - visits["patient_id"].map(known)
    assert (booked_after > pd.Timedelta(0)).all()


def test_all_physios_are_there_on_the_first_day(world, plan):
    first = world.histories["physios"].head(plan.practitioners)
    assert (first["slice_day"] == pd.Timestamp(plan.first_day)).all()
    assert first["physio_id"].is_unique
