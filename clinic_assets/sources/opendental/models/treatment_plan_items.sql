-- One row per procedure on a treatment plan: on an active or inactive one, on the day the procedure
-- was proposed; on a saved one as it was presented, on the plan's date.
with

current_item as (
    select
        'attached:' || attached."TreatPlanAttachNum" as item_id,
        procedure."ClinicNum" as clinic_number,
        plan."PatNum" as patient_id,
        plan."TreatPlanNum" as plan_id,
        procedure."ProcNum" as procedure_id,
        procedure."ProvNum" as provider_id,
        code."ProcCode" as code,
        case plan."TPStatus" when 1 then 'active' else 'inactive' end as plan_status,
        procedure."ProcFee" * greatest(1, procedure."BaseUnits" + procedure."UnitQty") as fee,
        null::double precision as insurance,
        null::double precision as patient_share,
        plan."DateTSigned" as signed,
        procedure."DateTP" as day
    from opendental.procedurelog as procedure
    inner join opendental.treatplanattach as attached using ("ProcNum")
    inner join opendental.treatplan as plan
        on attached."TreatPlanNum" = plan."TreatPlanNum" and plan."TPStatus" in (1, 2)
    left join opendental.procedurecode as code using ("CodeNum")
    where procedure."DateTP" between :first_day and :last_day
),

saved_item as (
    select
        'saved:' || item."ProcTPNum",
        item."ClinicNum",
        item."PatNum",
        item."TreatPlanNum",
        item."ProcNumOrig",
        item."ProvNum",
        item."ProcCode",
        'saved',
        item."FeeAmt",
        item."PriInsAmt" + item."SecInsAmt",
        item."PatAmt",
        plan."DateTSigned",
        plan."DateTP"
    from opendental.treatplan as plan
    inner join opendental.proctp as item using ("TreatPlanNum")
    where plan."TPStatus" = 0 and plan."DateTP" between :first_day and :last_day
),

item as (
    select * from current_item
    union all
    select * from saved_item
)

select
    :source as source,
    item_id,
    coalesce(cast(:clinics as jsonb) ->> clinic_number::text, :home_clinic) as clinic_id,
    patient_id,
    plan_id,
    nullif(procedure_id, 0) as procedure_id,
    nullif(provider_id, 0) as provider_id,
    nullif(code, '') as code,
    plan_status,
    round(fee::numeric, 2) as fee_amount,
    round(insurance::numeric, 2) as insurance_estimate,
    round(patient_share::numeric, 2) as patient_amount,
    coalesce(signed >= timestamp '1880-01-01', false) as is_signed,
    day
from item
