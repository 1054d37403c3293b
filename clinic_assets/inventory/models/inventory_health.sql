-- One row per day, location and item that was reported within the window: how long the shelf lasts.
-- Days that ended without stock hide demand: they count neither as days nor with what they issued.
with

-- a row for each day asked for that has a report in its window; the open end has none of its own
asked as (
    select distinct logged.day as day
    from core.fct_stock_day as logged
    where logged.day between :first_day and :last_day
    union
    select generate_series(:first_day, :last_named_day, interval '1 day')::date
),

logged as (
    select
        clinic_id,
        location_id,
        item,
        day,
        issued_qty,
        closing_qty,
        lead_time_days,
        closing_qty > 0 as is_in_stock
    from core.fct_stock_day
    where day between :first_day - (:window_days - 1) and :last_day
),

windowed as (
    select
        logged.clinic_id,
        asked.day,
        logged.location_id,
        logged.item,
        max(logged.day) as last_report_day,
        max(logged.day) filter (where logged.lead_time_days is not null) as last_lead_time_day,
        avg(logged.issued_qty) as burn_rate_raw,
        sum(logged.issued_qty) filter (where logged.is_in_stock) as issued_in_stock,
        stddev_samp(logged.issued_qty) filter (where logged.is_in_stock) as daily_spread,
        count(*) filter (where logged.is_in_stock) as days_in_stock
    from asked
    inner join logged
        on logged.day between asked.day - (:window_days - 1) and asked.day
    group by logged.clinic_id, asked.day, logged.location_id, logged.item
),

-- looked up once each: without "materialized" they would be wherever they are used
latest as materialized (
    select
        windowed.*,
        (
            select last_log.closing_qty
            from core.fct_stock_day as last_log
            where
                last_log.clinic_id = windowed.clinic_id
                and last_log.location_id = windowed.location_id
                and last_log.item = windowed.item
                and last_log.day = windowed.last_report_day
        ) as current_stock,
        (
            select last_log.lead_time_days
            from core.fct_stock_day as last_log
            where
                last_log.clinic_id = windowed.clinic_id
                and last_log.location_id = windowed.location_id
                and last_log.item = windowed.item
                and last_log.day = windowed.last_lead_time_day
        ) as lead_time_days
    from windowed
),

covered as (
    select
        latest.*,
        issued_in_stock / nullif(days_in_stock, 0) as burn_rate,
        -- one division only, so that a cover of exactly the lead time is exactly that
        current_stock * days_in_stock / nullif(issued_in_stock, 0) as days_remaining,
        issued_in_stock * (lead_time_days + :review_days) / nullif(days_in_stock, 0)
        + :service_z * sqrt(lead_time_days + :review_days) * coalesce(daily_spread, 0)
            as order_up_to
    from latest
)

select
    clinic_id,
    day,
    location_id,
    item,
    current_stock,
    round(burn_rate, 3) as burn_rate,
    round(burn_rate_raw, 3) as burn_rate_raw,
    days_in_stock,
    days_in_stock < 14 as is_low_confidence,
    lead_time_days,
    round(days_remaining, 2) as days_remaining,
    case
        when last_report_day < day - :stale_after_days then 'STALE'
        when current_stock <= 0 then 'STOCKOUT'
        when coalesce(burn_rate, 0) = 0 then 'NO_DEMAND'
        when days_remaining < lead_time_days then 'CRITICAL'
        when days_remaining < 2 * lead_time_days then 'WARNING'
        when current_stock > greatest(order_up_to, burn_rate * :max_stock_days) then 'OVERSTOCK'
        else 'GOOD'
    end as status,
    greatest(0, ceil((order_up_to - current_stock) / :pack_size) * :pack_size)::numeric(14, 3)
        as reorder_qty,
    last_report_day
from covered
