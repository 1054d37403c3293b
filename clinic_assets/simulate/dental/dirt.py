"""The dirty rows that real practices have, how often each kind occurs, and how many were made.

Where a kind of dirt falls is decided beside the rows it falls on; here is the list.
"""

from collections import Counter

import numpy as np
import pandas as pd

from clinic_assets.simulate.dental.lots import Lots
from clinic_assets.simulate.dice import Bools, Ints

ZERO = np.datetime64("0000-01-01", "s")
"""Stands for 0000-00-00, which no calendar knows; NaT stands for 0001-01-01."""

PHANTOM = 9_000_000_000
"""Keys from here on name rows that never were."""

RATES = {
    "birthdate_zero": ("patient", 0.002),
    "birthdate_none": ("patient", 0.004),
    "employer_in_other_case": ("employer", 0.3),
    "subscriber_terminated_but_paid": ("inssub", 0.01),
    "plan_without_carrier": ("insplan", 0.47),
    "converted_without_entry": ("appointment", 0.3),
    "appointment_without_date": ("appointment", 0.0006),
    "appointment_at_zero_date": ("appointment", 0.0006),
    "empty_pattern": ("appointment", 0.001),
    "asap_status": ("appointment", 0.0015),
    "hygiene_unflagged": ("appointment", 0.02),
    "arrived_at_midnight": ("appointment", 0.3),
    "broken_without_history": ("histappointment", 0.08),
    "broken_twice": ("histappointment", 0.05),
    "deleted_broken_code": ("procedurelog", 0.02),
    "fee_100x": ("procedurelog", 0.0008),
    "planned_at_zero_date": ("procedurelog", 0.001),
    "phantom_appointment": ("procedurelog", 0.0005),
    "allowed_typed_twice": ("claimproc", 0.001),
    "estimate_above_fee": ("claimproc", 0.001),
    "claim_without_carrier": ("claim", 0.0),
    "paid_as_total": ("claimproc", 0.004),
    "adjustment_on_zero_fee": ("adjustment", 0.05),
    "payment_at_zero_date": ("payment", 0.0008),
    "split_without_date": ("paysplit", 0.0008),
    "unearned_swapped": ("paysplit", 0.12),
    "phantom_procedure": ("paysplit", 0.0005),
    "phantom_patient": ("commlog", 0.0008),
    "letter_at_zero_date": ("commlog", 0.0008),
    "shift_ends_before_start": ("schedule", 0.003),
    "shift_of_nobody": ("schedule", 0.003),
    "referred_at_zero_date": ("refattach", 0.01),
}
"""Each kind of dirt: the table it lies in, and how often it falls on a row that it can fall on.
A rate of 0 only counts what other dirt leads to."""

MOST = 0.5
"""However dirty a practice is, every other row is clean."""


class Dirt:
    """Where dirt falls in one practice, and how much of each kind has."""

    def __init__(self, lots: Lots, factor: float) -> None:
        self._lots, self._factor = lots, factor
        self._counts: Counter[str] = Counter()

    def falls(self, kind: str, key: Ints, among: Bools | None = None) -> Bools:
        """On which rows this kind falls; of those it can fall on, if they are named."""
        rate = min(MOST, RATES[kind][1] * self._factor)
        found = self._lots(f"dirt: {kind}", key) < rate
        return self.counted(kind, found if among is None else found & among)

    def counted(self, kind: str, found: Bools) -> Bools:
        """Count rows that are dirty anyway."""
        self._counts[kind] += int(np.sum(found))
        return np.asarray(found)

    @property
    def counts(self) -> pd.DataFrame:
        """One row for each kind, also those that never fell."""
        rows = [(kind, table, self._counts[kind]) for kind, (table, _) in RATES.items()]
        return pd.DataFrame(rows, columns=["kind", "table", "rows"])
