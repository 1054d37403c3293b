"""What would make us distrust the schedule's numbers: that they do not add up to the facts."""

from clinic_assets.core import tables as core
from clinic_assets.core import tables_treatment
from clinic_assets.schedule import tables
from clinic_assets.warehouse.checks import ERROR, WARN, Check
from clinic_assets.warehouse.rules import rows_are_as_written

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
)

_completed_visits_are_paid = Check(
    "completed_visits_are_paid",
    core.fct_appointment,
    "A completed visit that costs something, and that no carrier is to pay for, is paid by the time"
    " the next day is told.",
    """
    select visit.day, count(*) as bad_rows
    from core.fct_appointment as visit
    join ops.source_day as next_day
        on next_day.is_complete and next_day.source = visit.source
        and next_day.day = visit.day + 1
    where visit.status = 'completed' and visit.price_amount is distinct from 0
        and visit.day between :first_day and :last_day
        and not exists (
            select from core.fct_payment as paid
            where paid.clinic_id = visit.clinic_id
                and paid.appointment_key = visit.appointment_key
        )
        and not exists (
            select from core.fct_procedure as insured
            where insured.clinic_id = visit.clinic_id
                and insured.appointment_key = visit.appointment_key
                and insured.insurance_estimate > 0
        )
    group by visit.day
    """,
    WARN,
    counted="visits",
    beside=(core.fct_payment, tables_treatment.fct_procedure),
)

_payments_are_for_completed_visits = Check(
    "payments_are_for_completed_visits",
    core.fct_payment,
    "Money is taken for completed visits only; giving it back is fine.",
    """
    select paid.day, count(*) as bad_rows
    from core.fct_payment as paid
    join core.fct_appointment as visit using (clinic_id, appointment_key)
    where visit.status <> 'completed' and paid.amount > 0
        and paid.day between :first_day and :last_day
    group by paid.day
    """,
    WARN,
    counted="payments",
    beside=(core.fct_appointment,),
)

_payments_have_a_visit = Check(
    "payments_have_a_visit",
    core.fct_payment,
    "The appointment that a payment names exists.",
    """
    select paid.day, count(*) as bad_rows
    from core.fct_payment as paid
    where paid.appointment_key is not null and paid.day between :first_day and :last_day
        and not exists (
            select from core.fct_appointment as visit
            where visit.clinic_id = paid.clinic_id
                and visit.appointment_key = paid.appointment_key
        )
    group by paid.day
    """,
    ERROR,
    counted="payments",
    beside=(core.fct_appointment,),
)

CHECKS = (
    _completed_visits_are_paid,
    _payments_are_for_completed_visits,
    _payments_have_a_visit,
    rows_are_as_written(tables.kpi_daily),
    _bookings_add_up,
    _payments_add_up,
)
