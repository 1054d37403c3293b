-- One row per appointment with a time, on the clinic-local day of its start. Those on the
-- unscheduled list (3), planned ones (6) and notes (7, 8) are not visits.
with

visit as (
    select
        "AptNum" as appointment_id,
        "PatNum" as patient_id,
        "AptStatus" as apt_status,
        "AptDateTime"::date as day,
        ops.moment("AptDateTime", :timezone) as start_at,
        coalesce("Pattern", '') as pattern,
        case when "IsHygiene" <> 0 and "ProvHyg" > 0 then "ProvHyg" else "ProvNum" end
            as provider_id,
        "Op" as operatory_id,
        "ClinicNum" as clinic_number,
        "AppointmentTypeNum" as type_id,
        "Confirmed" as confirmed_id,
        "DateTimeArrived" as arrived,
        case
            when "SecDateTEntry" >= timestamp '1880-01-01'
                then ops.moment("SecDateTEntry", :timezone)
        end as created_at
    from opendental.appointment
    where
        "AptStatus" in (1, 2, 4, 5)
        and "AptDateTime" >= :first_day
        and "AptDateTime" < cast(:last_day as date) + 1
),

broken as (
    select appointment_id, patient_id, day
    from visit
    where apt_status = 5
),

-- A code that says why is attached to the visit, or to none but of the patient's same day.
said as (
    select broken.appointment_id, procedure."CodeNum" as code_id
    from broken
    inner join opendental.procedurelog as procedure
        on broken.appointment_id = procedure."AptNum" and procedure."ProcStatus" = 2
    union all
    select broken.appointment_id, procedure."CodeNum"
    from broken
    inner join opendental.procedurelog as procedure
        on
            broken.patient_id = procedure."PatNum"
            and broken.day = procedure."ProcDate"
            and procedure."AptNum" = 0
            and procedure."ProcStatus" = 2
),

why as (
    select
        said.appointment_id,
        bool_or(code."ProcCode" = any(:missed_codes)) as is_missed,
        string_agg(distinct code."ProcCode", ' ' order by code."ProcCode") as codes
    from said
    inner join opendental.procedurecode as code on said.code_id = code."CodeNum"
    where code."ProcCode" = any(:missed_codes || :cancelled_codes)
    group by said.appointment_id
),

-- Since when it has been broken and stayed so: its newest changes, back to one that was not.
change as (
    select
        broken.appointment_id,
        history."HistDateTStamp" as changed,
        bool_and(history."AptStatus" = 5) over (
            partition by broken.appointment_id
            order by history."HistDateTStamp" desc, history."HistApptNum" desc
        ) as has_stayed_broken
    from broken
    inner join opendental.histappointment as history on broken.appointment_id = history."AptNum"
),

cancelled as (
    select appointment_id, min(changed) as cancelled
    from change
    where has_stayed_broken
    group by appointment_id
),

price as (
    select
        visit.appointment_id,
        sum((
            procedure."ProcFee" * greatest(1, procedure."BaseUnits" + procedure."UnitQty")
        )::numeric) as amount
    from visit
    inner join opendental.procedurelog as procedure
        on visit.appointment_id = procedure."AptNum" and procedure."ProcStatus" in (1, 2)
    left join opendental.procedurecode as code on procedure."CodeNum" = code."CodeNum"
    where (code."ProcCode" = any(:missed_codes || :cancelled_codes)) is not true
    group by visit.appointment_id
),

referral as (
    select distinct on ("PatNum") "PatNum" as patient_id, "ReferralNum" as referral_id
    from opendental.refattach
    where "RefType" = 1
    order by "PatNum", "ItemOrder", "RefAttachNum"
),

told as (
    select
        visit.appointment_id,
        case
            when visit.apt_status = 2 then 'completed'
            when visit.apt_status = 5 and why.is_missed then 'no_show'
            when visit.apt_status = 5 and not why.is_missed then 'cancelled_patient'
            when visit.apt_status = 5 then :broken_means
            when visit.arrived::date = visit.day and visit.arrived::time > time '00:00'
                then 'arrived'
            when
                confirmed."ItemName" ilike '%confirm%'
                and confirmed."ItemName" not ilike '%unconfirm%'
                and confirmed."ItemName" not ilike '%not confirm%'
                then 'confirmed'
            else 'booked'
        end as status,
        case visit.apt_status
            when 2 then 'Complete'
            when 5 then concat_ws(' ', 'Broken', why.codes)
            when 4 then concat_ws(', ', 'ASAP', confirmed."ItemName")
            else concat_ws(', ', 'Scheduled', confirmed."ItemName")
        end as status_raw
    from visit
    left join why using (appointment_id)
    left join opendental.definition as confirmed on visit.confirmed_id = confirmed."DefNum"
)

select
    :source as source,
    visit.appointment_id,
    coalesce(cast(:clinics as jsonb) ->> visit.clinic_number::text, :home_clinic) as clinic_id,
    visit.patient_id,
    nullif(visit.provider_id, 0) as provider_id,
    nullif(visit.operatory_id, 0) as operatory_id,
    nullif(type."AppointmentTypeName", '') as service_type,
    visit.created_at,
    visit.start_at,
    visit.start_at + length(visit.pattern) * interval '5 minutes' as end_at,
    visit.day,
    visit.pattern,
    told.status,
    told.status_raw,
    case
        when told.status = 'cancelled_patient' then ops.moment(cancelled.cancelled, :timezone)
    end as cancelled_at,
    round(price.amount, 2) as price_amount,
    referral.referral_id
from visit
inner join told using (appointment_id)
left join cancelled using (appointment_id)
left join price using (appointment_id)
left join referral using (patient_id)
left join opendental.appointmenttype as type on visit.type_id = type."AppointmentTypeNum"
