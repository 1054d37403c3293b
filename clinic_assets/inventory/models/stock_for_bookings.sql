-- One row per day and item that visits use: what tomorrow's and the week's bookings take of it,
-- as known that evening, against what all locations have.
with

asked as (
    select distinct
        clinic_id,
        day
    from mart.reorder_plan
    where day between :first_day and :last_day
),

booked as (
    select
        asked.clinic_id,
        asked.day,
        visit.appointment_key,
        visit.service_type,
        visit.day = asked.day + 1 as is_tomorrow
    from asked
    inner join core.fct_appointment as visit
        on
            asked.clinic_id = visit.clinic_id
            and visit.day between asked.day + 1 and asked.day + :week
    where
        (
            visit.created_at is null
            or visit.created_at < (asked.day + 1)::timestamp at time zone :timezone
        )
        and (
            visit.cancelled_known_at is null
            or visit.cancelled_known_at >= (asked.day + 1)::timestamp at time zone :timezone
        )
),

-- a visit uses what any visit uses, what its type uses, and what each of its procedures uses
used as (
    select
        clinic_id,
        day,
        appointment_key,
        is_tomorrow,
        unnest(array['*', service_type]) as service
    from booked
    union all
    select
        booked.clinic_id,
        booked.day,
        booked.appointment_key,
        booked.is_tomorrow,
        done.code
    from booked
    inner join core.fct_procedure as done using (clinic_id, appointment_key)
    where done.planned_on is null or done.planned_on <= booked.day
),

bill as (
    select distinct on (asked.clinic_id, asked.day, told.service, told.item)
        asked.clinic_id,
        asked.day,
        told.service,
        told.item,
        told.quantity
    from asked
    inner join core.service_item_version as told
        on asked.clinic_id = told.clinic_id and asked.day >= told.day
    order by
        asked.clinic_id asc, asked.day asc, told.service asc, told.item asc, told.day desc,
        told.source asc
),

needed as (
    select
        clinic_id,
        day,
        bill.item,
        count(distinct used.appointment_key) as visits_week,
        coalesce(sum(bill.quantity) filter (where used.is_tomorrow), 0) as needed_tomorrow_qty,
        sum(bill.quantity) as needed_week_qty
    from used
    inner join bill using (clinic_id, day, service)
    where bill.quantity > 0
    group by clinic_id, day, bill.item
),

stock as (
    select
        clinic_id,
        day,
        item,
        sum(usable_qty) as usable_qty
    from mart.reorder_plan
    where day between :first_day and :last_day and status <> 'STALE'
    group by clinic_id, day, item
)

select
    clinic_id,
    day,
    item,
    needed.visits_week,
    needed.needed_tomorrow_qty,
    needed.needed_week_qty,
    stock.usable_qty,
    -- of what nobody counts nothing is there for sure
    greatest(0, needed.needed_tomorrow_qty - coalesce(stock.usable_qty, 0)) as short_tomorrow_qty,
    greatest(0, needed.needed_week_qty - coalesce(stock.usable_qty, 0)) as short_week_qty
from needed
left join stock using (clinic_id, day, item)
