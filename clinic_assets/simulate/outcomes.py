"""What becomes of each visit: its risk, its outcome, and when the clinic's books learn of it.

Every visit gets its own row of shares in [0, 1) at booking, and all else follows from them.
The last day of the plan plays no part here; `slices` cuts what has not happened by then.
"""

import numpy as np
import pandas as pd

from clinic_assets.simulate.bookings import booking_days, price_of
from clinic_assets.simulate.clock import (
    NEVER,
    awake,
    day_of,
    days_apart,
    days_later,
    hour,
    seconds,
    shifted,
    weekday,
)
from clinic_assets.simulate.dice import Bools, Floats, Stream, Texts, Times, dice, spread
from clinic_assets.simulate.plan import ClinicPlan

USUAL_RISK = 0.155
NO_SHOW_SHARE = 0.58
EARLY_CANCELLATION = 0.095
CLINIC_CANCELLATION = 0.023
CONFIRMED = 0.55
RECORDED_LATE = 0.02
CORRECTED_NO_SHOW = 0.015
CORRECTED_PRICE = 0.005

FATES = (
    "bad", "no_show", "good", "moment", "confirmed", "late", "delay", "corrected", "correction",
    "pays", "method", "wait", "extra", "split", "second", "entered_late", "entry", "clock",
)  # fmt: skip


def fates(plan: ClinicPlan, book: pd.DataFrame) -> pd.DataFrame:
    """One share in [0, 1) for each visit and each question of its life."""
    days, counts = np.unique(booking_days(book), return_counts=True)
    rows = [
        dice(plan.seed, Stream.FATES, day.astype("datetime64[D]").item()).random((n, len(FATES)))
        for day, n in zip(days, counts, strict=True)
    ]
    return pd.DataFrame(np.concatenate(rows), columns=list(FATES), index=book.index)


def true_risk(plan: ClinicPlan, book: pd.DataFrame, people: pd.DataFrame) -> Floats:
    """The chance of a no-show or a late cancellation, as it is when the last slot is agreed."""
    if not plan.signal:
        return np.full(len(book), USUAL_RISK)
    start = book["start"].to_numpy()
    lead = days_apart(day_of(start), booking_days(book))
    edge = np.isin(hour(start), (8, 17))
    score = (
        -2.35
        + 0.85 * (np.log1p(lead) - 2.0)
        + 0.85 * people["unreliability"].to_numpy()[book["patient"]]
        + 0.45 * (weekday(start) == 0)
        + 0.45 * edge
        + 0.15 * (price_of(book["minutes"].to_numpy()) - 72.0) / 15.0
    )
    return np.asarray(1.0 / (1.0 + np.exp(-score)))


def outcomes(book: pd.DataFrame, fate: pd.DataFrame, risk: Floats) -> pd.DataFrame:
    """The end of every visit, the day it happened and the day it was written down."""
    start = book["start"].to_numpy()
    cancelled = _cancellation_times(start, settled_from(book), fate)
    status = _statuses(fate, risk, ~np.isnat(cancelled["early"]))
    cancelled_at = np.select(
        [status == "late", status == "early", status == "canceled_clinic"],
        [cancelled["late"], cancelled["early"], cancelled["clinic"]],
        default=NEVER,
    )
    happened = day_of(np.where(np.isnat(cancelled_at), start, cancelled_at))
    late = fate["late"].to_numpy() < RECORDED_LATE
    recorded = days_later(happened, np.where(late, spread(fate["delay"].to_numpy(), 1, 10), 0))
    ends = pd.DataFrame(
        {
            "status": np.where(np.isin(status, ("late", "early")), "canceled", status),
            "cancelled_at": cancelled_at,
            "happened_on": happened,
            "recorded_on": recorded,
            "price": price_of(book["minutes"].to_numpy()),
        },
        index=book.index,
    )
    ends["confirmed_on"] = _confirmations(book, fate, ends)
    return ends.join(_corrections(ends, fate))


def settled_from(book: pd.DataFrame) -> Times:
    """When a visit's last slot was agreed; nothing else befalls a visit that is yet to move."""
    moving = book["moves_on"].to_numpy()
    return np.where(np.isnat(moving), book["booked_at"], moving + np.timedelta64(18, "h"))


def _statuses(fate: pd.DataFrame, risk: Floats, has_time: Bools) -> Texts:
    bad = fate["bad"].to_numpy() < risk
    no_show = bad & (fate["no_show"].to_numpy() < NO_SHOW_SHARE)
    good = fate["good"].to_numpy()
    by_clinic = good > 1 - CLINIC_CANCELLATION
    early = (good < EARLY_CANCELLATION) & has_time
    choices = ["no_show", "late", "canceled_clinic", "early"]
    return np.select([no_show, bad, by_clinic, early], choices, default="completed").astype(object)


def _cancellation_times(start: Times, since: Times, fate: pd.DataFrame) -> dict[str, Times]:
    """When each visit would be cancelled: late, a day or more ahead, or by the clinic."""
    moment = fate["moment"].to_numpy()
    day_before = shifted(start, -np.timedelta64(24, "h"))
    late_from = shifted(np.maximum(since, day_before), np.timedelta64(1, "m"))
    nearly = shifted(start, -np.timedelta64(5, "m"))
    early = _between(since, day_before, np.sqrt(moment))
    return {
        "late": awake(_between(late_from, nearly, moment)),
        "early": np.where(day_before - since > np.timedelta64(2, "h"), awake(early), NEVER),
        "clinic": awake(_between(since, nearly, 1 - moment**3)),
    }


def _between(first: Times, last: Times, share: Floats) -> Times:
    span = (last - first).astype(np.int64) * share
    return shifted(first, seconds(span.astype(np.int64)))


def _confirmations(book: pd.DataFrame, fate: pd.DataFrame, ends: pd.DataFrame) -> Times:
    """The day before, by message, for visits that still stand then."""
    eve = days_later(day_of(book["start"].to_numpy()), np.full(len(book), -1))
    cancelled_on = day_of(ends["cancelled_at"].to_numpy())
    stands = np.isnat(cancelled_on) | (cancelled_on > eve)
    known = day_of(settled_from(book)) < eve
    return np.where(stands & known & (fate["confirmed"] < CONFIRMED), eve, NEVER)


def _corrections(ends: pd.DataFrame, fate: pd.DataFrame) -> pd.DataFrame:
    """Some no-shows turn out to have come, some prices to be wrong, up to two months on."""
    share, when = fate["corrected"].to_numpy(), fate["correction"].to_numpy()
    came = (ends["status"] == "no_show") & (share < CORRECTED_NO_SHOW)
    repriced = (ends["status"] == "completed") & (share < CORRECTED_PRICE)
    corrected_on = days_later(ends["recorded_on"].to_numpy(), spread(when, 1, 60))
    return pd.DataFrame(
        {
            "corrected_on": np.where(came | repriced, corrected_on, NEVER),
            "last_status": ends["status"].mask(came, "completed"),
            "last_price": ends["price"] + np.where(repriced, np.where(when < 0.5, -15.0, 15.0), 0),
        }
    )
