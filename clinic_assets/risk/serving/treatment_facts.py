"""Treatments, claims, visits and payments as the risk verbs want them, each with its family.

Dated facts only. Of a range of days either all of them, or those of the families that a day's cases
belong to. A family shares a guarantor; who has none is one alone.
"""

import datetime as dt

import pandas as pd
import sqlalchemy as sa

from clinic_assets.risk.recipe.asof import HISTORY_DAYS
from clinic_assets.risk.scores.acceptance import TREATMENT
from clinic_assets.risk.scores.history import Frames
from clinic_assets.risk.scores.recall import KINDS
from clinic_assets.warehouse.frames import frame_of

FAMILY = """
    with family as (
        select distinct on (clinic_id, patient_key)
            clinic_id, patient_key, coalesce(guarantor_key, patient_key) as family_key
        from core.patient_version
        order by clinic_id, patient_key, day desc
    )
"""
PROCEDURES = """
    select
        fact.clinic_id, fact.procedure_key, fact.patient_key, family.family_key,
        fact.practitioner_key, fact.code, fact.fee_amount::float as fee_amount,
        fact.planned_on as day,
        case when fact.status = 'completed' then fact.day end as done_on,
        visit.created_at as scheduled_at
    from core.fct_procedure as fact
    inner join family using (clinic_id, patient_key)
    left join core.fct_appointment as visit
        on fact.clinic_id = visit.clinic_id and fact.appointment_key = visit.appointment_key
    where
        fact.planned_on between :first_day and :last_day
        and fact.code ~ :treatment and fact.status <> 'referred' {of_families}
    order by fact.clinic_id, fact.procedure_key
"""
CLAIMS = """
    select
        fact.clinic_id, fact.patient_key, fact.day,
        fact.claimed_amount::float as claimed_amount,
        fact.insurance_estimate::float as insurance_estimate
    from core.fct_claim as fact
    inner join family using (clinic_id, patient_key)
    where
        fact.day between :first_day and :last_day and fact.kind <> 'preauthorisation' {of_families}
    order by fact.clinic_id, fact.claim_key
"""
VISITS = """
    select fact.clinic_id, fact.patient_key, fact.day, fact.status
    from core.fct_appointment as fact
    inner join family using (clinic_id, patient_key)
    where fact.day between :first_day and :last_day {of_families}
    order by fact.clinic_id, fact.appointment_key
"""
CHARGES = """,
    charged as (
        select
            clinic_id, appointment_key, sum(insurance_estimate) as estimate,
            sum(write_off_amount) as written_off
        from core.fct_procedure
        where status = 'completed' and day between :first_day and :last_day
        group by clinic_id, appointment_key
    ),
    discounted as (
        select done.clinic_id, done.appointment_key, sum(given.amount) as amount
        from core.fct_adjustment as given
        inner join core.fct_procedure as done using (clinic_id, procedure_key)
        where given.amount < 0 and done.day between :first_day and :last_day
        group by done.clinic_id, done.appointment_key
    )
    select
        fact.clinic_id, fact.appointment_key, fact.patient_key, family.family_key,
        fact.practitioner_key, fact.service_type, fact.day,
        fact.price_amount::float as price_amount,
        greatest(0, fact.price_amount - coalesce(charged.estimate, 0)
            - coalesce(charged.written_off, 0) + coalesce(discounted.amount, 0))::float
            as share_amount
    from core.fct_appointment as fact
    inner join family using (clinic_id, patient_key)
    left join charged using (clinic_id, appointment_key)
    left join discounted using (clinic_id, appointment_key)
    where
        fact.status = 'completed' and fact.price_amount is not null
        and fact.day between :first_day and :last_day {of_families}
    order by fact.clinic_id, fact.appointment_key
"""
# Money that names no visit is for the one of its day; a movement without a method pays nothing.
PAYMENTS = """
    select
        fact.clinic_id, coalesce(fact.appointment_key, same_day.appointment_key) as appointment_key,
        fact.patient_key, family.family_key, fact.day, fact.amount::float as amount
    from core.fct_payment as fact
    inner join family using (clinic_id, patient_key)
    left join lateral (
        select min(visit.appointment_key) as appointment_key
        from core.fct_appointment as visit
        where
            fact.appointment_key is null and fact.method is not null and fact.amount > 0
            and visit.clinic_id = fact.clinic_id and visit.patient_key = fact.patient_key
            and visit.day = fact.day and visit.status = 'completed'
    ) as same_day on true
    where
        fact.day between :first_day and :last_day
        and fact.method is distinct from 'insurance' {of_families}
    order by fact.clinic_id, fact.payment_key
"""
# Of several codes of a visit the first of the list says what it was.
HYGIENE = """
    select distinct on (fact.clinic_id, fact.patient_key, fact.day)
        fact.clinic_id, fact.procedure_key, fact.patient_key, family.family_key,
        fact.practitioner_key, fact.code, fact.day, visit.created_at as booked_at
    from core.fct_procedure as fact
    inner join family using (clinic_id, patient_key)
    left join core.fct_appointment as visit
        on fact.clinic_id = visit.clinic_id and fact.appointment_key = visit.appointment_key
    where
        fact.day between :first_day and :last_day
        and fact.status = 'completed' and fact.code = any(:hygiene) {of_families}
    order by
        fact.clinic_id, fact.patient_key, fact.day,
        array_position(:hygiene, fact.code), fact.procedure_key
"""
APPOINTMENTS = """
    select
        fact.clinic_id, fact.appointment_key, fact.patient_key, family.family_key, fact.day,
        fact.created_at, fact.start_at, fact.end_at, fact.status, fact.cancelled_at,
        fact.cancelled_known_at
    from core.fct_appointment as fact
    inner join family using (clinic_id, patient_key)
    where fact.day between :first_day and :last_day {of_families}
    order by fact.clinic_id, fact.appointment_key
"""
CONTACTS = """
    select fact.clinic_id, fact.patient_key, fact.direction, fact.occurred_at
    from core.fct_communication as fact
    inner join family using (clinic_id, patient_key)
    where fact.day between :first_day and :last_day {of_families}
    order by fact.clinic_id, fact.communication_key
"""
ACCEPTANCE = {"procedures": PROCEDURES, "claims": CLAIMS, "visits": VISITS}
PAYMENT = {"visits": CHARGES, "payments": PAYMENTS}
RECALL = {
    "visits": HYGIENE, "appointments": VISITS, "charges": CHARGES, "payments": PAYMENTS,
}  # fmt: skip
PATIENT = {
    "procedures": PROCEDURES, "charges": CHARGES, "payments": PAYMENTS,
    "appointments": APPOINTMENTS, "contacts": CONTACTS,
}  # fmt: skip
PROPOSED = "select clinic_id, patient_key from core.fct_procedure where planned_on"
TREATED = "select clinic_id, patient_key from core.fct_procedure where day"
VISITED = "select clinic_id, patient_key from core.fct_appointment where day"
OF_FAMILIES = """
    and (fact.clinic_id, family.family_key) in (
        select asked.clinic_id, other.family_key
        from ({asked} between :from_day and :last_day) as asked
        inner join family as other using (clinic_id, patient_key)
    )
"""


