"""What can only be written at the end: patients with their balances, their insurance, recalls."""

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import NEVER
from clinic_assets.simulate.dental.care import recalls
from clinic_assets.simulate.dental.dirt import ZERO
from clinic_assets.simulate.dental.insurance import Insurance
from clinic_assets.simulate.dental.ledger import AGES, Ledger
from clinic_assets.simulate.dental.people import CITIES, STREETS
from clinic_assets.simulate.dental.procedures import amounts
from clinic_assets.simulate.dental.roster import clinic_of
from clinic_assets.simulate.dental.rows import Tables
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dental.words import defined
from clinic_assets.simulate.dice import Texts, Times

EMPLOYERS = ("UPS", "Boeing", "County Schools", "Harbor Foods", "City of Salem", "Timber & Sons")
PATIENT, INACTIVE = 0, 2
TERMINATED_YEARS = 4


def closing(scene: Scene, ledger: Ledger, insurance: Insurance, seen: dict[str, Times]) -> Tables:
    """The tables of people; `seen` tells their first visit, last cleaning and next one."""
    subs = _subscribers(scene, insurance)
    return {
        "patient": _patients(scene, ledger, seen["first_visit"]),
        "patientnote": _notes(scene),
        "employer": _employers(scene, insurance),
        "insplan": _plans(scene, insurance),
        "inssub": subs,
        "patplan": _covered(scene),
        "benefit": _benefits(scene, insurance),
        "recall": recalls(scene, seen["last_cleaning"], seen["next_cleaning"]),
    }


