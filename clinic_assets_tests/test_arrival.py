"""Whatever the order in which days arrive, and however often they are run: the same rows."""

import datetime as dt
import random
import shutil

from clinic_assets.simulate import ClinicPlan, write_clinic
from clinic_assets_tests.warehouse.makings import another, contents, heal, say

FIRST, LAST = dt.date(2025, 3, 28), dt.date(2025, 4, 1)
DAYS = [FIRST + dt.timedelta(days=n) for n in range(5)]
LAYERS = ("clean", "core", "mart", "score", "desk")


def test_any_order_of_arrival_gives_what_one_backfill_gives(clinic) -> None:
    seed = 4
    dice = random.Random(seed)
    orders = [DAYS[::-1], dice.sample(DAYS, 5)]
    say(f"seed {seed}: {[[day.day for day in order] for order in orders]}")
    plan = ClinicPlan(FIRST, LAST, seed=seed, practitioners=2, patients_at_start=16,
                      visits_per_day=6, locations=("MAIN",), items=3)  # fmt: skip
    write_clinic(plan, clinic.data)
    assert clinic.run(str(FIRST), str(LAST)).success
    at_once, rows = clinic.hashes(), contents(clinic, LAYERS)
    assert all(at_once[asset, day] for asset, day in at_once)

    assert clinic.run(str(FIRST), str(LAST)).success
    heal(clinic)
    assert clinic.hashes() == at_once
    assert contents(clinic, LAYERS) == rows

    complete = clinic.data / "daily"
    kept = complete.rename(clinic.data / "kept")
    for number, order in enumerate(orders):
        shutil.rmtree(complete, ignore_errors=True)
        with another(clinic) as other:
            for day in order:
                shutil.copytree(kept / str(day), complete / str(day))
                assert other.run(str(day)).success
                if number % 2:
                    heal(other)
            heal(other)
            assert other.hashes() == at_once, order
