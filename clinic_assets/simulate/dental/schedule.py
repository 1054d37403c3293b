"""The schedule as OpenDental keeps it: shifts with their chairs, lunch, notes, holidays."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import weekday
from clinic_assets.simulate.dental.roster import clinic_of, every_day, is_holiday, team_of
from clinic_assets.simulate.dental.rows import Tables
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dental.words import defined
from clinic_assets.simulate.dice import Times

PRACTICE, PROVIDER, BLOCKOUT, EMPLOYEE = range(4)
OPEN, CLOSED, HOLIDAY = range(3)
NOON, ONE, DESK_OPENS, DESK_CLOSES = (hour * 3600 for hour in (12, 13, 7, 18))
PUBLISHED_AHEAD = pd.Timedelta(days=30)


def shift_rows(scene: Scene, roster: pd.DataFrame, first: date, last: date) -> Tables:
    """Shifts with their chairs, lunch as a blockout, the front desk's hours, notes and holidays."""
    shifts = _shifts(scene, roster)
    days = roster["day"].drop_duplicates().to_numpy()
    every = every_day(first, last)
    closed = every[is_holiday(every)].astype("datetime64[s]")
    parts = [
        shifts,
        _for_all(days, BLOCKOUT, NOON, ONE, BlockoutType=defined("blockout")),
        _for_all(days, EMPLOYEE, DESK_OPENS, DESK_CLOSES, EmployeeNum=1),
        _for_all(days[weekday(days) == 0], PRACTICE, 0, 0, Note="Team meeting at 7:30"),
        _for_all(closed, PRACTICE, 0, 0, Note="Closed", Status=HOLIDAY),
    ]
    rows = pd.concat(parts).sort_values("SchedDate", kind="stable")
    rows = rows.assign(
        ScheduleNum=scene.number("schedule", len(rows)),
        DateTStamp=rows["SchedDate"] - PUBLISHED_AHEAD,
    )
    return {"schedule": rows, "scheduleop": _chairs(scene, rows)}


def _shifts(scene: Scene, roster: pd.DataFrame) -> pd.DataFrame:
    day, provider = roster["day"].to_numpy(), roster["provider"].to_numpy()
    start, stop = roster["start"].to_numpy() * 60, roster["stop"].to_numpy() * 60
    number = day.astype("datetime64[D]").astype(np.int64)
    key = (number * 1024 + provider) * 4 + roster["block"].to_numpy()
    backwards = scene.dirt.falls("shift_ends_before_start", key)
    nobody = scene.dirt.falls("shift_of_nobody", key, ~backwards)
    rows = _for_all(day, PROVIDER, start, np.where(backwards, start, stop))
    return rows.assign(
        ProvNum=np.where(nobody, 0, provider),
        is_shift=~backwards & ~nobody,
        team=team_of(provider),
        clinic=clinic_of(scene.plan, team_of(provider)),
    )


def _for_all(days: Times, kind: int, start: Any, stop: Any, **more: Any) -> pd.DataFrame:
    """Stretches of time that are nobody's shift."""
    numbers = dict.fromkeys(("ProvNum", "BlockoutType", "EmployeeNum", "team", "clinic"), 0)
    nobodys: dict[str, Any] = {**numbers, "Note": "", "Status": OPEN, "is_shift": False}
    rows = pd.DataFrame({"SchedDate": days, "StartTime": start, "StopTime": stop})
    return rows.assign(SchedType=kind, **(nobodys | more))


def _chairs(scene: Scene, rows: pd.DataFrame) -> pd.DataFrame:
    """A dentist's shift is for two chairs, a hygienist's for one, lunch for all."""
    dentist = rows[rows["is_shift"] & (rows["ProvNum"] % 2 == 1)]
    hygienist = rows[rows["is_shift"] & (rows["ProvNum"] % 2 == 0)]
    lunch = rows[rows["SchedType"] == BLOCKOUT]
    parts = [(dentist, 1), (dentist, 2), (hygienist, 3), (lunch, 1)]
    table = pd.concat(
        [
            each[["ScheduleNum"]].assign(OperatoryNum=3 * each["team"] + place)
            for each, place in parts
        ]
    )
    return table.assign(ScheduleOpNum=scene.number("scheduleop", len(table)))
