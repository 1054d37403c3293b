"""What patients owe and pay: discounts, payments with their splits, prepayments and refunds.

Money is in cents. A payment's splits say what it pays for; most name a procedure.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import NEVER, day_of, days_later
from clinic_assets.simulate.dental.brought import DONE
from clinic_assets.simulate.dental.codes import MISSED, NEEDS, num
from clinic_assets.simulate.dental.dirt import PHANTOM, ZERO
from clinic_assets.simulate.dental.habits import leaning
from clinic_assets.simulate.dental.insurance import Settled
from clinic_assets.simulate.dental.procedures import charge
from clinic_assets.simulate.dental.roster import colleague
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dental.words import defined

DISCOUNTED, DISCOUNT = 0.06, 0.1
PAYS_NOW, PAYS_LATER, MISSED_PAYS, SLOW = 0.72, 0.85, 0.35, 1.2
PREPAYS, REFUNDED, UNALLOCATED, TO_OTHER_PROVIDER = 0.08, 0.4, 0.05, 0.01
LATE_CHARGE, LATE_CHARGED, LATE_AFTER = 1000, 0.2, 60
SMALL, NOTICED_AFTER = 500, 9
DESK, PREPAID, TRANSFER, LATER, REFUND, BETWEEN = range(6)


@dataclass(frozen=True)
class Money:
    """A span's adjustments, payments and splits."""

    adjustments: pd.DataFrame
    payments: pd.DataFrame
    splits: pd.DataFrame


def money(scene: Scene, visits: pd.DataFrame, procs: pd.DataFrame, settled: Settled) -> Money:
    """Everything that was booked at the desk by now for the procedures of a span."""
    owed = _owed(scene, visits, procs, settled)
    kinds = (_at_desk, _prepaid, _later, _between)
    ever = pd.concat([kind(scene, owed) for kind in kinds])
    splits = _with_dirt(scene, _until_now(scene, ever))
    payments = _payments(scene, splits)
    numbers = payments.set_index("payment")["PayNum"].reindex(splits["payment"]).to_numpy()
    splits = splits.assign(PayNum=numbers, SplitNum=scene.number("paysplit", len(splits)))
    return Money(_adjustments(scene, owed), payments, splits)


def _owed(
    scene: Scene, visits: pd.DataFrame, procs: pd.DataFrame, settled: Settled
) -> pd.DataFrame:
    """What each finished procedure costs, and what of it is the patient's, now and in the end."""
    done = procs[procs["ProcStatus"] == DONE]
    lines = settled.lines[~settled.lines["Status"].isin([2, 6])]
    # What came as one sum for a claim counts for its first procedure.
    first = lines[lines["ProcNum"] > 0].groupby("visit_key")["ProcNum"].first()
    proc = lines["ProcNum"].where(lines["ProcNum"] > 0, lines["visit_key"].map(first))
    sums = lines.groupby(proc)[["estimate", "write_off", "paid", "written_off"]].sum()
    sums = sums.reindex(done["ProcNum"], fill_value=0)
    settled_on = lines.groupby(proc)["paid_on"].max().reindex(done["ProcNum"]).to_numpy()
    is_insured = done["ProcNum"].isin(proc).to_numpy()
    visit = visits.iloc[done["visit"]]
    key, cost = done["visit_key"].to_numpy(), charge(done)
    cut = ~is_insured & (scene.lots("discount", key) < DISCOUNTED)
    discount = np.where(cut & (done["CodeNum"] != num(MISSED)), np.round(cost * DISCOUNT), 0)
    discount = discount.astype(np.int64)
    expected = cost - discount - sums["estimate"].to_numpy() - sums["write_off"].to_numpy()
    final = cost - discount - sums["paid"].to_numpy() - sums["written_off"].to_numpy()
    missed = (done["CodeNum"] == num(MISSED)).to_numpy()
    prepays = visit["kind"].isin(NEEDS).to_numpy() & (scene.lots("prepays", key) < PREPAYS)
    prepays &= ~missed & (day_of(visit["created_at"].to_numpy()) < done["ProcDate"].to_numpy())
    slowness = scene.people["slowness"].to_numpy()[done["PatNum"] - 1]
    pays_now = scene.lots("pays now", key) < leaning(PAYS_NOW, -SLOW * slowness)
    pays_later = np.where(missed, MISSED_PAYS, leaning(PAYS_LATER, -SLOW * slowness))
    if scene.plan.is_chance:
        # Nothing tells who pays: no prepayment, no claim that is waited for, no rest of one.
        prepays, expected = np.zeros_like(prepays), cost - discount - sums["estimate"].to_numpy()
        final, settled_on = expected, done["ProcDate"].to_numpy()
    now = ~missed & (prepays | pays_now)
    return done.assign(
        cost=cost,
        discount=discount,
        expected=np.maximum(0, expected),
        due=final - np.where(now, np.maximum(0, expected), 0),
        pays_now=now,
        pays_later=scene.lots("pays later", key) < pays_later,
        prepays=prepays,
        agreed_on=day_of(visit["created_at"].to_numpy()),
        # Without insurance the rest is due at once; an open claim is waited for.
        due_on=np.where(is_insured, settled_on, done["ProcDate"].to_numpy()),
    )