def acceptance_between(connection: sa.Connection, first: dt.date, last: dt.date) -> Frames:
    """All proposals of a range of days, with the claims and visits of those days."""
    return _all(connection, ACCEPTANCE, first, last)


def acceptance_of_days(connection: sa.Connection, first: dt.date, last: dt.date) -> Frames:
    """The proposals of a range, and two years of the families that they are for."""
    return _of_families(connection, ACCEPTANCE, PROPOSED, first, last)


def payment_between(connection: sa.Connection, first: dt.date, last: dt.date) -> Frames:
    """All visits that took place in a range of days, and what patients paid in it."""
    return _all(connection, PAYMENT, first, last)


def payment_of_days(connection: sa.Connection, first: dt.date, last: dt.date) -> Frames:
    """The visits of a range, and two years of the families that they are of."""
    return _of_families(connection, PAYMENT, VISITED, first, last)


def recall_between(connection: sa.Connection, first: dt.date, last: dt.date) -> Frames:
    """All hygiene visits of a range of days, with the appointments, charges, payments of it."""
    return _all(connection, RECALL, first, last)


def recall_of_days(connection: sa.Connection, first: dt.date, last: dt.date) -> Frames:
    """The hygiene visits of a range, and two years of the families that they are of."""
    return _of_families(connection, RECALL, TREATED, first, last)


def patients_of_days(connection: sa.Connection, first: dt.date, last: dt.date) -> Frames:
    """Two years of all that a patient score counts, of the families that have visits in a range."""
    return _of_families(connection, PATIENT, VISITED, first, last)


def patients_between(connection: sa.Connection, first: dt.date, last: dt.date) -> Frames:
    """The same of everybody, between two days."""
    return _all(connection, PATIENT, first, last)


def _all(
    connection: sa.Connection, selects: dict[str, str], first: dt.date, last: dt.date
) -> Frames:
    bound = {"first_day": first, "last_day": last}
    return {name: _frame(connection, text, "", bound) for name, text in selects.items()}


def _of_families(
    connection: sa.Connection, selects: dict[str, str], asked: str, first: dt.date, last: dt.date
) -> Frames:
    since = dt.date.fromordinal(max(1, first.toordinal() - 2 * HISTORY_DAYS))
    bound = {"first_day": since, "from_day": first, "last_day": last}
    only = OF_FAMILIES.format(asked=asked)
    return {name: _frame(connection, text, only, bound) for name, text in selects.items()}


def _frame(
    connection: sa.Connection, text: str, only: str, bound: dict[str, dt.date]
) -> pd.DataFrame:
    statement = sa.text(FAMILY + text.format(of_families=only))
    wanted = {name: bound[name] for name in bound if f":{name}" in statement.text}
    if ":treatment" in statement.text:
        statement = statement.bindparams(treatment=TREATMENT)
    if ":hygiene" in statement.text:
        codes = sa.bindparam("hygiene", list(KINDS), sa.ARRAY(sa.Text))
        statement = statement.bindparams(codes)
    return frame_of(connection.execute(statement, wanted))
