"""Files of a clinic that never was, for the demonstration and for trying things out."""

import datetime as dt
import json
from pathlib import Path

from clinic_assets.settings import settings
from clinic_assets.simulate import ClinicPlan, write_clinic

SEED = 7


def _note() -> Path:
    return settings().home / "simulated.json"


def demo_files(days: int) -> str:
    """See to it that there are files up to yesterday, unless a clinic's own are there."""
    data, note = settings().data, _note()
    yesterday = dt.datetime.now(settings().zone).date() - dt.timedelta(days=1)
    if note.exists():
        first = dt.date.fromisoformat(json.loads(note.read_text())["first_day"])
    elif (data / "daily").exists() or (data / "raw").exists():
        return f"The clinic's own files in {data} are used."
    else:
        first = yesterday - dt.timedelta(days=days - 1)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps({"first_day": first.isoformat(), "seed": SEED}))
    plan = ClinicPlan(first, yesterday, seed=SEED, timezone=settings().timezone, works_sundays=True)
    write_clinic(plan, data, settings().home / "truth")
    return f"A simulated clinic was written to {data}: {first} to {yesterday}."
