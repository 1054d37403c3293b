-- One row per procedure and plan: what the carrier is asked for, allows and pays. Benefits entered
-- by hand (3) and treatment elsewhere (9) are no procedures of the practice.
select
    :source as source,
    claimed."ClaimProcNum" as claim_procedure_id,
    coalesce(cast(:clinics as jsonb) ->> claimed."ClinicNum"::text, :home_clinic) as clinic_id,
    claimed."PatNum" as patient_id,
    nullif(claimed."ClaimNum", 0) as claim_id,
    nullif(claimed."ProcNum", 0) as procedure_id,
    nullif(claimed."PlanNum", 0) as plan_id,
    case claimed."Status"
        when 0 then 'not_received'
        when 1 then 'received'
        when 2 then 'preauthorisation'
        when 4 then 'supplemental'
        when 5 then 'capitation_claim'
        when 6 then 'estimate'
        when 7 then 'capitation_complete'
        when 8 then 'capitation_estimate'
    end as status,
    round((
        procedure."ProcFee" * greatest(1, procedure."BaseUnits" + procedure."UnitQty")
    )::numeric, 2) as procedure_amount,
    round(claimed."FeeBilled"::numeric, 2) as billed_amount,
    case when claimed."AllowedOverride" >= 0 then round(claimed."AllowedOverride"::numeric, 2) end
        as allowed_amount,
    round(claimed."InsPayEst"::numeric, 2) as insurance_estimate,
    round(claimed."InsPayAmt"::numeric, 2) as insurance_paid,
    round(claimed."WriteOff"::numeric, 2) as write_off_amount,
    case when claimed."DateCP" > date '0001-01-01' then claimed."DateCP" end as paid_on,
    case when cover."DateTerm" > date '0001-01-01' then cover."DateTerm" end as covered_to,
    claimed."ProcDate" as day
from opendental.claimproc as claimed
left join opendental.procedurelog as procedure
    on claimed."ProcNum" = procedure."ProcNum" and claimed."ProcNum" > 0
left join opendental.inssub as cover on claimed."InsSubNum" = cover."InsSubNum"
where
    claimed."Status" in (0, 1, 2, 4, 5, 6, 7, 8)
    and claimed."ProcDate" between :first_day and :last_day
