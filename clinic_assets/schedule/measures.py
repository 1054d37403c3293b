"""The definitions of the schedule's numbers. They aggregate the facts of
models/schedule_facts.sql.
"""

from clinic_assets.warehouse.measures import Measure

GRAIN = "day x clinic x practitioner"
VISIT = "fact = 'visit'"
COMING = "status in ('booked', 'confirmed', 'arrived', 'completed')"
CANCELLED = "status in ('cancelled_patient', 'cancelled_clinic')"


def _count(measure_id: str, words: str, formula: str, where: str) -> Measure:
    sql = f"count(*) filter (where {VISIT} and {where})"
    return Measure(measure_id, words, formula, "visits", GRAIN, sql)


def _minutes(measure_id: str, words: str, formula: str, sql: str) -> Measure:
    return Measure(measure_id, words, formula, "minutes", GRAIN, sql)


def _money(measure_id: str, words: str, formula: str, sql: str) -> Measure:
    return Measure(measure_id, words, formula, "money", GRAIN, f"coalesce({sql}, 0)")


def _ratio(measure_id: str, words: str, numerator: str, denominator: str) -> Measure:
    formula = f"{numerator} / {denominator}, null when that is 0"
    return Measure(measure_id, words, formula, "0..1", GRAIN, parts=(numerator, denominator))


MEASURES = (
    _count(
        "bookings",
        "Appointments that start on the day, of any status but moved away",
        "count of status <> rescheduled",
        "status <> 'rescheduled'",
    ),
    _count("completed", "Visits that took place", "count of completed", "status = 'completed'"),
    _count("no_shows", "Patients who did not come", "count of no_show", "status = 'no_show'"),
    _count(
        "cancellations",
        "Cancelled by patient or clinic, by day of service",
        "count of cancelled_patient + cancelled_clinic",
        CANCELLED,
    ),
    _count(
        "late_cancellations",
        "Cancelled by the patient later than the notice before the start",
        "count of cancelled_patient with cancelled_at > start_at - notice",
        "status = 'cancelled_patient' and is_late",
    ),
    _count(
        "late_cancel_unknown",
        "Cancelled by the patient at a time nobody noted",
        "count of cancelled_patient without cancelled_at",
        "status = 'cancelled_patient' and is_late is null",
    ),
    _count(
        "open_past",
        "Past and still without an outcome, as of the end of the next day",
        "count of booked + confirmed + arrived once the next day has been told",
        "status in ('booked', 'confirmed', 'arrived') and is_next_day_told",
    ),
    _count("show_rate_num", "Numerator of the show rate", "completed", "status = 'completed'"),
    _count(
        "show_rate_den",
        "Denominator of the show rate: cancelled visits are not in it",
        "completed + no_shows",
        "status in ('completed', 'no_show')",
    ),
    _ratio("show_rate", "Share of due patients who came", "show_rate_num", "show_rate_den"),
    _count("kept_rate_num", "Numerator of the kept rate", "completed", "status = 'completed'"),
    _count(
        "kept_rate_den",
        "Denominator of the kept rate: cancelled visits are in it",
        "completed + no_shows + cancellations",
        f"(status in ('completed', 'no_show') or {CANCELLED})",
    ),
    _ratio(
        "kept_rate", "Share of settled bookings that took place", "kept_rate_num", "kept_rate_den"
    ),
    _minutes(
        "booked_minutes",
        "Length of all bookings",
        "sum of end_at - start_at of bookings",
        f"coalesce(sum(minutes) filter (where {VISIT} and status <> 'rescheduled'), 0)",
    ),
    _minutes(
        "delivered_appointment_minutes",
        "Length of completed visits, each counted",
        "sum of end_at - start_at of completed",
        f"coalesce(sum(minutes) filter (where {VISIT} and status = 'completed'), 0)",
    ),
    _minutes(
        "delivered_minutes",
        "Length of completed visits by the clock, overlaps once",
        "length of the union of completed visits",
        f"ops.minutes_in(range_agg(span) filter (where {VISIT} and status = 'completed'))",
    ),
    _minutes(
        "delivered_in_shift_minutes",
        "Part of the delivered minutes inside the practitioner's shifts",
        "length of the union of completed visits within shifts",
        f"ops.minutes_in(range_agg(span) filter (where {VISIT} and status = 'completed')"
        " * range_agg(span) filter (where fact = 'shift'))",
    ),
    _minutes(
        "available_minutes",
        "Length of the practitioner's shifts; null: no shift is known",
        "length of the union of shifts",
        "case when count(*) filter (where fact = 'shift') > 0"
        " then ops.minutes_in(range_agg(span) filter (where fact = 'shift')) end",
    ),
    _ratio(
        "utilisation",
        "Share of the shifts' time that was delivered",
        "delivered_in_shift_minutes",
        "available_minutes",
    ),
    _money(
        "revenue_estimate",
        "Expected price of visits that were or will be delivered",
        "sum of price of booked + confirmed + arrived + completed",
        f"sum(price_amount) filter (where {VISIT} and {COMING})",
    ),
    _money(
        "gross_booked_value",
        "Expected price of all bookings, cancelled and missed ones too",
        "sum of price of bookings",
        f"sum(price_amount) filter (where {VISIT} and status <> 'rescheduled')",
    ),
    _money(
        "revenue_paid_service_day",
        "Paid, on whatever day, for visits of the day",
        "sum of payments - refunds of the day's appointments",
        "sum(amount) filter (where fact = 'paid_for_visit')",
    ),
    _money(
        "revenue_paid_payment_day",
        "Paid on the day, for visits of whatever day",
        "sum of payments - refunds paid that day",
        "sum(amount) filter (where fact = 'paid_that_day')",
    ),
    Measure(
        "is_complete",
        "Every source has told everything about the day",
        "all sources complete",
        "yes/no",
        GRAIN,
        "bool_and(is_complete)",
    ),
)
