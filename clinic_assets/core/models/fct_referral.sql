-- One row per referral of a patient to the clinic that they belong to, or away from it.
select
    coalesce(patient.clinic_id, :clinic_id) as clinic_id,
    referral.source || ':' || referral.attachment_id as referral_key,
    referral.source,
    referral.source || ':' || referral.patient_id as patient_key,
    referral.source || ':' || referral.referral_id as referrer_key,
    referral.name as referrer_name,
    referral.direction,
    referral.status,
    referral.source || ':' || referral.procedure_id as procedure_key,
    referral.day
from clean.opendental_referrals as referral
left join clean.opendental_patients as patient
    on
        referral.source = patient.source
        and referral.patient_id = patient.patient_id
        and patient.is_home
where
    referral.day between :first_day and :last_day or referral.day = date '0001-01-01'
