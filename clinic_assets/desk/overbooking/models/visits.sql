-- One row per visit on the list of 18:00 the evening before, with its risk as served.
-- A session is a practitioner's half day; new is who has not completed a visit by that evening.
with

listed as (
    select clinic_id, appointment_key, risk::float as risk
    from score.cancellation_risk
    where stage = 'evening_before' and day between :first_day and :last_day
),

first_kept as (
    select clinic_id, patient_key, min(end_at) as end_at
    from core.fct_appointment
    where status = 'completed'
    group by clinic_id, patient_key
)

select
    visit.clinic_id,
    visit.day,
    visit.practitioner_key,
    case
        when (visit.start_at at time zone :timezone)::time < '13:00' then 'morning'
        else 'afternoon'
    end as session,
    visit.appointment_key,
    visit.patient_key,
    visit.start_at,
    visit.end_at,
    visit.created_at,
    visit.status,
    visit.cancelled_at,
    listed.risk,
    case
        when first_kept.end_at < (visit.day - 1 + time '18:00') at time zone :timezone
            then 'known'
        else 'new'
    end as "group"
from listed
inner join core.fct_appointment as visit using (clinic_id, appointment_key)
left join first_kept using (clinic_id, patient_key)
order by visit.clinic_id, visit.day, visit.practitioner_key, visit.start_at, visit.appointment_key
