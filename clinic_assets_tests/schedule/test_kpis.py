"""Every number of the schedule, computed again in plain Python from the truth of the simulator."""

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from clinic_assets.schedule.measures import MEASURES
from clinic_assets.simulate import ClinicPlan, write_clinic
from clinic_assets_tests.warehouse.makings import appointments, say

CHAIN = (
    *(f"{layer}.practice_files_{name}" for layer in ("raw", "clean")
      for name in ("appointments", "payments", "shifts")),
    "core.fct_appointment", "core.fct_payment", "core.fct_capacity", "mart.schedule_kpi_daily",
)  # fmt: skip
STATUS = {"canceled": "cancelled_patient", "canceled_clinic": "cancelled_clinic"}
COMING = ("booked", "confirmed", "arrived", "completed")
CANCELLED = ("cancelled_patient", "cancelled_clinic")
NOTICE = dt.timedelta(hours=24)

Span = tuple[dt.datetime, dt.datetime]
Day = tuple[dt.date, str]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def united(spans: Iterable[Span]) -> list[Span]:
    """The spans without overlaps, in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def common(one: list[Span], other: list[Span]) -> list[Span]:
    """What is in both."""
    pairs = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return [(start, end) for start, end in pairs if start < end]


def minutes(spans: Iterable[Span]) -> Decimal:
    return Decimal(sum((end - start).total_seconds() for start, end in spans)) / 60


def share(part: Decimal | int, whole: Decimal | int | None) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if whole else None


def visit_counts(visits: list[dict[str, str]], next_day_told: bool) -> dict[str, Any]:
    told = [STATUS.get(v["status"], v["status"]) for v in visits]
    late = [
        at(v["cancelled_at"]) > at(v["appt_start"]) - NOTICE if v["cancelled_at"] else None
        for v in visits
    ]
    by_patient = [is_late for s, is_late in zip(told, late, strict=True) if s == CANCELLED[0]]
    done, missed = told.count("completed"), told.count("no_show")
    cancelled = sum(s in CANCELLED for s in told)
    return {
        "bookings": sum(s != "rescheduled" for s in told),
        "completed": done,
        "no_shows": missed,
        "cancellations": cancelled,
        "late_cancellations": by_patient.count(True),
        "late_cancel_unknown": by_patient.count(None),
        "open_past": sum(s in ("booked", "confirmed", "arrived") for s in told) * next_day_told,
        "show_rate_num": done,
        "show_rate_den": done + missed,
        "show_rate": share(done, done + missed),
        "kept_rate_num": done,
        "kept_rate_den": done + missed + cancelled,
        "kept_rate": share(done, done + missed + cancelled),
        "revenue_estimate": sum(
            Decimal(v["price_estimate"]) for v, s in zip(visits, told, strict=True) if s in COMING
        ),
        "gross_booked_value": sum(Decimal(v["price_estimate"]) for v in visits),
    }


def visit_minutes(visits: list[dict[str, str]], shifts: list[Span]) -> dict[str, Any]:
    spans = [(at(v["appt_start"]), at(v["appt_end"])) for v in visits]
    done = [s for s, v in zip(spans, visits, strict=True) if v["status"] == "completed"]
    in_shift = minutes(common(united(done), united(shifts)))
    available = minutes(united(shifts)) if shifts else None
    return {
        "booked_minutes": minutes(spans),
        "delivered_appointment_minutes": minutes(done),
        "delivered_minutes": minutes(united(done)),
        "delivered_in_shift_minutes": in_shift,
        "available_minutes": available,
        "utilisation": share(in_shift, available),
    }


def expected(truth: Path, data: Path, days: set[dt.date]) -> dict[Day, dict[str, Any]]:
    """The measures by day and practitioner."""
    told = {
        dt.date.fromisoformat(folder.name)
        for folder in (data / "daily").iterdir()
        if (folder / "appointments.csv").exists()
    }
    visits: dict[Day, list[dict[str, str]]] = defaultdict(list)
    shifts: dict[Day, list[Span]] = defaultdict(list)
    for_visit: dict[Day, Decimal] = defaultdict(Decimal)
    that_day: dict[Day, Decimal] = defaultdict(Decimal)
    whose: dict[str, Day] = {}
    for visit in read(truth / "appointments.csv"):
        key = (at(visit["appt_start"]).date(), visit["physio_id"])
        visits[key].append(visit)
        whose[visit["appointment_id"]] = key
    for shift in read(truth / "shifts.csv"):
        span = (at(shift["start"]), at(shift["end"]))
        shifts[span[0].date(), shift["practitioner"]].append(span)
    for payment in read(truth / "payments.csv"):
        day, physio = whose[payment["appointment_id"]]
        for_visit[day, physio] += Decimal(payment["amount"])
        that_day[at(payment["paid_at"]).date(), physio] += Decimal(payment["amount"])
    return {
        (day, physio): {
            **visit_counts(visits[day, physio], day + dt.timedelta(days=1) in told),
            **visit_minutes(visits[day, physio], shifts[day, physio]),
            "revenue_paid_service_day": for_visit[day, physio],
            "revenue_paid_payment_day": that_day[day, physio],
            "is_complete": day in told,
        }
        for day, physio in {*visits, *shifts, *for_visit, *that_day}
        if day in days
    }


def stored(clinic: Any) -> dict[Day, dict[str, Any]]:
    names = [m.id for m in MEASURES]
    found = clinic.rows(
        "select day, split_part(practitioner_key, ':', 2), "
        + ", ".join(names)
        + " from mart.schedule_kpi_daily"
    )
    return {(row[0], row[1]): dict(zip(names, row[2:], strict=True)) for row in found}


def comparable(measures: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(value, 6) if isinstance(value, Decimal) else value
        for name, value in measures.items()
    }


@pytest.mark.parametrize("seed", [7])
def test_every_measure_of_sixty_days_is_what_plain_python_makes_of_the_truth(
    clinic, seed, tmp_path
) -> None:
    """From before a leap day to after the change to summer time."""
    first, last = dt.date(2024, 2, 12), dt.date(2024, 4, 11)
    plan = ClinicPlan(first, last, seed=seed, practitioners=3, patients_at_start=50,
                      visits_per_day=14)  # fmt: skip
    write_clinic(plan, clinic.data, tmp_path / "truth")
    assert clinic.run(str(first), str(last), *CHAIN).success
    assert clinic.one("select count(*) from ops.file_ledger where not is_accepted") == 0
    days = set(plan.days())
    wanted, found = expected(tmp_path / "truth", clinic.data, days), stored(clinic)
    say(f"seed {seed}: {len(found)} rows of {len(days)} days")
    assert set(found) == set(wanted)
    assert dt.date(2024, 2, 29) in {day for day, _ in found}
    assert not {day for day, _ in found if day.weekday() == 6 and found[day, _]["completed"]}
    wrong = [
        (key, name, found[key][name], value)
        for key in sorted(wanted)
        for name, value in comparable(wanted[key]).items()
        if comparable(found[key])[name] != value
    ]
    assert not wrong, wrong[:5]
    for name in ("late_cancellations", "open_past", "revenue_paid_payment_day", "no_shows"):
        assert sum(row[name] for row in found.values()) > 0


def one(clinic: Any, day: str) -> dict[str, Any]:
    [row] = [row for key, row in stored(clinic).items() if str(key[0]) == day]
    return row


def test_the_day_the_clocks_change_has_an_hour_less(clinic) -> None:
    clinic.drop("daily/2025-03-30/appointments.csv",
                appointments("A1 P1 2025-03-30 1 completed 60").replace("T02:00", "T04:00"))  # fmt: skip
    clinic.drop("daily/2025-03-30/shifts.csv",
                "practitioner,start,end\nT1,2025-03-30 00:00,2025-03-30 06:00\n")  # fmt: skip
    assert clinic.run("2025-03-30", None, *CHAIN).success
    row = one(clinic, "2025-03-30")
    assert (row["available_minutes"], row["delivered_in_shift_minutes"]) == (300, 120)
    assert row["utilisation"] == Decimal("0.4")


def test_overlapping_visits_count_once_by_the_clock_and_only_inside_the_shift(clinic) -> None:
    rows = [f"A{n} P{n} 2025-03-03 {hour} completed 60" for n, hour in enumerate((8, 9, 9, 12))]
    clinic.drop("daily/2025-03-03/appointments.csv", appointments(*rows))
    clinic.drop("daily/2025-03-03/shifts.csv",
                "practitioner,start,end\nT1,2025-03-03 09:00,2025-03-03 12:30\n")  # fmt: skip
    assert clinic.run("2025-03-03", None, *CHAIN).success
    row = one(clinic, "2025-03-03")
    assert row["delivered_appointment_minutes"] == 240
    assert row["delivered_minutes"] == 180
    assert row["delivered_in_shift_minutes"] == 90
    assert round(row["utilisation"], 9) == round(Decimal(90) / 210, 9)


def test_a_closed_day_has_no_row_and_a_day_without_shifts_no_utilisation(clinic) -> None:
    clinic.drop("daily/2025-03-03/appointments.csv",
                appointments("A1 P1 2025-03-03 9 completed 60"))  # fmt: skip
    assert clinic.run("2025-03-02", "2025-03-03", *CHAIN).success
    row = one(clinic, "2025-03-03")
    assert (row["available_minutes"], row["utilisation"]) == (None, None)
    assert {str(day) for day, _ in stored(clinic)} == {"2025-03-03"}


def test_a_visit_is_open_past_only_once_the_next_day_has_been_told(clinic) -> None:
    clinic.drop("daily/2025-03-03/appointments.csv",
                appointments("A1 P1 2025-03-03 9 confirmed 60"))  # fmt: skip
    assert clinic.run("2025-03-03", None, *CHAIN).success
    assert one(clinic, "2025-03-03")["open_past"] == 0
    clinic.drop("daily/2025-03-04/appointments.csv",
                appointments("A2 P2 2025-03-04 9 booked 60"))  # fmt: skip
    assert clinic.run("2025-03-03", "2025-03-04", *CHAIN).success
    assert one(clinic, "2025-03-03")["open_past"] == 1


def test_a_payment_counts_on_its_own_day_and_on_that_of_its_visit(clinic) -> None:
    clinic.drop("daily/2025-03-03/appointments.csv",
                appointments("A1 P1 2025-03-03 9 completed 60"))  # fmt: skip
    clinic.drop("daily/2025-03-05/payments.csv",
                "payment_id,appointment_id,amount,paid_at,method\n"
                "B1,A1,60.00,2025-03-05 10:00,card\nB2,A1,-10.00,2025-03-05 11:00,card\n"
                "B3,gone,5.00,2025-03-05 12:00,cash\n")  # fmt: skip
    assert clinic.run("2025-03-03", "2025-03-05", *CHAIN).success
    found = {
        (str(day), who): (row["revenue_paid_service_day"], row["revenue_paid_payment_day"])
        for (day, who), row in stored(clinic).items()
    }
    assert found == {
        ("2025-03-03", "T1"): (50, 0),
        ("2025-03-05", "T1"): (0, 50),
        ("2025-03-05", ""): (0, 5),
    }
