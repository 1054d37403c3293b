"""What would make us distrust a practice's own rows: the implausible in care and money.

That a row cannot be is refused by constraints, that facts of all sources fit together is asked in
core.
"""

from clinic_assets.settings import settings
from clinic_assets.sources.opendental import tables, tables_money
from clinic_assets.sources.opendental.instances import instances, over
from clinic_assets.warehouse.checks import WARN, Check
from clinic_assets.warehouse.contracts import is_present
from clinic_assets.warehouse.rules import rows_are_as_written

BROKEN_SAY_WHY = Check(
    "broken_appointments_say_why",
    tables.appointments,
    "A broken appointment carries a code for missed or cancelled. Codes are set in"
    " CLINIC_OPENDENTAL_MISSED_CODES and ..._CANCELLED_CODES, what one without was in"
    " ..._BROKEN_MEANS.",
    """
    select day, count(*) as bad_rows
    from clean.opendental_appointments
    where status = 'unresolved' and day between :first_day and :last_day
    group by day
    """,
    WARN,
    counted="appointments",
)

ONE_CHAIR_AT_A_TIME = Check(
    "one_chair_at_a_time",
    tables.appointments,
    "A provider's own time (X in the pattern) is in one operatory at a time.",
    """
    with own as (
        select source, provider_id, appointment_id, operatory_id, day, range_agg(tstzrange(
            start_at + (mark - 1) * interval '5 minutes', start_at + mark * interval '5 minutes'
        )) as time
        from clean.opendental_appointments
        cross join generate_series(1, length(pattern)) as mark
        where substr(pattern, mark, 1) = 'X' and day between :first_day and :last_day
            and status in ('booked', 'confirmed', 'arrived', 'completed')
        group by source, provider_id, appointment_id, operatory_id, day
    )
    select one.day, count(*) as bad_rows
    from own as one
    join own as other using (source, provider_id, day)
    where one.appointment_id < other.appointment_id
        and one.operatory_id <> other.operatory_id and one.time && other.time
    group by one.day
    """,
    WARN,
    counted="pairs of appointments",
)

FEES_ARE_PLAUSIBLE = Check(
    "fees_are_plausible",
    tables.procedures,
    "No procedure costs 50 times what price lists say of its code: a lost decimal point.",
    """
    with usual as (
        select source, code, percentile_cont(0.5) within group (order by amount) as amount
        from clean.opendental_fees
        where amount > 0
        group by source, code
    )
    select done.day, count(*) as bad_rows,
        string_agg(distinct done.code, ', ' order by done.code) as detail
    from clean.opendental_procedures as done
    join usual using (source, code)
    where done.fee_amount >= 50 * usual.amount and done.day between :first_day and :last_day
    group by done.day
    """,
    WARN,
    counted="procedures",
    beside=(tables_money.fees,),
)

PRICES_ARE_PLAUSIBLE = Check(
    "prices_are_plausible",
    tables_money.fees,
    "No price in a list is 50 times the median of its code.",
    """
    with usual as (
        select source, code, percentile_cont(0.5) within group (order by amount) as amount
        from clean.opendental_fees
        where amount > 0
        group by source, code
    )
    select fee.day, count(*) as bad_rows,
        string_agg(distinct fee.code, ', ' order by fee.code) as detail
    from clean.opendental_fees as fee
    join usual using (source, code)
    where fee.amount >= 50 * usual.amount
    group by fee.day
    """,
    WARN,
    counted="prices",
)

PATIENTS_SHARE = Check(
    "the_patients_share_is_not_negative",
    tables.procedures,
    "Carriers are not expected to pay more for a procedure than it costs.",
    """
    select day, count(*) as bad_rows
    from clean.opendental_procedures
    where insurance_estimate + coalesce(write_off_amount, 0) > fee_amount
        and day between :first_day and :last_day
    group by day
    """,
    WARN,
    counted="procedures",
)

