-- One row per location and day on which a source told where it is.
select
    :clinic_id as clinic_id,
    location_id,
    day,
    source,
    latitude,
    longitude
from clean.stock_logs_locations
where day between :first_day and :last_day or day = date '0001-01-01'
