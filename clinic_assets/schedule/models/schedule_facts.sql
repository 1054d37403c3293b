-- One row per visit, shift and payment of the days asked for: what the schedule's measures add up.
with

visit as (
    select
        clinic_id,
        appointment_key,
        source,
        practitioner_key,
        day,
        status,
        start_at,
        end_at,
        cancelled_at,
        price_amount
    from core.fct_appointment
    where day between :first_day and :last_day
),

shift as (
    select clinic_id, practitioner_key, day, start_at, end_at
    from core.fct_capacity
    where day between :first_day and :last_day
),

payment as (
    select clinic_id, appointment_key, amount
    from core.fct_payment
),

paid as (
    select clinic_id, appointment_key, amount, day
    from core.fct_payment
    where day between :first_day and :last_day
),

paid_visit as (
    select clinic_id, appointment_key, practitioner_key
    from core.fct_appointment
),

told as (
    select source, day
    from ops.source_day
    where is_complete
),

-- Who has to tell of a day; an inbox beside a copied practice only from its first told day on.
due as (
    select unnest(:sources) as source, date '-infinity' as first_day
    union all
    select source, min(day)
    from told
    where source = any(:inboxes)
    group by source
),

complete as (
    select day
    from told
    group by day
    having
        array_agg(source) @> array(
            select due.source
            from due
            where due.first_day <= told.day
        )
),

fact as (
    select
        visit.clinic_id,
        visit.day,
        visit.practitioner_key,
        'visit' as fact,
        visit.status,
        -- null: cancelled at a time nobody noted
        visit.cancelled_at > visit.start_at - make_interval(hours => 1) * :notice_hours as is_late,
        exists(
            select 1 from told
            where told.source = visit.source and told.day = visit.day + 1
        ) as is_next_day_told,
        extract(epoch from visit.end_at - visit.start_at) / 60 as minutes,
        tstzrange(visit.start_at, visit.end_at) as span,
        visit.price_amount,
        null::numeric as amount
    from visit

    union all

    select
        clinic_id, day, practitioner_key, 'shift', null, null, null, null,
        tstzrange(start_at, end_at), null, null
    from shift

    union all

    select
        visit.clinic_id, visit.day, visit.practitioner_key, 'paid_for_visit', null, null, null,
        null, null, null, payment.amount
    from visit
    inner join payment using (clinic_id, appointment_key)

    union all

    select
        paid.clinic_id, paid.day, coalesce(paid_visit.practitioner_key, 'unknown'),
        'paid_that_day', null, null, null, null, null, null, paid.amount
    from paid
    left join paid_visit using (clinic_id, appointment_key)
)

select
    fact.*,
    fact.day in (select complete.day from complete) as is_complete
from fact