def _patients(scene: Scene, ledger: Ledger, first_visit: Times) -> pd.DataFrame:
    people, key = scene.people, scene.people["key"].to_numpy()
    born = people["born"].to_numpy().astype("datetime64[s]")
    zero = scene.dirt.falls("birthdate_zero", key)
    none = scene.dirt.falls("birthdate_none", key, ~zero)
    home = people["home"].to_numpy()
    city = np.array(CITIES, dtype=object)[home % len(CITIES)]
    street = np.array(STREETS, dtype=object)[home // len(CITIES)]
    accounts = ledger.accounts().set_index("Guarantor").reindex(people["pat_num"], fill_value=0)
    left = (people["leaves_on"] <= scene.plan.now).to_numpy()
    team = people["team"].to_numpy()
    return pd.DataFrame(
        {
            "PatNum": people["pat_num"],
            "Guarantor": people["guarantor"],
            "LName": people["last_name"],
            "FName": people["first_name"],
            "Birthdate": np.where(zero, ZERO, np.where(none, NEVER, born)),
            "Gender": people["gender"],
            "Position": np.minimum(2, people["place"]),
            "PatStatus": np.where(left, INACTIVE, PATIENT),
            "Address": people["house"].astype(str).astype(object) + " " + street,
            "City": city[:, 0],
            "State": city[:, 1],
            "Zip": city[:, 2],
            "HmPhone": np.where(scene.lots("home phone", key) < 0.4, people["phone"], ""),
            "WirelessPhone": people["phone"],
            "Email": _mail(scene, people),
            "TxtMsgOk": people["text_ok"],
            "PreferContactMethod": scene.lots.whole("contact", 0, 8, key),
            "PriProv": 2 * team + 1,
            "SecProv": 2 * team + 2,
            "BillingType": defined("billing"),
            "ClinicNum": clinic_of(scene.plan, team),
            "DateFirstVisit": first_visit,
            "HasIns": np.where(people["ins_plan"] > 0, "I", ""),
            "EstBalance": amounts(ledger.balances),
            **{age: amounts(accounts[age]) for age in AGES},
            "BalTotal": amounts(accounts["balance"]),
            "InsEst": amounts(accounts["InsEst"]),
            "SecDateEntry": people["registered_at"],
            "DateTStamp": np.fmax(people["registered_at"].to_numpy(), first_visit),
        }
    )


def _mail(scene: Scene, people: pd.DataFrame) -> Texts:
    has = scene.lots("mail", people["key"]) < 0.7
    address = "patient" + people["pat_num"].astype(str).astype(object) + "@example.org"
    return np.where(has, address, "").astype(object)


def _notes(scene: Scene) -> pd.DataFrame:
    key = scene.people["key"].to_numpy()
    medical = scene.lots.pick("medical", ("", "", "", "Penicillin", "Diabetes\nControlled"), key)
    registered = scene.people["registered_at"]
    return pd.DataFrame(
        {
            "PatNum": scene.people["pat_num"],
            "Medical": medical,
            "Consent": 0,
            "SecDateTEntry": registered,
            "SecDateTEdit": registered,
        }
    )


def _employers(scene: Scene, insurance: Insurance) -> pd.DataFrame:
    """The same few employers again and again, some of them in other case."""
    number = insurance.plans["plan"].to_numpy()
    name = scene.lots.pick("employer's name", EMPLOYERS, number)
    other = scene.dirt.falls("employer_in_other_case", number)
    changed = np.array(
        [each.title() if each.isupper() else each.upper() for each in name], dtype=object
    )
    return pd.DataFrame({"EmployerNum": number, "EmpName": np.where(other, changed, name)})


def _plans(scene: Scene, insurance: Insurance) -> pd.DataFrame:
    plans, opened = insurance.plans, np.datetime64(scene.plan.first_day, "s")
    preferred = plans["is_preferred"] & (plans["carrier"] > 0)
    return pd.DataFrame(
        {
            "PlanNum": plans["plan"],
            "GroupName": "Group " + plans["plan"].astype(str).astype(object),
            "GroupNum": (100_000 + 37 * plans["plan"]).astype(str),
            "PlanNote": "",
            "PlanType": np.where(plans["is_preferred"], "p", ""),
            "FeeSched": np.where(preferred, 1 + plans["carrier"], 0),
            "EmployerNum": plans["employer"],
            "CarrierNum": plans["carrier"],
            "SecDateEntry": opened,
            "SecDateTEdit": opened,
        }
    )


def _subscribers(scene: Scene, insurance: Insurance) -> pd.DataFrame:
    people = scene.people
    first = people[people["ins_sub"] > 0].drop_duplicates("ins_sub").sort_values("ins_sub")
    number = first["ins_sub"].to_numpy()
    gone = scene.dirt.falls("subscriber_terminated_but_paid", number, insurance.has_paid[number])
    years = np.timedelta64(365 * TERMINATED_YEARS, "D")
    ended = np.datetime64(scene.plan.first_day, "s") - years
    plan = people.set_index("pat_num")["ins_plan"].reindex(first["guarantor"]).to_numpy()
    return pd.DataFrame(
        {
            "InsSubNum": number,
            "PlanNum": plan,
            "Subscriber": first["guarantor"],
            "DateEffective": np.minimum(first["registered_at"].to_numpy(), ended - years),
            "DateTerm": np.where(gone, ended, NEVER),
            "SubscriberID": (900_000_000 + 11 * number).astype(str),
            "BenefitNotes": "",
            "SubscNote": "",
            "SecDateEntry": first["registered_at"],
            "SecDateTEdit": first["registered_at"],
        }
    )


def _covered(scene: Scene) -> pd.DataFrame:
    people = scene.people[scene.people["ins_plan"] > 0]
    return pd.DataFrame(
        {
            "PatPlanNum": np.arange(1, len(people) + 1),
            "PatNum": people["pat_num"],
            "Ordinal": 1,
            "Relationship": np.minimum(2, people["place"]),
            "InsSubNum": people["ins_sub"],
            "SecDateTEntry": people["registered_at"],
            "SecDateTEdit": people["registered_at"],
        }
    )


def _benefits(scene: Scene, insurance: Insurance) -> pd.DataFrame:
    """What each plan pays of preventive, basic and major work, and its yearly maximum."""
    plans, opened = insurance.plans, np.datetime64(scene.plan.first_day, "s")
    shares = plans.melt("plan", ["preventive", "basic", "major"], value_name="Percent")
    category = shares["variable"].map({"preventive": 1, "basic": 2, "major": 3})
    parts = [
        shares[["plan", "Percent"]].assign(CovCatNum=category, BenefitType=1, MonetaryAmt=-1.0),
        plans[["plan"]].assign(
            Percent=-1, CovCatNum=0, BenefitType=5, MonetaryAmt=plans["maximum"] / 100
        ),
    ]
    rows = pd.concat(parts, ignore_index=True).rename(columns={"plan": "PlanNum"})
    return rows.assign(
        BenefitNum=np.arange(1, len(rows) + 1),
        TimePeriod=2,
        SecDateTEntry=opened,
        SecDateTEdit=opened,
    )
