-- One row per visit the reception expects on the day, as known at 18:00 the evening before.
-- Worth a call first: 100 new + 80 x risk + 40 no phone + 30 no consent + 10 edge hour.
with

expected as (
    select
        clinic_id,
        appointment_key,
        source,
        patient_key,
        practitioner_key,
        created_at,
        start_at,
        end_at,
        day,
        price_amount,
        (day - 1 + time '18:00') at time zone :timezone as known_at,
        extract(hour from start_at at time zone :timezone) as local_hour
    from core.fct_appointment
    where
        day between :first_day and :last_day
        and (created_at is null or created_at <= (day - 1 + time '18:00') at time zone :timezone)
        and (
            cancelled_known_at is null
            or cancelled_known_at > (day - 1 + time '18:00') at time zone :timezone
        )
),

outcome as (
    select clinic_id, patient_key, status, end_at, day
    from core.fct_appointment
    where status in ('completed', 'no_show')
),

history as (
    select
        expected.clinic_id,
        expected.appointment_key,
        count(*) filter (where outcome.status = 'completed') as visits,
        count(*) filter (where outcome.status = 'no_show' and outcome.day >= expected.day - 90)
            as missed_90d,
        count(*) filter (where outcome.day >= expected.day - 90) as due_90d
    from expected
    inner join outcome
        on
            expected.clinic_id = outcome.clinic_id
            and expected.patient_key = outcome.patient_key
            and expected.known_at > outcome.end_at
    group by expected.clinic_id, expected.appointment_key
),

patient as (
    select distinct on (expected.clinic_id, expected.appointment_key)
        expected.clinic_id,
        expected.appointment_key,
        nullif(concat_ws(' ', told.first_name, told.last_name), '') as patient_name,
        told.phone,
        coalesce(told.has_consent, false) as has_consent
    from expected
    inner join core.patient_version as told
        on
            expected.clinic_id = told.clinic_id
            and expected.patient_key = told.patient_key
            and expected.day >= told.day
    order by expected.clinic_id asc, expected.appointment_key asc, told.day desc
),

practitioner as (
    select distinct on (expected.clinic_id, expected.appointment_key)
        expected.clinic_id,
        expected.appointment_key,
        told.full_name
    from expected
    inner join core.practitioner_version as told
        on
            expected.clinic_id = told.clinic_id
            and expected.practitioner_key = told.practitioner_key
            and expected.day >= told.day
    order by expected.clinic_id asc, expected.appointment_key asc, told.day desc
),

score as (
    select clinic_id, appointment_key, risk, risk_bucket
    from score.cancellation_risk
    where stage = 'evening_before' and day between :first_day and :last_day
),

flagged as (
    select
        expected.*,
        patient.patient_name,
        coalesce(patient.phone, '') as phone,
        coalesce(patient.has_consent, false) as has_consent,
        coalesce(practitioner.full_name, 'unknown') as physio_name,
        coalesce(history.visits, 0) = 0 as is_new_patient,
        coalesce(round(history.missed_90d::numeric / nullif(history.due_90d, 0), 6), 0)
            as noshow_rate_90d,
        coalesce(score.risk, 0) as risk_score,
        coalesce(score.risk_bucket, 'low') as risk_bucket,
        length(trim(coalesce(patient.phone, ''))) < 6 as missing_phone,
        not coalesce(patient.has_consent, false) as missing_consent,
        expected.local_hour < 10 or expected.local_hour >= 17 as is_edge_hour
    from expected
    left join patient using (clinic_id, appointment_key)
    left join practitioner using (clinic_id, appointment_key)
    left join history using (clinic_id, appointment_key)
    left join score using (clinic_id, appointment_key)
)

select
    clinic_id,
    day,
    source,
    substr(appointment_key, length(source) + 2) as appointment_id,
    substr(patient_key, length(source) + 2) as patient_id,
    patient_name,
    phone,
    has_consent::int as consent_form_received,
    physio_name,
    start_at as appt_start,
    end_at as appt_end,
    created_at as booked_at,
    is_new_patient,
    noshow_rate_90d,
    risk_score,
    risk_bucket,
    missing_phone,
    missing_consent,
    100 * is_new_patient::int
    + 80 * risk_score
    + 40 * missing_phone::int
    + 30 * missing_consent::int
    + 10 * is_edge_hour::int as priority_score,
    concat_ws(
        ', ',
        case when is_new_patient then 'new patient' end,
        case when missing_phone then 'missing phone' end,
        case when missing_consent then 'missing consent' end,
        'risk ' || risk_bucket
    ) as priority_reason,
    round(risk_score * price_amount, 2) as expected_loss
from flagged
