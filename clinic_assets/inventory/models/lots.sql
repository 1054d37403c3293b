-- One row per day, shelf and expiry: what was delivered in the year before and when it expires.
with

asked as (
    select distinct
        clinic_id,
        day
    from mart.inventory_health
    where day between :first_day and :last_day
)

select
    asked.clinic_id,
    asked.day,
    came.location_id,
    came.item,
    came.expires_on - asked.day as days_left,
    sum(came.quantity)::float as quantity
from asked
inner join core.fct_stock_order as came
    on
        asked.clinic_id = came.clinic_id
        and came.day between asked.day - :order_days and asked.day
        and asked.day >= came.received_on
where came.quantity > 0 and came.expires_on is not null
group by asked.clinic_id, asked.day, came.location_id, came.item, came.expires_on
