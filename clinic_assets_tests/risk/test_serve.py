"""Serving risks from the warehouse: which model, which moment, and what happens to a bad file."""

import datetime as dt
import os
import subprocess
import sys
import time

import pytest

from clinic_assets.risk.serving.registry import register, serving
from clinic_assets.risk.serving.scores import CANCELLATION
from clinic_assets.simulate import ClinicPlan, write_clinic

FIRST, LAST = dt.date(2025, 1, 1), dt.date(2025, 3, 21)


@pytest.fixture(scope="module")
def run_once(kept_clinic):
    """A clinic of eighty days, run in one go."""
    write_clinic(ClinicPlan(FIRST, LAST, visits_per_day=24), kept_clinic.data)
    assert kept_clinic.run(str(FIRST), str(LAST)).success
    return kept_clinic


@pytest.fixture
def served(run_once, settle_in):
    """The same clinic in each test."""
    return settle_in(run_once)


SCORES = "select appointment_key, stage, risk, model_id from score.cancellation_risk order by 1, 2"


def test_a_day_is_served_by_a_model_that_knows_only_what_was_before_its_month(served):
    late = served.rows(
        "select served.day from score.cancellation_model as served"
        " where trained_for > day or (card ->> 'last_day')::date >= trained_for"
    )
    assert late == []
    assert served.one("select count(*) from score.cancellation_model") == 2 * 80


def test_a_risk_uses_the_model_of_the_month_of_its_moment(served):
    wrong = served.rows(
        "select risk.appointment_key from score.cancellation_risk as risk"
        " join ops.model using (model_id)"
        " where model.trained_for <>"
        " date_trunc('month', risk.scored_for at time zone 'Europe/Berlin')::date"
    )
    assert wrong == []


def test_the_evening_before_knows_nothing_of_later_bookings(served):
    assert not served.rows(
        "select from score.cancellation_risk as risk join core.fct_appointment as visit"
        " using (clinic_id, appointment_key)"
        " where risk.stage = 'evening_before' and visit.created_at > risk.scored_for"
    )


def test_a_tampered_model_file_is_never_opened_and_the_same_model_is_trained_again(served):
    before = served.rows(SCORES)
    with served.engine.begin() as connection:
        connection.exec_driver_sql(
            "update ops.model set file_name = 'planted.model', file_sha256 = repeat('0', 64)"
        )
    folder = served.home / "models"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "planted.model").write_bytes(b"not ours")
    assert served.run("2025-03-15", "2025-03-21", "score.cancellation_risk").success
    assert served.rows(SCORES) == before


def test_files_of_models_that_serve_no_day_go_when_one_is_registered(served):
    """But not a young one, which a run may be about to record, nor what somebody put there."""
    folder = served.home / "models"
    folder.mkdir(parents=True, exist_ok=True)
    in_use, beside = served.one("select min(model_id) from score.cancellation_model"), "0" * 16
    names = [f"{in_use}.model", f"{beside}.model", "orphan.model", "killed.part", "notes.txt"]
    for name in (*names, "young.model"):
        (folder / name).write_bytes(b"")
    for name in names:
        os.utime(folder / name, (time.time() - 90_000,) * 2)
    with served.engine.connect() as connection:
        score = CANCELLATION.stages()[1]
        known = serving(connection, "score.cancellation_model", score, dt.date(2025, 3, 1))
        connection.exec_driver_sql(
            "insert into ops.model (model_id, score, stage, kind, trained_for, payload, card)"
            f" values ('{beside}', 'cancellation', 'booking', 'trees', '2025-03-01', '{{}}', '{{}}')"
        )
        connection.exec_driver_sql("update ops.model set file_name = model_id || '.model'")
        register(connection, known, "facts")
        connection.rollback()
    left = {path.name for path in folder.iterdir()}
    assert {f"{in_use}.model", "young.model", "notes.txt"} <= left
    assert not {f"{beside}.model", "orphan.model", "killed.part"} & left


def test_the_same_facts_are_not_learned_from_twice(served):
    trained = served.one("select max(created_at) from ops.model")
    assert served.run("2025-03-20", "2025-03-21").success
    assert served.one("select max(created_at) from ops.model") == trained


def test_scoring_with_a_table_or_coefficients_does_not_load_sklearn():
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; import clinic_assets.definitions, clinic_assets.risk.serving.serve;"
            " print('sklearn' in sys.modules, 'skops' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["False", "False"]
