"""A process that sends the reminders of a day, and can be made to die where the test says."""

import datetime as dt
import os
import sys
from typing import Any

from clinic_assets.desk import reminders
from clinic_assets.warehouse.postgres import engine


def _die(*_: Any) -> None:
    os._exit(9)


def main() -> None:
    """`day now [die]`; says how many were sent."""
    day, now = dt.date.fromisoformat(sys.argv[1]), dt.datetime.fromisoformat(sys.argv[2])
    if sys.argv[3:] == ["die"]:
        reminders._write = _die  # type: ignore[assignment]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(f"{reminders.send(engine(), day, now, dry_run=False)['sent']}\n")


if __name__ == "__main__":
    main()
