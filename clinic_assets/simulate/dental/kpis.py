"""The schedule's daily numbers, added up in plain Python from the truth.

This is what `mart.schedule_kpi_daily` has to say, worked out without SQL and without sharing a
line with it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd

from clinic_assets.simulate.dental.plan import DentalPlan

Span = tuple[pd.Timestamp, pd.Timestamp]
Key = tuple[pd.Timestamp, int, int]

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
    visits = _in_utc(plan, visits, ["start_at", "end_at", "cancelled_at"])
    shifts = _in_utc(plan, shifts, ["start_at", "end_at"])
    seen = {visit.apt_num: visit for visit in _told(visits)}
    paid = payments.assign(
        prov_num=[
            seen[number].prov_num if number in seen else UNKNOWN for number in payments["apt_num"]
        ]
    )
    paid_for = Counter[int]()
    for payment in _told(payments):
        paid_for[payment.apt_num] += _cents(payment.amount)
    of_visits, of_shifts, of_paid = (
        _by_day(_told(table), days) for table in (visits, shifts, paid)
    )
    rows = [
        dict(zip(("day", "clinic_num", "prov_num"), key, strict=True))
        | _visit_numbers(plan, of_visits[key], key[0], notice_hours, paid_for)
        | _minutes(of_visits[key], of_shifts[key])
        | {
            "revenue_paid_payment_day": sum(_cents(each.amount) for each in of_paid[key]) / 100,
            "is_complete": key[0].date() <= plan.last_day,
        }
        for key in sorted({*of_visits, *of_shifts, *of_paid})
    ]
    return _with_rates(pd.DataFrame(rows))


def _told(rows: pd.DataFrame) -> Iterator[Any]:
    return rows.itertuples(index=False)


def _by_day(rows: Iterator[Any], days: tuple[date, date]) -> dict[Key, list[Any]]:
    found: dict[Key, list[Any]] = defaultdict(list)
    for row in rows:
        if days[0] <= row.day.date() <= days[1]:
            found[row.day, row.clinic_num, row.prov_num].append(row)
    return found


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
    visits: list[Any],
    day: pd.Timestamp,
    notice_hours: int,
    paid_for: Counter[int],
) -> dict[str, Any]:
    status = [visit.status for visit in visits]
    notice = pd.Timedelta(hours=notice_hours)
    by_patient = [visit for visit in visits if visit.status == "cancelled_patient"]
    unknown = [visit for visit in by_patient if pd.isna(visit.cancelled_at)]
    late = [visit for visit in by_patient if visit.cancelled_at > visit.start_at - notice]
    kept = [visit for visit in visits if visit.status == "completed"]
    coming = [visit for visit in visits if visit.status in OPEN or visit.status == "completed"]
    booked = [visit for visit in visits if visit.status != "rescheduled"]
    no_shows = status.count("no_show")
    cancelled = sum(each in CANCELLED for each in status)
    is_next_day_told = day.date() + timedelta(days=1) <= plan.last_day
    return {
        "bookings": len(booked),
        "completed": len(kept),
        "no_shows": no_shows,
        "cancellations": cancelled,
        "late_cancellations": len(late),
        "late_cancel_unknown": len(unknown),
        "open_past": sum(each in OPEN for each in status) if is_next_day_told else 0,
        "show_rate_num": len(kept),
        "show_rate_den": len(kept) + no_shows,
        "kept_rate_num": len(kept),
        "kept_rate_den": len(kept) + no_shows + cancelled,
        "booked_minutes": sum(_length(span) for span in _spans(booked)),
        "delivered_appointment_minutes": sum(_length(span) for span in _spans(kept)),
        "revenue_estimate": sum(_cents(visit.price_amount) for visit in coming) / 100,
        "gross_booked_value": sum(_cents(visit.price_amount) for visit in booked) / 100,
        "revenue_paid_service_day": sum(paid_for[visit.apt_num] for visit in visits) / 100,
    }


def _minutes(visits: list[Any], shifts: list[Any]) -> dict[str, Any]:
    delivered = _merged(_spans(visit for visit in visits if visit.status == "completed"))
    available = _merged(_spans(shifts))
    common = [
        (max(one[0], other[0]), min(one[1], other[1]))
        for one in delivered
        for other in available
        if max(one[0], other[0]) < min(one[1], other[1])
    ]
    return {
        "delivered_minutes": sum(_length(span) for span in delivered),
        "delivered_in_shift_minutes": sum(_length(span) for span in common),
        "available_minutes": sum(_length(span) for span in available) if shifts else None,
    }


def _spans(rows: Iterable[Any]) -> list[Span]:
    return sorted((row.start_at, row.end_at) for row in rows)


def _merged(spans: list[Span]) -> list[Span]:
    """Overlapping spans as one; sorted by their beginnings."""
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _length(span: Span) -> float:
    return (span[1] - span[0]).total_seconds() / 60


def _cents(amount: float) -> int:
    return round(100 * amount)


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
