"""The `clinic` command as a person types it: in this process, or in one of its own."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from clinic_assets.cli.main import main
from clinic_assets.settings import ROOT, settings
from clinic_assets.warehouse import postgres

CLINIC = str(Path(sys.executable).parent / "clinic")
OURS = ("CLINIC_", "DAGSTER_", "DATABASE_URL", "EMAIL_OUTBOX_DIR")


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def clinic_says(*words: str) -> Said:
    """Run the command in this process, with the environment as it is. Nothing of it stays."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    forget()
    with patch.dict(os.environ), patch.object(sys, "argv", ["clinic", *words]):
        with redirect_stdout(out), redirect_stderr(err):
            try:
                main()
            except SystemExit as ended:
                code = int(ended.code or 0)
    forget()
    return Said(code, out.getvalue(), err.getvalue())


def forget() -> None:
    """The next command reads its settings anew and connects anew, as one of its own would."""
    if postgres.engine.cache_info().currsize:
        postgres.engine().dispose()
    postgres.engine.cache_clear()
    settings.cache_clear()


def bare_environment(**told: str) -> dict[str, str]:
    """This process's, without what configures a clinic, and with what is told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | told


def clinic_process(
    *words: str, environment: Mapping[str, str], seconds: float = 170
) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a process of its own."""
    return subprocess.run(
        [CLINIC, *words],
        env=dict(environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
