-- One row per item to order, the shortest cover first; an empty shelf has none left.
with

due as (
    select
        clinic_id,
        day,
        location_id,
        item,
        status,
        current_stock,
        burn_rate,
        case when current_stock <= 0 then 0 else days_remaining end as days_remaining,
        lead_time_days,
        reorder_qty,
        last_report_day
    from mart.inventory_health
    where
        day between :first_day and :last_day
        and status <> 'STALE'
        and (reorder_qty > 0 or status = 'STOCKOUT')
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
    last_report_day
from due
