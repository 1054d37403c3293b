-- One row per item and day on which a source told how it is ordered.
select
    :clinic_id as clinic_id,
    item,
    day,
    source,
    pack_size,
    least_order,
    unit_cost
from clean.stock_logs_items
where day between :first_day and :last_day or day = date '0001-01-01'