ALLOWED_FITS = Check(
    "allowed_amounts_fit_the_fee",
    tables_money.claim_procedures,
    "No carrier allows ten times a procedure's fee: an amount typed twice.",
    """
    select day, count(*) as bad_rows
    from clean.opendental_claim_procedures
    where allowed_amount > 10 * coalesce(procedure_amount, nullif(billed_amount, 0))
        and day between :first_day and :last_day
    group by day
    """,
    WARN,
    counted="claimed procedures",
)

COVER_HAS_NOT_ENDED = Check(
    "cover_has_not_ended",
    tables_money.claim_procedures,
    "No carrier pays for a procedure after the subscriber's cover has ended.",
    """
    select day, count(*) as bad_rows
    from clean.opendental_claim_procedures
    where insurance_paid <> 0 and day > covered_to and day between :first_day and :last_day
    group by day
    """,
    WARN,
    counted="claimed procedures",
)

CLAIMS_NAME_THEIR_CARRIER = Check(
    "claims_name_their_carrier",
    tables_money.claims,
    "Every claim's plan names a carrier.",
    """
    select day, count(*) filter (where carrier is null) as bad_rows,
        round(100.0 * count(*) filter (where carrier is null) / count(*)) || ' % of '
        || count(*) as detail
    from clean.opendental_claims
    where day between :first_day and :last_day
    group by day
    having count(*) > count(carrier)
    """,
    WARN,
    counted="claims",
)

ADJUSTED_COSTS_SOMETHING = Check(
    "what_is_adjusted_costs_something",
    tables_money.adjustments,
    "No adjustment belongs to a procedure that costs nothing.",
    """
    select day, count(*) as bad_rows
    from clean.opendental_adjustments
    where procedure_amount = 0 and amount <> 0 and day between :first_day and :last_day
    group by day
    """,
    WARN,
    counted="adjustments",
)

# What no partition holds is counted in the copy itself, without a day.

LEFT_OUT = """
select date '0001-01-01' as day, sum(rows) as bad_rows,
    string_agg(rows || ' of ' || source, ', ' order by source) as detail
from ({}) as left_out
having sum(rows) > 0
"""
TOO_EARLY = """
select :source as source, count(*) as rows
from opendental.appointment
where "AptStatus" in (1, 2, 4, 5)
    and "AptDateTime" >= timestamp '1880-01-01' and "AptDateTime" < :oldest_day
"""
UNDATED_SPLITS = """
select :source as source, count(*) as rows
from opendental.paysplit
where "SplitAmt" <> 0 and ("DatePay" is null or "DatePay" <= date '0001-01-01')
"""

NOTHING_IS_TOO_EARLY = Check(
    "no_appointment_is_too_early",
    tables.appointments,
    "No appointment lies before CLINIC_FIRST_DAY, the first day that is kept.",
    LEFT_OUT.format(over(TOO_EARLY, instances())),
    WARN,
    counted="appointments",
    bound={"oldest_day": settings().first_day},
    copies=tuple(f"{name}.appointment" for name in instances()),
)

PAYMENTS_HAVE_A_DATE = Check(
    "payments_have_a_date",
    tables_money.payments,
    "Every split of a payment says when it was paid; one without is on no day.",
    LEFT_OUT.format(over(UNDATED_SPLITS, instances())),
    WARN,
    counted="splits",
    copies=tuple(f"{name}.paysplit" for name in instances()),
)

ALL = (
    *map(rows_are_as_written, tables.TABLES),
    BROKEN_SAY_WHY, ONE_CHAIR_AT_A_TIME, NOTHING_IS_TOO_EARLY, FEES_ARE_PLAUSIBLE, PATIENTS_SHARE,
    PRICES_ARE_PLAUSIBLE, PAYMENTS_HAVE_A_DATE, CLAIMS_NAME_THEIR_CARRIER, ALLOWED_FITS,
    COVER_HAS_NOT_ENDED, ADJUSTED_COSTS_SOMETHING,
)  # fmt: skip
CHECKS = tuple(check for check in ALL if is_present(check.table))
