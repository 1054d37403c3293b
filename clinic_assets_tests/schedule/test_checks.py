"""The schedule's numbers, distrusted when they do not add up to the facts."""

import datetime as dt

import pytest
import sqlalchemy as sa

from clinic_assets.schedule import checks as schedule
from clinic_assets.warehouse.checks import findings
from clinic_assets.warehouse.days import Days

CHECKS = [check for check in schedule.CHECKS if check.table.schema == "mart"]

DAY = dt.date(2025, 9, 4)
VISITS = """appointment_id,patient_id,physio_id,appt_start,appt_end,booked_at,status,price_estimate
1,1,1,2025-09-04T09:00:00,2025-09-04T10:00:00,2025-09-01T09:00:00,completed,60
2,1,2,2025-09-04T11:00:00,2025-09-04T12:00:00,2025-09-01T09:00:00,completed,60
3,1,2,2025-09-04T13:00:00,2025-09-04T14:00:00,2025-09-01T09:00:00,rescheduled,60
"""
PAYMENTS = """payment_id,appointment_id,amount,paid_at,method
1,1,60,2025-09-04T10:00:00,card
2,99,7.50,2025-09-04T10:00:00,card
"""


@pytest.fixture
def written(clinic):
    """A day with visits of two practitioners and a payment whose visit nobody knows."""
    clinic.drop("daily/2025-09-04/appointments.csv", VISITS)
    clinic.drop("daily/2025-09-04/payments.csv", PAYMENTS)
    done = clinic.run(
        "2025-09-04",
        None,
        "raw.practice_files_appointments",
        "raw.practice_files_payments",
        "clean.practice_files_appointments",
        "clean.practice_files_payments",
        "core.fct_appointment",
        "core.fct_payment",
        "mart.schedule_kpi_daily",
    )
    assert done.success
    return clinic


def found(clinic):
    return [(f.check, f.day, f.bad_rows) for f in findings(clinic.engine, CHECKS, Days(DAY, DAY))]


def test_numbers_that_add_up_pass_and_others_are_told(written):
    assert found(written) == []
    with written.engine.begin() as connection:
        connection.execute(sa.text("update mart.schedule_kpi_daily set bookings = bookings + 1"))
    assert found(written) == [("bookings_add_up", DAY, 2 + 1)]
    with written.engine.begin() as connection:
        connection.execute(sa.text("update mart.schedule_kpi_daily set bookings = bookings - 1"))
        connection.execute(
            sa.text("update core.fct_payment set amount = amount + 1 where amount = 60")
        )
    assert found(written) == [("payments_add_up", DAY, 1)]
