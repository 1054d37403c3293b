-- One row per provider and clinic; the source does not say in which ones they work.
with

clinic as (
    select unnest(:all_clinics) as clinic_id
)

select
    :source as source,
    clinic.clinic_id,
    provider."ProvNum" as provider_id,
    coalesce(
        nullif(trim(concat_ws(' ', provider."FName", provider."LName")), ''),
        nullif(provider."Abbr", '')
    ) as full_name,
    provider."IsSecondary" <> 0 as is_hygienist,
    provider."IsHidden" <> 0 as is_hidden,
    date '0001-01-01' as day
from opendental.provider as provider
cross join clinic
