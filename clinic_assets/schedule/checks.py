"""What would make us distrust the schedule's numbers: that they do not add up to the facts."""

from clinic_assets.core import tables as core
from clinic_assets.schedule import tables
from clinic_assets.warehouse.checks import ERROR, Check, rows_are_as_written

_bookings_add_up = Check(
    "bookings_add_up",
    tables.kpi_daily,
    "The bookings of all practitioners add up to the day's appointments.",
    """
    with
    told as (
        select day, sum(bookings) as bookings from mart.schedule_kpi_daily
        where day between :first_day and :last_day
        group by day
    ),
    fact as (
        select day, count(*) filter (where status <> 'rescheduled') as bookings
        from core.fct_appointment
        where day between :first_day and :last_day
        group by day
    )
    select day, abs(coalesce(told.bookings, 0) - coalesce(fact.bookings, 0)) as bad_rows
    from told full join fact using (day)
    where coalesce(told.bookings, 0) <> coalesce(fact.bookings, 0)
    """,
    ERROR,
    counted="bookings",
    beside=(core.fct_appointment,),
)

_payments_add_up = Check(
    "payments_add_up",
    tables.kpi_daily,
    "The money paid on a day, of all practitioners, adds up to the day's payments.",
    """
    with
    told as (
        select day, sum(revenue_paid_payment_day) as paid from mart.schedule_kpi_daily
        where day between :first_day and :last_day
        group by day
    ),
    fact as (
        select day, sum(amount) as paid from core.fct_payment
        where day between :first_day and :last_day
        group by day
    )
    select day, 1 as bad_rows,
        coalesce(told.paid, 0) || ' shown, ' || coalesce(fact.paid, 0) || ' paid' as detail
    from told full join fact using (day)
    where coalesce(told.paid, 0) <> coalesce(fact.paid, 0)
    """,
    ERROR,
    counted="wrong sums",
    beside=(core.fct_payment,),
)

CHECKS = (rows_are_as_written(tables.kpi_daily), _bookings_add_up, _payments_add_up)
