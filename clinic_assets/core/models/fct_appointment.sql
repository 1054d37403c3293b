-- One row per appointment, on the clinic-local day of its start.
-- A cancellation without a time of its own is known from the end of the first file that told of it,
-- if that lies ahead of the visit; a file of the day itself or later may tell of a surprise.
select
    :clinic_id as clinic_id,
    source || ':' || appointment_id as appointment_key,
    source,
    source || ':' || patient_id as patient_key,
    source || ':' || physio_id as practitioner_key,
    null::text as room_key,
    null::text as service_type,
    created_at,
    start_at,
    end_at,
    day,
    status,
    status_raw,
    cancelled_at,
    case
        when status not in ('cancelled_patient', 'cancelled_clinic', 'rescheduled') then null
        when cancelled_at is not null then cancelled_at
        when known_since < day then (known_since + 1)::timestamp at time zone :timezone
    end as cancelled_known_at,
    price_amount,
    null::text as referrer_key,
    null::text as gclid
from clean.practice_files_appointments
where day between :first_day and :last_day

union all

select
    clinic_id,
    source || ':' || appointment_id,
    source,
    source || ':' || patient_id,
    coalesce(source || ':' || provider_id, 'unknown'),
    source || ':' || operatory_id,
    service_type,
    created_at,
    start_at,
    end_at,
    day,
    status,
    status_raw,
    cancelled_at,
    cancelled_at as cancelled_known_at,
    price_amount,
    source || ':' || referral_id,
    null
from clean.opendental_appointments
where day between :first_day and :last_day
