-- One row per procedure planned (1, 8: on an inactive plan), done (2) or referred (5). Existing
-- work (3, 4), deleted ones (6) and conditions (7) are no work of the practice.
with

procedure as (
    select
        "ProcNum" as procedure_id,
        "ClinicNum" as clinic_number,
        "PatNum" as patient_id,
        nullif("ProvNum", 0) as provider_id,
        nullif("AptNum", 0) as appointment_id,
        "CodeNum" as code_id,
        "ProcStatus" as proc_status,
        round(
            ("ProcFee" * greatest(1, "BaseUnits" + "UnitQty"))::numeric, 2
        ) as fee_amount,
        case when "DateTP" > date '0001-01-01' then "DateTP" end as planned_on,
        case when "ProcDate" > date '0001-01-01' then "ProcDate" else "DateTP" end as day
    from opendental.procedurelog
    where
        "ProcStatus" in (1, 2, 5, 8)
        and (
            "ProcDate" between :first_day and :last_day
            or ("ProcDate" > date '0001-01-01') is not true
            and "DateTP" between :first_day and :last_day
        )
),

-- An estimate (6) becomes the claim's (0), and that is received (1) and perhaps supplemented (4).
insured as (
    select
        procedure.procedure_id,
        sum(case
            when claimed."Status" <> 6 then claimed."InsPayEst"
            when claimed."InsEstTotalOverride" >= 0 then claimed."InsEstTotalOverride"
            else claimed."InsEstTotal"
        end::numeric) as estimate,
        sum(claimed."InsPayAmt"::numeric) filter (where claimed."Status" in (1, 4)) as paid,
        sum(claimed."WriteOff"::numeric) filter (where claimed."Status" <> 6) as write_off
    from procedure
    inner join opendental.claimproc as claimed
        on procedure.procedure_id = claimed."ProcNum" and claimed."Status" in (0, 1, 4, 6)
    group by procedure.procedure_id
)

select
    :source as source,
    procedure.procedure_id,
    coalesce(cast(:clinics as jsonb) ->> procedure.clinic_number::text, :home_clinic) as clinic_id,
    procedure.patient_id,
    procedure.provider_id,
    procedure.appointment_id,
    code."ProcCode" as code,
    nullif(code."Descript", '') as description,
    case procedure.proc_status
        when 1 then 'planned'
        when 2 then 'completed'
        when 5 then 'referred'
        when 8 then 'planned_inactive'
    end as status,
    procedure.fee_amount,
    round(insured.estimate, 2) as insurance_estimate,
    round(insured.paid, 2) as insurance_paid,
    round(insured.write_off, 2) as write_off_amount,
    procedure.planned_on,
    procedure.day
from procedure
left join insured using (procedure_id)
left join opendental.procedurecode as code on procedure.code_id = code."CodeNum"
