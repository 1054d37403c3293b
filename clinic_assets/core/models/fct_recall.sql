-- One row per patient and kind of recall, in the clinic that the patient belongs to.
select
    coalesce(patient.clinic_id, :clinic_id) as clinic_id,
    recall.source || ':' || recall.recall_id as recall_key,
    recall.source,
    recall.source || ':' || recall.patient_id as patient_key,
    recall.kind,
    recall.status,
    recall.previous_on,
    recall.scheduled_on,
    recall.is_disabled,
    recall.day
from clean.opendental_recalls as recall
left join clean.opendental_patients as patient
    on
        recall.source = patient.source
        and recall.patient_id = patient.patient_id
        and patient.is_home
where recall.day between :first_day and :last_day
