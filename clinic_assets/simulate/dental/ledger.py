"""Every patient's account: what was charged, adjusted, paid and written off. In cents."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_assets.simulate.dental.brought import DONE
from clinic_assets.simulate.dental.desk import Money
from clinic_assets.simulate.dental.insurance import NOT_RECEIVED, RECEIVED, SUPPLEMENTAL
from clinic_assets.simulate.dental.procedures import charge
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dice import Ints

SIDES = ("procedures", "adjustments", "payments", "insurance", "write_offs")
AGES = ("Bal_0_30", "Bal_31_60", "Bal_61_90", "BalOver90")
OLDER_THAN = np.array([30, 60, 90])


@dataclass
class Ledger:
    """Sums by PatNum - 1, added to with every span."""

    scene: Scene
    sums: dict[str, Ints]
    charges: Ints
    """What raised the account, by patient and age."""
    estimates: Ints
    """What insurance is still asked for."""

    @classmethod
    def of(cls, scene: Scene) -> "Ledger":
        """All accounts are empty when the practice begins."""
        count = len(scene.people)
        sums = {side: np.zeros(count, dtype=np.int64) for side in SIDES}
        aged = np.zeros((count, len(AGES)), dtype=np.int64)
        return cls(scene, sums, aged, np.zeros(count, dtype=np.int64))

    def add(self, procs: pd.DataFrame, lines: pd.DataFrame, money: Money) -> None:
        """Book a span."""
        done = procs[procs["ProcStatus"] == DONE]
        cost, adjusted = charge(done), money.adjustments["amount"].to_numpy()
        self._book("procedures", done, cost)
        self._book("adjustments", money.adjustments, adjusted)
        self._book("payments", money.splits, money.splits["amount"].to_numpy())
        settled = lines[lines["Status"].isin([RECEIVED, SUPPLEMENTAL])]
        self._book("insurance", settled, settled["paid"].to_numpy())
        self._book("write_offs", settled, settled["written_off"].to_numpy())
        self._age(done["PatNum"], done["ProcDate"], cost)
        self._age(
            money.adjustments["PatNum"], money.adjustments["paid_on"], np.maximum(0, adjusted)
        )
        waiting = lines[lines["Status"] == NOT_RECEIVED]
        np.add.at(self.estimates, waiting["PatNum"].to_numpy() - 1, waiting["estimate"].to_numpy())

    def accounts(self) -> pd.DataFrame:
        """One row per guarantor: the family's sums, balance, and what of it is how old."""
        guarantor = self.scene.people["guarantor"]
        aged = pd.DataFrame(self.charges, columns=list(AGES))
        rows = pd.DataFrame(self.sums).assign(balance=self.balances, InsEst=self.estimates)
        family = rows.join(aged).groupby(guarantor).sum()
        left = family[list(AGES)].sum(axis=1) - family["balance"]
        for age in reversed(AGES):
            # Whatever was paid is for the oldest charges first.
            covered = np.clip(left, 0, family[age])
            family[age], left = family[age] - covered, left - covered
        return family.rename_axis("Guarantor").reset_index()

    @property
    def balances(self) -> Ints:
        """What each patient owes; negative: is owed."""
        raised = self.sums["procedures"] + self.sums["adjustments"]
        lowered = self.sums["payments"] + self.sums["insurance"] + self.sums["write_offs"]
        return np.asarray(raised - lowered)

    def _book(self, side: str, rows: pd.DataFrame, amount: Ints) -> None:
        np.add.at(self.sums[side], rows["PatNum"].to_numpy() - 1, amount)

    def _age(self, patients: pd.Series, days: pd.Series, amount: Ints) -> None:
        today = self.scene.plan.now.astype("datetime64[D]")
        age = (today - days.to_numpy().astype("datetime64[D]")).astype(np.int64)
        bucket = np.searchsorted(OLDER_THAN, age, side="left")
        np.add.at(self.charges, (patients.to_numpy() - 1, bucket), amount)
