-- One row per patient and clinic that they belong to or have visits in; families share a guarantor.
with

patient as (
    select
        "PatNum" as patient_id,
        coalesce(cast(:clinics as jsonb) ->> "ClinicNum"::text, :home_clinic) as clinic_id,
        nullif("Guarantor", 0) as guarantor_id,
        "FName" as first_name,
        "LName" as last_name,
        coalesce(
            nullif(trim("WirelessPhone"), ''), nullif(trim("HmPhone"), ''),
            nullif(trim("WkPhone"), '')
        ) as phone,
        "TxtMsgOk" as text_consent,
        "PatStatus" as status,
        "SecDateEntry" as entered_on
    from opendental.patient
),

visitor as (
    select distinct
        "PatNum" as patient_id,
        coalesce(cast(:clinics as jsonb) ->> "ClinicNum"::text, :home_clinic) as clinic_id
    from opendental.appointment
    where "AptStatus" in (1, 2, 4, 5)
),

place as (
    select patient_id, clinic_id from patient
    union
    select patient_id, clinic_id from visitor
)

select
    :source as source,
    place.clinic_id,
    patient.patient_id,
    place.clinic_id = patient.clinic_id as is_home,
    patient.guarantor_id,
    patient.first_name,
    patient.last_name,
    patient.phone,
    case patient.text_consent when 1 then true when 2 then false end as has_consent,
    case patient.text_consent when 1 then 'Yes' when 2 then 'No' end as consent_raw,
    case patient.status
        when 0 then 'patient'
        when 1 then 'non_patient'
        when 2 then 'inactive'
        when 3 then 'archived'
        when 4 then 'deleted'
        when 5 then 'deceased'
        when 6 then 'prospective'
    end as status,
    case
        when patient.entered_on > date '0001-01-01'
            then ops.moment(patient.entered_on, :timezone)
    end as created_at,
    date '0001-01-01' as day
from patient
inner join place using (patient_id)
