-- One row per claim on a carrier, on the date of service.
select
    :source as source,
    claim."ClaimNum" as claim_id,
    coalesce(cast(:clinics as jsonb) ->> claim."ClinicNum"::text, :home_clinic) as clinic_id,
    claim."PatNum" as patient_id,
    nullif(claim."ProvTreat", 0) as provider_id,
    nullif(claim."PlanNum", 0) as plan_id,
    nullif(trim(carrier."CarrierName"), '') as carrier,
    case claim."ClaimType"
        when 'P' then 'primary'
        when 'S' then 'secondary'
        when 'PreAuth' then 'preauthorisation'
        when 'Cap' then 'capitation'
        else 'other'
    end as kind,
    case claim."ClaimStatus"
        when 'U' then 'unsent'
        when 'H' then 'held'
        when 'I' then 'held'
        when 'W' then 'waiting'
        when 'P' then 'sent'
        when 'S' then 'sent'
        when 'R' then 'received'
        else 'unknown'
    end as status,
    round(claim."ClaimFee"::numeric, 2) as claimed_amount,
    round(claim."InsPayEst"::numeric, 2) as insurance_estimate,
    round(claim."InsPayAmt"::numeric, 2) as insurance_paid,
    round(claim."WriteOff"::numeric, 2) as write_off_amount,
    round(claim."DedApplied"::numeric, 2) as deductible_amount,
    case when claim."DateSent" > date '0001-01-01' then claim."DateSent" end as sent_on,
    case when claim."DateReceived" > date '0001-01-01' then claim."DateReceived" end
        as received_on,
    claim."DateService" as day
from opendental.claim as claim
left join opendental.insplan as plan on claim."PlanNum" = plan."PlanNum"
left join opendental.carrier as carrier on plan."CarrierNum" = carrier."CarrierNum"
where claim."DateService" between :first_day and :last_day
