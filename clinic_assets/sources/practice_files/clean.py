"""The practice's rows in the clinic's vocabulary. Pure: frames of text in, typed frames out.

Every function takes the text columns of its file and the clinic's zone and refuses, with the
reason, what cannot be true; what is merely odd is left to the checks.
"""

import datetime as dt
from zoneinfo import ZoneInfo

import pandas as pd

from clinic_assets.inbox.typed import Typed, TypingRows, text
from clinic_assets.inbox.values import parse_amount, parse_flag, parse_since, parse_timestamp

STATUS_OF_WORD = {
    "booked": "booked",
    "scheduled": "booked",
    "confirmed": "confirmed",
    "arrived": "arrived",
    "checked_in": "arrived",
    "completed": "completed",
    "attended": "completed",
    "no_show": "no_show",
    "noshow": "no_show",
    "did_not_attend": "no_show",
    "canceled": "cancelled_patient",
    "cancelled": "cancelled_patient",
    "canceled_patient": "cancelled_patient",
    "cancelled_patient": "cancelled_patient",
    "canceled_clinic": "cancelled_clinic",
    "cancelled_clinic": "cancelled_clinic",
    "rescheduled": "rescheduled",
}
"""The practice's words; `canceled` alone says nothing of the clinic, so it is the patient's."""

SETTLED = ("completed", "no_show")
"""Only these say that their day is over: a visit of next week may be cancelled today."""


def status_of(word: str) -> str:
    """The clinic's status for the practice's word; `unresolved` for a word that no map knows."""
    return STATUS_OF_WORD.get(word.strip().casefold().replace(" ", "_").replace("-", "_"),
                              "unresolved")  # fmt: skip


def patients(rows: pd.DataFrame, zone: ZoneInfo) -> Typed:
    """One version of a patient per row; names may be missing, a check tells."""
    typing = TypingRows(rows)
    typing.column("patient_id", text)
    for name in ("first_name", "last_name", "phone"):
        typing.column(name, text, optional=True)
    typing.column("has_consent", _consent, source="consent_form_received", optional=True)
    typing.column("consent_raw", text, source="consent_form_received", optional=True)
    typing.column("created_at", lambda cell: parse_since(cell, zone), optional=True)
    return typing.done()


def _consent(cell: str) -> bool | None:
    """Null for a value that is neither yes nor no: a bad consent is no consent, and a check
    tells.
    """
    try:
        return parse_flag(cell)
    except ValueError:
        return None


def physios(rows: pd.DataFrame, zone: ZoneInfo) -> Typed:
    """One version of a practitioner per row."""
    typing = TypingRows(rows)
    typing.column("physio_id", text)
    typing.column("full_name", text, optional=True)
    return typing.done()


def appointments(rows: pd.DataFrame, zone: ZoneInfo) -> Typed:
    """One appointment per row; its day is the local date of its start."""
    typing = TypingRows(rows)
    for name in ("appointment_id", "patient_id", "physio_id"):
        typing.column(name, text)
    start = typing.column("start_at", lambda c: parse_timestamp(c, zone), source="appt_start")
    end = typing.column("end_at", lambda c: parse_timestamp(c, zone), source="appt_end")
    typing.column("created_at", lambda c: parse_since(c, zone), source="booked_at",
                  optional=True)  # fmt: skip
    typing.column("status_raw", text, source="status")
    typing.column("cancelled_at", lambda c: parse_timestamp(c, zone), optional=True)
    _amount(typing, "price_amount", "price_estimate", optional=True)
    typing.refuse_where(_before(end, start), "appt_end", "lies before the start")
    typing.frame["status"] = typing.frame["status_raw"].map(lambda w: status_of(w or ""))
    typing.frame["day"] = _local_day(start, zone)
    typing.frame["is_settled"] = typing.frame["status"].isin(SETTLED)
    return typing.done()


def payments(rows: pd.DataFrame, zone: ZoneInfo) -> Typed:
    """One payment per row, negative for a refund; its day is the local date it was paid."""
    typing = TypingRows(rows)
    typing.column("payment_id", text)
    typing.column("appointment_id", text, optional=True)
    _amount(typing, "amount", "amount", optional=False)
    paid = typing.column("paid_at", lambda c: parse_timestamp(c, zone))
    typing.column("method", lambda c: c.casefold(), optional=True)
    typing.frame["day"] = _local_day(paid, zone)
    return typing.done()


def shifts(rows: pd.DataFrame, zone: ZoneInfo) -> Typed:
    """One shift of one practitioner per row; its day is the local date it begins."""
    typing = TypingRows(rows)
    typing.column("practitioner", text)
    start = typing.column("start_at", lambda c: parse_timestamp(c, zone), source="starts_at")
    end = typing.column("end_at", lambda c: parse_timestamp(c, zone), source="ends_at")
    typing.refuse_where(_before(end, start, or_equal=True), "ends_at", "lies not after the start")
    typing.frame["day"] = _local_day(start, zone)
    return typing.done()


def _amount(typing: TypingRows, name: str, source: str, *, optional: bool) -> None:
    typing.column(name, _money, source=source, optional=optional, also="decimal_mark")


def _money(cell: str, decimal_mark: str) -> object:
    amount = parse_amount(cell, decimal_mark)
    if abs(amount) >= 10**9:
        raise ValueError("is too large for an amount")
    return amount


def _before(one: pd.Series, other: pd.Series, *, or_equal: bool = False) -> pd.Series:
    pairs = zip(one, other, strict=True)
    said = [bool(a and b and (a < b or (or_equal and a == b))) for a, b in pairs]
    return pd.Series(said, index=one.index)


def _local_day(moments: pd.Series, zone: ZoneInfo) -> pd.Series:
    days = [m.astimezone(zone).date() if isinstance(m, dt.datetime) else None for m in moments]
    return pd.Series(days, index=moments.index, dtype=object)
