-- One row per patient and day on which a source told of them.
select
    :clinic_id as clinic_id,
    source || ':' || patient_id as patient_key,
    day,
    source,
    first_name,
    last_name,
    phone,
    has_consent,
    consent_raw,
    created_at,
    null::text as guarantor_key
from clean.practice_files_patients
where day between :first_day and :last_day or day = date '0001-01-01'

union all

select
    clinic_id,
    source || ':' || patient_id,
    day,
    source,
    first_name,
    last_name,
    phone,
    has_consent,
    consent_raw,
    created_at,
    source || ':' || guarantor_id
from clean.opendental_patients
where day = date '0001-01-01'
