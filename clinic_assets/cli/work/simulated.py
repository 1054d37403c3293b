"""Files of a clinic that never was, for the demonstration and for trying things out.

They are made aside and then put in place, so that a file that is there is never overwritten.
"""

import datetime as dt
import json
import shutil
import tempfile
from pathlib import Path

from clinic_assets.cli.shown import CommandFailed
from clinic_assets.settings import settings
from clinic_assets.simulate import ClinicPlan, write_clinic

SEED = 7


def demo_files(days: int) -> str:
    """See to it that there are files up to yesterday, unless a clinic's own are there."""
    data, note = settings().data, settings().simulation_note
    yesterday = dt.datetime.now(settings().zone).date() - dt.timedelta(days=1)
    if note.exists():
        first = dt.date.fromisoformat(json.loads(note.read_text())["first_day"])
    elif (data / "daily").exists() or (data / "raw").exists():
        return f"The clinic's own files in {data} are used."
    else:
        first = yesterday - dt.timedelta(days=days - 1)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps({"first_day": first.isoformat(), "seed": SEED}))
    settings.cache_clear()  # The note says which day is the first.
    plan = ClinicPlan(first, yesterday, seed=SEED, timezone=settings().timezone, works_sundays=True)
    with tempfile.TemporaryDirectory() as aside:
        write_clinic(plan, Path(aside), settings().home / "truth")
        new = _put(Path(aside), data)
    return f"A simulated clinic is in {data}: {first} to {yesterday}; {new} new files."


def simulate_into(plan: ClinicPlan, into: Path, truth: Path | None, is_full: bool) -> None:
    """Write a clinic's files into a folder. Raises CommandFailed when others lie there."""
    with tempfile.TemporaryDirectory() as aside:
        write_clinic(plan, Path(aside), truth, layout="full" if is_full else "daily")
        strange = _strange(Path(aside), into)
        if strange:
            raise CommandFailed(
                f"{into} holds other files, for example {strange[0]}, and nothing is overwritten:"
                " name an empty folder, or set CLINIC_DATA to it and try it there."
            )
        _put(Path(aside), into)


def _files(folder: Path) -> set[Path]:
    return {p.relative_to(folder) for part in ("raw", "daily") for p in (folder / part).rglob("*")
            if p.is_file()}  # fmt: skip


def _strange(made: Path, into: Path) -> list[Path]:
    """What lies in the inbox and is not just what would be written."""
    new = _files(made)
    return sorted(
        p for p in _files(into)
        if p not in new or (made / p).read_bytes() != (into / p).read_bytes()
    )  # fmt: skip


def _put(made: Path, into: Path) -> int:
    """Put the files in place that are not there yet, and say how many."""
    new = _files(made) - _files(into)
    for path in new:
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made / path, into / path)
    return len(new)