def _splits(rows: pd.DataFrame, kind: int, amount: str, day: str) -> pd.DataFrame:
    """One split for each row; those of a visit and kind are one payment."""
    splits = rows.assign(
        kind=kind,
        payment=rows["visit_key"] * 8 + kind,
        amount=rows[amount],
        paid_on=rows[day],
        UnearnedType=0,
    )
    return splits[splits["amount"] != 0]


def _at_desk(scene: Scene, owed: pd.DataFrame) -> pd.DataFrame:
    """Paid on the day of the visit; a few payments are not told what for."""
    now = owed[owed["pays_now"] & ~owed["prepays"]]
    rows = _splits(now, DESK, "expected", "ProcDate")
    loose = scene.lots("what for", rows["visit_key"]) < UNALLOCATED
    return rows.assign(ProcNum=rows["ProcNum"].where(~loose, 0))


def _prepaid(scene: Scene, owed: pd.DataFrame) -> pd.DataFrame:
    """Paid when the visit was agreed, and moved to its procedures when they were done."""
    ahead = owed[owed["prepays"]]
    prepayment = defined("unearned", "Prepayment")
    whole = _splits(ahead, PREPAID, "expected", "agreed_on")
    sums = {**dict.fromkeys(whole.columns.drop("visit_key"), "first"), "amount": "sum"}
    whole = whole.groupby("visit_key", as_index=False).agg(sums)
    paid = whole.assign(ProcNum=0, UnearnedType=prepayment)
    back = paid.assign(
        kind=TRANSFER,
        payment=paid["visit_key"] * 8 + TRANSFER,
        amount=-paid["amount"],
        paid_on=paid["ProcDate"],
    )
    both = pd.concat([back, _splits(ahead, TRANSFER, "expected", "ProcDate")])
    key = back["visit_key"]
    swapped = both["visit_key"].isin(key[scene.dirt.falls("unearned_swapped", key.to_numpy())])
    types = np.where(swapped, prepayment - both["UnearnedType"], both["UnearnedType"])
    return pd.concat([paid, both.assign(UnearnedType=types)])


def _later(scene: Scene, owed: pd.DataFrame) -> pd.DataFrame:
    """The rest by bill when it is known; too much comes back."""
    key = owed["visit_key"]
    wait = 3 + np.floor(scene.lots.waits("pays after", 24.0, key)).astype(np.int64)
    owed = owed.assign(settled_on=days_later(owed["due_on"].to_numpy(), wait))
    pays = (owed["due"] > 0) & owed["pays_later"]
    over = (owed["due"] < 0) & (scene.lots("refund", key) < REFUNDED)
    bills = _splits(owed[pays], LATER, "due", "settled_on")
    return pd.concat([bills, _splits(owed[over], REFUND, "due", "settled_on")])


def _between(scene: Scene, owed: pd.DataFrame) -> pd.DataFrame:
    """Income moved from one provider to another: nothing paid, two splits."""
    chosen = owed[owed["pays_now"] & ~owed["prepays"] & (owed["expected"] > 0)]
    rows = chosen[scene.lots("other provider", chosen["key"]) < TO_OTHER_PROVIDER]
    noticed_on = days_later(rows["ProcDate"].to_numpy(), np.full(len(rows), NOTICED_AFTER))
    there = _splits(rows.assign(noticed_on=noticed_on), BETWEEN, "expected", "noticed_on")
    away = there.assign(amount=-there["amount"])
    return pd.concat([away, there.assign(ProvNum=colleague(there["ProvNum"].to_numpy()))])


