"""What is done, or planned to be done, at each visit: the procedures, with their prices.

Money is in cents here; it becomes what OpenDental stores, doubles, when it is written.
"""

from typing import Any

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import NEVER, day_of, days_later
from clinic_assets.simulate.dental import appointments as apt
from clinic_assets.simulate.dental.brought import (
    CODE_PLACE,
    CONDITION,
    CURRENT,
    DELETED,
    DONE,
    ELSEWHERE,
    NOTHING,
    PLANNED,
    brought_by,
    key_of,
)
from clinic_assets.simulate.dental.codes import (
    CANCELLED,
    MISSED,
    NEEDS,
    REPEATED,
    num,
    per_code,
)
from clinic_assets.simulate.dental.dirt import PHANTOM, ZERO
from clinic_assets.simulate.dental.fates import BROKEN, Fate
from clinic_assets.simulate.dental.findings import found_only, old_work
from clinic_assets.simulate.dental.roster import is_hygienist, team_of
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dice import Floats, Ints, Times

RAISE = 1.035
STAYS_ATTACHED, CODE_ATTACHED = 0.6, 0.6
MISSED_IS_CHARGED = 0.3
BY_LOT, DAYS_BY_LOT = 0.6, 28
AGAIN = (*BROKEN, Fate.SHELVED, Fate.DELETED)


def price(scene: Scene, code_num: Ints, days: Times) -> Ints:
    """Prices in cents by the list of the day's year: every January they are raised."""
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970 - scene.plan.first_day.year
    base = per_code("cents")[code_num]
    raised = np.round(base * RAISE ** np.maximum(0, years) / 100).astype(np.int64) * 100
    return np.where(years <= 0, base, raised)


def procedures(scene: Scene, visits: pd.DataFrame) -> pd.DataFrame:
    """All procedures that the appointments of a span led to, numbered, with their dirt."""
    parts = [
        _at_visits(scene, visits),
        _broken_codes(scene, visits),
        found_only(scene, visits),
        old_work(scene, visits),
    ]
    procs = pd.concat(parts, ignore_index=True).sort_values(["key"], ignore_index=True)
    key = procs["key"].to_numpy()
    visit = visits.iloc[procs["visit"]]
    procs = procs.assign(
        ProcNum=scene.number("procedurelog", len(procs)),
        visit_key=visit["key"].to_numpy(),
        told_on=_told_on(procs, visit),
        PatNum=visit["PatNum"].to_numpy(),
        ClinicNum=visit["ClinicNum"].to_numpy(),
        UnitQty=_quantities(scene, key, procs["CodeNum"].to_numpy()),
        ProvNum=_providers(visit, procs["CodeNum"].to_numpy()),
    )
    fee = price(scene, procs["CodeNum"].to_numpy(), _priced_on(procs))
    free = np.isin(procs["ProcStatus"], (CURRENT, ELSEWHERE, CONDITION))
    uncharged = (procs["CodeNum"] == num(MISSED)) & (
        scene.lots("charged", key) >= MISSED_IS_CHARGED
    )
    fee = np.where(free | uncharged, 0, fee)
    hundred = scene.dirt.falls(
        "fee_100x", key, (fee > 0) & (procs["ProcStatus"] == DONE).to_numpy()
    )
    fee = np.where(hundred, fee * 100, fee)
    return _soiled(scene, procs.assign(fee=fee, is_100x=hundred))


def charge(procs: pd.DataFrame) -> Ints:
    """What a procedure costs: its fee times its units."""
    return np.asarray(procs["fee"].to_numpy() * np.maximum(1, procs["UnitQty"].to_numpy()))


def _at_visits(scene: Scene, visits: pd.DataFrame) -> pd.DataFrame:
    """What each visit brings: done if it took place, else still planned, attached or let go. What a
    broken treatment was to bring, the one that is booked in its place brings.
    """
    moved = visits["kind"].isin(NEEDS) & visits["fate"].isin(AGAIN)
    moved &= (visits["start"] < scene.plan.now).to_numpy()
    kinds = visits["kind"].where(~moved, NOTHING).to_numpy()
    visit, place, code = brought_by(scene, visits, kinds, 0)
    of = visits.iloc[visit]
    done = (of["AptStatus"] == apt.COMPLETE).to_numpy()
    let_go = (of["AptStatus"] == apt.BROKEN_STATUS).to_numpy() | of["is_gone"].to_numpy()
    key = key_of(of["key"].to_numpy(), place)
    attached = ~let_go | (scene.lots("stays attached", key) < STAYS_ATTACHED)
    exam = np.where(
        of["kind"].isin(NEEDS) & of["exam_on"].notna(),
        of["exam_on"],
        day_of(of["created_at"].to_numpy()),
    )
    rows = pd.DataFrame(
        {
            "key": key,
            "visit": visit,
            "CodeNum": code,
            "ProcStatus": np.where(done, DONE, PLANNED),
            "AptNum": np.where(attached & ~of["is_gone"].to_numpy(), of["AptNum"], 0),
            "DateTP": exam,
            "ProcDate": np.where(done, day_of(of["start"].to_numpy()), exam),
        }
    )
    return _by_lot(scene, of, rows) if scene.plan.is_chance else rows


