-- One row per discount, charge or correction in a patient's account.
select
    :source as source,
    adjustment."AdjNum" as adjustment_id,
    coalesce(cast(:clinics as jsonb) ->> adjustment."ClinicNum"::text, :home_clinic) as clinic_id,
    adjustment."PatNum" as patient_id,
    nullif(adjustment."ProvNum", 0) as provider_id,
    nullif(adjustment."ProcNum", 0) as procedure_id,
    nullif(type."ItemName", '') as kind,
    round(adjustment."AdjAmt"::numeric, 2) as amount,
    round((
        procedure."ProcFee" * greatest(1, procedure."BaseUnits" + procedure."UnitQty")
    )::numeric, 2) as procedure_amount,
    adjustment."AdjDate" as day
from opendental.adjustment as adjustment
left join opendental.definition as type on adjustment."AdjType" = type."DefNum"
left join opendental.procedurelog as procedure
    on adjustment."ProcNum" = procedure."ProcNum" and adjustment."ProcNum" > 0
where adjustment."AdjDate" between :first_day and :last_day
