"""The appointments as OpenDental shows them on the plan's last evening.

`diary` and `fates` say what happens; here it becomes rows: what has not been agreed yet is left
out, what has not happened yet is still open.
"""

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import NEVER, day_of, seconds, shifted
from clinic_assets.simulate.dental.codes import NEEDS
from clinic_assets.simulate.dental.dirt import ZERO
from clinic_assets.simulate.dental.fates import BROKEN, Fate
from clinic_assets.simulate.dental.roster import chair_of, clinic_of, is_hygienist, team_of
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dental.words import defined
from clinic_assets.simulate.dice import Bools, Ints, Texts, Times

SCHEDULED, COMPLETE, UNSCHEDULED, ASAP, BROKEN_STATUS, PLANNED, NOTE, NOTE_DONE = range(1, 9)
ASKED_ABOUT = 4
"""Days ahead of a visit from which patients are asked whether they come."""
WORDS_AHEAD = ("Not called", "Unconfirmed", "Left message")
WORDS_SOON = (
    *WORDS_AHEAD, "Not confirmed, call again", "Appointment confirmed", "Confirmed by text",
)  # fmt: skip
SOON_WEIGHTS = (0.1, 0.15, 0.1, 0.05, 0.25, 0.35)
WAS_PLANNED, HAS_NOTE = 0.5, 0.01


def appointments(scene: Scene, visits: pd.DataFrame) -> pd.DataFrame:
    """The visits that were agreed by now, in order of agreement, with OpenDental's columns."""
    now = scene.plan.now
    seen = visits[visits["created_at"] <= now].sort_values(["created_at", "key"], ignore_index=True)
    key = seen["key"].to_numpy()
    team = team_of(seen["provider"].to_numpy())
    hygiene = is_hygienist(seen["provider"].to_numpy())
    is_broken = (seen["broken_at"] <= now).to_numpy()
    status = _statuses(seen, is_broken, now)
    second = seen["is_squeezed"].to_numpy()
    assisted = ~hygiene & (scene.lots("hygienist assists", key) < 0.1)
    gone = is_broken & (seen["fate"] == Fate.DELETED).to_numpy()
    unflagged = scene.dirt.falls("hygiene_unflagged", key, hygiene & ~gone)
    rows = seen.assign(
        AptNum=scene.number("appointment", len(seen)),
        PatNum=seen["patient"] + 1,
        is_gone=gone,
        AptStatus=status,
        ClinicNum=clinic_of(scene.plan, team),
        Op=chair_of(seen["provider"].to_numpy(), second),
        ProvNum=2 * team + 1,
        ProvHyg=np.where(hygiene | assisted, 2 * team + 2, 0),
        IsHygiene=(hygiene & ~unflagged).astype(int),
        IsNewPatient=seen["last_end"].isna().astype(int),
        AppointmentTypeNum=seen["kind"] + 1,
        AptDateTime=seen["start"],
        Pattern=patterns(seen["length"].to_numpy(), hygiene),
        SecDateTEntry=seen["created_at"],
        SecUserNumEntry=scene.lots.whole("who books", 1, 6, key),
        ItemOrderPlanned=0,
    )
    rows = rows.assign(**_whereabouts(scene, rows), **_told(scene, rows))
    return _soiled(scene, rows)


def _statuses(visits: pd.DataFrame, is_broken: Bools, now: np.datetime64) -> Ints:
    fate = visits["fate"].to_numpy()
    over = (visits["end"] <= now).to_numpy() & (fate == Fate.KEPT)
    return np.select(
        [is_broken & np.isin(fate, BROKEN), is_broken & (fate == Fate.SHELVED), over],
        [BROKEN_STATUS, UNSCHEDULED, COMPLETE],
        default=SCHEDULED,
    )


def patterns(length: Ints, is_hygiene: Bools) -> Texts:
    """X where the provider is busy, / where not, five minutes each."""
    drawn = {
        (units, hygiene): "X" * units if hygiene else "/" + "X" * (units - 2) + "/"
        for units in np.unique(length)
        for hygiene in (True, False)
    }
    return np.array([drawn[each] for each in zip(length, is_hygiene, strict=True)], dtype=object)


