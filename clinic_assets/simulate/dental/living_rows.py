"""What people do in a practice, one function a deed: which rows it touches, and of which days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from numpy.random import Generator

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Deed:
    """One row that was added, changed or deleted, with its own days before and after."""

    kind: str
    table: str
    key: int
    days: tuple[date, ...] = ()


class Hand(Protocol):
    """A transaction's way to the rows."""

    rng: Generator

    def some(self, table: str, key: str, columns: str, where: str = "true") -> Row | None:
        """A row somewhere in the table."""

    def all(self, table: str, key: str, columns: str, where: str) -> list[Row] | None:
        """All rows of which this is so; none when somebody holds one of them."""

    def run(self, statement: str, *bound: object) -> int:
        """Run a statement; the key of the row it added."""

    def moment(self, days: int) -> datetime:
        """Some working hour around today."""


OPEN = "AptStatus = 1 and AptDateTime > '1880-01-01'"
TIMED = "AptStatus in (1, 2, 5) and AptDateTime > '1880-01-01'"


def book(hand: Hand) -> list[Deed]:
    """A visit is agreed, with what will be done."""
    patient = hand.some("patient", "PatNum", "PriProv, SecProv")
    if patient is None:
        return []
    pat, dentist, hygienist = patient
    start = hand.moment(60)
    cleaned = int(hand.rng.integers(2))
    apt = hand.run(
        "insert into appointment (PatNum, AptStatus, Pattern, ProvNum, ProvHyg, IsHygiene,"
        " AptDateTime, SecDateTEntry, DateTimeArrived, DateTimeSeated, DateTimeDismissed, Note,"
        " ProcsColored) values (%s, 1, %s, %s, %s, %s, %s, now(), '0001-01-01', '0001-01-01',"
        " '0001-01-01', 'naïve – “quoted”', '')",
        pat, "X" * int(hand.rng.integers(4, 13)), dentist, hygienist * cleaned, cleaned, start,
    )  # fmt: skip
    proc = hand.run(
        "insert into procedurelog (PatNum, AptNum, ProcDate, ProcFee, ProcStatus, ProvNum, CodeNum,"
        " UnitQty, DateTP) values (%s, %s, %s, %s, 1, %s, %s, 1, curdate())",
        pat, apt, start.date(), _price(hand), dentist, int(hand.rng.integers(1, 27)),
    )  # fmt: skip
    told = _history(hand, apt, pat, 1, 0, start)
    days = (start.date(),)
    return [
        Deed("booked", "appointment", apt, days),
        Deed("planned", "procedurelog", proc, days),
        told,
    ]


def complete(hand: Hand) -> list[Deed]:
    """A visit takes place: it and its procedures change in place."""
    row = hand.some("appointment", "AptNum", "PatNum, AptDateTime", OPEN)
    procs = hand.all("procedurelog", "ProcNum", "ProcDate", f"AptNum = {row[0]}") if row else None
    if row is None or procs is None:
        return []
    apt, pat, start = row
    hand.run(
        "update appointment set AptStatus = 2, DateTimeArrived = AptDateTime - interval 5 minute,"
        " DateTimeSeated = AptDateTime, DateTimeDismissed = AptDateTime + interval 40 minute"
        " where AptNum = %s", apt,
    )  # fmt: skip
    hand.run(
        "update procedurelog set ProcStatus = 2, ProcDate = %s, ProcFee = ProcFee + 12"
        " where AptNum = %s", start.date(), apt,
    )  # fmt: skip
    days = (start.date(),)
    return [
        Deed("completed", "appointment", apt, days),
        *(Deed("done", "procedurelog", proc, (*_days(day), *days)) for proc, day in procs),
        _history(hand, apt, pat, 2, 1, start),
    ]


def break_off(hand: Hand) -> list[Deed]:
    """A patient does not come, or cancels; the code that says so is not always attached."""
    row = hand.some("appointment", "AptNum", "PatNum, AptDateTime, ProvNum", OPEN)
    if row is None:
        return []
    apt, pat, start, provider = row
    missed, attached = int(hand.rng.integers(2)), int(hand.rng.integers(2))
    hand.run("update appointment set AptStatus = 5 where AptNum = %s", apt)
    proc = hand.run(
        "insert into procedurelog (PatNum, AptNum, ProcDate, ProcStatus, ProvNum, CodeNum, UnitQty,"
        " DateTP) select %s, %s, %s, 2, %s, CodeNum, 1, curdate() from procedurecode"
        " where ProcCode = %s", pat, apt * attached, start.date(), provider,
        "D9986" if missed else "D9987",
    )  # fmt: skip
    days = (start.date(),)
    return [
        Deed("broken", "appointment", apt, days),
        Deed("noted", "procedurelog", proc, days),
        _history(hand, apt, pat, 5, 2 if missed else 3, start),
    ]


