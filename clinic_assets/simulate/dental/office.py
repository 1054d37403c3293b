"""What is there before the first patient comes: clinics, people who work, chairs, lists, prices."""

import numpy as np
import pandas as pd

from clinic_assets.simulate import names
from clinic_assets.simulate.clock import midnight
from clinic_assets.simulate.dental.care import INTERVAL, REFERRERS
from clinic_assets.simulate.dental.codes import CODES, Kind
from clinic_assets.simulate.dental.cover import CARRIERS
from clinic_assets.simulate.dental.database import SIMULATED
from clinic_assets.simulate.dental.procedures import amounts, price
from clinic_assets.simulate.dental.roster import clinic_of
from clinic_assets.simulate.dental.rows import SUMMARIES, Tables
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dental.words import defined, definitions

USERS = ("front1", "front2", "billing", "hygiene", "doctor", "admin")
RECALL_TYPES = (
    ("Cleaning", INTERVAL),
    ("Child cleaning", INTERVAL),
    ("Gum care", 3 << 16),
    ("Bitewings", 1 << 24),
    ("Panorama", 5 << 24),
)


def office(scene: Scene) -> Tables:
    """The tables that the practice is set up with."""
    opened = midnight(scene.plan.first_day)
    return {
        "clinic": _clinics(scene),
        "definition": definitions()[["DefNum", "Category", "ItemOrder", "ItemName"]],
        "provider": _providers(scene, opened),
        "operatory": _chairs(scene, opened),
        "userod": _table("UserNum", UserName=USERS, ProvNum=(0, 0, 0, 2, 1, 0)),
        "preference": _preferences(scene),
        "procedurecode": _codes(opened),
        "appointmenttype": _table(
            "AppointmentTypeNum", AppointmentTypeName=SUMMARIES, ItemOrder=range(len(Kind))
        ),
        "recalltype": _table(
            "RecallTypeNum",
            Description=[name for name, _ in RECALL_TYPES],
            DefaultInterval=[each for _, each in RECALL_TYPES],
        ),
        "referral": _referrers(scene, opened),
        "carrier": _carriers(opened),
        **_prices(scene, opened),
    }


def _table(key: str, **columns: object) -> pd.DataFrame:
    table = pd.DataFrame(columns)
    table.insert(0, key, np.arange(1, len(table) + 1))
    return table


def _clinics(scene: Scene) -> pd.DataFrame:
    count = scene.plan.clinics if scene.plan.clinics > 1 else 0
    cities = [f"Office {number}" for number in range(1, count + 1)]
    return _table(
        "ClinicNum",
        Description=cities,
        Abbr=cities,
        ItemOrder=range(count),
        TimeZone=[scene.plan.timezone] * count,
    )


def _providers(scene: Scene, opened: np.datetime64) -> pd.DataFrame:
    """For each team its dentist and hygienist; then one who left, and the practice itself."""
    count = 2 * scene.plan.teams
    number = np.arange(1, count + 3)
    is_hygienist = (number % 2 == 0) & (number <= count)
    short = [f"{'HYG' if h else 'DOC'}{n}" for n, h in zip(number, is_hygienist, strict=True)]
    last = scene.lots.pick("provider's last name", names.LAST_NAMES, number)
    return _table(
        "ProvNum",
        Abbr=[*short[:count], "OLD1", "OFFICE"],
        FName=scene.lots.pick("provider's name", names.FIRST_NAMES, number),
        LName=[*last[:count], "Retired", "Practice"],
        IsSecondary=is_hygienist.astype(int),
        Specialty=np.where(is_hygienist, defined("specialty", "Hygiene"), defined("specialty")),
        FeeSched=1,
        IsHidden=(number > count).astype(int),
        IsNotPerson=(number == count + 2).astype(int),
        ItemOrder=number - 1,
        DateTStamp=opened,
    )


