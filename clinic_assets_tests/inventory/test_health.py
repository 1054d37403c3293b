"""Every number of stock health, computed again in plain Python from the truth of the simulator."""

import csv
import datetime as dt
import math
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import stdev
from typing import Any

import pytest

from clinic_assets.simulate import ClinicPlan, write_clinic
from clinic_assets_tests.warehouse.makings import say, stock

CHAIN = ("raw.stock_logs_daily", "clean.stock_logs_daily", "core.fct_stock_day",
         "mart.inventory_health")  # fmt: skip
Log = dict[str, Any]
ONE = dt.timedelta(days=1)


def reported(truth: Path, data: Path) -> dict[tuple[str, str], list[Log]]:
    """The truth about each shelf on the days on which its location was not silent."""
    heard = set()
    for path in (data / "daily").glob("*/stock_logs.csv"):
        with path.open(newline="") as file:
            heard |= {(row["LOG_DATE"], row["LOCATION_ID"]) for row in csv.DictReader(file)}
    shelves: dict[tuple[str, str], list[Log]] = defaultdict(list)
    with (truth / "stock.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if (row["log_date"], row["location_id"]) in heard:
                shelves[row["location_id"], row["item_name"]].append(
                    {
                        "day": dt.date.fromisoformat(row["log_date"]),
                        "issued": int(row["issued"]),
                        "closing": int(row["closing"]),
                        "lead": int(row["lead_time_days"]),
                    }
                )
    return shelves


def health(logs: list[Log], day: dt.date) -> dict[str, Any] | None:
    """One shelf as of a day, by the definitions; None if nothing was heard of it for 90 days."""
    window = [log for log in logs if day - 89 * ONE <= log["day"] <= day]
    if not window:
        return None
    last = max(window, key=lambda log: log["day"])
    in_stock = [log["issued"] for log in window if log["closing"] > 0]
    burn = Fraction(sum(in_stock), len(in_stock)) if in_stock else None
    spread = stdev(in_stock) if len(in_stock) > 1 else 0.0
    horizon = last["lead"] + 7
    level = float(burn * horizon) + 1.645 * math.sqrt(horizon) * spread if burn is not None else 0.0
    lasts = last["closing"] / burn if burn else None
    return {
        "current_stock": last["closing"],
        "burn_rate": burn,
        "burn_rate_raw": Fraction(sum(log["issued"] for log in window), len(window)),
        "days_in_stock": len(in_stock),
        "is_low_confidence": len(in_stock) < 14,
        "lead_time_days": last["lead"],
        "days_remaining": lasts,
        "status": word(last, day, burn, lasts, level),
        "reorder_qty": max(0, math.ceil(level - last["closing"])) if burn is not None else 0,
        "last_report_day": last["day"],
    }


def word(
    last: Log, day: dt.date, burn: Fraction | None, lasts: Fraction | None, level: float
) -> str:
    if last["day"] < day - 3 * ONE:
        return "STALE"
    if last["closing"] <= 0:
        return "STOCKOUT"
    if not burn or lasts is None:
        return "NO_DEMAND"
    if lasts < last["lead"]:
        return "CRITICAL"
    if lasts < 2 * last["lead"]:
        return "WARNING"
    return "OVERSTOCK" if last["closing"] > max(level, burn * 90) else "GOOD"


def differ(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, Fraction) and found is not None:
        return abs(float(found) - float(wanted)) > 0.0051
    return bool(found != wanted)


def stored(clinic: Any) -> dict[tuple[str, str, dt.date], dict[str, Any]]:
    with clinic.engine.connect() as connection:
        found = connection.exec_driver_sql("select * from mart.inventory_health").mappings()
        return {(row["location_id"], row["item"], row["day"]): dict(row) for row in found}


@pytest.mark.parametrize("seed", [7])
def test_every_measure_of_a_hundred_days_is_what_plain_python_makes_of_the_truth(
    clinic, seed, tmp_path
) -> None:
    first, last = dt.date(2024, 1, 15), dt.date(2024, 4, 23)
    plan = ClinicPlan(first, last, seed=seed, practitioners=1, patients_at_start=10,
                      visits_per_day=4, locations=("MAIN", "NORTH"))  # fmt: skip
    write_clinic(plan, clinic.data, tmp_path / "truth")
    assert clinic.run(str(first), str(last), *CHAIN).success
    found = stored(clinic)
    shelves = reported(tmp_path / "truth", clinic.data)
    wanted = {
        (*shelf, day): told
        for shelf, logs in shelves.items()
        for day in plan.days()
        if (told := health(logs, day))
    }
    say(f"seed {seed}: {len(found)} rows")
    assert set(found) == set(wanted)
    wrong = [
        (key, name, found[key][name], value)
        for key, row in wanted.items()
        for name, value in row.items()
        if differ(found[key][name], value)
    ]
    assert not wrong, wrong[:5]
    statuses = {row["status"] for row in found.values()}
    assert statuses >= {"STOCKOUT", "CRITICAL", "WARNING", "GOOD"}


def run(clinic: Any, last: str, *logs: str) -> dict[str, Any]:
    for log in logs:
        clinic.drop(f"daily/{log.split()[0]}/stock_logs.csv", stock(log))
    assert clinic.run(logs[0].split()[0], last, *CHAIN).success
    return stored(clinic)["MAIN", "Tape", dt.date.fromisoformat(last)]


def test_days_that_ended_without_stock_do_not_count_as_little_use(clinic) -> None:
    row = run(clinic, "2025-03-03", "2025-03-01 Tape 10 0 6 4", "2025-03-02 Tape 4 0 4 0",
              "2025-03-03 Tape 0 20 2 18")  # fmt: skip
    assert (row["burn_rate"], row["burn_rate_raw"], row["days_in_stock"]) == (4, 4, 2)
    assert row["days_remaining"] == Decimal("4.50")


@pytest.mark.parametrize(
    ("left", "status"),
    [("18", "CRITICAL"), ("19", "WARNING"), ("37", "WARNING"), ("38", "GOOD")],
)
def test_a_shelf_below_its_lead_time_is_critical_and_below_twice_that_a_warning(
    clinic, left, status
) -> None:
    """2, 3 and 3 in three days is 8/3 a day: seven days need 18 2/3, fourteen 37 1/3."""
    row = run(clinic, "2025-03-03", "2025-03-01 Tape 100 0 2 98", "2025-03-02 Tape 98 0 3 95",
              f"2025-03-03 Tape 95 0 3 {left}")  # fmt: skip
    assert row["status"] == status


@pytest.mark.parametrize(("left", "lasts", "status"), [(10, 7, "WARNING"), (20, 14, "GOOD")])
def test_the_bound_itself_belongs_to_the_better_word_and_no_rounding_moves_it(
    clinic, left, lasts, status
) -> None:
    """Ten in seven days: a rate that no decimal can say, yet ten last exactly seven days."""
    used = [1, 1, 1, 1, 2, 2, 2]
    logs = [f"2025-03-0{n} Tape 90 0 {issued} {left}" for n, issued in enumerate(used, 1)]
    row = run(clinic, "2025-03-07", *logs)
    assert (row["days_remaining"], row["status"]) == (lasts, status)


def test_a_shelf_that_nobody_uses_has_no_end_and_no_order(clinic) -> None:
    row = run(clinic, "2025-03-02", "2025-03-01 Tape 9 0 0 9", "2025-03-02 Tape 9 0 0 9")
    assert (row["status"], row["days_remaining"], row["reorder_qty"]) == ("NO_DEMAND", None, 0)


def test_a_shelf_not_heard_of_for_more_than_three_days_is_stale(clinic) -> None:
    run(clinic, "2025-03-06", "2025-03-01 Tape 9 0 1 8")
    told = {str(day): row["status"] for (_, _, day), row in stored(clinic).items()}
    assert [told[f"2025-03-0{n}"] for n in (1, 4, 5)] == ["WARNING", "WARNING", "STALE"]


def test_a_log_that_says_no_lead_time_leaves_the_one_last_told(clinic) -> None:
    clinic.drop("daily/2025-03-01/stock_logs.csv", stock("2025-03-01 Tape 9 0 1 8"))
    silent = stock("2025-03-02 Tape 8 0 1 6").replace(",6,7\n", ",6,\n")
    clinic.drop("daily/2025-03-02/stock_logs.csv", silent)
    assert clinic.run("2025-03-01", "2025-03-02", *CHAIN).success
    row = stored(clinic)["MAIN", "Tape", dt.date(2025, 3, 2)]
    assert (row["current_stock"], row["lead_time_days"]) == (6, 7)
