-- One row per procedure on a treatment plan, current or as it was presented.
select
    clinic_id,
    source || ':' || item_id as item_key,
    source,
    source || ':' || patient_id as patient_key,
    coalesce(source || ':' || provider_id, 'unknown') as practitioner_key,
    source || ':' || plan_id as plan_key,
    source || ':' || procedure_id as procedure_key,
    code,
    plan_status,
    fee_amount,
    insurance_estimate,
    patient_amount,
    is_signed,
    day
from clean.opendental_treatment_plan_items
where day between :first_day and :last_day
