"""Who comes to the practice: families, the patients in them, their insurance and how long they
stay. What they are like is drawn in `habits`.
"""

import numpy as np
import pandas as pd

from clinic_assets.simulate import names
from clinic_assets.simulate.clock import seconds, weekday
from clinic_assets.simulate.dental.habits import traits
from clinic_assets.simulate.dental.lots import Lots
from clinic_assets.simulate.dental.plan import DentalPlan
from clinic_assets.simulate.dental.roster import every_day
from clinic_assets.simulate.dice import Ints, Texts, Times

SIZES = (0.45, 0.2, 0.15, 0.14, 0.06)
MEAN_SIZE = 2.16
NEW_FAMILIES_PER_DAY = 0.3
OLDEST_RECORD = 3300
STAYS_DAYS = 2600.0
INSURED, COVERED = 0.62, 0.92
NEWCOMER = 10_000_000
PHONE_MISSING = 0.05
CITIES = (("Bellingham", "WA", "98225"), ("Salem", "OR", "97301"), ("Boise", "ID", "83702"))
STREETS = ("Oak Street", "2nd Avenue", "Mill Road", "Harbor Lane", "Chestnut Court")


def patients(plan: DentalPlan, lots: Lots) -> pd.DataFrame:
    """Everyone who registers until the last day, in order of registration; PatNum is index + 1."""
    families = _families(plan, lots)
    sizes = 1 + lots.which("size", SIZES, families["family"])
    everyone = families.loc[families.index.repeat(sizes)].reset_index(drop=True)
    everyone["place"] = everyone.groupby("family").cumcount()
    everyone["key"] = everyone["family"] * 8 + everyone["place"]
    # The stable sort keeps a family together, its guarantor first.
    everyone = everyone.sort_values("registered_at", kind="stable", ignore_index=True)
    pat_num = pd.Series(np.arange(1, len(everyone) + 1))
    everyone["guarantor"] = pat_num.groupby(everyone["family"]).transform("first")
    return everyone.assign(
        pat_num=pat_num,
        **_selves(lots, everyone),
        **traits(plan.causes, lots, everyone),
        **_cover(plan, lots, everyone),
    )


def _families(plan: DentalPlan, lots: Lots) -> pd.DataFrame:
    """The families that are there at the start, and one now and then on every weekday."""
    founders = np.arange(int(plan.patients_at_start / MEAN_SIZE))
    known_days = lots.whole("known for", 1, OLDEST_RECORD, founders)
    days = every_day(plan.first_day, plan.last_day)
    day, team = np.repeat(days, plan.teams), np.tile(np.arange(plan.teams), len(days))
    numbers = NEWCOMER + (day.astype(np.int64) - days[0].astype(np.int64)) * 256 + team
    comes = (weekday(day.astype("datetime64[s]")) < 5) & (
        lots("a family comes", numbers) < NEW_FAMILIES_PER_DAY
    )
    family = np.concatenate([founders, numbers[comes]])
    registered_on = np.concatenate(
        [np.datetime64(plan.first_day) - known_days.astype("timedelta64[D]"), day[comes]]
    )
    return pd.DataFrame(
        {
            "family": family,
            "team": np.concatenate([founders % plan.teams, team[comes]]),
            "registered_at": registered_on.astype("datetime64[s]")
            + seconds(lots.whole("registers at", 8 * 3600, 16 * 3600, family)),
            "last_name": lots.pick("last name", names.LAST_NAMES, family),
            "home": lots.whole("home", 0, len(CITIES) * len(STREETS) - 1, family),
            "house": lots.whole("house", 1, 240, family),
        }
    )


def _selves(lots: Lots, everyone: pd.DataFrame) -> dict[str, Ints | Times | Texts]:
    key, place = everyone["key"].to_numpy(), everyone["place"].to_numpy()
    years = np.where(
        place < 2, lots.whole("age", 24, 82, key), lots.whole("a child's age", 2, 18, key)
    )
    born = everyone["registered_at"].to_numpy().astype("datetime64[D]") - (
        (years * 365.25).astype(np.int64) + lots.whole("birthday", 0, 364, key)
    ).astype("timedelta64[D]")
    days = np.floor(lots.waits("stays", STAYS_DAYS, key)).astype(np.int64) + 60
    registered = everyone["registered_at"].to_numpy().astype("datetime64[D]")
    digits = lots.whole("phone", 2_000_000, 9_999_999, key)
    phone = np.array([f"(360){n // 10_000}-{n % 10_000:04d}" for n in digits], dtype=object)
    return {
        "first_name": lots.pick("first name", names.FIRST_NAMES, key),
        "born": born,
        "gender": lots.which("gender", (0.48, 0.5, 0.02), key),
        "phone": np.where(lots("no phone", key) < PHONE_MISSING, "", phone).astype(object),
        "text_ok": lots.which("texts", (0.15, 0.75, 0.1), key),
        "leaves_on": registered + days.astype("timedelta64[D]"),
        "has_gum_trouble": (lots("gums", key) < 0.12) & (years > 30),
    }


def _cover(plan: DentalPlan, lots: Lots, everyone: pd.DataFrame) -> dict[str, Ints]:
    """The plan of whoever is insured, through the family's guarantor; 0: none."""
    family = everyone["family"].to_numpy()
    insured = lots("insured", family) < INSURED
    covered = (lots("covered", everyone["key"]) < COVERED) | (everyone["place"] == 0).to_numpy()
    number = lots.whole("insurance plan", 1, ins_plans(plan), family)
    subscribers = np.cumsum(insured & (everyone["place"] == 0).to_numpy())
    by_family = pd.Series(subscribers).groupby(family).transform("first").to_numpy()
    return {
        "ins_plan": np.where(insured & covered, number, 0),
        "ins_sub": np.where(insured, by_family, 0),
    }


def ins_plans(plan: DentalPlan) -> int:
    """How many insurance plans the practice has met."""
    return 40 + 20 * plan.teams
