"""Views for other tools, and the one function: minutes in a set of spans."""

from alembic import op

revision = "0002"
down_revision = "0001"

MINUTES_IN = """
create function ops.minutes_in(spans tstzmultirange) returns numeric
language sql immutable as $$
    select coalesce(sum(extract(epoch from upper(span) - lower(span))), 0) / 60
    from unnest(spans) as span
$$
"""

VERSIONED = """
create view core.{view} as
with told as (
    select *,
        lag(day) over each is null
        or row({attributes}) is distinct from lag(row({attributes})) over each as is_new
    from core.{table}
    window each as (partition by clinic_id, {key} order by day)
),
version as (
    select *, lead(day) over (partition by clinic_id, {key} order by day) as next_day
    from told
    where is_new
)
select clinic_id, {key}, source, {attributes},
    case when day = date '0001-01-01' then date '-infinity' else day end as valid_from,
    coalesce(next_day - 1, date 'infinity') as valid_to,
    next_day is null as is_current
from version
"""

SEEN = """
create view core.{view} as
select clinic_id, {key}, min(day) as valid_from, date 'infinity' as valid_to, true as is_current
from core.fct_stock_day
group by clinic_id, {key}
"""

CLINIC = """
create view core.dim_clinic as
select clinic_id, timezone, currency, date '-infinity' as valid_from, date 'infinity' as valid_to,
    true as is_current
from ops.platform
"""

# The inventory seed's own formulas, words and upper-case columns, as of each item's latest day.
SEED_INVENTORY = """
create view public.inventory_health_metrics as
with base as (
    select
        location_id,
        item,
        max(day) as last_report_date,
        (array_agg(closing_qty order by day desc))[1] as current_stock,
        round(avg(issued_qty), 1) as avg_daily_usage,
        max(lead_time_days) as lead_time
    from core.fct_stock_day
    group by location_id, item
),
covered as (
    select *,
        case when avg_daily_usage = 0 then 999 else current_stock / avg_daily_usage end as days_left
    from base
)
select
    location_id as "LOCATION_ID",
    item as "ITEM_NAME",
    last_report_date as "LAST_REPORT_DATE",
    trim_scale(current_stock) as "CURRENT_STOCK",
    avg_daily_usage as "AVG_DAILY_USAGE",
    trim_scale(lead_time) as "LEAD_TIME",
    case when avg_daily_usage = 0 then 999 else round(days_left, 1) end as "DAYS_REMAINING",
    case
        when days_left < lead_time then 'CRITICAL (Stockout Risk)'
        when days_left < lead_time * 2 then 'WARNING (Reorder Soon)'
        else 'GOOD'
    end as "STATUS",
    greatest(0, avg_daily_usage * 30 - current_stock)::numeric(14, 1) as "SUGGESTED_REORDER_QTY"
from covered
"""

SEED_RUNS = """
create view public.etl_runs as
select load_id as id, asset as job, last_day as target_date, published_at as ran_at
from ops.load_ledger
"""


def upgrade() -> None:
    op.execute(MINUTES_IN)
    op.execute(
        VERSIONED.format(
            view="dim_patient",
            table="patient_version",
            key="patient_key",
            attributes="first_name, last_name, phone, has_consent, consent_raw, created_at",
        )
    )
    op.execute(
        VERSIONED.format(
            view="dim_practitioner",
            table="practitioner_version",
            key="practitioner_key",
            attributes="full_name",
        )
    )
    op.execute(SEEN.format(view="dim_item", key="item"))
    op.execute(SEEN.format(view="dim_location", key="location_id"))
    op.execute(CLINIC)
    op.execute(SEED_INVENTORY)
    op.execute(SEED_RUNS)


def downgrade() -> None:
    for view in ("public.etl_runs", "public.inventory_health_metrics", "core.dim_clinic",
                 "core.dim_location", "core.dim_item", "core.dim_practitioner",
                 "core.dim_patient"):  # fmt: skip
        op.execute(f"drop view {view}")
    op.execute("drop function ops.minutes_in")
