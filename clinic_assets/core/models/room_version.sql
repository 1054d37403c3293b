-- One row per room; the source tells of none but today's.
select
    clinic_id,
    source || ':' || operatory_id as room_key,
    day,
    source,
    name as room_name,
    not is_hidden as is_in_use
from clean.opendental_operatories
where day = date '0001-01-01'