def _until_now(scene: Scene, splits: pd.DataFrame) -> pd.DataFrame:
    known = splits[(splits["paid_on"] <= scene.plan.now).to_numpy()]
    return known.sort_values(["paid_on", "payment", "key"], kind="stable", ignore_index=True)


def _with_dirt(scene: Scene, splits: pd.DataFrame) -> pd.DataFrame:
    """Splits without a date or for procedures that never were; no money is lost by it."""
    key = splits["key"].to_numpy() * 8 + splits["kind"].to_numpy()
    lost = scene.dirt.falls("phantom_procedure", key, (splits["ProcNum"] > 0).to_numpy())
    undated = scene.dirt.falls("split_without_date", key, ~lost)
    return splits.assign(
        ProcNum=np.where(lost, PHANTOM + splits["ProcNum"], splits["ProcNum"]),
        DatePay=np.where(undated, NEVER, splits["paid_on"].to_numpy()),
    )


def _payments(scene: Scene, splits: pd.DataFrame) -> pd.DataFrame:
    """One payment for the splits of a visit and occasion, in order of their days."""
    same = dict.fromkeys(("paid_on", "kind", "PatNum", "ClinicNum"), "first")
    payments = splits.groupby("payment", as_index=False, sort=False).agg({"amount": "sum", **same})
    key = payments["payment"].to_numpy()
    moved = payments["kind"].isin([TRANSFER, BETWEEN]).to_numpy()
    way = defined("payment") + scene.lots.which("way", (0.2, 0.15, 0.65), key)
    way = np.where(payments["kind"] == REFUND, defined("payment", "Refund"), way)
    zero = scene.dirt.falls("payment_at_zero_date", key)
    guarantor = scene.people["guarantor"].to_numpy()[payments["PatNum"] - 1]
    return payments.assign(
        PayNum=scene.number("payment", len(payments)),
        PayType=np.where(moved, 0, way),
        PatNum=guarantor,
        PayDate=np.where(zero, ZERO, payments["paid_on"].to_numpy()),
    )


def _adjustments(scene: Scene, owed: pd.DataFrame) -> pd.DataFrame:
    """Discounts, late charges, small rests written off; some on what cost nothing."""
    lots, key = scene.lots, owed["visit_key"]
    late_on = days_later(owed["due_on"].to_numpy(), np.full(len(owed), LATE_AFTER))
    owed = owed.assign(late_on=late_on, done_on=owed["ProcDate"])
    courtesy = owed[owed["discount"] > 0]
    small = owed[owed["due"].between(1, SMALL - 1) & ~owed["pays_later"]]
    late = owed[(owed["due"] > SMALL) & (lots("late", key) < LATE_CHARGED)]
    late = late.drop_duplicates("visit_key").assign(ProcNum=0, amount=LATE_CHARGE)
    # A visit that was cancelled ahead has its code on a day to come.
    is_free = ((owed["cost"] == 0) & (owed["ProcDate"] <= scene.plan.now)).to_numpy()
    odd = owed[scene.dirt.falls("adjustment_on_zero_fee", owed["key"].to_numpy(), is_free)]
    parts = [
        _adjusted(courtesy.assign(amount=-courtesy["discount"]), "Courtesy", "done_on"),
        _adjusted(small.assign(amount=-small["due"]), "Small", "late_on"),
        _adjusted(late, "Late", "late_on"),
        _adjusted(odd.assign(amount=-SMALL), "Correction", "done_on"),
    ]
    rows = pd.concat(parts)
    rows = rows[(rows["paid_on"] <= scene.plan.now).to_numpy()]
    rows = rows.sort_values(["paid_on", "key"], kind="stable")
    return rows.assign(AdjNum=scene.number("adjustment", len(rows)))


def _adjusted(rows: pd.DataFrame, kind: str, day: str) -> pd.DataFrame:
    return rows.assign(AdjType=defined("adjustment", kind), paid_on=rows[day])
