-- One row per discount, charge or correction in a patient's account.
select
    clinic_id,
    source || ':' || adjustment_id as adjustment_key,
    source,
    source || ':' || patient_id as patient_key,
    coalesce(source || ':' || provider_id, 'unknown') as practitioner_key,
    source || ':' || procedure_id as procedure_key,
    kind,
    amount,
    day
from clean.opendental_adjustments
where day between :first_day and :last_day
