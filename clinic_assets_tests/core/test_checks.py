"""Each rule of the shared facts: a clinic that keeps them all, and one breach for each."""

import datetime as dt

import pytest
import sqlalchemy as sa

from clinic_assets.core import checks as core
from clinic_assets.inventory import checks as inventory
from clinic_assets.schedule import checks as schedule
from clinic_assets.warehouse.checks import findings
from clinic_assets.warehouse.days import UNDATED, Days

CHECKS = [
    check
    for check in (*core.CHECKS, *schedule.CHECKS, *inventory.CHECKS)
    if check.table.schema == "core"
]
"""What is asked of the shared facts, in whichever room."""

FIRST, LAST = dt.date(2025, 9, 1), dt.date(2025, 9, 5)
RANGE = Days(FIRST, LAST)
BY_LEDGER = ("rows_are_as_written",)
"""Judged in warehouse/test_checks.py; rows inserted here are in no ledger."""


@pytest.fixture
def kept(clinic):
    """Two visits a day of one patient and one practitioner, each paid, and a shelf that adds up."""
    with clinic.engine.begin() as connection:
        connection.execute(
            sa.text(f"""
            insert into core.patient_version (clinic_id, patient_key, day, source, first_name,
                last_name, phone, has_consent, consent_raw, created_at)
            values ('c', 'pf:1', '{UNDATED}', 'pf', 'Ada', 'Canary', '0170 5550199', true, '1',
                '2025-01-01');
            insert into core.practitioner_version (clinic_id, practitioner_key, day, source)
            values ('c', 'pf:1', '{UNDATED}', 'pf');
            insert into core.fct_appointment (clinic_id, appointment_key, source, patient_key,
                practitioner_key, created_at, start_at, end_at, day, status, status_raw,
                price_amount)
            select 'c', 'pf:' || extract(day from day) || '-' || hour, 'pf', 'pf:1', 'pf:1',
                day - interval '3 days', day + hour * interval '1 hour',
                day + (hour + 1) * interval '1 hour', day::date, 'completed', 'completed', 60
            from generate_series(date '2025-09-01', date '2025-09-05', interval '1 day') as day,
                generate_series(9, 10) as hour;
            insert into core.fct_payment (clinic_id, payment_key, source, appointment_key, amount,
                method, paid_at, day)
            select clinic_id, appointment_key, source, appointment_key, price_amount, 'card',
                end_at, day from core.fct_appointment;
            insert into ops.source_day (source, day, is_complete)
            select 'pf', day, true
            from generate_series(date '2025-09-01', date '2025-09-06', interval '1 day') as day;
            insert into core.fct_stock_day (clinic_id, location_id, item, day, source, opening_qty,
                received_qty, issued_qty, adjusted_qty, closing_qty, unexplained_qty)
            select 'c', 'L', 'Gauze', day, 's', 50, 5, 5, 0, 50, 0
            from generate_series(date '2025-09-01', date '2025-09-05', interval '1 day') as day;
        """)
        )
    return clinic


def found(clinic, days=RANGE):
    return {
        (f.check, f.day, f.bad_rows): f.detail
        for f in findings(clinic.engine, CHECKS, days)
        if f.check not in BY_LEDGER
    }


def broken(clinic, statement):
    with clinic.engine.begin() as connection:
        connection.execute(sa.text(statement))
    return found(clinic)


DAY = dt.date(2025, 9, 3)
VISIT = "appointment_key = 'pf:3-9'"
BREACHES = {
    "statuses_are_known": (
        f"update core.fct_appointment set status = 'unresolved' where {VISIT};"
        f" delete from core.fct_payment where {VISIT}"
    ),
    "appointments_do_not_overlap": (
        f"update core.fct_appointment set end_at = end_at + interval '1 min' where {VISIT}"
    ),
    "patients_exist_before_booking": (
        f"update core.fct_appointment set created_at = '2024-12-31' where {VISIT}"
    ),
    "patients_are_known": (f"update core.fct_appointment set patient_key = 'pf:2' where {VISIT}"),
    "practitioners_are_known": (
        f"update core.fct_appointment set practitioner_key = 'pf:2' where {VISIT}"
    ),
    "booked_before_start": (
        f"update core.fct_appointment set created_at = start_at + interval '1 s' where {VISIT}"
    ),
    "visits_take_time": f"update core.fct_appointment set end_at = start_at where {VISIT}",
    "completed_visits_are_paid": f"delete from core.fct_payment where {VISIT}",
    "payments_are_for_completed_visits": (
        f"update core.fct_appointment set status = 'no_show' where {VISIT}"
    ),
    "stock_adds_up": (f"update core.fct_stock_day set unexplained_qty = -2 where day = '{DAY}'"),
    "stock_opens_as_it_closed": (
        f"update core.fct_stock_day set opening_qty = 49, received_qty = 6 where day = '{DAY}'"
    ),
}


