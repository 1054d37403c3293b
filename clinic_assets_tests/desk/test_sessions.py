"""The sessions that may book more: which are full, what their past says, and who is spared."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from clinic_assets.desk.files import overbooking
from clinic_assets.desk.overbooking.sessions import past_known, past_sessions, suggestions
from clinic_assets.desk.overbooking.suggest import Costs
from clinic_assets_tests.desk.rows import DAY, at, put, risk, visit

FIRST = dt.date(2025, 7, 1)
"""Of a quarter; it is a Tuesday."""


def visits(day, risks, statuses="completed", group="known", **more):
    """Visits of half an hour one after the other from 8:00, each of a patient of its own."""
    start = pd.Timestamp(day, tz="Europe/Berlin") + pd.Timedelta(hours=8)
    numbers = np.arange(len(risks))
    frame = pd.DataFrame({"risk": risks, "status": statuses})
    starts = start + pd.to_timedelta(numbers * 30, unit="min")
    told = {
        "clinic_id": "clinic", "day": day, "practitioner_key": "T1", "session": "morning",
        "appointment_key": [f"{day}-{n}" for n in numbers],
        "patient_key": [f"p{n}" for n in numbers], "group": group,
        "start_at": starts, "end_at": starts + pd.Timedelta(minutes=30),
        "created_at": start - pd.Timedelta(days=9), "cancelled_at": pd.NaT,
    }  # fmt: skip
    return frame.assign(**(told | more))


def room(day, free_minutes=0.0):
    return {"clinic_id": "clinic", "day": day, "practitioner_key": "T1", "session": "morning",
            "practitioner": "Tara", "free_minutes": free_minutes}  # fmt: skip


def a_past(sessions=40, lost=2, before=FIRST):
    """Sessions of ten visits on the days until two before, of whom so many did not come."""
    days = [before - dt.timedelta(days=2 + n) for n in range(sessions)]
    outcome = ["no_show"] * lost + ["completed"] * (10 - lost)
    return pd.concat([visits(day, [0.2] * 10, outcome) for day in days])


def told(ahead, rooms, past=None, cap=3):
    seen = pd.concat([a_past() if past is None else past, ahead])
    return list(suggestions(seen, pd.DataFrame(rooms), Costs(cap=cap), FIRST, 24))


def test_a_full_session_may_book_more_beside_the_riskiest():
    [row] = told(visits(FIRST, [0.1] * 8 + [0.7, 0.8]), [room(FIRST)])
    assert (row["is_full"], row["cheapest_more"], row["more"]) == (True, 2, 2)
    assert row["beside"] == "12:00, 12:30"
    assert row["beside_appointments"] == f"{FIRST}-8, {FIRST}-9"
    assert row["reason"].startswith("about 2.3 of 10 visits will be lost, ")


@pytest.mark.parametrize(
    ("rooms", "past", "reason"),
    [
        ([room(FIRST, 30)], None, "30 minutes are free: book them first"),
        ([room(FIRST + dt.timedelta(days=1))], None, "no shift of the practitioner is known"),
        ([room(FIRST)], a_past(29), "only 29 past sessions are known, 30 are needed"),
    ],
)
def test_nothing_is_suggested_where_there_is_room_or_too_little_is_known(rooms, past, reason):
    [row] = told(visits(FIRST, [0.4] * 10), rooms, past)
    assert row["cheapest_more"] > 0 and (row["more"], row["beside"]) == (0, None)
    assert row["reason"] == reason


def test_a_gap_shorter_than_a_usual_visit_is_no_room():
    [row] = told(visits(FIRST, [0.4] * 10), [room(FIRST, 29)])
    assert row["is_full"] and row["more"] > 0


@pytest.mark.parametrize(
    ("risks", "why"),
    [([0.9] * 4, "too short a session for more"), ([0.05] * 10, "too few for one more")],
)
def test_why_a_full_session_books_no_more_is_said(risks, why):
    [row] = told(visits(FIRST, risks), [room(FIRST)])
    assert row["is_full"] and row["more"] == 0 and row["reason"].endswith(f"; {why}")


def test_the_level_follows_what_was_lost_of_late():
    [as_told] = told(visits(FIRST, [0.2] * 10), [room(FIRST)])
    [more_lost] = told(visits(FIRST, [0.2] * 10), [room(FIRST)], a_past(lost=4))
    assert as_told["expected_lost"] == pytest.approx(2)
    # 28 sessions lost 4 of 2 told each: (112 + 10) / (56 + 10) times as much.
    assert more_lost["expected_lost"] == pytest.approx(2 * 122 / 66, abs=1e-3)


def test_nobody_is_doubled_twice_in_a_quarter_but_again_in_the_next():
    days = [dt.date(2025, 9, 29), dt.date(2025, 9, 30), dt.date(2025, 10, 1)]
    ahead = pd.concat([visits(day, [0.05] * 9 + [0.9]) for day in days])
    past = a_past(before=days[0])
    *_, first, second, next_quarter = told(ahead, map(room, days), past, cap=1)
    assert first["beside_appointments"] == f"{days[0]}-9"
    assert second["beside_appointments"] != f"{days[1]}-9"
    assert "passed over: a patient who was doubled lately" in second["reason"]
    assert next_quarter["beside_appointments"] == f"{days[2]}-9"


def test_what_the_last_two_days_lost_is_not_known_yet():
    eve = visits(FIRST - dt.timedelta(days=1), [0.2] * 10, "no_show")
    past = past_sessions(pd.concat([a_past(), eve]), 24)
    assert past_known(past, FIRST).sessions == 40
    assert past_known(past, FIRST + dt.timedelta(days=1)).sessions == 41


def test_a_visit_without_an_outcome_teaches_nothing():
    past = past_sessions(visits(FIRST, [0.5] * 4, ["booked", "no_show", "completed", "rescheduled"]),
                         24)  # fmt: skip
    assert past[["n", "told", "lost"]].to_numpy().tolist() == [[2, 1.0, 1.0]]


def session_of_ten(clinic, day, lost):
    for n in range(10):
        key, hour = f"{day}-{n}", 8 + n // 2
        visit(clinic, key, hour, f"{n}", day=day, start_at=at(day, hour, n % 2 * 30),
              end_at=at(day, hour, n % 2 * 30 + 29),
              status="no_show" if n < lost else "completed")  # fmt: skip
        risk(clinic, key, 0.2 if n else 0.6, day=day)
    put(clinic, "core.fct_capacity", clinic_id="clinic", practitioner_key="pf:T1", source="pf",
        start_at=at(day, 8), end_at=at(day, 13), day=day)  # fmt: skip


def test_the_list_of_a_day_is_the_same_alone_and_in_a_range(clinic):
    for n in range(40):
        session_of_ten(clinic, DAY - dt.timedelta(days=n), lost=2 + n % 3)
    assert clinic.run(str(DAY), None, "desk.overbooking").success
    alone = overbooking(clinic.engine, DAY)
    clinic.run(str(DAY - dt.timedelta(days=20)), str(DAY), "desk.overbooking")
    [row] = overbooking(clinic.engine, DAY)
    assert [row] == alone and row["is_full"] and row["past_sessions"] == 38
    assert float(row["free_minutes"]) == 1 and row["cheapest_more"] >= row["more"]
