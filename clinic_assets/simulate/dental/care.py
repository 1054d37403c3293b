"""Treatment plans, recalls and referrals: what the practice intends for its patients."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import NEVER, days_later
from clinic_assets.simulate.dental import appointments as apt
from clinic_assets.simulate.dental.brought import PLANNED, SHELVED
from clinic_assets.simulate.dental.codes import CODES, Kind
from clinic_assets.simulate.dental.dirt import ZERO
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dental.words import defined
from clinic_assets.simulate.dice import Ints, Times

REFERRERS = 25
SAVED, ACTIVE = 0, 1
KEPT_ON_FILE = 0.3
SENT_ON = 0.08
RECALL_MONTHS = 6
INTERVAL = RECALL_MONTHS << 16
"""OpenDental packs years, months, weeks and days into one number, a byte each."""


@dataclass
class Plans:
    """The one active treatment plan that a patient may have."""

    scene: Scene
    numbers: Ints

    @classmethod
    def of(cls, scene: Scene) -> "Plans":
        """Nobody has one when the practice begins."""
        return cls(scene, np.zeros(len(scene.people), dtype=np.int64))

    def told(self, procs: pd.DataFrame) -> dict[str, pd.DataFrame]:
        """New active plans, what is attached to them, and copies of plans put on file."""
        open_ = procs[procs["ProcStatus"].isin([PLANNED, SHELVED])]
        patients = open_["PatNum"].to_numpy()
        new = open_[self.numbers[patients - 1] == 0].drop_duplicates("PatNum")
        self.numbers[new["PatNum"] - 1] = self.scene.number("treatplan", len(new))
        attached = pd.DataFrame(
            {
                "TreatPlanAttachNum": self.scene.number("treatplanattach", len(open_)),
                "TreatPlanNum": self.numbers[patients - 1],
                "ProcNum": open_["ProcNum"].to_numpy(),
                "Priority": defined("priority"),
            }
        )
        on_file = self.scene.lots("kept on file", open_["visit_key"]) < KEPT_ON_FILE
        saved, copies = self._on_file(open_[on_file])
        active = _plan_rows(new, self.numbers[new["PatNum"] - 1], ACTIVE, "Active Treatment Plan")
        return {
            "treatplan": pd.concat([active, saved]),
            "treatplanattach": attached,
            "proctp": copies,
        }

    def _on_file(self, procs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        first = procs.drop_duplicates("visit_key")
        numbers = self.scene.number("treatplan", len(first))
        saved = _plan_rows(first, numbers, SAVED, "Proposed treatment")
        plan = pd.Series(numbers, index=first["visit_key"]).reindex(procs["visit_key"]).to_numpy()
        code = [CODES[number - 1] for number in procs["CodeNum"]]
        rows = procs[["PatNum", "ProvNum", "ClinicNum", "DateTP"]].assign(
            ProcTPNum=self.scene.number("proctp", len(procs)),
            TreatPlanNum=plan,
            ProcNumOrig=procs["ProcNum"],
            ItemOrder=procs.groupby("visit_key").cumcount(),
            Priority=defined("priority"),
            ProcCode=np.array([each.code for each in code], dtype=object),
            Descript=np.array([each.name for each in code], dtype=object),
            FeeAmt=procs["fee"] / 100,
            PatAmt=procs["fee"] / 100,
            SecDateEntry=procs["told_on"],
            SecDateTEdit=procs["told_on"],
        )
        return saved, rows


def _plan_rows(procs: pd.DataFrame, numbers: Ints, status: int, heading: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "TreatPlanNum": numbers,
            "PatNum": procs["PatNum"].to_numpy(),
            "DateTP": procs["told_on"].to_numpy(),
            "Heading": heading,
            "Note": "",
            "TPStatus": status,
            "SecDateEntry": procs["told_on"].to_numpy(),
            "SecDateTEdit": procs["told_on"].to_numpy(),
            "UserNumPresenter": 1,
        }
    )


def referrals(scene: Scene, visits: pd.DataFrame) -> pd.DataFrame:
    """Who sent the new patients, and to whom some patients were sent on."""
    new = visits[(visits["kind"] == Kind.NEW_PATIENT) & (visits["AptStatus"] == apt.COMPLETE)]
    sent = visits[(visits["kind"] == Kind.EXTRACTION) | (visits["kind"] == Kind.ROOT_CANAL)]
    sent = sent[
        (sent["AptStatus"] == apt.COMPLETE) & (scene.lots("sent on", sent["key"]) < SENT_ON)
    ]
    parts = [
        rows.assign(RefType=kind, told_on=rows["start"].dt.normalize())
        for rows, kind in ((new, 1), (sent, 0))
    ]
    rows = pd.concat(parts).sort_values(["told_on", "key"], ignore_index=True)
    zero = scene.dirt.falls("referred_at_zero_date", rows["key"].to_numpy())
    return pd.DataFrame(
        {
            "RefAttachNum": scene.number("refattach", len(rows)),
            "ReferralNum": scene.lots.whole("referrer", 1, REFERRERS, rows["key"]),
            "PatNum": rows["PatNum"],
            "ItemOrder": 1,
            "RefDate": np.where(zero, ZERO, rows["told_on"].to_numpy()),
            "RefType": rows["RefType"],
            "ProvNum": np.where(rows["RefType"] == 0, rows["ProvNum"], 0),
            "Note": "",
            "DateTStamp": rows["start"],
        }
    )


def recalls(scene: Scene, last_cleaning: Times, next_visit: Times) -> pd.DataFrame:
    """When each patient is due for a cleaning, and whether that is scheduled."""
    number = np.flatnonzero(~np.isnat(last_cleaning))
    previous = last_cleaning[number].astype("datetime64[s]")
    months = np.where(scene.people["has_gum_trouble"].to_numpy()[number], 3, RECALL_MONTHS)
    due = days_later(previous, np.round(months * 30.44).astype(np.int64))
    scheduled = next_visit[number]
    tried = np.isnat(scheduled) & (due < scene.plan.now)
    word = defined("recall") + scene.lots.whole("recall word", 0, 3, number)
    left = scene.people["leaves_on"].to_numpy()[number] < scene.plan.now
    return pd.DataFrame(
        {
            "RecallNum": scene.number("recall", len(number)),
            "PatNum": number + 1,
            "DateDueCalc": due,
            "DateDue": np.where(left, NEVER, due),
            "DatePrevious": previous,
            "RecallInterval": np.where(months == 3, 3 << 16, INTERVAL),
            "RecallStatus": np.where(tried, word, 0),
            "IsDisabled": left.astype(int),
            "RecallTypeNum": np.where(months == 3, 3, 1),
            "DateScheduled": scheduled,
            "Note": "",
            "DateTStamp": previous,
        }
    )
