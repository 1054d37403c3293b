-- One row per contact with a patient, in the clinic that they belong to.
select
    coalesce(patient.clinic_id, :clinic_id) as clinic_id,
    contact.source || ':' || contact.communication_id as communication_key,
    contact.source,
    contact.source || ':' || contact.patient_id as patient_key,
    contact.kind,
    contact.mode,
    contact.direction,
    contact.origin,
    contact.occurred_at,
    contact.day
from clean.opendental_communications as contact
left join clean.opendental_patients as patient
    on
        contact.source = patient.source
        and contact.patient_id = patient.patient_id
        and patient.is_home
where contact.day between :first_day and :last_day
