-- One row per service, item and day on which a source told how much of it the service uses.
select
    :clinic_id as clinic_id,
    service,
    item,
    day,
    source,
    quantity
from clean.stock_logs_service_items
where day between :first_day and :last_day or day = date '0001-01-01'
