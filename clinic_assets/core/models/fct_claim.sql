-- One row per claim on an insurance carrier.
select
    clinic_id,
    source || ':' || claim_id as claim_key,
    source,
    source || ':' || patient_id as patient_key,
    coalesce(source || ':' || provider_id, 'unknown') as practitioner_key,
    carrier,
    kind,
    status,
    claimed_amount,
    insurance_estimate,
    insurance_paid,
    write_off_amount,
    deductible_amount,
    sent_on,
    received_on,
    day
from clean.opendental_claims
where day between :first_day and :last_day
