"""Who the reception looks after first: the known formula, as known at 18:00 the evening before."""

import csv
import datetime as dt
from decimal import Decimal

from clinic_assets.desk.files import CALLS, PRIORITIES, write_calls, write_reception
from clinic_assets.settings import settings
from clinic_assets.timing.partitions import today
from clinic_assets_tests.desk.rows import (
    BEFORE,
    DAY,
    MONDAY,
    at,
    listed,
    patient,
    put,
    risk,
    visit,
)

SEED = (
    "appointment_id,patient_id,patient_name,phone,consent_form_received,physio_name,appt_start,"
    "appt_end,booked_at,is_new_patient,noshow_rate_90d,risk_score,risk_bucket,missing_phone,"
    "missing_consent,priority_score,priority_reason"
)


def known(clinic, key="p"):
    """A visit that took place, so that the patient is not new."""
    visit(clinic, f"old-{key}", patient=key, day=BEFORE, status="completed")


CASES = [
    ({}, 0, 0),
    ({}, 0.46, 36.8),
    ({"is_new": True}, 0, 100),
    ({"is_new": True}, 0.46, 136.8),
    ({"phone": "12345"}, 0, 40),
    ({"phone": "123456"}, 0, 0),
    ({"phone": "  12345  "}, 0, 40),
    ({"phone": None}, 0, 40),
    ({"has_consent": False}, 0, 30),
    ({"has_consent": None}, 0, 30),
    ({"hour": 9}, 0, 10),
    ({"hour": 10}, 0, 0),
    ({"hour": 16}, 0, 0),
    ({"hour": 17}, 0, 10),
    ({"hour": 8, "phone": "", "has_consent": False, "is_new": True}, 1, 260),
]


def test_the_score_is_the_known_formula(clinic):
    for number, (more, share, _) in enumerate(CASES):
        key = str(number)
        of_patient = {name: more[name] for name in ("phone", "has_consent") if name in more}
        if not more.get("is_new"):
            known(clinic, key)
        patient(clinic, key, **of_patient)
        visit(clinic, key, more.get("hour", 11), patient=key)
        risk(clinic, key, share)
    rows = listed(clinic)
    told = [(more, share, float(rows[str(n)]["priority_score"]))
            for n, (more, share, _) in enumerate(CASES)]  # fmt: skip
    assert told == CASES


BUCKETS = {0: "low", 0.399999: "low", 0.4: "medium", 0.699999: "medium", 0.7: "high"}


def test_the_list_says_the_risk_and_its_bucket_as_served_the_evening_before(clinic):
    for share in BUCKETS:
        visit(clinic, f"at {share}")
        risk(clinic, f"at {share}", share)
        risk(clinic, f"at {share}", 0.99, stage="booking", scored_for=at(BEFORE, 9))
    rows = listed(clinic)
    for share, bucket in BUCKETS.items():
        row = rows[f"at {share}"]
        assert (row["risk_score"], row["risk_bucket"]) == (Decimal(str(share)), bucket)
        assert row["priority_reason"].endswith(f"risk {bucket}")
        assert row["expected_loss"] == round(Decimal(str(share)) * 60, 2)


def test_visits_are_those_expected_at_18_the_evening_before(clinic):
    cancelled = {"status": "cancelled_patient", "status_raw": "canceled"}
    visit(clinic, "expected")
    visit(clinic, "booked at 18:00", created_at=at(MONDAY, 18))
    visit(clinic, "booked at 18:01", created_at=at(MONDAY, 18, 1))
    visit(clinic, "booked on the day", created_at=at(DAY, 8))
    visit(clinic, "cancelled before", cancelled_known_at=at(MONDAY, 17, 59), **cancelled)
    visit(clinic, "cancelled that night", cancelled_known_at=at(MONDAY, 18, 1), **cancelled)
    visit(clinic, "cancelled on the day", cancelled_known_at=at(DAY, 9), **cancelled)
    visit(clinic, "did not come", status="no_show")
    assert listed(clinic).keys() == {
        "expected",
        "booked at 18:00",
        "cancelled that night",
        "cancelled on the day",
        "did not come",
    }


def test_outcomes_of_the_night_and_of_other_patients_do_not_count_as_history(clinic):
    for key, day, hour, status in (
        ("1", MONDAY - dt.timedelta(days=80), 10, "no_show"),
        ("2", MONDAY - dt.timedelta(days=10), 10, "completed"),
        ("3", MONDAY - dt.timedelta(days=100), 10, "no_show"),
        ("4", MONDAY, 18, "no_show"),
    ):
        visit(clinic, key, hour, day=day, status=status)
    visit(clinic, "5", patient="other", day=BEFORE, status="no_show")
    visit(clinic, "due")
    row = listed(clinic)["due"]
    assert row["noshow_rate_90d"] == Decimal("0.5")
    assert not row["is_new_patient"]


def test_the_patient_is_told_of_as_of_the_day(clinic):
    patient(clinic, last_name="Before")
    patient(clinic, day=DAY, last_name="Then")
    patient(clinic, day=DAY + dt.timedelta(days=1), last_name="Later")
    visit(clinic, "1")
    visit(clinic, "2", patient="nobody knows")
    rows = listed(clinic)
    assert rows["1"]["patient_name"] == "Ada Then"
    assert rows["2"]["patient_name"] is None and rows["2"]["missing_phone"]


