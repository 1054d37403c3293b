-- One row per operatory: a room with a chair.
select
    :source as source,
    "OperatoryNum" as operatory_id,
    coalesce(cast(:clinics as jsonb) ->> "ClinicNum"::text, :home_clinic) as clinic_id,
    coalesce(nullif("OpName", ''), nullif("Abbrev", '')) as name,
    "IsHygiene" <> 0 as is_hygiene,
    "IsHidden" <> 0 as is_hidden,
    date '0001-01-01' as day
from opendental.operatory