def _by_lot(scene: Scene, of: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The same with each visit's treatment done some days after it was proposed, or not at all: no
    visit tells which, for none is booked for it.
    """
    key, is_drawn = of["key"].to_numpy(), of["kind"].isin(NEEDS).to_numpy()
    wait = scene.lots.whole("done by lot", 0, DAYS_BY_LOT, key)
    day = days_later(rows["DateTP"].to_numpy(), wait)
    done = is_drawn & (scene.lots("by lot", key) < BY_LOT) & (day <= scene.plan.now)
    return rows.assign(
        ProcStatus=np.select([done, is_drawn], [DONE, PLANNED], rows["ProcStatus"]),
        AptNum=rows["AptNum"].where(~is_drawn, 0),
        ProcDate=np.select([done, is_drawn], [day, rows["DateTP"]], rows["ProcDate"]),
    )


def _broken_codes(scene: Scene, visits: pd.DataFrame) -> pd.DataFrame:
    """The codes that tell a missed from a cancelled visit; some are not attached to it."""
    noted = visits["AptStatus"].isin([apt.BROKEN_STATUS, apt.UNSCHEDULED])
    noted &= visits["fate"].isin([Fate.MISSED, Fate.CANCELLED, Fate.SHELVED])
    at = np.flatnonzero(noted)
    of = visits.iloc[at]
    key = key_of(of["key"].to_numpy(), np.full(len(of), CODE_PLACE))
    attached = scene.lots("code attached", key) < CODE_ATTACHED
    is_shown = (of["AptStatus"] == apt.BROKEN_STATUS).to_numpy()
    deleted = scene.dirt.falls("deleted_broken_code", key, is_shown)
    return pd.DataFrame(
        {
            "key": key,
            "visit": at,
            "CodeNum": np.where(of["fate"] == Fate.MISSED, num(MISSED), num(CANCELLED)),
            "ProcStatus": np.where(deleted, DELETED, DONE),
            "AptNum": np.where(attached, of["AptNum"], 0),
            "DateTP": day_of(of["start"].to_numpy()),
            "ProcDate": day_of(of["start"].to_numpy()),
        }
    )


def _quantities(scene: Scene, key: Ints, code_num: Ints) -> Ints:
    most = np.ones(len(per_code("cents")), dtype=np.int64)
    for code, count in REPEATED.items():
        most[num(code)] = count
    return 1 + np.floor(scene.lots("quantity", key) * most[code_num]).astype(np.int64)


def _providers(visit: pd.DataFrame, code_num: Ints) -> Ints:
    """The hygienist cleans, the team's dentist examines."""
    provider = visit["provider"].to_numpy()
    cleans = is_hygienist(provider) & per_code("hygiene")[code_num]
    return np.where(cleans, provider, 2 * team_of(provider) + 1)


def _told_on(procs: pd.DataFrame, visit: pd.DataFrame) -> Times:
    """When the row was last changed: at the end of the visit, or when it was agreed or broken."""
    is_code = np.isin(procs["CodeNum"], (num(MISSED), num(CANCELLED)))
    ahead = (procs["ProcStatus"] == PLANNED) & (visit["AptStatus"] != apt.COMPLETE).to_numpy()
    ends = np.where(ahead, visit["created_at"].to_numpy(), visit["end"].to_numpy())
    return np.where(is_code, visit["broken_at"].to_numpy(), ends)


def _priced_on(procs: pd.DataFrame) -> Times:
    done = (procs["ProcStatus"] == DONE).to_numpy()
    return np.where(done, procs["ProcDate"], procs["DateTP"]).astype("datetime64[D]")


def _soiled(scene: Scene, procs: pd.DataFrame) -> pd.DataFrame:
    key, planned = procs["key"].to_numpy(), (procs["ProcStatus"] == PLANNED).to_numpy()
    lost = scene.dirt.falls("phantom_appointment", key, (procs["AptNum"] == 0).to_numpy() & planned)
    zero = scene.dirt.falls("planned_at_zero_date", key, planned)
    return procs.assign(
        AptNum=np.where(lost, PHANTOM + procs["ProcNum"], procs["AptNum"]),
        DateTP=np.where(zero, ZERO, procs["DateTP"]),
        DateComplete=np.where(procs["ProcStatus"] == DONE, procs["ProcDate"], NEVER),
    )


def amounts(cents: "Ints | pd.Series[Any]") -> Floats:
    """Cents as OpenDental stores money."""
    return np.asarray(cents, dtype=np.float64) / 100
