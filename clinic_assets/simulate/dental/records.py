"""What the practice writes down about its visits: their history, notes and letters.

Nothing here changes what happened; it is how the tables tell of it.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import days_apart, seconds, shifted
from clinic_assets.simulate.dental import appointments as apt
from clinic_assets.simulate.dental.dirt import PHANTOM, ZERO
from clinic_assets.simulate.dental.fates import Fate
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dental.words import defined
from clinic_assets.simulate.dice import Ints

CREATED, CHANGED, MISSED, CANCELLED, DELETED = range(5)
MOVED, RESTORED, EDITED_AFTER = 0.1, 0.01, 0.15
NOTED = 0.7
CLINICAL_NOTES = (
    "Isolated, prepared, restored.\r\nBite checked.",
    "Patient doing well, no complaints.",
    'Said: "a bit sensitive to cold".',
    "Probing 3-2-3\t4-3-3; bleeding in two places.",
    "2 % lidocaine, 1.8 ml — no reaction.",
    "Path C:\\scans\\new checked with lab.",
    "",
    "Explained home care; demonstrated flossing. Naïve patient: first crown.",
)


class Letter(NamedTuple):
    """A kind of message: how often, before (-1) or after (1) a visit or when it is agreed (0)."""

    often: float
    when: int
    about: str
    mode: int
    way: int
    """1 sent, 2 received."""
    source: int
    text: str


LETTERS = (
    Letter(0.8, -1, "Appointment", 5, 1, 3, "Reminder: we look forward to seeing you."),
    Letter(0.35, 0, "Appointment", 3, 2, 0, "Called to make an appointment."),
    Letter(0.5, -1, "Appointment", 5, 2, 3, "C"),
    Letter(0.12, 1, "Insurance", 3, 1, 0, "Asked carrier about cover; waiting for answer."),
    Letter(0.15, 1, "Money", 1, 1, 0, "Statement sent.\nBalance explained."),
    Letter(0.2, -1, "Recall", 2, 1, 1, "Time for a check-up"),
)


def moves(scene: Scene, visits: pd.DataFrame) -> pd.DataFrame:
    """Visits that were first agreed for another time: when they were moved, and from when."""
    key, made = visits["key"].to_numpy(), visits["created_at"].to_numpy()
    until = np.fmin(visits["start"].to_numpy(), visits["broken_at"].to_numpy())
    lead = days_apart(until, made)
    share = 0.2 + 0.6 * scene.lots("moved at", key)
    moved_at = shifted(made, seconds((lead * 86_400 * share).astype(np.int64)))
    away = scene.lots.whole("moved by", 1, 21, key) * np.where(
        scene.lots("sooner", key) < 0.4, -1, 1
    )
    moved = (lead > 2) & (scene.lots("moved", key) < MOVED) & (moved_at <= scene.plan.now)
    first = shifted(visits["start"].to_numpy(), away.astype("timedelta64[D]"))
    return pd.DataFrame({"moved_at": moved_at, "first_start": first}, index=visits.index)[moved]


def history(scene: Scene, visits: pd.DataFrame) -> pd.DataFrame:
    """Every change of every appointment as OpenDental keeps it, oldest first."""
    moved = moves(scene, visits)
    first = visits["start"].where(~visits.index.isin(moved.index), moved["first_start"])
    first = first.fillna(visits["start"])
    known = visits[visits["SecDateTEntry"].notna()]
    made = _states(known, known["created_at"], CREATED, apt.SCHEDULED, first)
    moving = visits.loc[moved.index]
    parts = [made, _states(moving, moved["moved_at"], CHANGED, apt.SCHEDULED)]
    done = visits[visits["AptStatus"] == apt.COMPLETE]
    parts.append(_states(done, done["DateTimeDismissed"], CHANGED, apt.COMPLETE))
    back = done[scene.lots("restored", done["key"]) < RESTORED]
    parts += _detour(back, first, back["start"])
    gone = visits[visits["is_gone"]]
    parts.append(_states(gone, gone["broken_at"], DELETED, apt.SCHEDULED))
    parts += _breaking(scene, visits, first)
    rows = pd.concat(parts)
    rows = rows[(rows["HistDateTStamp"] <= scene.plan.now).to_numpy()]
    rows = rows.sort_values(["HistDateTStamp", "AptNum"], kind="stable", ignore_index=True)
    return rows.assign(
        HistApptNum=scene.number("histappointment", len(rows)),
        DateTStamp=rows["HistDateTStamp"],
        HistUserNum=1 + rows["key"] % 6,
    )


def without_history(scene: Scene, visits: pd.DataFrame) -> pd.Series:
    """Whether nobody knows when a broken appointment was broken."""
    is_broken = (visits["AptStatus"] == apt.BROKEN_STATUS).to_numpy()
    return pd.Series(
        scene.dirt.falls("broken_without_history", visits["key"].to_numpy(), is_broken),
        index=visits.index,
    )


def _breaking(scene: Scene, visits: pd.DataFrame, first: pd.Series) -> list[pd.DataFrame]:
    """The end of the broken ones: some were broken and restored before, some edited after."""
    shelved = visits[visits["AptStatus"] == apt.UNSCHEDULED]
    known = visits[(visits["AptStatus"] == apt.BROKEN_STATUS) & ~visits["no_history"]]
    action = np.where(
        known["fate"] == Fate.MISSED,
        MISSED,
        np.where(known["fate"] == Fate.CANCELLED, CANCELLED, CHANGED),
    )
    edited = known[scene.lots("edited after", known["key"]) < EDITED_AFTER]
    later = edited["broken_at"] + pd.Timedelta(hours=30)
    before = scene.dirt.falls("broken_twice", known["key"].to_numpy())
    return [
        _states(shelved, shelved["broken_at"], CANCELLED, apt.UNSCHEDULED),
        _states(known, known["broken_at"], action, apt.BROKEN_STATUS),
        _states(edited, later, CHANGED, apt.BROKEN_STATUS),
        *_detour(known[before], first, known[before]["broken_at"]),
    ]


def _detour(rows: pd.DataFrame, first: pd.Series, until: pd.Series) -> list[pd.DataFrame]:
    """Broken once, and restored, somewhere between the agreement and `until`."""
    span = until - rows["created_at"]
    first = first.reindex(rows.index)
    broken_at, restored_at = (
        (rows["created_at"] + span * share).dt.floor("s") for share in (0.3, 0.5)
    )
    return [
        _states(rows, broken_at, CANCELLED, apt.BROKEN_STATUS, first),
        _states(rows, restored_at, CHANGED, apt.SCHEDULED, first),
    ]


def _states(
    rows: pd.DataFrame,
    moment: pd.Series,
    action: Ints | int,
    status: int,
    start: pd.Series | None = None,
) -> pd.DataFrame:
    told = rows.assign(HistDateTStamp=moment, HistApptAction=action, AptStatus=status)
    return told if start is None else told.assign(AptDateTime=start.reindex(rows.index))


def clinical_notes(scene: Scene, visits: pd.DataFrame, procs: pd.DataFrame) -> pd.DataFrame:
    """What was written about procedures that were done."""
    done = procs[(procs["ProcStatus"] == 2) & (scene.lots("noted", procs["key"]) < NOTED)]
    ends = visits["end"].to_numpy()[done["visit"]]
    written = shifted(ends, seconds(scene.lots.whole("written", 60, 3000, done["key"])))
    return pd.DataFrame(
        {
            "ProcNoteNum": scene.number("procnote", len(done)),
            "PatNum": done["PatNum"].to_numpy(),
            "ProcNum": done["ProcNum"].to_numpy(),
            "EntryDateTime": written,
            "UserNum": scene.lots.whole("writer", 1, 6, done["key"]),
            "Note": scene.lots.pick("text", CLINICAL_NOTES, done["key"]),
        }
    )


def letters(scene: Scene, visits: pd.DataFrame) -> pd.DataFrame:
    """Messages and calls around each visit."""
    rows = pd.concat([_written(scene, visits, place) for place in range(len(LETTERS))])
    known = (rows["written"] <= scene.plan.now) & (rows["written"] >= rows["since"])
    rows = rows[known].sort_values(["written", "key"], ignore_index=True)
    lost = scene.dirt.falls("phantom_patient", rows["key"].to_numpy())
    zero = scene.dirt.falls("letter_at_zero_date", rows["key"].to_numpy())
    return rows.assign(
        CommlogNum=scene.number("commlog", len(rows)),
        PatNum=np.where(lost, PHANTOM + rows["PatNum"], rows["PatNum"]),
        CommDateTime=np.where(zero, ZERO, rows["written"].to_numpy()),
        DateTEntry=rows["written"],
        DateTStamp=rows["written"],
        UserNum=1 + rows["key"] % 6,
    )


def _written(scene: Scene, visits: pd.DataFrame, place: int) -> pd.DataFrame:
    letter, lots = LETTERS[place], scene.lots
    about = visits[lots("letter", visits["key"], np.int64(place)) < letter.often]
    key = about["key"].to_numpy() * len(LETTERS) + place
    days = letter.when * lots.whole("letter's days", 1, 9, key)
    base = about["start"] if letter.when else about["created_at"]
    day = shifted(base.to_numpy(), days.astype("timedelta64[D]"))
    written = shifted(day, seconds(lots.whole("letter at", 0, 4 * 3600, key)))
    rows = pd.DataFrame({"key": key, "PatNum": about["PatNum"].to_numpy(), "written": written})
    return rows.assign(
        since=about["created_at"].to_numpy(),
        CommType=defined("letter", letter.about),
        Mode_=letter.mode,
        SentOrReceived=letter.way,
        CommSource=letter.source,
        Note=letter.text,
    )
