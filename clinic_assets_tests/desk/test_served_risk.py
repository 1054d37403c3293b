"""The risk on the reception's list is the one that the model served."""

import datetime as dt

from clinic_assets.desk.files import priorities
from clinic_assets.simulate import ClinicPlan, write_clinic

FIRST, LAST = dt.date(2025, 9, 1), dt.date(2025, 9, 5)


def test_the_list_says_what_the_model_said_the_evening_before(clinic):
    write_clinic(ClinicPlan(FIRST, LAST, patients_at_start=30, visits_per_day=8), clinic.data)
    assert clinic.run(str(FIRST), str(LAST)).success
    served = {
        key.partition(":")[2]: (risk, bucket)
        for key, risk, bucket in clinic.rows(
            "select appointment_key, risk, risk_bucket from score.cancellation_risk"
            " where stage = 'evening_before' and day = :day",
            day=LAST,
        )
    }
    rows = priorities(clinic.engine, LAST)
    assert len(rows) > 3
    for row in rows:
        assert (row["risk_score"], row["risk_bucket"]) == served[row["appointment_id"]]
    assert [row["priority_score"] for row in rows] == sorted(
        (row["priority_score"] for row in rows), reverse=True
    )
