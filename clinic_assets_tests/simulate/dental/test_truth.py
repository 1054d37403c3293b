"""What the truth says is what the database says to who reads it by OpenDental's rules alone."""

import datetime as dt

import pandas as pd
import pytest

from clinic_assets.simulate.dental.kpis import schedule_kpis

MISSED, CANCELLED = "D9986", "D9987"


@pytest.fixture(scope="module")
def read(practice):
    """The appointments as a stranger reads them, by AptNum."""
    rows = practice.table(
        "select a.*, d.ItemName as word from appointment a"
        " left join definition d on d.DefNum = a.Confirmed"
        " where AptStatus in (1, 2, 4, 5) and AptDateTime >= '1880-01-01'"
    ).set_index("AptNum")
    codes = practice.table(
        "select p.*, c.ProcCode from procedurelog p join procedurecode c using (CodeNum)"
    )
    history = practice.table(
        "select AptNum, AptStatus, HistDateTStamp from histappointment order by HistDateTStamp"
    )
    rows["status"] = [status_of(number, row, codes) for number, row in rows.iterrows()]
    rows["cancelled_at"] = [
        broken_since(history[history["AptNum"] == number]) if row["AptStatus"] == 5 else None
        for number, row in rows.iterrows()
    ]
    priced = codes[codes["ProcStatus"].isin([1, 2]) & ~codes["ProcCode"].isin([MISSED, CANCELLED])]
    units = (priced["BaseUnits"] + priced["UnitQty"]).clip(lower=1)
    prices = (priced["ProcFee"] * units).groupby(priced["AptNum"]).sum()
    return rows.assign(price=prices.reindex(rows.index, fill_value=0.0))


def status_of(number, row, codes):
    if row["AptStatus"] == 2:
        return "completed"
    if row["AptStatus"] == 5:
        day = row["AptDateTime"].date()
        attached = codes["AptNum"] == number
        beside = (codes["AptNum"] == 0) & (codes["PatNum"] == row["PatNum"])
        beside &= codes["ProcDate"] == day
        told = set(codes[(codes["ProcStatus"] == 2) & (attached | beside)]["ProcCode"])
        found = {MISSED: "no_show", CANCELLED: "cancelled_patient"}
        return next((found[code] for code in found if code in told), "unresolved")
    arrived = row["DateTimeArrived"]
    if arrived.date() == row["AptDateTime"].date() and arrived.time() != dt.time():
        return "arrived"
    word = row["word"].lower()
    says = "confirm" in word and "unconfirm" not in word and "not confirm" not in word
    return "confirmed" if says else "booked"


def broken_since(history):
    since = None
    for status, moment in zip(history["AptStatus"], history["HistDateTStamp"], strict=True):
        since = (since or moment) if status == 5 else None
    return since


def test_every_appointment_means_what_its_rows_say(practice, read):
    truth = practice.truth.appointments.set_index("apt_num").sort_index()
    assert list(truth.index) == sorted(read.index)
    read = read.sort_index()
    assert truth["status"].equals(read["status"].astype(truth["status"].dtype))
    assert set(truth["status"]) == {
        "booked", "confirmed", "arrived", "completed", "no_show", "cancelled_patient", "unresolved",
    }  # fmt: skip
    hygienist = (read["IsHygiene"] == 1) & (read["ProvHyg"] > 0)
    assert (truth["prov_num"] == read["ProvHyg"].where(hygienist, read["ProvNum"])).all()
    minutes = (truth["end_at"] - truth["start_at"]).dt.total_seconds() / 60
    assert (truth["start_at"] == pd.to_datetime(read["AptDateTime"])).all()
    assert (minutes == 5 * read["Pattern"].str.len()).all()
    assert (truth["price_amount"] - read["price"]).abs().max() < 0.005
    assert (truth["pat_num"] == read["PatNum"]).all()


def test_times_of_booking_and_breaking_are_those_of_the_rows(practice, read):
    truth = practice.truth.appointments.set_index("apt_num").sort_index()
    entered = read["SecDateTEntry"].sort_index().map(lambda at: pd.NaT if at.year == 1 else at)
    assert truth["created_at"].equals(pd.to_datetime(entered).astype("datetime64[us]"))
    broken = pd.to_datetime(read["cancelled_at"].sort_index())
    assert truth["cancelled_at"].equals(broken.astype("datetime64[us]"))
    assert 0 < truth["cancelled_at"].notna().sum() < (read["AptStatus"] == 5).sum()


def test_every_payment_pays_for_what_its_rows_say(practice):
    splits = practice.table(
        "select concat('paysplit:', SplitNum) as payment, s.ClinicNum as clinic_num,"
        " ifnull(p.AptNum, 0) as apt_num, SplitAmt as amount, DatePay as day"
        " from paysplit s left join procedurelog p using (ProcNum)"
        " where SplitAmt <> 0 and DatePay > '0001-01-01'"
    )
    lines = practice.table(
        "select concat('claimproc:', ClaimProcNum) as payment, c.ClinicNum as clinic_num,"
        " ifnull(p.AptNum, 0) as apt_num, InsPayAmt as amount, DateCP as day"
        " from claimproc c left join procedurelog p using (ProcNum)"
        " where Status in (1, 4) and InsPayAmt <> 0"
    )
    read = pd.concat([splits, lines]).set_index("payment").sort_index()
    truth = practice.truth.payments.set_index("payment").sort_index()
    assert list(read.index) == list(truth.index)
    assert (read["apt_num"] == truth["apt_num"]).all()
    assert (read["amount"] - truth["amount"]).abs().max() < 0.005
    assert (pd.to_datetime(read["day"]) == truth["day"]).all()
    assert {"paysplit", "claimproc"} == set(truth.index.str.split(":").str[0])
    assert (truth["apt_num"] == 0).any() and (truth["amount"] < 0).any()


