-- One row per item to order, the shortest cover first; an empty shelf has none left.
-- How much is the plan's: what transfers between locations do not cover, in packs.
with

health as (
    select
        clinic_id,
        day,
        location_id,
        item,
        burn_rate,
        days_remaining,
        lead_time_days
    from mart.inventory_health
    where day between :first_day and :last_day
),

due as (
    select
        clinic_id,
        day,
        location_id,
        item,
        status,
        current_stock,
        order_qty as reorder_qty,
        on_order_qty,
        transfer_in_qty,
        order_cost,
        seed004_qty,
        last_report_day,
        reason
    from mart.reorder_plan
    where
        day between :first_day and :last_day
        and status <> 'STALE'
        and (order_qty > 0 or status = 'STOCKOUT')
),

listed as (
    select
        due.*,
        health.burn_rate,
        health.lead_time_days,
        case when due.current_stock <= 0 then 0 else health.days_remaining end as days_remaining
    from due
    inner join health using (clinic_id, day, location_id, item)
)

select
    clinic_id,
    day,
    row_number() over (
        partition by clinic_id, day
        order by days_remaining asc nulls last, burn_rate desc nulls last, location_id asc, item asc
    ) as rank,
    location_id,
    item,
    status,
    current_stock,
    burn_rate,
    days_remaining,
    lead_time_days,
    reorder_qty,
    last_report_day,
    on_order_qty,
    transfer_in_qty,
    order_cost,
    seed004_qty,
    reason
from listed
