"""Rows of the rooms that the desk reads, put straight into their tables."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = dt.date(2025, 9, 1)
DAY = dt.date(2025, 9, 2)
BEFORE = dt.date(2025, 8, 1)


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """A time of the clinic."""
    return dt.datetime.combine(day, dt.time(hour, minute), BERLIN)


def put(clinic: Any, table: str, **values: Any) -> None:
    """Insert one row."""
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    with clinic.engine.begin() as connection:
        connection.execute(sa.text(f"insert into {table} ({names}) values ({marks})"), values)


def visit(clinic: Any, key: str, hour: int = 11, patient: str = "p", **more: Any) -> None:
    """An appointment of an hour; `day` and everything else can be said."""
    day = more.pop("day", DAY)
    told = {
        "clinic_id": "clinic", "appointment_key": f"pf:{key}", "source": "pf",
        "patient_key": f"pf:{patient}", "practitioner_key": "pf:T1", "created_at": at(BEFORE, 9),
        "start_at": at(day, hour), "end_at": at(day, hour + 1), "day": day, "status": "booked",
        "status_raw": "booked", "price_amount": 60,
    }  # fmt: skip
    put(clinic, "core.fct_appointment", **(told | more))


def patient(clinic: Any, key: str = "p", **more: Any) -> None:
    """A patient with a phone and a consent form, unless it is said otherwise."""
    told = {
        "clinic_id": "clinic", "patient_key": f"pf:{key}", "day": BEFORE, "first_name": "Ada",
        "last_name": "Canary", "phone": "0170 5550199", "has_consent": True, "source": "pf",
    }  # fmt: skip
    put(clinic, "core.patient_version", **(told | more))


def risk(clinic: Any, key: str, share: float, stage: str = "evening_before", **more: Any) -> None:
    """What the model said of a visit."""
    bucket = "high" if share >= 0.7 else "medium" if share >= 0.4 else "low"
    told = {
        "clinic_id": "clinic", "appointment_key": f"pf:{key}", "stage": stage, "day": DAY,
        "scored_for": at(MONDAY, 18), "risk": share, "risk_bucket": bucket, "model_id": "m",
    }  # fmt: skip
    put(clinic, "score.cancellation_risk", **(told | more))


def listed(clinic: Any, day: dt.date = DAY) -> dict[str, Any]:
    """The reception's list of the day after a run of it, by the appointment's id."""
    from clinic_assets.desk.files import priorities

    assert clinic.run(str(day), None, "desk.reception_priorities").success
    return {row["appointment_id"]: row for row in priorities(clinic.engine, day)}
