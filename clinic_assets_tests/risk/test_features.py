"""What may be known of an appointment at a moment: the rules, and that nothing else gets in."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_assets.risk.recipe.teaching import month_of_model
from clinic_assets.risk.scores.visits import (
    FEATURES,
    LATEST,
    STAGES,
    features_at,
    in_population,
    moment_of,
    outcomes,
)
from clinic_assets_tests.risk.test_worlds import ZONE, a_clinic, appointments

READ = [
    *["clinic_id", "appointment_key", "patient_key", "created_at", "start_at", "end_at", "day"],
    *["local_hour", "local_weekday", "status", "cancelled_at", "cancelled_known_at"],
    "price_amount",
]


@pytest.mark.parametrize(
    ("status", "cancelled_at", "is_lost"),
    [
        ("completed", None, 0),
        ("arrived", None, 0),
        ("no_show", None, 1),
        ("cancelled_patient", "2025-05-11 08:01", 1),
        ("cancelled_patient", "2025-05-11 08:00", None),
        ("cancelled_patient", None, 1),
        ("cancelled_clinic", "2025-05-12 07:00", None),
        ("rescheduled", None, None),
        ("booked", None, None),
        ("confirmed", None, None),
        ("unresolved", None, None),
    ],
)
def test_lost_is_a_no_show_or_a_cancellation_with_less_than_a_days_notice(
    status, cancelled_at, is_lost
):
    [row] = outcomes(appointments({"status": status, "cancelled_at": cancelled_at})).to_dict(
        "records"
    )
    assert row["is_lost"] == is_lost or (is_lost is None and pd.isna(row["is_lost"]))
    assert pd.isna(row["outcome_known_at"]) == (is_lost is None)


def test_a_shorter_notice_makes_fewer_cancellations_late():
    frame = appointments({"status": "cancelled_patient", "cancelled_at": "2025-05-11 20:00"})
    assert outcomes(frame, 24)["is_lost"].item() == 1
    assert outcomes(frame, 12)["is_lost"].isna().item()


def test_an_outcome_is_known_at_the_end_or_when_cancelled_and_never_before_the_booking():
    frame = appointments(
        {"status": "no_show"},
        {"status": "cancelled_patient", "cancelled_at": "2025-05-12 06:00"},
        {"status": "cancelled_patient", "cancelled_at": None},
        {"status": "cancelled_patient", "cancelled_at": "2025-05-12 06:00"}
        | {"created_at": "2025-05-12 07:00"},
    )
    known = outcomes(frame)["outcome_known_at"].dt.strftime("%d %H:%M")
    assert known.tolist() == ["12 09:00", "12 06:00", "12 09:00", "12 07:00"]


def test_the_evening_before_is_18_by_the_clinics_clock_in_summer_and_in_winter():
    frame = appointments({"start_at": "2025-07-02 08:00"}, {"start_at": "2025-01-02 08:00"})
    moments = moment_of(frame, "evening_before", ZONE).dt.strftime("%Y-%m-%d %H:%M")
    assert moments.tolist() == ["2025-07-01 16:00", "2025-01-01 17:00"]


def test_days_may_come_as_dates_and_columns_of_instants_may_be_empty():
    frame = appointments({}, {})
    as_dates = frame.assign(day=frame["day"].dt.date, cancelled_at=None, cancelled_known_at=None)
    for stage in STAGES:
        pd.testing.assert_frame_equal(
            features_at(frame, frame, stage, ZONE), features_at(as_dates, as_dates, stage, ZONE)
        )


def test_a_visit_entered_after_it_began_is_told_as_of_its_start():
    frame = appointments({"created_at": "2025-05-12 15:00"})
    assert moment_of(frame, "booking", ZONE).equals(frame["start_at"].dt.as_unit("us"))
    assert features_at(frame, frame, "booking", ZONE)["lead_time_days"].item() == 0


def test_an_unknown_stage_is_refused():
    with pytest.raises(ValueError, match="No stage 'noon'"):
        moment_of(appointments({}), "noon", ZONE)


def test_the_evening_list_holds_what_was_booked_and_not_known_cancelled_at_18():
    evening = "2025-05-11 16:00"
    frame = appointments(
        {},
        {"created_at": evening},
        {"created_at": "2025-05-11 16:01"},
        {"cancelled_known_at": evening},
        {"cancelled_known_at": "2025-05-11 16:01"},
        {"status": "cancelled_patient", "cancelled_known_at": None},
    )
    expected = [True, True, False, False, True, True]
    assert in_population(frame, "evening_before", ZONE).tolist() == expected


def test_a_same_day_booking_is_told_at_booking_only():
    frame = appointments({"created_at": "2025-05-12 06:00"})
    told = [in_population(frame, stage, ZONE).item() for stage in STAGES]
    assert told == [True, False]


def test_the_latest_moment_is_the_evening_before_or_the_booking_if_that_came_later():
    frame = appointments({}, {"created_at": "2025-05-12 06:00"})
    moments = moment_of(frame, LATEST, ZONE).dt.strftime("%d %H:%M")
    assert moments.tolist() == ["11 16:00", "12 06:00"]
    assert in_population(frame, LATEST, ZONE).all()


def test_at_booking_all_are_told_but_those_rescheduled_away():
    frame = appointments({"status": "rescheduled"}, {"status": "cancelled_clinic"})
    assert in_population(frame, "booking", ZONE).tolist() == [False, True]


def test_the_model_to_use_is_the_one_of_the_month_of_the_moment_not_of_the_visit():
    frame = appointments({"created_at": "2025-04-30 22:30", "start_at": "2025-07-01 08:00"})
    months = [month_of_model(moment_of(frame, stage, ZONE), ZONE).item() for stage in STAGES]
    assert months == [pd.Timestamp("2025-05-01"), pd.Timestamp("2025-06-01")]


def test_a_patients_history_is_counted_as_of_the_moment():
    frame = appointments(
        {"start_at": "2025-05-02 08:00", "status": "no_show"},
        {"start_at": "2025-05-05 08:00", "status": "completed"},
        {"start_at": "2025-05-05 08:00", "status": "no_show", "patient_key": "bert"},
        {"start_at": "2025-05-12 07:00", "status": "no_show"},
        {"start_at": "2025-05-12 08:00"},
    )
    row = features_at(frame.tail(1), frame, "evening_before", ZONE, base=0.2).iloc[0]
    assert (row["n_prior"], row["n_lost_prior"], row["last_outcome_lost"]) == (2, 1, 0)
    assert row["smoothed_rate"] == pytest.approx((1 + 3 * 0.2) / (2 + 3))
    assert row["days_since_last_outcome"] == pytest.approx(6 + 7 / 24)
    assert row["is_new_patient"] == 0


def test_an_outcome_known_at_the_very_moment_is_not_yet_known():
    for booked, n_prior in (("2025-05-12 09:00", 0), ("2025-05-12 09:01", 1)):
        later = {"created_at": booked, "start_at": "2025-05-20 08:00"}
        frame = appointments({"status": "no_show"}, later)
        assert features_at(frame, frame, "booking", ZONE)["n_prior"].tolist() == [0, n_prior]


def test_a_new_patient_or_one_without_a_key_has_the_base_rate():
    frame = appointments(
        {"status": "no_show", "start_at": "2025-05-02 08:00"}, {}, patient_key=None
    )
    row = features_at(frame, frame, "evening_before", ZONE, base=0.2).iloc[1]
    assert (row["n_prior"], row["is_new_patient"]) == (0, 1)
    assert row["smoothed_rate"] == pytest.approx(0.2)
    assert pd.isna(row["days_since_last_outcome"])


def test_the_same_key_at_another_clinic_is_another_patient():
    frame = appointments(
        {"status": "no_show", "start_at": "2025-05-02 08:00", "clinic_id": "nord"}, {}
    )
    assert features_at(frame, frame, "evening_before", ZONE)["n_prior"].tolist() == [0, 0]


def test_an_appointment_is_never_its_own_history():
    cancelled = {"status": "cancelled_patient", "cancelled_at": "2025-05-11 12:00"}
    frame = appointments(cancelled, cancelled | {"appointment_key": "other"})
    row = features_at(frame.head(1), frame, "evening_before", ZONE).iloc[0]
    assert (row["n_prior"], row["n_lost_prior"]) == (1, 1)


def test_other_visits_of_the_day_and_of_the_same_call_count_as_the_diary_stood():
    told = {"n_same_day": [1, 0, 0, 1], "n_booked_together": [1, 0, 0, 0]}
    frame = appointments(
        {"start_at": "2025-05-12 08:00"},
        {"start_at": "2025-05-05 08:00"},
        {"start_at": "2025-05-19 08:00", "created_at": "2025-05-02 08:00"},
        {"start_at": "2025-05-12 09:00", "created_at": "2025-05-03 08:00"},
        {"start_at": "2025-05-12 09:00", "created_at": "2025-05-12 06:00"},
        {"start_at": "2025-05-12 10:00", "cancelled_known_at": "2025-05-10 08:00"},
        {"start_at": "2025-05-12 08:00", "patient_key": "bert"},
    )
    found = features_at(frame.head(4), frame, "evening_before", ZONE)[list(told)]
    assert found.to_dict("list") == told
    at_booking = features_at(frame.head(4), frame, "booking", ZONE)
    assert at_booking["n_same_day"].tolist() == [1, 0, 0, 2]
    assert at_booking["local_hour_booked"].tolist() == [10] * 4


def test_what_a_patient_called_off_counts_once_it_is_known():
    frame = appointments(
        {"status": "cancelled_patient", "cancelled_known_at": "2025-05-11 15:59"},
        {"status": "rescheduled", "cancelled_known_at": "2025-05-10 08:00"},
        {"status": "cancelled_patient", "cancelled_known_at": "2025-05-11 16:00"},
        {"status": "cancelled_clinic", "cancelled_known_at": "2025-05-10 08:00"},
        {},
    )
    found = features_at(frame.tail(1), frame, "evening_before", ZONE)
    assert found["n_called_off_prior"].item() == 2


def test_a_year_of_history_is_all_that_counts_however_much_is_passed():
    old, just = "2024-05-10 08:00", "2024-05-13 08:00"
    frame = appointments(
        {"start_at": old, "status": "no_show", "created_at": "2024-01-01 08:00"},
        {"start_at": just, "status": "no_show", "created_at": "2024-01-01 08:00"},
        {},
    )
    last = frame.tail(1)
    assert features_at(last, frame, "evening_before", ZONE)["n_prior"].item() == 1
    pd.testing.assert_frame_equal(
        features_at(last, frame, "evening_before", ZONE),
        features_at(last, frame.iloc[1:], "evening_before", ZONE),
    )


@pytest.mark.parametrize("stage", STAGES)
def test_the_counts_equal_those_of_a_loop_over_every_pair(stage):
    frame = a_clinic(rows=300, days=500, seed=3)
    known = outcomes(frame)
    moment = moment_of(frame, stage, ZONE)
    found = features_at(frame, frame, stage, ZONE)
    for at in frame.index:
        is_his = (frame["patient_key"] == frame["patient_key"][at]) & (frame.index != at)
        age = moment[at] - known["outcome_known_at"]
        his = known[is_his & (age > pd.Timedelta(0)) & (age <= pd.Timedelta(days=365))]
        expected = [len(his), his["is_lost"].sum()]
        assert found.loc[at, ["n_prior", "n_lost_prior"]].tolist() == expected


def test_no_column_but_the_declared_ones_can_enter():
    frame = a_clinic(rows=500)
    lost = outcomes(frame)["is_lost"]
    planted = frame.assign(
        checked_in_at=frame["end_at"],
        is_paid=1 - lost,
        patient_rate=lost.groupby(frame["patient_key"]).transform("mean"),
        age=40,
        sex="f",
        smoothed_rate=lost,
    )
    for stage in STAGES:
        clean = features_at(frame[READ], frame[READ], stage, ZONE)
        pd.testing.assert_frame_equal(clean, features_at(planted, planted, stage, ZONE))
        assert list(clean.columns) == list(FEATURES)


def test_features_are_indexed_like_the_appointments_and_do_not_depend_on_the_order_of_rows():
    frame = a_clinic(rows=500)
    shuffled = frame.sample(frac=1, random_state=1)
    for stage in STAGES:
        expected = features_at(frame, frame, stage, ZONE)
        found = features_at(shuffled, frame.sample(frac=1, random_state=2), stage, ZONE)
        pd.testing.assert_frame_equal(found.loc[frame.index], expected)


def test_an_index_with_repeats_does_no_harm():
    frame = a_clinic(rows=200)
    repeated = frame.set_index(pd.Index([0] * 200))
    expected = features_at(frame, frame, "booking", ZONE)
    found = features_at(repeated, repeated, "booking", ZONE)
    assert found.reset_index(drop=True).equals(expected)


def test_nothing_in_gives_nothing_out():
    frame = a_clinic(rows=20)
    assert features_at(frame.iloc[:0], frame, "booking", ZONE).shape == (0, len(FEATURES))
    assert features_at(frame, frame.iloc[:0], "booking", ZONE)["n_prior"].eq(0).all()


STATUSES = [
    *["booked", "confirmed", "arrived", "completed", "no_show", "cancelled_patient"],
    *["cancelled_clinic", "rescheduled", "unresolved"],
]
became = st.tuples(st.sampled_from(STATUSES), st.none() | st.integers(0, 72))
rows_twice = st.tuples(
    st.sampled_from(["anna", "bert"]), st.integers(0, 240), st.integers(0, 96), became, became
)


def drawn(rows, which) -> pd.DataFrame:
    origin = pd.Timestamp("2025-05-01 06:00", tz="UTC")
    dicts = []
    for patient, booked, lead, *ends in rows:
        status, before = ends[which]
        start = origin + pd.Timedelta(hours=booked + lead)
        is_dated = status.startswith("cancelled") and before is not None
        cancelled_at = start - pd.Timedelta(hours=before) if is_dated else None
        row = {"patient_key": patient, "start_at": start, "status": status}
        row |= {"created_at": origin + pd.Timedelta(hours=booked)}
        dicts.append(row | {"cancelled_at": cancelled_at, "cancelled_known_at": cancelled_at})
    return appointments(*dicts)


@settings(max_examples=50)
@given(rows=st.lists(rows_twice, min_size=2, max_size=6), stage=st.sampled_from(STAGES))
def test_no_outcome_that_is_known_only_later_changes_any_feature(rows, stage):
    """Replace every outcome not yet known at a row's moment by another one not yet known."""
    frame, otherwise = drawn(rows, 0), drawn(rows, 1)
    moments, expected = moment_of(frame, stage, ZONE), features_at(frame, frame, stage, ZONE)
    known = [outcomes(f)["outcome_known_at"] for f in (frame, otherwise)]
    known += [f["cancelled_known_at"] for f in (frame, otherwise)]
    for at, moment in moments.items():
        is_later = ~pd.concat([instant <= moment for instant in known], axis=1).any(axis=1)
        is_later[at] = True
        changed = frame.copy()
        for column in ("status", "cancelled_at", "cancelled_known_at"):
            changed[column] = np.where(is_later, otherwise[column], frame[column])
        found = features_at(changed.loc[[at]], changed, stage, ZONE)
        pd.testing.assert_frame_equal(found, expected.loc[[at]])
