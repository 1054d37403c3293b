"""The lists, distrusted when somebody who is expected cannot be reached."""

import datetime as dt

import sqlalchemy as sa

from clinic_assets.desk.checks import CHECKS
from clinic_assets.warehouse.checks import findings
from clinic_assets.warehouse.days import Days

DAY = dt.date(2025, 9, 5)
REACHED = [check for check in CHECKS if check.name == "patients_can_be_reached"]


def put(clinic, key, missing_phone, missing_consent):
    with clinic.engine.begin() as connection:
        connection.execute(
            sa.text(
                "insert into desk.reception_priorities (clinic_id, day, source, appointment_id,"
                " patient_id, patient_name, phone, consent_form_received, physio_name, appt_start,"
                " appt_end, is_new_patient, noshow_rate_90d, risk_score, risk_bucket,"
                " missing_phone, missing_consent, priority_score, priority_reason)"
                " values ('c', :day, 'pf', :key, '1', 'Ada Canary', '0170 5550199', 1, 'd', :day,"
                " :day, false, 0, 0, 'low', :phone, :consent, 0, '')"
            ),
            {"day": DAY, "key": key, "phone": missing_phone, "consent": missing_consent},
        )


def test_a_list_with_all_numbers_and_forms_passes(clinic):
    put(clinic, "1", False, False)
    assert findings(clinic.engine, REACHED, Days(DAY, DAY)) == []


def test_missing_numbers_and_forms_are_counted_each(clinic):
    for key, phone, consent in (("1", True, True), ("2", True, False), ("3", False, False)):
        put(clinic, key, phone, consent)
    [told] = findings(clinic.engine, REACHED, Days(DAY, DAY))
    assert (told.day, told.bad_rows) == (DAY, 2)
    assert told.detail == "2 without phone, 1 without consent"