def _chairs(scene: Scene, opened: np.datetime64) -> pd.DataFrame:
    team = np.repeat(np.arange(scene.plan.teams), 3)
    place = np.tile([1, 2, 3], scene.plan.teams)
    named = [f"Op {t + 1}{'ABH'[p - 1]}" for t, p in zip(team, place, strict=True)]
    return _table(
        "OperatoryNum",
        OpName=named,
        Abbrev=named,
        ItemOrder=np.arange(len(team)),
        ProvDentist=2 * team + 1,
        ProvHygienist=np.where(place == 3, 2 * team + 2, 0),
        IsHygiene=(place == 3).astype(int),
        ClinicNum=clinic_of(scene.plan, team),
        DateTStamp=opened,
    )


def _preferences(scene: Scene) -> pd.DataFrame:
    values = {
        "PracticeTitle": "Dental practice",
        "DataBaseVersion": "24.3.10.0",
        SIMULATED: "1",
        "EasyNoClinics": str(int(scene.plan.clinics == 1)),
        "AppointmentTimeIncrement": "10",
        "PrepaymentUnearnedType": str(defined("unearned")),
        "BrokenApptProcedure": "2",
    }
    return _table("PrefNum", PrefName=list(values), ValueString=list(values.values()))


def _codes(opened: np.datetime64) -> pd.DataFrame:
    return _table(
        "CodeNum",
        ProcCode=[code.code for code in CODES],
        Descript=[code.name for code in CODES],
        AbbrDesc=[code.name[:20] for code in CODES],
        ProcCat=defined("codes"),
        ProcTime="/X/",
        TreatArea=[code.area for code in CODES],
        IsHygiene=[int(code.hygiene) for code in CODES],
        NoBillIns=[int(code.cover == 0) for code in CODES],
        DateTStamp=opened,
    )


def _referrers(scene: Scene, opened: np.datetime64) -> pd.DataFrame:
    number = np.arange(1, REFERRERS + 1)
    is_doctor = number % 3 == 0
    return _table(
        "ReferralNum",
        LName=scene.lots.pick("referrer", names.LAST_NAMES, number),
        FName=scene.lots.pick("referrer's name", names.FIRST_NAMES, number),
        NotPerson=(number % 7 == 0).astype(int),
        IsDoctor=is_doctor.astype(int),
        Specialty=np.where(is_doctor, defined("specialty", "Surgery"), 0),
        Note="",
        DateTStamp=opened,
    )


def _carriers(opened: np.datetime64) -> pd.DataFrame:
    electronic = [f"{60_000 + 7 * n}" for n in range(len(CARRIERS))]
    return _table(
        "CarrierNum",
        CarrierName=list(CARRIERS),
        ElectID=electronic,
        SecDateEntry=opened,
        SecDateTEdit=opened,
    )


def _prices(scene: Scene, opened: np.datetime64) -> Tables:
    """The usual prices by year, and what the preferred carriers allow."""
    years = np.arange(scene.plan.first_day.year, scene.plan.last_day.year + 1)
    lists = ["Standard", *(f"Preferred {carrier}" for carrier in CARRIERS)]
    sched = _table(
        "FeeSchedNum",
        Description=lists,
        ItemOrder=range(len(lists)),
        SecDateEntry=opened,
        SecDateTEdit=opened,
    )
    year, code = (
        each.ravel() for each in np.meshgrid(years, np.arange(1, len(CODES) + 1), indexing="ij")
    )
    since = np.array([f"{each}-01-01" for each in year], dtype="datetime64[D]")
    usual = pd.DataFrame(
        {"FeeSched": 1, "CodeNum": code, "DateEffective": since, "cents": price(scene, code, since)}
    )
    allowed = [
        usual.assign(FeeSched=2 + n, cents=(usual["cents"] * (0.7 + 0.02 * n)).round())
        for n in range(len(CARRIERS))
    ]
    fees = pd.concat([usual, *allowed], ignore_index=True)
    fees = fees.assign(
        FeeNum=np.arange(1, len(fees) + 1),
        Amount=amounts(fees["cents"]),
        SecDateEntry=fees["DateEffective"],
        SecDateTEdit=fees["DateEffective"],
    )
    return {"feesched": sched, "fee": fees}
