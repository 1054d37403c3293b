"""One clinic for all tests of this folder: half a year of it in memory, six weeks on disk."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from clinic_assets.simulate import ClinicPlan, World, simulate, write_clinic


@pytest.fixture(scope="session")
def plan() -> ClinicPlan:
    return ClinicPlan(first_day=date(2025, 1, 20), last_day=date(2025, 7, 20))


@pytest.fixture(scope="session")
def world(plan: ClinicPlan) -> World:
    return simulate(plan)


@pytest.fixture(scope="session")
def past(world: World, plan: ClinicPlan) -> pd.DataFrame:
    """The visits whose day is over, with whether they ended badly."""
    visits = world.truth["appointments"]
    visits = visits[visits["day"] <= pd.Timestamp(plan.last_day)].copy()
    notice = visits["appt_start"] - visits["cancelled_at"]
    late = (visits["status"] == "canceled") & (notice < pd.Timedelta(hours=24))
    visits["late_cancellation"] = late
    visits["bad"] = late | (visits["status"] == "no_show")
    visits["lead"] = (visits["day"] - visits["booked_at"].dt.normalize()).dt.days
    return visits


@pytest.fixture(scope="session")
def written_plan(plan: ClinicPlan) -> ClinicPlan:
    """Six weeks around the change to summer time."""
    return replace(plan, first_day=date(2025, 3, 10), last_day=date(2025, 4, 20))


@pytest.fixture(scope="session")
def clinic(written_plan: ClinicPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clinic on disk: `data/daily`, `data/raw` and, beside them, `truth`."""
    folder = tmp_path_factory.mktemp("clinic")
    write_clinic(written_plan, folder / "data", folder / "truth", layout="both")
    return folder
