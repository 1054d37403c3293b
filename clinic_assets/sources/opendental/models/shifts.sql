-- One row per unbroken time that a provider works on a day: blocks that overlap or touch are one.
-- A block names no clinic but its operatories do; without either it is the home clinic's.
with

block as (
    select
        block."ProvNum" as provider_id,
        block."SchedDate" as day,
        coalesce(
            cast(:clinics as jsonb)
            ->> coalesce(nullif(block."ClinicNum", 0), place.clinic_number)::text,
            :home_clinic
        ) as clinic_id,
        tsrange(
            block."SchedDate" + block."StartTime", block."SchedDate" + block."StopTime"
        ) as local_span
    from opendental.schedule as block
    left join lateral (
        select min(operatory."ClinicNum") as clinic_number
        from opendental.scheduleop as placed
        inner join opendental.operatory as operatory using ("OperatoryNum")
        where placed."ScheduleNum" = block."ScheduleNum"
    ) as place on true
    where
        block."SchedType" = 1
        and block."Status" = 0
        and block."ProvNum" > 0
        and block."StopTime" > block."StartTime"
        and block."SchedDate" between :first_day and :last_day
),

shift as (
    select clinic_id, provider_id, day, unnest(range_agg(local_span)) as local_span
    from block
    group by clinic_id, provider_id, day
),

moment as (
    select
        clinic_id,
        provider_id,
        day,
        ops.moment(lower(local_span), :timezone) as start_at,
        ops.moment(upper(local_span), :timezone) as end_at
    from shift
)

select :source as source, clinic_id, provider_id, start_at, end_at, day
from moment
-- a shift within the hour that is left out in spring is none
where end_at > start_at
