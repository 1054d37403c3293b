-- One row per practitioner and day on which a source told of them.
select
    :clinic_id as clinic_id,
    source || ':' || physio_id as practitioner_key,
    day,
    source,
    full_name
from clean.practice_files_physios
where day between :first_day and :last_day or day = date '0001-01-01'

union all

select
    clinic_id,
    source || ':' || provider_id,
    day,
    source,
    full_name
from clean.opendental_providers
where day = date '0001-01-01'
