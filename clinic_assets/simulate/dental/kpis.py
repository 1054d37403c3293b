"""The schedule's daily numbers, added up in plain Python from the truth.

This is what `mart.schedule_kpi_daily` has to say, worked out without SQL and without sharing a
line with it.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pandas as pd

from clinic_assets.simulate.dental.plan import DentalPlan

Span = tuple[pd.Timestamp, pd.Timestamp]

OPEN = {"booked", "confirmed", "arrived"}
CANCELLED = {"cancelled_patient", "cancelled_clinic"}
UNKNOWN = 0
"""Stands for the practitioner of payments that name no appointment."""


def schedule_kpis(
    plan: DentalPlan,
    visits: pd.DataFrame,
    payments: pd.DataFrame,
    shifts: pd.DataFrame,
    days: tuple[date, date],
    notice_hours: int,
) -> pd.DataFrame:
    """One row per day, clinic and practitioner with a visit, a shift or a payment that day.

    A day is told when it is not after the plan's last one.
    """
    first, last = (pd.Timestamp(day) for day in days)
    visits = _in_utc(plan, visits, ["start_at", "end_at", "cancelled_at"])
    shifts = _in_utc(plan, shifts, ["start_at", "end_at"])
    by = ["day", "clinic_num", "prov_num"]
    paid_for = payments.groupby("apt_num")["amount"].sum()
    practitioner = visits.set_index("apt_num")["prov_num"]
    payer = payments["apt_num"].map(practitioner).fillna(UNKNOWN).astype(int)
    paid = payments.assign(prov_num=payer)
    groups: list[dict[Any, pd.DataFrame]] = [
        {key: rows for key, rows in table[table["day"].between(first, last)].groupby(by)}
        for table in (visits, shifts, paid)
    ]
    rows = []
    for key in sorted(set().union(*groups)):
        of_visits, of_shifts, of_paid = (group.get(key) for group in groups)
        rows.append(
            dict(zip(by, key, strict=True))
            | _visit_numbers(plan, of_visits, key[0], notice_hours, paid_for)
            | _minutes(of_visits, of_shifts)
            | {
                "revenue_paid_payment_day": _money([] if of_paid is None else of_paid["amount"]),
                "is_complete": key[0].date() <= plan.last_day,
            }
        )
    return _with_rates(pd.DataFrame(rows))


def _in_utc(plan: DentalPlan, rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    zoned = {
        column: rows[column]
        .dt.tz_localize(plan.timezone, ambiguous=True, nonexistent="shift_forward")
        .dt.tz_convert("UTC")
        for column in columns
    }
    return rows.assign(**zoned)


def _visit_numbers(
    plan: DentalPlan,
    visits: pd.DataFrame | None,
    day: pd.Timestamp,
    notice_hours: int,
    paid_for: pd.Series,
) -> dict[str, Any]:
    seen: list[Any] = [] if visits is None else list(visits.itertuples())
    status = [visit.status for visit in seen]
    notice = pd.Timedelta(hours=notice_hours)
    by_patient = [visit for visit in seen if visit.status == "cancelled_patient"]
    unknown = [visit for visit in by_patient if pd.isna(visit.cancelled_at)]
    late = [visit for visit in by_patient if visit.cancelled_at > visit.start_at - notice]
    completed, no_shows = status.count("completed"), status.count("no_show")
    cancelled = sum(each in CANCELLED for each in status)
    is_next_day_told = day.date() + timedelta(days=1) <= plan.last_day
    return {
        "bookings": sum(each != "rescheduled" for each in status),
        "completed": completed,
        "no_shows": no_shows,
        "cancellations": cancelled,
        "late_cancellations": len(late),
        "late_cancel_unknown": len(unknown),
        "open_past": sum(each in OPEN for each in status) if is_next_day_told else 0,
        "show_rate_num": completed,
        "show_rate_den": completed + no_shows,
        "kept_rate_num": completed,
        "kept_rate_den": completed + no_shows + cancelled,
        "booked_minutes": sum(_length(v.start_at, v.end_at) for v in seen),
        "delivered_appointment_minutes": sum(
            _length(v.start_at, v.end_at) for v in seen if v.status == "completed"
        ),
        "revenue_estimate": _money(
            v.price_amount for v in seen if v.status in OPEN or v.status == "completed"
        ),
        "gross_booked_value": _money(v.price_amount for v in seen if v.status != "rescheduled"),
        "revenue_paid_service_day": _money(paid_for.get(v.apt_num, 0.0) for v in seen),
    }


def _minutes(visits: pd.DataFrame | None, shifts: pd.DataFrame | None) -> dict[str, Any]:
    delivered = [] if visits is None else _merged(_spans(visits[visits["status"] == "completed"]))
    available = [] if shifts is None else _merged(_spans(shifts))
    common = [
        (max(one[0], other[0]), min(one[1], other[1]))
        for one in delivered
        for other in available
        if max(one[0], other[0]) < min(one[1], other[1])
    ]
    return {
        "delivered_minutes": sum(_length(*span) for span in delivered),
        "delivered_in_shift_minutes": sum(_length(*span) for span in common),
        "available_minutes": None if shifts is None else sum(_length(*span) for span in available),
    }


def _spans(rows: pd.DataFrame) -> list[Span]:
    return sorted(zip(rows["start_at"], rows["end_at"], strict=True))


def _merged(spans: list[Span]) -> list[Span]:
    """Overlapping spans as one; sorted by their beginnings."""
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _length(start: pd.Timestamp, end: pd.Timestamp) -> float:
    return (end - start).total_seconds() / 60


def _money(amounts: Iterable[float]) -> float:
    """A sum, exact to the cent."""
    return sum(round(100 * amount) for amount in amounts) / 100


def _with_rates(rows: pd.DataFrame) -> pd.DataFrame:
    """Rates are worked out last, and are nothing where there is nothing to divide by."""
    rates = {
        "show_rate": ("show_rate_num", "show_rate_den"),
        "kept_rate": ("kept_rate_num", "kept_rate_den"),
        "utilisation": ("delivered_in_shift_minutes", "available_minutes"),
    }
    for rate, (upper, lower) in rates.items():
        below = rows[lower].astype(float)
        rows[rate] = rows[upper] / below.where(below > 0)
    return rows
