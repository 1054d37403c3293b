-- One row per payment, on the clinic-local day it was paid.
select
    :clinic_id as clinic_id,
    source || ':' || payment_id as payment_key,
    source,
    source || ':' || appointment_id as appointment_key,
    null::text as patient_key,
    amount,
    method,
    paid_at,
    day
from clean.practice_files_payments
where day between :first_day and :last_day

union all

select
    clinic_id,
    source || ':' || payment_id,
    source,
    source || ':' || appointment_id,
    source || ':' || patient_id,
    amount,
    method,
    paid_at,
    day
from clean.opendental_payments
where day between :first_day and :last_day
