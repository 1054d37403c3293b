-- One row per patient and insurance plan that covers them, and when.
select
    :source as source,
    cover."PatPlanNum" as cover_id,
    cover."PatNum" as patient_id,
    nullif(subscriber."Subscriber", 0) as subscriber_id,
    nullif(subscriber."PlanNum", 0) as plan_id,
    nullif(trim(carrier."CarrierName"), '') as carrier,
    nullif(trim(plan."GroupName"), '') as group_name,
    case plan."PlanType"
        when '' then 'percentage'
        when 'p' then 'ppo'
        when 'f' then 'copay'
        when 'c' then 'capitation'
    end as plan_type,
    cover."Ordinal" as rank,
    case cover."Relationship"
        when 0 then 'self'
        when 1 then 'spouse'
        when 2 then 'child'
        else 'other'
    end as relationship,
    case when subscriber."DateEffective" > date '0001-01-01' then subscriber."DateEffective" end
        as covered_from,
    case when subscriber."DateTerm" > date '0001-01-01' then subscriber."DateTerm" end
        as covered_to,
    date '0001-01-01' as day
from opendental.patplan as cover
left join opendental.inssub as subscriber on cover."InsSubNum" = subscriber."InsSubNum"
left join opendental.insplan as plan on subscriber."PlanNum" = plan."PlanNum"
left join opendental.carrier as carrier on plan."CarrierNum" = carrier."CarrierNum"