def written(clinic, day=DAY):
    with write_reception(clinic.engine, day)[0].open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_the_file_has_the_known_header_and_local_times_with_offset(clinic):
    patient(clinic)
    visit(clinic, "7", 9)
    listed(clinic)
    header, row = written(clinic)
    assert ",".join(header) == ",".join(PRIORITIES) == SEED
    told = dict(zip(header, row, strict=True))
    assert told["appointment_id"] == "7" and told["patient_id"] == "p"
    assert told["appt_start"] == "2025-09-02T09:00:00+02:00"
    assert (told["is_new_patient"], told["consent_form_received"]) == ("True", "1")


def test_a_day_without_visits_has_the_same_header(clinic):
    assert written(clinic) == [SEED.split(",")]


def test_no_cell_of_the_file_is_a_formula(clinic):
    patient(clinic, first_name="=HYPERLINK(1)", last_name="+1", phone="+49 170 5550199")
    visit(clinic, "1")
    listed(clinic)
    told = dict(zip(*written(clinic), strict=True))
    assert told["patient_name"] == "'=HYPERLINK(1) +1"
    assert told["phone"] == "'+49 170 5550199"


def test_scores_lie_beside_the_list_the_riskiest_first(clinic):
    for key, share in (("1", 0.2), ("2", 0.8), ("3", 0.5)):
        visit(clinic, key)
        risk(clinic, key, share)
    listed(clinic)
    _, of_day, scores = write_reception(clinic.engine, DAY)
    assert scores.name == "cancellation_scores.csv"
    with scores.open(newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["appointment_id"] for row in found] == ["2", "3", "1"]
    assert list(found[0]) == ["day", "appointment_id", "risk_score", "risk_bucket"]
    assert of_day.name == f"cancellation_scores_{DAY}.csv"
    assert of_day.read_text().splitlines()[0] == "appointment_id,risk_score,risk_bucket"


def test_a_backfill_of_the_past_hands_out_no_file(clinic):
    visit(clinic, "1")
    listed(clinic)
    assert clinic.run("2025-08-04", str(DAY), "desk.procurement_list").success
    assert not (clinic.data / "desk").exists()
    tomorrow = today() + dt.timedelta(days=1)
    listed(clinic, tomorrow)
    names = {path.name for path in (clinic.data / "desk").iterdir()}
    assert names == {
        f"priorities_{tomorrow}.csv",
        "cancellation_scores.csv",
        f"cancellation_scores_{tomorrow}.csv",
        f"calls_{tomorrow}.csv",
    }


def test_the_call_list_has_as_many_visits_as_there_is_time_for_the_dearest_first(
    clinic, monkeypatch
):
    patient(clinic)
    for key, share in (("1", 0.2), ("2", 0.8), ("3", 0.5)):
        visit(clinic, key)
        risk(clinic, key, share)
    listed(clinic)
    monkeypatch.setattr(settings(), "calls_a_day", 2)
    with write_calls(clinic.engine, DAY).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["call_rank"], row["appointment_id"]) for row in rows] == [("1", "2"), ("2", "3")]
    assert rows[0]["call_reason"] == "80% risk of losing the visit, 48.00 at stake, new patient"
    assert rows[0]["appt_start"] == "2025-09-02T11:00:00+02:00"
    assert rows[0]["expected_loss"] == "48.00" and rows[0]["phone"] == "0170 5550199"


def test_a_day_without_visits_has_an_empty_call_list(clinic):
    assert write_calls(clinic.engine, DAY).read_text().splitlines() == [",".join(CALLS)]


def stock(clinic, item, status, left, days_left, order, burn=1):
    put(clinic, "mart.inventory_health", clinic_id="clinic", day=DAY, location_id="MAIN", item=item,
        status=status, current_stock=left, days_remaining=days_left, reorder_qty=order,
        burn_rate=burn, burn_rate_raw=burn, days_in_stock=5, lead_time_days=3, is_low_confidence=False,
        last_report_day=DAY)  # fmt: skip
    nothing = dict.fromkeys(("usable_qty", "expiring_qty", "on_order_qty", "transfer_in_qty",
                             "transfer_out_qty", "position_qty", "lead_time_spread", "least_order",
                             "seed004_qty"), 0)  # fmt: skip
    put(clinic, "mart.reorder_plan", clinic_id="clinic", day=DAY, location_id="MAIN", item=item,
        status=status, current_stock=left, order_qty=order and order + 1, last_report_day=DAY,
        demand_method="tsb", lead_time_source="declared", pack_size=1, reason="so", **nothing)  # fmt: skip


def test_what_runs_out_first_is_ordered_first(clinic):
    stock(clinic, "in a week", "WARNING", 7, 7, 10)
    stock(clinic, "nothing left", "STOCKOUT", 0, 0, 12)
    stock(clinic, "tomorrow", "CRITICAL", 1, 1, 5)
    stock(clinic, "tomorrow, used more", "CRITICAL", 9, 1, 5, burn=9)
    stock(clinic, "enough", "GOOD", 90, 90, 0)
    stock(clinic, "silent", "STALE", 1, 1, 9)
    assert clinic.run(str(DAY), None, "desk.procurement_list").success
    listed_items = "select rank, item, reorder_qty from desk.procurement_list order by rank"
    assert clinic.rows(listed_items) == [
        (1, "nothing left", 13),
        (2, "tomorrow, used more", 6),
        (3, "tomorrow", 6),
        (4, "in a week", 11),
    ]
