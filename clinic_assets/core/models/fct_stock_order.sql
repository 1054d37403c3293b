-- One row per order of one item for one location, on the day it was ordered.
select
    :clinic_id as clinic_id,
    source || ':' || order_id as order_key,
    source,
    location_id,
    item,
    day,
    quantity,
    expected_on,
    received_on,
    expires_on
from clean.stock_logs_orders
where day between :first_day and :last_day