def test_a_clinic_that_keeps_the_rules_passes(kept):
    assert found(kept) == {}


@pytest.mark.parametrize("check", BREACHES)
def test_a_breach_fails_its_check_on_its_day_and_no_other(kept, check):
    assert list(broken(kept, BREACHES[check])) == [(check, DAY, 1)]


def test_a_payment_without_its_visit(kept):
    told = broken(kept, f"delete from core.fct_appointment where {VISIT}")
    assert list(told) == [("payments_have_a_visit", DAY, 1)]


def test_a_payment_that_names_no_visit_is_no_orphan(kept):
    statement = f"update core.fct_payment set appointment_key = null where {VISIT}"
    assert list(broken(kept, statement)) == [("completed_visits_are_paid", DAY, 1)]


def test_a_refund_of_a_visit_that_did_not_take_place_is_fine(kept):
    assert not broken(
        kept,
        f"update core.fct_appointment set status = 'no_show' where {VISIT};"
        f"update core.fct_payment set amount = -10 where {VISIT}",
    )


def test_an_unpaid_visit_is_judged_when_the_next_day_was_told(kept):
    unpaid = "delete from core.fct_payment where appointment_key = 'pf:5-9'"
    assert list(broken(kept, unpaid)) == [("completed_visits_are_paid", LAST, 1)]
    assert not broken(kept, "delete from ops.source_day where day = '2025-09-06'")


def test_a_visit_that_costs_nothing_need_not_be_paid(kept):
    assert not broken(
        kept,
        f"delete from core.fct_payment where {VISIT};"
        f"update core.fct_appointment set price_amount = 0 where {VISIT}",
    )


def test_a_visit_that_a_carrier_pays_for_need_not_be_paid_the_next_day(kept):
    unpaid = f"delete from core.fct_payment where {VISIT};"
    claimed = (
        "insert into core.fct_procedure (clinic_id, procedure_key, source, patient_key,"
        " practitioner_key, appointment_key, status, fee_amount, insurance_estimate, day)"
        " values ('c', 'pf:1', 'pf', 'pf:1', 'pf:1', 'pf:3-9', 'completed', 60, {}, '2025-09-03');"
    )
    assert list(broken(kept, unpaid + claimed.format(0))) == [("completed_visits_are_paid", DAY, 1)]
    assert not broken(kept, "update core.fct_procedure set insurance_estimate = 40")


def test_the_patient_of_the_day_counts_not_a_later_version(kept):
    assert not broken(
        kept,
        "insert into core.patient_version (clinic_id, patient_key, day, source, first_name,"
        " created_at) values ('c', 'pf:1', '2025-09-06', 'pf', 'Ada', '2025-09-06')",
    )


def test_unknown_words_are_listed_short_and_without_numbers(kept):
    told = broken(
        kept,
        "update core.fct_appointment set status = 'unresolved',"
        " status_raw = 'verlegt 01705550199 ' || repeat('x', 50) where day = '2025-09-03';"
        "delete from core.fct_payment where day = '2025-09-03'",
    )
    assert told == {("statuses_are_known", DAY, 2): "verlegt # " + "x" * 10}


def test_at_most_ten_words_a_day(kept):
    told = broken(
        kept,
        "insert into core.fct_appointment (clinic_id, appointment_key, source, patient_key,"
        " practitioner_key, start_at, end_at, day, status, status_raw)"
        " select 'c', 'pf:w' || n, 'pf', 'pf:1', 'pf:1', timestamp '2025-09-03 12:00'"
        " + n * interval '1 h', timestamp '2025-09-03 13:00' + n * interval '1 h', '2025-09-03',"
        " 'unresolved', 'word' || chr(96 + n) from generate_series(1, 11) as n",
    )
    [(key, detail)] = told.items()
    assert key == ("statuses_are_known", DAY, 11) and len(detail.split(", ")) == 10


@pytest.mark.parametrize("name", ["null", "''", "' '"])
def test_a_patient_without_any_name(kept, name):
    statement = f"update core.patient_version set first_name = {name}, last_name = {name}"
    assert list(broken(kept, statement)) == [("patients_have_names", UNDATED, 1)]


