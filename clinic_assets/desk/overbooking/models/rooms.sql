-- One row per half day in which a practitioner works: the longest stretch nobody is booked in, as
-- of 18:00 the evening before, and what the practitioner is called.
with

half as (
    select
        day::date as day,
        session,
        tstzrange(
            (day + begins) at time zone :timezone, (day + ends) at time zone :timezone
        ) as span
    from
        generate_series(
            cast(:first_day as timestamp), cast(:last_day as timestamp), '1 day'
        ) as day
    cross join (
        values
        ('morning', interval '0', interval '13 hours'),
        ('afternoon', interval '13 hours', interval '24 hours')
    ) as halves (session, begins, ends)
),

shift as (
    select clinic_id, practitioner_key, day, range_agg(tstzrange(start_at, end_at)) as span
    from core.fct_capacity
    where day between :first_day and :last_day
    group by clinic_id, practitioner_key, day
),

booked as (
    select
        visit.clinic_id,
        visit.practitioner_key,
        visit.day,
        range_agg(tstzrange(visit.start_at, visit.end_at)) as span
    from score.cancellation_risk as listed
    inner join core.fct_appointment as visit using (clinic_id, appointment_key)
    where listed.stage = 'evening_before' and listed.day between :first_day and :last_day
    group by visit.clinic_id, visit.practitioner_key, visit.day
),

worked as (
    select
        shift.clinic_id,
        shift.practitioner_key,
        shift.day,
        half.session,
        shift.span * multirange(half.span) as span
    from shift
    inner join half using (day)
),

practitioner as (
    select distinct on (shift.clinic_id, shift.practitioner_key, shift.day)
        shift.clinic_id,
        shift.practitioner_key,
        shift.day,
        told.full_name
    from shift
    inner join core.practitioner_version as told
        on
            shift.clinic_id = told.clinic_id
            and shift.practitioner_key = told.practitioner_key
            and shift.day >= told.day
    order by shift.clinic_id asc, shift.practitioner_key asc, shift.day asc, told.day desc
)

select
    worked.clinic_id,
    worked.practitioner_key,
    worked.day,
    worked.session,
    practitioner.full_name as practitioner,
    coalesce(
        (
            select max(extract(epoch from upper(free) - lower(free)) / 60)
            from unnest(worked.span - coalesce(booked.span, '{}')) as free
        ),
        0
    )::float as free_minutes
from worked
left join booked using (clinic_id, practitioner_key, day)
left join practitioner using (clinic_id, practitioner_key, day)
where not isempty(worked.span)
