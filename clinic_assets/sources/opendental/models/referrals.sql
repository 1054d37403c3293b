-- One row per referral of a patient to the practice or away from it; many carry no date.
with

referral as (
    select
        *,
        case when "RefDate" > date '0001-01-01' then "RefDate" else date '0001-01-01' end as day
    from opendental.refattach
)

select
    :source as source,
    referral."RefAttachNum" as attachment_id,
    referral."PatNum" as patient_id,
    nullif(referral."ReferralNum", 0) as referral_id,
    nullif(trim(concat_ws(' ', who."FName", who."LName")), '') as name,
    case referral."RefType" when 0 then 'to' when 1 then 'from' else 'custom' end as direction,
    case referral."RefToStatus"
        when 1 then 'declined'
        when 2 then 'scheduled'
        when 3 then 'consulted'
        when 4 then 'in_treatment'
        when 5 then 'complete'
    end as status,
    nullif(referral."ProcNum", 0) as procedure_id,
    referral.day
from referral
left join opendental.referral as who on referral."ReferralNum" = who."ReferralNum"
where referral.day between :first_day and :last_day or referral.day = date '0001-01-01'
