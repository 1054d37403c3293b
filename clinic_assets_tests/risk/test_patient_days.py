"""Patient scores through the graph: whose day it is, and all on the first of a month."""

import pandas as pd

from clinic_assets_tests.risk.test_treatment_scores import put_people, put_visits


def test_a_day_has_its_visitors_and_the_first_of_a_month_everybody_seen_before(clinic):
    visits = pd.DataFrame({
        "clinic_id": "c", "appointment_key": ["1", "2", "3"], "patient_key": ["x", "y", "x"],
        "family_key": "x", "day": pd.to_datetime(["2025-04-07", "2025-04-08", "2025-05-12"]),
    })  # fmt: skip
    put_people(clinic.engine, visits)
    put_visits(clinic.engine, visits, price_amount=50.0)
    assert clinic.run("2025-05-01", "2025-05-12", "score.patient_score").success
    told = clinic.rows("select day::text, patient_key, reasons from score.patient_score"
                       " order by day, patient_key")  # fmt: skip
    assert told == [
        ("2025-05-01", "x", "kept 1 of 1 visits; family: 1 of 1 visits kept or paid"),
        ("2025-05-01", "y", "kept 1 of 1 visits; family: 1 of 1 visits kept or paid"),
        ("2025-05-12", "x", "kept 1 of 1 visits; paid 0 of 1 visits within 30 days;"
         " family: 1 of 2 visits kept or paid"),
    ]  # fmt: skip
    alone = clinic.run("2025-05-12", "2025-05-12", "score.patient_score")
    assert alone.success
    assert clinic.rows("select day::text, patient_key, reasons from score.patient_score"
                       " order by day, patient_key") == told  # fmt: skip
