-- One row per day, location and item that was reported.
select
    :clinic_id as clinic_id,
    location_id,
    item,
    day,
    source,
    opening_qty,
    received_qty,
    issued_qty,
    0 as adjusted_qty,
    closing_qty,
    closing_qty - (opening_qty + received_qty - issued_qty) as unexplained_qty,
    lead_time_days
from clean.stock_logs_daily
where day between :first_day and :last_day
