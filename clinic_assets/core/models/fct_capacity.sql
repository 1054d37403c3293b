-- One row per shift of one practitioner.
select
    :clinic_id as clinic_id,
    source || ':' || practitioner as practitioner_key,
    source,
    start_at,
    end_at,
    day
from clean.practice_files_shifts
where day between :first_day and :last_day

union all

select
    clinic_id,
    source || ':' || provider_id,
    source,
    start_at,
    end_at,
    day
from clean.opendental_shifts
where day between :first_day and :last_day
