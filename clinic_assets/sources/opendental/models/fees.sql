-- One row per price of a code in a fee schedule.
select
    :source as source,
    fee."FeeNum" as fee_id,
    nullif(schedule."Description", '') as schedule,
    code."ProcCode" as code,
    case
        when fee."ClinicNum" > 0
            then coalesce(cast(:clinics as jsonb) ->> fee."ClinicNum"::text, :home_clinic)
    end as clinic_id,
    nullif(fee."ProvNum", 0) as provider_id,
    round(fee."Amount"::numeric, 2) as amount,
    date '0001-01-01' as day
from opendental.fee as fee
left join opendental.feesched as schedule on fee."FeeSched" = schedule."FeeSchedNum"
left join opendental.procedurecode as code on fee."CodeNum" = code."CodeNum"