def _whereabouts(scene: Scene, rows: pd.DataFrame) -> dict[str, Times]:
    """When the patient came, sat down and left."""
    key, lots = rows["key"].to_numpy(), scene.lots
    start, end = rows["start"].to_numpy(), rows["end"].to_numpy()
    past = (rows["end"] <= scene.plan.now).to_numpy()
    forgotten = (rows["fate"] == Fate.FORGOTTEN).to_numpy() & past
    came = (rows["AptStatus"] == COMPLETE).to_numpy() | (forgotten & (lots("came", key) < 0.5))
    # The program writes the day with 00:00 where nobody noted the time.
    touched = scene.dirt.falls(
        "arrived_at_midnight", key, ~came & past & ~rows["is_gone"].to_numpy()
    )
    arrived = shifted(start, -seconds(lots.whole("early", -180, 900, key)))
    seated = shifted(start, seconds(lots.whole("seated", 0, 600, key)))
    left = shifted(end, seconds(lots.whole("left", -300, 900, key)))
    none = np.where(touched, day_of(start), NEVER)
    return {
        "DateTimeArrived": np.where(came, arrived, none),
        "DateTimeSeated": np.where(came, seated, none),
        "DateTimeDismissed": np.where(came, left, none),
    }


def _told(scene: Scene, rows: pd.DataFrame) -> dict[str, Ints]:
    """What is noted of the patient's answer: a word for every stage of the visit."""
    key = rows["key"].to_numpy()
    soon = (rows["start"] <= scene.plan.now + np.timedelta64(ASKED_ABOUT, "D")).to_numpy()
    ahead = _words(WORDS_AHEAD)[scene.lots.whole("asked", 0, 2, key)]
    asked = _words(WORDS_SOON)[scene.lots.which("answered", SOON_WEIGHTS, key)]
    done = _words(("Done", "In chair"))[scene.lots.which("closed", (0.9, 0.1), key)]
    here = np.full(len(rows), defined("confirmed", "Arrived"))
    complete = (rows["AptStatus"] == COMPLETE).to_numpy()
    forgotten = (rows["fate"] == Fate.FORGOTTEN).to_numpy() & (rows["end"] <= scene.plan.now)
    return {"Confirmed": np.select([complete, forgotten, soon], [done, here, asked], ahead)}


def _words(items: tuple[str, ...]) -> Ints:
    return np.array([defined("confirmed", item) for item in items])


def _soiled(scene: Scene, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with dirt on them; `start` and `end` then say what the rows say."""
    key, dirt = rows["key"].to_numpy(), scene.dirt
    stays = ~rows["is_gone"].to_numpy()
    is_open = (rows["AptStatus"] == SCHEDULED).to_numpy() & stays
    old = (rows["created_at"] < np.datetime64(scene.plan.first_day, "s")).to_numpy() & stays
    nowhere = dirt.falls("appointment_without_date", key, is_open)
    zero = dirt.falls("appointment_at_zero_date", key, is_open & ~nowhere)
    empty = dirt.falls("empty_pattern", key, stays)
    converted = dirt.falls("converted_without_entry", key, old)
    asap = dirt.falls("asap_status", key, is_open & ~nowhere & ~zero)
    start = rows["start"].to_numpy()
    return rows.assign(
        AptDateTime=np.where(nowhere, NEVER, np.where(zero, ZERO, start)),
        Pattern=np.where(empty, "", rows["Pattern"].to_numpy()),
        SecDateTEntry=np.where(converted, NEVER, rows["created_at"].to_numpy()),
        AptStatus=np.where(asap, ASAP, rows["AptStatus"].to_numpy()),
        end=np.where(empty, start, rows["end"].to_numpy()),
    )


def planned(scene: Scene, rows: pd.DataFrame) -> pd.DataFrame:
    """The planned appointments that treatments were derived from; they have no time."""
    was = rows["kind"].isin(NEEDS) & rows["exam_on"].notna()
    was &= scene.lots("was planned", rows["key"]) < WAS_PLANNED
    plans = rows[was]
    never = np.full(len(plans), NEVER)
    return plans.assign(
        AptNum=scene.number("appointment", len(plans)),
        real=plans["AptNum"],
        AptStatus=PLANNED,
        AptDateTime=never,
        created_at=plans["last_end"],
        SecDateTEntry=plans["last_end"],
        Op=0,
        DateTimeArrived=never,
        DateTimeSeated=never,
        DateTimeDismissed=never,
        Confirmed=defined("confirmed"),
        ItemOrderPlanned=1,
        NextAptNum=0,
    )


def notes(scene: Scene, rows: pd.DataFrame) -> pd.DataFrame:
    """Notes about patients that lie in the diary like appointments."""
    noted = rows[(scene.lots("note", rows["key"]) < HAS_NOTE) & (rows["fate"] != Fate.DELETED)]
    done = (noted["start"] <= scene.plan.now).to_numpy()
    never = np.full(len(noted), NEVER)
    return noted.assign(
        AptNum=scene.number("appointment", len(noted)),
        Pattern="/",
        IsHygiene=0,
        ProvHyg=0,
        AptStatus=np.where(done, NOTE_DONE, NOTE),
        Confirmed=0,
        AptDateTime=noted["start"],
        NextAptNum=0,
        DateTimeArrived=never,
        DateTimeSeated=never,
        DateTimeDismissed=never,
    )
