"""The life of each appointment as the clinic's system shows it: one row for each change.

`bookings` and `outcomes` say what happens; here it becomes the states of a row, each with
the day on whose evening it was exported.
"""

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import NEVER, day_of, seconds
from clinic_assets.simulate.dice import Texts
from clinic_assets.simulate.keys import numbered
from clinic_assets.simulate.plan import ClinicPlan
from clinic_assets.simulate.slices import from_first_day


def worth_telling(plan: ClinicPlan, book: pd.DataFrame, ends: pd.DataFrame) -> pd.Series:
    """The visits that were not over before the first day."""
    first_day = pd.Timestamp(plan.first_day)
    return (book["start"] >= first_day) & ~(ends["cancelled_at"] < first_day)


def with_keys(book: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Number the visits in order of booking, and name their patients."""
    patient_ids = people["patient_id"].to_numpy()[book["patient"]]
    keys = numbered("A", len(book), 6)
    return book.reset_index(drop=True).assign(appointment_id=keys, patient_id=patient_ids)


def appointment_history(
    plan: ClinicPlan, book: pd.DataFrame, ends: pd.DataFrame, physios: Texts
) -> pd.DataFrame:
    """Every state of every appointment's row, oldest first, with the day of its export."""
    start = pd.DataFrame({"appt_start": book["start"], "physio": book["physio"]})
    first = pd.DataFrame({"appt_start": book["first_start"], "physio": book["first_physio"]})
    booked = first.assign(status="booked", price=ends["price"], cancelled_at=NEVER)
    agreed = start.assign(status="booked", price=ends["price"], cancelled_at=NEVER)
    ended = start.join(ends[["status", "price", "cancelled_at"]])
    corrected = ended.assign(status=ends["last_status"], price=ends["last_price"])
    stages = [
        booked.assign(slice_day=day_of(book["booked_at"].to_numpy())),
        agreed.assign(slice_day=book["moves_on"].where(book["moved"])),
        agreed.assign(status="confirmed", slice_day=ends["confirmed_on"]),
        ended.assign(slice_day=ends["recorded_on"]),
        corrected.assign(slice_day=ends["corrected_on"]),
    ]
    return _rows(plan, book, pd.concat(stages), physios)


def _rows(
    plan: ClinicPlan, book: pd.DataFrame, states: pd.DataFrame, physios: Texts
) -> pd.DataFrame:
    states = states[states["slice_day"].notna()]
    visits = book.loc[states.index]
    length = seconds(visits["minutes"].to_numpy() * 60)
    return pd.DataFrame(
        {
            "appointment_id": visits["appointment_id"].to_numpy(),
            "patient_id": visits["patient_id"].to_numpy(),
            "physio_id": physios[states["physio"].to_numpy()],
            "appt_start": states["appt_start"].to_numpy(),
            "appt_end": states["appt_start"].to_numpy() + length,
            "booked_at": visits["booked_at"].to_numpy(),
            "status": states["status"].to_numpy(),
            "price_estimate": states["price"].to_numpy(),
            "cancelled_at": states["cancelled_at"].to_numpy(),
            "slice_day": from_first_day(plan.first_day, states["slice_day"].to_numpy()),
        }
    )


def told_late(book: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
    """The outcomes that were written down after their day, and the corrections of outcomes."""
    late = ends["recorded_on"] > ends["happened_on"]
    corrected = ends["corrected_on"].notna()
    day = np.where(corrected, ends["corrected_on"], NEVER)
    return pd.concat(
        [
            _notes("late_outcome", book, ends, ends["recorded_on"].to_numpy())[late],
            _notes("correction", book, ends, day)[corrected],
        ]
    )


def _notes(kind: str, book: pd.DataFrame, ends: pd.DataFrame, day: object) -> pd.DataFrame:
    notes = pd.DataFrame({"kind": kind, "key": book["appointment_id"], "slice_day": day})
    return notes.assign(event_day=ends["happened_on"])
