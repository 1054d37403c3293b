"""Treatments, payments and recalls from the warehouse's tables to the score tables."""

import datetime as dt

import pandas as pd
import pytest
import sqlalchemy as sa

from clinic_assets.risk.serving.scores import ACCEPTANCE, PAYMENT, RECALL
from clinic_assets.risk.serving.serve import models_of_days, told_of_days
from clinic_assets.warehouse.days import Days
from clinic_assets_tests.risk.test_acceptance import a_practice as proposals
from clinic_assets_tests.risk.test_payment import a_practice as visits_and_payments

ALWAYS = {"source": "od", "practitioner_key": "p1"}


def put(engine, table, rows, **columns):
    """Insert rows, with columns that are the same in all."""
    rows.assign(**columns).to_sql(
        table, engine, schema="core", if_exists="append", index=False, method="multi",
        chunksize=1000,
    )  # fmt: skip


def put_people(engine, of):
    people = of[["clinic_id", "patient_key", "family_key"]].drop_duplicates("patient_key")
    people = people.rename(columns={"family_key": "guarantor_key"})
    put(engine, "patient_version", people, source="od", day=dt.date(1, 1, 1))


def put_visits(engine, of, **more):
    start = of["day"].dt.tz_localize("UTC") + pd.Timedelta(hours=10)
    visits = of[["clinic_id", "appointment_key", "patient_key", "day"]]
    visits = visits.assign(start_at=start, end_at=start, created_at=start - pd.Timedelta(days=9))
    put(engine, "fct_appointment", visits.assign(**more), status="completed", status_raw="",
        **ALWAYS)  # fmt: skip


@pytest.fixture
def treated(clinic):
    """A practice of proposals, of which those that were accepted are attached to a visit."""
    told = proposals(2400)["procedures"]
    put_people(clinic.engine, told)
    booked = told[told["scheduled_at"].notna()]
    visits = booked.assign(appointment_key="v" + booked["procedure_key"])
    put(clinic.engine, "fct_appointment", visits[["clinic_id", "appointment_key", "patient_key"]]
        .assign(day=booked["day"], start_at=booked["scheduled_at"] + pd.Timedelta(days=1),
                end_at=booked["scheduled_at"] + pd.Timedelta(days=1),
                created_at=booked["scheduled_at"]),
        status="completed", status_raw="", **ALWAYS)  # fmt: skip
    rows = told[["clinic_id", "procedure_key", "patient_key", "code", "fee_amount"]]
    done = told["done_on"].notna()
    put(clinic.engine, "fct_procedure", rows.assign(
        planned_on=told["day"], day=told["done_on"].fillna(told["day"]),
        status=done.map({True: "completed", False: "planned"}),
        appointment_key=visits["appointment_key"].reindex(told.index),
    ), **ALWAYS)  # fmt: skip
    return clinic


def test_proposals_are_told_by_their_months_model_a_day_alone_as_within_a_range(treated):
    """Whatever day they were done on, which is where their rows lie."""
    day, days = dt.date(2026, 5, 4), Days(dt.date(2026, 5, 1), dt.date(2026, 5, 20))
    with treated.engine.begin() as connection:
        models = models_of_days(connection, days, ACCEPTANCE)
        connection.execute(sa.insert(ACCEPTANCE.model_table), models.to_dict("records"))
        told = told_of_days(connection, days, ACCEPTANCE)
        alone = told_of_days(connection, Days(day, day), ACCEPTANCE)
        wanted = connection.scalar(
            sa.text("select count(*) from core.fct_procedure where planned_on between :a and :b"),
            {"a": days.first, "b": days.last},
        )
    assert len(models) == 20 and models["kind"].unique().tolist() == ["logistic"]
    assert len(told) == wanted > 40 and set(told["model_id"]) == set(models["model_id"])
    assert told["probability"].between(0, 1).all() and told["probability"].std() > 0.05
    assert (told["expected_amount"] <= told["fee_amount"]).all()
    expected = told[told["day"] == day].set_index("procedure_key")["probability"]
    assert alone.set_index("procedure_key")["probability"].to_dict() == expected.to_dict() != {}


