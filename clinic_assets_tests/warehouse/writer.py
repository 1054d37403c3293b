"""A process that writes when told to: a line of JSON in, a line of JSON out; it can be killed.

`fork: true` writes in a child of its own, so that killing that one costs no new interpreter.
"""

import datetime as dt
import json
import os
import sys
import time
from typing import Any

import pandas as pd

import clinic_assets.definitions  # noqa: F401 - declares who reads what
from clinic_assets.warehouse.contracts import metadata, plain_columns
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.postgres import engine
from clinic_assets.warehouse.publish import Author, Superseded, publish

NOON = dt.time(12, tzinfo=dt.UTC)


def frame(order: dict[str, Any]) -> pd.DataFrame:
    """`rows` rows on each day; everything that may differ says the order's `version`."""
    table = metadata.tables[order["table"]]
    first = dt.date.fromisoformat(order["first"])
    days = [first + dt.timedelta(days=n) for n in range(order["days"])]
    rows = pd.DataFrame(
        [(day, f"p:{day}-{n}") for day in days for n in range(order["rows"])],
        columns=["day", "key"],
        dtype=object,
    )
    at = rows["day"].map({day: dt.datetime.combine(day, NOON) for day in days}).astype(object)
    told = {
        "clinic_id": "clinic", "source": "p", "day": rows["day"], "full_name": order["version"],
        "practitioner_key": rows["key"], "payment_key": rows["key"], "method": order["version"],
        "appointment_key": rows["key"], "patient_key": rows["key"], "amount": "1.00",
        "paid_at": at, "start_at": at, "end_at": at, "status": "booked",
        "status_raw": order["version"],
    }  # fmt: skip
    return pd.DataFrame({name: told.get(name) for name in plain_columns(table)}, index=rows.index)


def write(order: dict[str, Any]) -> dict[str, Any]:
    """Publish what the order says, at its moment, and tell how it went."""
    rows = frame(order)
    first = dt.date.fromisoformat(order["first"])
    days = Days(first, first + dt.timedelta(days=order["days"] - 1))
    author = Author(order["version"], order["fence"])
    table = metadata.tables[order["table"]]
    time.sleep(max(0.0, order.get("at", 0) - time.time()))
    try:
        done = publish(engine(), table, days, author, lambda _: rows)
    except Superseded:
        return {"said": "superseded"}
    except Exception as error:
        return {"said": f"{type(error).__name__}: {error}"}
    return {"said": "written", "superseded": len(done.superseded)}


def tell(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201 - this is how it speaks


def write_in_child(order: dict[str, Any]) -> None:
    """Tell the child's number as it starts and how it ended when it has."""
    child = os.fork()
    if child == 0:
        write(order)
        os._exit(0)
    tell({"child": child})
    _, status = os.waitpid(child, 0)
    tell({"ended": status})


def main() -> None:
    tell({"said": "ready"})
    for line in sys.stdin:
        order = json.loads(line)
        if order.get("fork"):
            write_in_child(order)
        else:
            tell(write(order))


if __name__ == "__main__":
    main()
