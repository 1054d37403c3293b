-- One row per shelf and day as stock health knows it, with all that an order depends on: forecast,
-- deliveries of the year before, what is on order, and how the item is ordered.
with

shelf as (
    select
        clinic_id,
        day,
        location_id,
        item,
        status,
        current_stock,
        burn_rate,
        burn_rate_raw,
        lead_time_days as declared_lead_days,
        last_report_day
    from mart.inventory_health
    where day between :first_day and :last_day
),

asked as (
    select distinct
        clinic_id,
        day
    from shelf
),

-- as known on the day: what came later is on its way
ordered as (
    select
        asked.clinic_id,
        asked.day,
        placed.location_id,
        placed.item,
        placed.quantity,
        placed.expected_on,
        case when placed.received_on <= asked.day then placed.received_on - placed.day end as took
    from asked
    inner join core.fct_stock_order as placed
        on
            asked.clinic_id = placed.clinic_id
            and placed.day between asked.day - :order_days and asked.day
    where placed.quantity > 0
),

here as (
    select
        clinic_id,
        day,
        location_id,
        item,
        count(took) as deliveries_here,
        avg(took) as lead_days_here,
        stddev_samp(took) as lead_spread_here,
        sum(quantity) filter (where took is null) as on_order_qty,
        min(expected_on) filter (where took is null) as expected_on
    from ordered
    group by clinic_id, day, location_id, item
),

of_item as (
    select
        clinic_id,
        day,
        item,
        count(took) as deliveries_of_item,
        avg(took) as lead_days_of_item,
        stddev_samp(took) as lead_spread_of_item
    from ordered
    group by clinic_id, day, item
),

term as (
    select distinct on (asked.clinic_id, asked.day, told.item)
        asked.clinic_id,
        asked.day,
        told.item,
        told.pack_size,
        told.least_order,
        told.unit_cost
    from asked
    inner join core.item_version as told
        on asked.clinic_id = told.clinic_id and asked.day >= told.day
    order by asked.clinic_id asc, asked.day asc, told.item asc, told.day desc, told.source asc
)

select
    shelf.*,
    demand.mean_per_day,
    demand.spread_per_day,
    demand.method,
    here.deliveries_here,
    here.lead_days_here,
    here.lead_spread_here,
    coalesce(here.on_order_qty, 0) as on_order_qty,
    here.expected_on,
    of_item.deliveries_of_item,
    of_item.lead_days_of_item,
    of_item.lead_spread_of_item,
    coalesce(term.pack_size, :pack_size) as pack_size,
    coalesce(term.least_order, 0) as least_order,
    term.unit_cost
from shelf
left join mart.demand_forecast as demand using (clinic_id, day, location_id, item)
left join here using (clinic_id, day, location_id, item)
left join of_item using (clinic_id, day, item)
left join term using (clinic_id, day, item)
order by clinic_id, day, location_id, item
