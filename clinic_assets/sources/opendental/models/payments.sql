-- One row per split of a patient's payment and per carrier's payment for a procedure, received (1)
-- or supplemental (4). It is for the visit that its procedure is attached to, and in that visit's
-- clinic, else in its own; an appointment that is no visit, or too old to be kept, is not paid for.
with

paid as (
    select
        'paysplit:' || split."SplitNum" as payment_id,
        split."ClinicNum" as clinic_number,
        split."PatNum" as patient_id,
        split."ProcNum" as procedure_id,
        split."SplitAmt" as amount,
        nullif(type."ItemName", '') as method,
        split."DatePay" as day
    from opendental.paysplit as split
    left join opendental.payment as payment on split."PayNum" = payment."PayNum"
    left join opendental.definition as type on payment."PayType" = type."DefNum"
    where split."SplitAmt" <> 0 and split."DatePay" between :first_day and :last_day

    union all

    select
        'claimproc:' || "ClaimProcNum", "ClinicNum", "PatNum", "ProcNum", "InsPayAmt", 'insurance',
        "DateCP"
    from opendental.claimproc
    where
        "Status" in (1, 4) and "InsPayAmt" <> 0 and "DateCP" between :first_day and :last_day
)

select
    :source as source,
    paid.payment_id,
    coalesce(
        cast(:clinics as jsonb) ->> coalesce(visit."ClinicNum", paid.clinic_number)::text,
        :home_clinic
    ) as clinic_id,
    paid.patient_id,
    nullif(paid.procedure_id, 0) as procedure_id,
    case
        when
            visit."AptNum" is null
            or visit."AptStatus" in (1, 2, 4, 5) and visit."AptDateTime" >= :oldest_day
            then nullif(procedure."AptNum", 0)
    end as appointment_id,
    round(paid.amount::numeric, 2) as amount,
    paid.method,
    ops.moment(paid.day, :timezone) as paid_at,
    paid.day
from paid
left join opendental.procedurelog as procedure
    on paid.procedure_id = procedure."ProcNum" and paid.procedure_id > 0
left join opendental.appointment as visit
    on procedure."AptNum" = visit."AptNum" and procedure."AptNum" > 0
