"""What stood in the diary at a moment: the patient's other visits, as far as known by then.

Here: counts of appointments, whatever became of them. Not here: outcomes (visits.py). How full
the clinic's day was is left out: measured on public data, it only told the days apart.
"""

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.asof import (
    HISTORY_DAYS,
    Vector,
    codes,
    instants,
    numbers,
    own_place,
    places_before,
)

CALLED_OFF = ("cancelled_patient", "rescheduled")


def diary_at(
    appointments: pd.DataFrame, history: pd.DataFrame, moment: pd.Series, timezone: str
) -> dict[str, Vector]:
    """Return, as of each row's moment, when it was booked and what else the patient had.

    `n_same_day`: other visits that day. `n_booked_together`: other visits booked on the same day
    as this one, for its day or an earlier one. Both count what was booked by the moment and not
    known to be called off. `n_called_off_prior`: visits that the patient had called off or moved.
    """
    booked = _local_booking(appointments, timezone)
    asked, standing = _asked(appointments, booked, moment), _standing(history, timezone)
    patients = codes(appointments, standing, "patient_key")
    visits = codes(appointments, standing, "appointment_key")
    asked = asked.assign(patient=patients[0], visit=visits[0])
    standing = standing.assign(patient=patients[1], visit=visits[1])
    together = _others(asked, standing, "booked_on")
    return {
        "local_hour_booked": booked.dt.hour.to_numpy(dtype=float),
        "n_same_day": _counted(_others(asked, standing, "day"), len(asked)),
        "n_booked_together": _counted(together[_is_up_to_the_visit(together)], len(asked)),
        "n_called_off_prior": _called_off(appointments, history, moment),
    }


def days_of_visits(appointments: pd.DataFrame) -> pd.Series:
    """Return the local days of the visits as timestamps, however they came."""
    days: pd.Series = pd.to_datetime(appointments["day"]).dt.as_unit("us")
    return days


def _local_booking(appointments: pd.DataFrame, timezone: str) -> pd.Series:
    local: pd.Series = instants(appointments["created_at"]).dt.tz_convert(timezone)
    booked: pd.Series = local.dt.tz_localize(None)
    return booked


def _asked(appointments: pd.DataFrame, booked: pd.Series, moment: pd.Series) -> pd.DataFrame:
    told = {"row": np.arange(len(appointments)), "moment": numbers(moment)}
    told |= {"day": days_of_visits(appointments).to_numpy()}
    return pd.DataFrame(told | {"booked_on": booked.dt.normalize().to_numpy()})


def _standing(history: pd.DataFrame, timezone: str) -> pd.DataFrame:
    stands = history[history["patient_key"].notna() & history["created_at"].notna()]
    keys = stands[["clinic_id", "patient_key", "appointment_key"]]
    return keys.assign(
        day=days_of_visits(stands),
        booked_on=_local_booking(stands, timezone).dt.normalize(),
        created_at=numbers(instants(stands["created_at"])),
        called_off_at=numbers(instants(stands["cancelled_known_at"])),
    )


def _others(asked: pd.DataFrame, standing: pd.DataFrame, alike: str) -> pd.DataFrame:
    """Return pairs of a row and another visit of its patient, alike in a day, as known then."""
    pairs = asked.merge(standing, on=["patient", alike], suffixes=("", "_other"))
    is_other = pairs["visit"] != pairs["visit_other"]
    is_booked = pairs["created_at"] <= pairs["moment"]
    return pairs[is_other & is_booked & ~(pairs["called_off_at"] <= pairs["moment"])]


def _is_up_to_the_visit(pairs: pd.DataFrame) -> pd.Series:
    """Later visits are not looked at: whether they are there depends on how much was passed."""
    oldest = pairs["moment"] - pd.Timedelta(days=HISTORY_DAYS)
    is_near: pd.Series = (pairs["day_other"] <= pairs["day"]) & (pairs["day_other"] > oldest)
    return is_near


def _counted(pairs: pd.DataFrame, rows: int) -> Vector:
    return np.bincount(pairs["row"], minlength=rows).astype(float)


def _called_off(appointments: pd.DataFrame, history: pd.DataFrame, moment: pd.Series) -> Vector:
    """Count each patient's visits called off in [moment - HISTORY_DAYS, moment)."""
    is_told = history["status"].isin(CALLED_OFF) & history["cancelled_known_at"].notna()
    told = history[is_told & history["patient_key"].notna()]
    own, of_fact = codes(appointments, told, "patient_key")
    known_at = numbers(instants(told["cancelled_known_at"]))
    order = np.lexsort([known_at, of_fact])
    told, of_fact, known_at = told.iloc[order], of_fact[order], known_at[order]
    asked_at, itself = numbers(moment), own_place(appointments, told)
    first = places_before(of_fact, known_at, own, asked_at - np.timedelta64(HISTORY_DAYS, "D"))
    behind = places_before(of_fact, known_at, own, asked_at)
    is_itself = (itself >= first) & (itself < behind)
    return (behind - first - is_itself).astype(float)
