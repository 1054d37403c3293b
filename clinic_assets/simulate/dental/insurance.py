"""What insurance is asked to pay for, what it pays, and when: claims, their lines, its checks.

Money is in cents. Who is insured is settled in `people`; what is left for patients, in `desk`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import NEVER, days_later
from clinic_assets.simulate.dental.brought import DONE, PLANNED
from clinic_assets.simulate.dental.codes import num, per_code
from clinic_assets.simulate.dental.cover import plans
from clinic_assets.simulate.dental.procedures import charge
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dental.words import defined
from clinic_assets.simulate.dice import Bools, Ints

PAID, DENIED, UNANSWERED = range(3)
ANSWERS = (0.9, 0.05, 0.05)
PAYS_AS_ESTIMATED, ADDS_LATER = 0.93, 0.4
NOT_RECEIVED, RECEIVED, PREAUTH, SUPPLEMENTAL, ESTIMATE = 0, 1, 2, 4, 6
PREAUTHORISED = 0.15


@dataclass
class Insurance:
    """The plans, and how much of each patient's yearly maximum is used up."""

    scene: Scene
    plans: pd.DataFrame
    used: Ints
    year: Ints
    has_paid: Bools

    @classmethod
    def of(cls, scene: Scene) -> "Insurance":
        """Nothing is used up when the practice begins."""
        people = scene.people
        none = np.zeros(len(people), dtype=np.int64)
        subscribers = int(people["ins_sub"].max()) + 1
        return cls(scene, plans(scene), none, none.copy(), np.zeros(subscribers, dtype=bool))

    def settle(self, procs: pd.DataFrame) -> "Settled":
        """Claims for what was done, estimates for what is planned, and the checks that came."""
        lines = self._lines(procs[(procs["ProcStatus"] == DONE) & ~procs["is_100x"]])
        lines["estimate"] = self._within_maximum(lines)
        lines = self._answered(lines)
        ahead = self._ahead(procs[procs["ProcStatus"] == PLANNED])
        claims, lines = _claims(self.scene, lines)
        asked, ahead = _preauthorisations(self.scene, ahead)
        later = _added_later(self.scene, lines)
        added = later.groupby("ClaimNum")["paid"].sum().reindex(claims["ClaimNum"], fill_value=0)
        claims["paid"] += added.to_numpy()
        lines, totals = _as_totals(self.scene, lines)
        paid = pd.concat([lines, totals, later], ignore_index=True)
        checks, paid = _checks(self.scene, paid)
        rows = pd.concat([paid, ahead], ignore_index=True)
        self.has_paid[paid.loc[paid["paid"] > 0, "ins_sub"]] = True
        all_claims = pd.concat([claims, asked], ignore_index=True)
        self.scene.dirt.counted("claim_without_carrier", (all_claims["carrier"] == 0).to_numpy())
        rows = rows.assign(ClaimProcNum=self.scene.number("claimproc", len(rows)))
        return Settled(all_claims, _soiled(self.scene, rows), checks)

    def _lines(self, procs: pd.DataFrame) -> pd.DataFrame:
        """The procedures that a plan covers, with what it allows and its share of that."""
        people = self.scene.people.iloc[procs["PatNum"] - 1]
        cover = per_code("cover")[procs["CodeNum"]]
        of = (people["ins_plan"].to_numpy() > 0) & (cover > 0)
        lines = procs[of].assign(
            plan=people["ins_plan"].to_numpy()[of],
            ins_sub=people["ins_sub"].to_numpy()[of],
            billed=charge(procs)[of],
            cover=cover[of],
        )
        terms = self.plans.iloc[lines["plan"] - 1]
        dollars = np.round(lines["billed"] * terms["allows"].to_numpy() / 100).astype(np.int64)
        allowed = dollars * 100
        shares = terms[["preventive", "basic", "major"]].to_numpy()
        share = shares[np.arange(len(lines)), lines["cover"] - 1]
        return lines.assign(
            allowed=allowed,
            percent=share,
            write_off=lines["billed"] - allowed,
            estimate=np.round(allowed * share / 100).astype(np.int64),
            carrier=terms["carrier"].to_numpy(),
            maximum=terms["maximum"].to_numpy(),
        )

    def _within_maximum(self, lines: pd.DataFrame) -> Ints:
        """The estimates, cut where the patient's maximum for the year is used up."""
        patient = lines["PatNum"].to_numpy() - 1
        year = lines["ProcDate"].dt.year.to_numpy()
        order = np.argsort(lines["ProcDate"].to_numpy(), kind="stable")
        wanted = lines["estimate"].iloc[order]
        sofar = wanted.groupby([patient[order], year[order]]).cumsum().reindex(lines.index)
        before = np.where(self.year[patient] == year, self.used[patient], 0)
        until = np.minimum(before + sofar.to_numpy(), lines["maximum"].to_numpy())
        earlier = before + sofar.to_numpy() - lines["estimate"].to_numpy()
        self.used[patient[order]], self.year[patient[order]] = until[order], year[order]
        return np.asarray(until - np.minimum(earlier, lines["maximum"].to_numpy()))

    def _answered(self, lines: pd.DataFrame) -> pd.DataFrame:
        """What has come of each visit's claim by now."""
        lots, visit = self.scene.lots, lines["visit_key"].to_numpy()
        sent_on = days_later(lines["ProcDate"].to_numpy(), lots.whole("sent", 0, 2, visit))
        days = 5 + np.floor(lots.waits("answered after", 18.0, visit)).astype(np.int64)
        received_on = days_later(sent_on, days)
        answer = lots.which("answer", ANSWERS, visit)
        received = (answer != UNANSWERED) & (received_on <= self.scene.plan.now)
        exact = lots("as estimated", lines["key"]) < PAYS_AS_ESTIMATED
        part = np.where(exact, 1.0, 0.7 + 0.3 * lots("part", lines["key"]))
        paid = np.round(lines["estimate"] * part).astype(np.int64)
        return lines.assign(
            Status=np.where(received, RECEIVED, NOT_RECEIVED),
            sent_on=np.minimum(sent_on, self.scene.plan.now.astype("datetime64[D]")),
            paid_on=np.where(received, received_on, NEVER),
            paid=np.where(received & (answer == PAID), paid, 0),
            written_off=np.where(received & (answer == PAID), lines["write_off"], 0),
            missing=np.where(received & (answer == PAID), lines["estimate"] - paid, 0),
        )

    def _ahead(self, planned: pd.DataFrame) -> pd.DataFrame:
        """Estimates of what is planned; no money moves."""
        lines = self._lines(planned)
        never = np.full(len(lines), NEVER)
        lines = lines.assign(Status=ESTIMATE, paid_on=never, sent_on=never)
        return lines.assign(paid=0, written_off=0, missing=0, ClaimNum=0, ClaimPaymentNum=0)