def test_shifts_are_open_time_of_somebody(practice):
    read = practice.table(
        "select ProvNum as prov_num, timestamp(SchedDate, StartTime) as start_at,"
        " timestamp(SchedDate, StopTime) as end_at from schedule"
        " where SchedType = 1 and Status = 0 and ProvNum > 0 and StopTime > StartTime"
    )
    truth = practice.truth.shifts
    columns = ["prov_num", "start_at", "end_at"]
    told = sorted(map(tuple, truth[columns].itertuples(index=False)))
    assert told == sorted(map(tuple, read[columns].itertuples(index=False)))
    assert practice.one("select count(*) from schedule where SchedType <> 1") > 0


def test_the_days_of_the_truth_add_up_to_the_whole(practice):
    first, last = practice.plan.first_day, practice.plan.last_day + dt.timedelta(days=300)
    days = practice.truth.schedule_kpis(first, last)
    visits, payments = practice.truth.appointments, practice.truth.payments
    counts = visits["status"].value_counts()
    assert days["bookings"].sum() == len(visits)
    assert days["completed"].sum() == counts["completed"]
    assert days["no_shows"].sum() == counts["no_show"]
    assert days["cancellations"].sum() == counts["cancelled_patient"]
    assert days["gross_booked_value"].sum() == pytest.approx(visits["price_amount"].sum())
    since = payments["day"] >= pd.Timestamp(first)
    assert days["revenue_paid_payment_day"].sum() == pytest.approx(payments["amount"][since].sum())
    for_visits = payments["apt_num"].isin(visits["apt_num"])
    assert days["revenue_paid_service_day"].sum() == pytest.approx(
        payments["amount"][for_visits].sum()
    )
    assert (days["delivered_in_shift_minutes"] <= days["delivered_minutes"]).all()
    assert (days["delivered_minutes"] < days["delivered_appointment_minutes"]).any()
    assert days["available_minutes"].isna().any() and (days["prov_num"] == 0).any()
    assert days["late_cancellations"].sum() > 0 and days["late_cancel_unknown"].sum() > 0
    assert days["open_past"].sum() > 0


def test_a_broken_one_without_a_code_is_what_the_clinic_says_it_is(practice):
    days = (practice.plan.first_day, practice.plan.last_day)
    open_, missed = (
        practice.truth.schedule_kpis(*days, broken_means=word) for word in ("unresolved", "no_show")
    )
    past = practice.truth.appointments
    past = past[past["day"] <= pd.Timestamp(days[1])]
    unresolved = (past["status"] == "unresolved").sum()
    assert unresolved > 0
    assert missed["no_shows"].sum() - open_["no_shows"].sum() == unresolved


DAY = pd.Timestamp("2024-03-28")


def visit(number, start, end, status, price=100.0, cancelled=None):
    at = [DAY + pd.Timedelta(hours=hour) for hour in (start, end)]
    return {"apt_num": number, "clinic_num": 0, "prov_num": 1, "day": DAY, "start_at": at[0],
            "end_at": at[1], "status": status, "price_amount": price,
            "cancelled_at": pd.NaT if cancelled is None else DAY - pd.Timedelta(hours=cancelled)}  # fmt: skip


def test_a_day_counts_overlaps_once_and_knows_late_from_early(practice):
    visits = pd.DataFrame(
        [
            visit(1, 9, 10, "completed"),
            visit(2, 9.5, 11, "completed"),
            visit(3, 13, 15, "completed"),
            visit(4, 15, 16, "no_show"),
            visit(5, 15, 16, "cancelled_patient", cancelled=8),
            visit(6, 15, 16, "cancelled_patient", cancelled=10),
            visit(7, 15, 16, "cancelled_patient"),
            visit(8, 16, 17, "booked", price=50.0),
        ]
    )
    shift = {"clinic_num": 0, "prov_num": 1, "day": DAY}
    shifts = pd.DataFrame(
        [
            shift
            | {"start_at": DAY + pd.Timedelta(hours=8), "end_at": DAY + pd.Timedelta(hours=12)},
            shift
            | {"start_at": DAY + pd.Timedelta(hours=11), "end_at": DAY + pd.Timedelta(hours=14)},
        ]
    )
    payments = pd.DataFrame(
        {"apt_num": [1, 1, 0], "clinic_num": 0, "amount": [70.0, -20.0, 5.5], "day": DAY}
    )
    [one, unknown] = schedule_kpis(
        practice.plan, visits, payments, shifts, (DAY.date(), DAY.date()), 24
    ).sort_values("prov_num", ascending=False).to_dict("records")  # fmt: skip
    assert one["delivered_minutes"] == 240 and one["delivered_appointment_minutes"] == 270
    assert one["delivered_in_shift_minutes"] == 180 and one["available_minutes"] == 360
    assert one["utilisation"] == 0.5 and one["show_rate"] == 0.75
    assert one["kept_rate"] == 3 / 7 and one["bookings"] == 8
    assert (one["late_cancellations"], one["late_cancel_unknown"]) == (1, 1)
    assert (one["revenue_estimate"], one["gross_booked_value"]) == (350, 750)
    assert (one["revenue_paid_service_day"], one["revenue_paid_payment_day"]) == (50, 50)
    assert one["open_past"] == 0, "nobody has told of the next day yet"
    assert (unknown["prov_num"], unknown["revenue_paid_payment_day"]) == (0, 5.5)
    assert pd.isna(unknown["available_minutes"]) and pd.isna(unknown["show_rate"])