def test_the_share_is_the_price_less_carriers_and_discounts_and_money_finds_its_visit(clinic):
    day = pd.Timestamp("2025-05-12")
    rows = pd.DataFrame({"clinic_id": "c", "appointment_key": ["a", "b"], "patient_key": ["x", "y"],
                         "family_key": "x", "day": day})  # fmt: skip
    put_people(clinic.engine, rows)
    put_visits(clinic.engine, rows, price_amount=[200.0, 80.0])
    done = rows.head(1)[["clinic_id", "appointment_key", "patient_key", "day"]]
    put(clinic.engine, "fct_procedure", done, procedure_key="p", code="D2392", status="completed",
        fee_amount=200, insurance_estimate=120, write_off_amount=30, **ALWAYS)  # fmt: skip
    put(clinic.engine, "fct_adjustment", done[["clinic_id", "patient_key", "day"]], amount=-10,
        adjustment_key="d", procedure_key="p", **ALWAYS)  # fmt: skip
    paid = pd.DataFrame({
        "clinic_id": "c", "payment_key": ["1", "2", "3", "4"], "patient_key": ["x", "y", "y", "x"],
        "appointment_key": ["a", None, None, "a"], "amount": [40.0, 80.0, -80.0, 120.0],
        "method": ["Cash", "Check", None, "insurance"], "day": day, "paid_at": day, "source": "od",
    })  # fmt: skip
    put(clinic.engine, "fct_payment", paid)
    with clinic.engine.connect() as connection:
        facts = PAYMENT.facts_between(connection, day.date(), day.date())
    [score, *_] = PAYMENT.stages()
    assert facts["visits"]["share_amount"].tolist() == [40, 80]
    assert facts["visits"]["family_key"].tolist() == ["x", "x"]
    for_visit = facts["payments"].groupby("appointment_key")["amount"].sum()
    assert for_visit.to_dict() == {"a": 40, "b": 80}
    assert score.cases(facts)["outcome"].tolist() == [1, 1]


def test_payments_are_told_for_three_windows_with_what_may_stay_unpaid(clinic):
    world = visits_and_payments(1500)
    put_people(clinic.engine, world["visits"])
    put_visits(clinic.engine, world["visits"], price_amount=world["visits"]["share_amount"])
    paid = world["payments"].drop(columns="family_key")
    put(clinic.engine, "fct_payment", paid.assign(payment_key=paid["appointment_key"]),
        source="od", method="Cash", paid_at=paid["day"])  # fmt: skip
    days = Days(dt.date(2026, 5, 1), dt.date(2026, 5, 4))
    with clinic.engine.begin() as connection:
        told = told_of_days(connection, days, PAYMENT)
    visits = world["visits"]["day"].between("2026-05-01", "2026-05-04").sum()
    assert told.groupby("stage").size().to_dict() == dict.fromkeys(
        ["30_days", "60_days", "90_days"], visits
    )
    unpaid = ((1 - told["probability"]) * told["share_amount"]).round(2)
    assert (unpaid - told["expected_unpaid"]).abs().max() < 0.011


def test_a_recall_is_told_of_a_days_leading_code_once_it_was_done_and_when_it_is_due(clinic):
    day = dt.date(2026, 5, 4)
    rows = pd.DataFrame({
        "procedure_key": ["a", "b", "c", "d", "e"], "patient_key": ["x", "x", "y", "z", "x"],
        "code": ["D0120", "D1120", "D1110", "D2392", "D4910"],
        "status": ["completed", "completed", "planned", "completed", "completed"],
        "day": [day, day, day, day, dt.date(2026, 2, 2)],
    }).assign(clinic_id="c", appointment_key="v")  # fmt: skip
    put_people(clinic.engine, rows.assign(family_key=["x", "x", None, "x", "x"]))
    put_visits(clinic.engine, rows.iloc[:1].assign(day=pd.Timestamp(day)))
    put(clinic.engine, "fct_procedure", rows, fee_amount=100, **ALWAYS)
    with clinic.engine.begin() as connection:
        told = told_of_days(connection, Days(day, day), RECALL)
        facts = RECALL.facts_of_days(connection, day, day)
    [row] = told.to_dict("records")
    assert (row["procedure_key"], row["kind"]) == ("b", "cleaning")
    assert (row["due_on"], row["probability"]) == (dt.date(2026, 11, 2), 0.5)
    [score] = RECALL.stages()
    cases = score.cases(facts)
    assert cases["outcome"].tolist() == [1, 0] and cases["kind"].tolist() == [
        "maintenance", "cleaning",
    ]  # fmt: skip
    assert score.features_of(cases, facts)["lead_days"].tolist()[1] == 8.5
