"""Who comes to the clinic and who works there: names, phones, consents, and how they change.

The hidden traits of patients (how reliable, how often they come) are drawn here as well;
what follows from them is decided in `bookings` and `outcomes`.
"""

from datetime import date

import numpy as np
import pandas as pd

from clinic_assets.simulate import names
from clinic_assets.simulate.clock import NEVER, day_of, days_later, midnight, seconds
from clinic_assets.simulate.dice import Stream, Texts, Times, dice, pick
from clinic_assets.simulate.keys import numbered
from clinic_assets.simulate.plan import LONGEST_LEAD, ClinicPlan
from clinic_assets.simulate.roster import weekly_hours
from clinic_assets.simulate.slices import from_first_day

NEWCOMERS_PER_VISIT = 0.05
OLDEST_RECORD = 400
PHONE_MISSING = 0.06
CONSENT_MISSING = 0.11
DAYS_BETWEEN_PHONES = 1500.0
DAYS_BETWEEN_NAMES = 1200


def patients(plan: ClinicPlan) -> pd.DataFrame:
    """Everyone who registers until the last day, in order of registration, traits included."""
    batches = [_founders(plan), *(_newcomers(plan, day) for day in plan.days())]
    everyone = pd.concat([batch for batch in batches if len(batch)], ignore_index=True)
    everyone.insert(0, "patient_id", numbered("P", len(everyone), 5))
    return everyone


def patient_history(plan: ClinicPlan, people: pd.DataFrame) -> pd.DataFrame:
    """Every state of every patient's row, with the day on which it was exported."""
    registered = day_of(people["created_at"].to_numpy())
    moments = (registered, people["consent_day"].to_numpy(), people["phone_day"].to_numpy())
    exported = (from_first_day(plan.first_day, moment) for moment in moments)
    return pd.concat([_as_of(people, evening) for evening in exported], ignore_index=True)


def physio_history(plan: ClinicPlan) -> pd.DataFrame:
    """All physios on the first day, and each again on the day of a new name."""
    ids = physio_ids(plan)
    full_names = [names.PHYSIO_NAMES[n % len(names.PHYSIO_NAMES)] for n in range(len(ids))]
    rows = [(key, name, plan.first_day) for key, name in zip(ids, full_names, strict=True)]
    for day in list(plan.days())[1:]:
        rng = dice(plan.seed, Stream.PHYSIOS, day)
        for physio in np.flatnonzero(rng.random(len(ids)) < 1 / DAYS_BETWEEN_NAMES):
            first_name = full_names[physio].split()[0]
            rows.append((ids[physio], f"{first_name} {rng.choice(names.MARRIED_NAMES)}", day))
    history = pd.DataFrame(rows, columns=["physio_id", "full_name", "slice_day"])
    return history.astype({"slice_day": "datetime64[s]"})


def physio_ids(plan: ClinicPlan) -> Texts:
    """The keys of those who treat."""
    return numbered("T", plan.practitioners, 2)


def _founders(plan: ClinicPlan) -> pd.DataFrame:
    rng = dice(plan.seed, Stream.FOUNDERS, plan.first_day)
    ages = rng.integers(1, OLDEST_RECORD, plan.patients_at_start)
    # Someone must be there to book on the first of the days before the first.
    ages[0] = LONGEST_LEAD + 1
    clock = _office_hours(rng, plan.first_day, len(ages))
    batch = _batch(plan, rng, np.sort(days_later(clock, -ages)))
    for row, treacherous in enumerate(names.TREACHEROUS_LAST_NAMES, start=3):
        batch.loc[row, "last_name"] = treacherous
    return batch


def _newcomers(plan: ClinicPlan, day: date) -> pd.DataFrame:
    rng = dice(plan.seed, Stream.NEWCOMERS, day)
    expected = 0.0 if day.weekday() == 6 else NEWCOMERS_PER_VISIT * plan.visits_per_day
    return _batch(plan, rng, np.sort(_office_hours(rng, day, rng.poisson(expected))))


def _office_hours(rng: np.random.Generator, day: date, count: int) -> Times:
    return midnight(day) + seconds(rng.integers(9 * 3600, 13 * 3600, count))


def _batch(plan: ClinicPlan, rng: np.random.Generator, created_at: Times) -> pd.DataFrame:
    count = len(created_at)
    hours = weekly_hours(plan)
    return pd.DataFrame(
        {
            "first_name": pick(rng, names.FIRST_NAMES, count),
            "last_name": pick(rng, names.LAST_NAMES, count),
            "created_at": created_at,
            "unreliability": rng.normal(size=count),
            "activity": rng.gamma(4.0, 0.25, count),
            "home_physio": rng.choice(len(hours), count, p=hours / hours.sum()),
            **_phones(rng, created_at),
            "consent_day": _consent_days(rng, created_at),
        }
    )


def _phones(rng: np.random.Generator, created_at: Times) -> dict[str, Texts | Times]:
    count = len(created_at)
    missing = rng.random(count) < PHONE_MISSING
    wait = rng.exponential(np.where(missing, 500.0, DAYS_BETWEEN_PHONES)).astype(np.int64) + 1
    return {
        "phone": np.where(missing, "", _numbers(rng, count)).astype(object),
        "next_phone": _numbers(rng, count),
        "phone_day": days_later(day_of(created_at), wait),
    }


def _numbers(rng: np.random.Generator, count: int) -> Texts:
    digits = rng.integers(1_000_000, 99_999_999, count).astype(str).astype(object)
    return np.asarray(pick(rng, names.PHONE_PREFIXES, count) + digits, dtype=object)


def _consent_days(rng: np.random.Generator, created_at: Times) -> Times:
    missing = rng.random(len(created_at)) < CONSENT_MISSING
    wait = np.where(missing, rng.exponential(40.0, len(created_at)).astype(np.int64) + 1, 0)
    never = missing & (rng.random(len(created_at)) < 0.5)
    return np.where(never, NEVER, days_later(day_of(created_at), wait))


def _as_of(people: pd.DataFrame, evening: Times) -> pd.DataFrame:
    comes = ~np.isnat(evening)
    rows, day = people[comes], evening[comes]
    state = rows[["patient_id", "first_name", "last_name"]].copy()
    state["phone"] = rows["phone"].where(rows["phone_day"].to_numpy() > day, rows["next_phone"])
    state["consent_form_received"] = (rows["consent_day"].to_numpy() <= day).astype(np.int64)
    state["created_at"], state["slice_day"] = rows["created_at"], day
    return state