@dataclass(frozen=True)
class Settled:
    """What a span's procedures led to: claims, lines of claims and estimates, checks."""

    claims: pd.DataFrame
    lines: pd.DataFrame
    checks: pd.DataFrame


def _added_later(scene: Scene, lines: pd.DataFrame) -> pd.DataFrame:
    """Second payments, where the first was below the estimate."""
    adds = (lines["missing"] > 0) & (scene.lots("adds", lines["key"]) < ADDS_LATER)
    rows = lines[adds]
    wait = scene.lots.whole("adds after", 15, 60, rows["key"])
    rows = rows.assign(
        Status=SUPPLEMENTAL,
        paid=rows["missing"],
        paid_on=days_later(rows["paid_on"].to_numpy(), wait),
        billed=0,
        estimate=0,
        written_off=0,
    )
    return rows[(rows["paid_on"] <= scene.plan.now).to_numpy()]


def _as_totals(scene: Scene, lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Now and then a claim's money is entered as one sum, without saying what it pays for."""
    paid = (
        lines[lines["paid"] > 0]
        .groupby("visit_key", as_index=False)
        .agg({**dict.fromkeys(lines.columns.drop("visit_key"), "first"), "paid": "sum"})
    )
    totals = paid[scene.dirt.falls("paid_as_total", paid["visit_key"].to_numpy())]
    is_total = lines["visit_key"].isin(totals["visit_key"])
    totals = totals.assign(ProcNum=0, billed=0, estimate=0, written_off=0, CodeNum=0)
    return lines.assign(paid=lines["paid"].where(~is_total, 0)), totals


def _claims(scene: Scene, lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One claim for the covered procedures of a visit."""
    same = ("visit_key", "PatNum", "ClinicNum", "ProvNum", "ProcDate", "plan", "ins_sub",
            "carrier", "sent_on", "paid_on", "Status")  # fmt: skip
    first = dict.fromkeys(same, "first")
    sums = dict.fromkeys(["billed", "estimate", "paid", "written_off"], "sum")
    claims = lines.groupby("visit", as_index=False).agg({**first, **sums})
    claims = claims.assign(
        ClaimNum=scene.number("claim", len(claims)),
        ClaimType="P",
        ClaimStatus=np.where(claims["Status"] == RECEIVED, "R", "S"),
    )
    numbers = claims.set_index("visit")["ClaimNum"].reindex(lines["visit"]).to_numpy()
    return claims, lines.assign(ClaimNum=numbers)


def _preauthorisations(scene: Scene, ahead: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Claims that only ask what would be paid, for some of the crowns that are planned."""
    asks = (ahead["CodeNum"] == num("D2740")) & (
        scene.lots("asks first", ahead["key"]) < PREAUTHORISED
    )
    rows = ahead[asks]
    answered = scene.lots("says", rows["key"]) < 0.6
    claims = rows.assign(
        ClaimNum=scene.number("claim", len(rows)),
        ClaimType="PreAuth",
        ClaimStatus=np.where(answered, "R", "S"),
        sent_on=rows["ProcDate"],
        paid_on=np.where(
            answered, days_later(rows["ProcDate"].to_numpy(), np.full(len(rows), 12)), NEVER
        ),
    )
    numbers = np.zeros(len(ahead), dtype=np.int64)
    numbers[asks.to_numpy()] = claims["ClaimNum"]
    status = np.where(asks, PREAUTH, ESTIMATE)
    return claims, ahead.assign(ClaimNum=numbers, Status=status)


def _checks(scene: Scene, lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A carrier's check pays what it settled on one day for one clinic."""
    paid = lines[lines["paid"] > 0]
    by = ["ClinicNum", "paid_on", "carrier"]
    checks = paid.groupby(by, as_index=False).agg({"paid": "sum"}).sort_values(["paid_on", *by])
    checks = checks.assign(ClaimPaymentNum=scene.number("claimpayment", len(checks)))
    numbers = paid[by].merge(checks, on=by, how="left")["ClaimPaymentNum"]
    lines = lines.assign(ClaimPaymentNum=0)
    lines.loc[paid.index, "ClaimPaymentNum"] = numbers.to_numpy()
    way = scene.lots.whole("check", 0, 2, checks["ClaimPaymentNum"].to_numpy())
    return checks.assign(PayType=defined("insurance payment") + way), lines


def _soiled(scene: Scene, rows: pd.DataFrame) -> pd.DataFrame:
    """Amounts typed twice, estimates above the fee; no money moves by them."""
    key = rows["key"].to_numpy() * 8 + rows["Status"].to_numpy()
    sums = rows["billed"].to_numpy() // 100
    twice = scene.dirt.falls("allowed_typed_twice", key, (sums > 99) & (sums < 1000))
    open_ = rows["Status"].isin([ESTIMATE, NOT_RECEIVED]).to_numpy() & (sums > 0)
    above = scene.dirt.falls("estimate_above_fee", key, open_)
    return rows.assign(
        override=np.where(twice, (sums * 1000 + sums) * 100, -100),
        estimate=np.where(above, rows["billed"] * 8 + 3700, rows["estimate"]),
    )
