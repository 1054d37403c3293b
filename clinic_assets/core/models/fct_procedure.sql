-- One row per procedure that was planned, done or referred.
select
    clinic_id,
    source || ':' || procedure_id as procedure_key,
    source,
    source || ':' || patient_id as patient_key,
    coalesce(source || ':' || provider_id, 'unknown') as practitioner_key,
    source || ':' || appointment_id as appointment_key,
    code,
    description,
    status,
    fee_amount,
    insurance_estimate,
    insurance_paid,
    write_off_amount,
    planned_on,
    day
from clean.opendental_procedures
where day between :first_day and :last_day