def test_one_name_is_enough(kept):
    assert not broken(kept, "update core.patient_version set first_name = null")


def test_a_consent_that_is_neither_yes_nor_no(kept):
    statement = "update core.patient_version set has_consent = null, consent_raw = 'Canary'"
    told = broken(kept, statement)
    assert told == {("consent_is_yes_or_no", UNDATED, 1): None}
    assert not broken(kept, "update core.patient_version set consent_raw = null")


def test_the_first_stock_day_after_a_gap_is_not_compared(kept):
    assert not broken(
        kept,
        "delete from core.fct_stock_day where day = '2025-09-02';"
        "update core.fct_stock_day set opening_qty = 40, received_qty = 15"
        " where day = '2025-09-03'",
    )


def test_a_single_day_is_judged_alone(kept):
    broken(kept, "update core.fct_stock_day set unexplained_qty = 1")
    assert set(found(kept, Days(DAY, DAY))) == {("stock_adds_up", DAY, 1)}
    assert len(found(kept, Days(FIRST, LAST, is_open=True))) == 5


FILLED = {
    "fct_appointment": (
        "appointment_key, patient_key, practitioner_key, start_at, end_at, status, status_raw",
        "day || '-' || n, 'p', 'd', day, day, 'no_show', 'no_show'",
    ),
    "fct_payment": ("payment_key, amount, paid_at", "day || '-' || n, 1, day"),
    "fct_stock_day": (
        "location_id, item, opening_qty, received_qty, issued_qty, adjusted_qty, closing_qty,"
        " unexplained_qty",
        "'L', n, 0, 0, 0, 0, 0, 0",
    ),
}


def nine_weeks(clinic, rows_of_last_day, table="fct_appointment", usual=12):
    """A told day each week, with the usual number of rows, and as a ninth the day returned."""
    days = [dt.date(2025, 6, 2) + dt.timedelta(weeks=week) for week in range(9)]
    columns, values = FILLED[table]
    with clinic.engine.begin() as connection:
        for day in days:
            bound = {"day": day, "rows": rows_of_last_day if day == days[-1] else usual}
            connection.execute(
                sa.text(
                    "insert into ops.source_day (source, day, is_complete)"
                    " values ('pf', :day, true)"
                ),
                bound,
            )
            connection.execute(
                sa.text(
                    f"insert into core.{table} (clinic_id, source, day, {columns})"
                    f" select 'c', 'pf', day, {values}"
                    " from (select cast(:day as date) as day) as d, generate_series(1, :rows) as n"
                ),
                bound,
            )
    return days[-1]


def volume(clinic, day):
    checks = [c for c in CHECKS if c.name == "volume_is_usual"]
    told = findings(clinic.engine, checks, Days(day, day))
    return [(f.table, f.day, f.detail) for f in told]


@pytest.mark.parametrize("table", ["fct_appointment", "fct_payment", "fct_stock_day"])
@pytest.mark.parametrize(("rows", "is_odd"), [(5, True), (6, False), (24, False), (25, True)])
def test_half_or_double_of_the_usual_weekday_is_odd(clinic, table, rows, is_odd):
    day = nine_weeks(clinic, rows, table)
    told = volume(clinic, day)
    assert told == ([(f"core.{table}", day, f"pf: {rows} instead of about 12")] if is_odd else [])


def test_a_finished_day_without_any_row_is_odd(clinic):
    day = nine_weeks(clinic, 0)
    assert [d for _, d, _ in volume(clinic, day)] == [day]


def test_few_weeks_small_medians_and_open_days_are_not_judged(clinic):
    day = nine_weeks(clinic, 1)
    with clinic.engine.begin() as connection:
        connection.execute(sa.text("delete from ops.source_day where day < '2025-07-07'"))
    assert volume(clinic, day) == []


def test_medians_under_ten_are_not_judged(clinic):
    assert volume(clinic, nine_weeks(clinic, 1, usual=9)) == []


def test_a_day_that_is_not_told_to_the_end_is_not_judged(clinic):
    day = nine_weeks(clinic, 1)
    with clinic.engine.begin() as connection:
        connection.execute(
            sa.text("update ops.source_day set is_complete = false where day = :day"), {"day": day}
        )
    assert volume(clinic, day) == []


def test_moved_away_bookings_do_not_count(clinic):
    day = nine_weeks(clinic, 12)
    with clinic.engine.begin() as connection:
        connection.execute(
            sa.text("update core.fct_appointment set status = 'rescheduled' where day = :day"),
            {"day": day},
        )
    assert [d for _, d, _ in volume(clinic, day)] == [day]