def move(hand: Hand) -> list[Deed]:
    """A visit goes to another day."""
    row = hand.some("appointment", "AptNum", "PatNum, AptDateTime", TIMED)
    if row is None:
        return []
    apt, pat, start = row
    moved = start + timedelta(days=int(hand.rng.integers(-20, 21)))
    hand.run("update appointment set AptDateTime = %s where AptNum = %s", moved, apt)
    days = (start.date(), moved.date())
    return [Deed("moved", "appointment", apt, days), _history(hand, apt, pat, 1, 1, moved)]


def reprice(hand: Hand) -> list[Deed]:
    """A fee is corrected; the stamp moves, stays, or goes back, as after an import."""
    row = hand.some("procedurelog", "ProcNum", "ProcDate")
    if row is None:
        return []
    proc, day = row
    stamp, kind = [
        ("", "repriced"),
        (", DateTStamp = DateTStamp", "repriced in silence"),
        (", DateTStamp = '2016-02-29 10:00:00'", "repriced and backdated"),
    ][int(hand.rng.integers(3))]
    hand.run(f"update procedurelog set ProcFee = %s{stamp} where ProcNum = %s", _price(hand), proc)
    return [Deed(kind, "procedurelog", proc, _days(day))]


def pay(hand: Hand) -> list[Deed]:
    """A payment for a procedure; now and then one is a refund."""
    row = hand.some("procedurelog", "ProcNum", "PatNum, ProvNum", "ProcStatus = 2")
    if row is None:
        return []
    proc, pat, provider = row
    amount, day = _price(hand) * (1 if hand.rng.random() < 0.9 else -1), hand.moment(3).date()
    payment = hand.run(
        "insert into payment (PatNum, PayAmt, PayDate, PayType, PayNote, Receipt, DateEntry)"
        " values (%s, %s, %s, 6, '', '', curdate())", pat, amount, day,
    )  # fmt: skip
    split = hand.run(
        "insert into paysplit (PatNum, PayNum, SplitAmt, DatePay, ProcNum, ProvNum, DateEntry)"
        " values (%s, %s, %s, %s, %s, %s, curdate())", pat, payment, amount, day, proc, provider,
    )  # fmt: skip
    return [Deed("paid", "payment", payment, (day,)), Deed("split", "paysplit", split, (day,))]


def write(hand: Hand) -> list[Deed]:
    """A message to a patient, and a line in the log."""
    row = hand.some("patient", "PatNum", "LName")
    if row is None:
        return []
    pat = row[0]
    letter = hand.run(
        "insert into commlog (PatNum, CommDateTime, CommType, Note, Mode_, Signature)"
        " values (%s, now(), 1, %s, 5, '')", pat, "Reminder\nwith a second line",
    )  # fmt: skip
    line = hand.run(
        "insert into securitylog (PermType, UserNum, LogDateTime, LogText, PatNum, CompName)"
        " values (43, 1, now(), 'Message sent', %s, 'FRONT-1')", pat,
    )  # fmt: skip
    return [Deed("written", "commlog", letter), Deed("logged", "securitylog", line)]


def correct(hand: Hand) -> list[Deed]:
    """A patient's phone number, in place."""
    row = hand.some("patient", "PatNum", "LName")
    if row is None:
        return []
    phone = f"(360)555-{int(hand.rng.integers(10_000)):04d}"
    hand.run("update patient set WirelessPhone = %s where PatNum = %s", phone, row[0])
    return [Deed("corrected", "patient", row[0])]


def delete(hand: Hand) -> list[Deed]:
    """A message, a split, an appointment or a claim's line goes for good."""
    table, key, day = [
        ("commlog", "CommlogNum", "null"),
        ("paysplit", "SplitNum", "DatePay"),
        ("appointment", "AptNum", "date(AptDateTime)"),
        ("claimproc", "ClaimProcNum", "DateCP"),
    ][int(hand.rng.integers(4))]
    row = hand.some(table, key, day)
    if row is None:
        return []
    hand.run(f"delete from {table} where {key} = %s", row[0])
    return [Deed("deleted", table, row[0], _days(row[1]))]


DEEDS: tuple[Callable[[Any], list[Deed]], ...] = (
    book, book, book, complete, complete, break_off, move, reprice, reprice, pay, pay, write, write,
    correct, delete,
)  # fmt: skip
"""Each as likely as it is often here."""


def _history(hand: Hand, apt: int, pat: int, status: int, action: int, start: datetime) -> Deed:
    key = hand.run(
        "insert into histappointment (AptNum, PatNum, AptStatus, HistApptAction, HistDateTStamp,"
        " AptDateTime) values (%s, %s, %s, %s, now(), %s)", apt, pat, status, action, start,
    )  # fmt: skip
    return Deed("told", "histappointment", key, (start.date(),))


def _price(hand: Hand) -> float:
    return int(hand.rng.integers(500, 150_000)) / 100


def _days(day: date | None) -> tuple[date, ...]:
    """No day where it is a zero date, which the driver shows as none, or 0001-01-01."""
    return (day,) if day is not None and day.year > 1 else ()
