"""A clinic of its own for a benchmark, and commands measured as whole processes."""

import datetime as dt
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CLINIC = str(Path(sys.executable).parent / "clinic")


@dataclass(frozen=True)
class Measured:
    """One run of a command: wall and CPU seconds, peak memory in MB, and what it printed."""

    wall: float
    cpu: float
    peak_mb: float
    said: str


@dataclass(frozen=True)
class Place:
    """Folders of one clinic; every command of it runs with these."""

    home: Path
    data: Path

    @property
    def variables(self) -> dict[str, str]:
        """The environment its commands see."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CLINIC_", "DAGSTER_"))}
        return kept | {"CLINIC_HOME": str(self.home), "CLINIC_DATA": str(self.data)}

    def clinic(self, *arguments: str) -> Measured:
        """Run the `clinic` command. Raises RuntimeError when it fails."""
        return measured([CLINIC, *arguments], self.variables)

    def python(self, module: str, *arguments: str) -> Measured:
        """Run a module of ours."""
        return measured([sys.executable, "-m", module, *arguments], self.variables)


@contextmanager
def place(data: Path | None = None) -> Iterator[Place]:
    """An empty clinic, or one over given files; its server is stopped and its folder removed."""
    root = Path(tempfile.mkdtemp(prefix="clinic-bench-"))
    root.chmod(0o755)
    found = Place(root / "home", data or root / "data")
    try:
        yield found
    finally:
        sys.path.insert(0, "")
        from clinic_assets.warehouse.embedded import EmbeddedPostgres

        EmbeddedPostgres(found.home).stop()
        shutil.rmtree(root, ignore_errors=True)


def measured(command: Sequence[str], variables: dict[str, str]) -> Measured:
    """Run a command to its end and ask the system what it took."""
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        process = subprocess.Popen(
            command, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        output.seek(0)
        said = output.read().decode(errors="replace")
    if status:
        raise RuntimeError(f"{' '.join(command)} ended with {status}:\n{said[-2000:]}")
    return Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said)


def simulated_year(data: Path, first: dt.date, days: int) -> dt.date:
    """Write the files of a simulated clinic and return its last day."""
    from clinic_assets.simulate import ClinicPlan, write_clinic

    last = first + dt.timedelta(days=days - 1)
    write_clinic(ClinicPlan(first, last), data)
    return last


def median(values: Sequence[float]) -> str:
    """Median with minimum and maximum, one decimal."""
    return f"{statistics.median(values):.1f} s ({min(values):.1f} to {max(values):.1f})"
