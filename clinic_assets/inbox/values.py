"""Single values from their text. Each refusal is a ValueError whose reason never quotes the text.

Not here: columns, units, plausibility. Surrounding space is ignored; nothing else is forgiven,
because a forgiving parser turns one clinic's 1.234 into another clinic's 1234.
"""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from zoneinfo import ZoneInfo

INTEGER_DIGITS = 15
FIRST_YEAR, LAST_YEAR = 1900, 2200
TIMESTAMP_FORM = "a date and time like 2025-03-04T09:30:00 (year-month-day)"
DATE_FORM = "a date like 2025-03-04 (year-month-day)"

NUMBER = {mark: re.compile(rf"[+-]?([0-9]*)(?:[{mark}][0-9]+)?") for mark in ".,"}
COMMA_DECIMAL = re.compile(r"[+-]?(?:[0-9]*|[0-9]{1,3}(?:\.[0-9]{3})+),[0-9]+")
EXPONENT = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]*)?[eE][+-]?[0-9]+")
NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[.,'’\s][0-9]{3})+(?:[.,][0-9]+)?")
THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
MARKED = re.compile(r"[+-]?[0-9.,]+")
WHOLE = re.compile(r"[+-]?[0-9]+")

DAY = r"([0-9]{4})-[0-9]{2}-[0-9]{2}"
OFFSET = r"(Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?"
TIMESTAMP = re.compile(
    rf"{DAY}[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]{{1,9}})?)?{OFFSET}"
)
DATE = re.compile(rf"({DAY})(?:[T ]00:00(?::00(?:\.0{{1,9}})?)?)?")
SLASHED = re.compile(r"[0-9]{1,4}[/.\\-][0-9]{1,2}[/.\\-][0-9]{1,4}(?:\D.*)?", re.DOTALL)
SERIAL = re.compile(r"[0-9]{1,6}(?:[.,][0-9]+)?")

FLAGS = {"0": False, "false": False, "no": False, "1": True, "true": True, "yes": True}


def parse_number(text: str, decimal_mark: str) -> Decimal:
    """The number with this decimal mark ('.' or ','), exactly. Raises ValueError with a reason."""
    text = text.strip()
    found = NUMBER[decimal_mark].fullmatch(text)
    if not found or not any("0" <= c <= "9" for c in text):
        raise ValueError(_not_a_number(text, decimal_mark))
    if len(found[1]) > INTEGER_DIGITS:
        raise ValueError(f"has more than {INTEGER_DIGITS} digits before the decimal mark")
    return Decimal(text.replace(",", "."))


def decimal_mark_of(cells: Iterable[str], delimiter: str) -> str:
    """',' if a cell has a decimal comma and commas do not separate the columns; otherwise '.'."""
    if delimiter == ",":
        return "."
    return "," if any(COMMA_DECIMAL.fullmatch(cell.strip()) for cell in cells) else "."


def parse_whole(text: str) -> int:
    """The whole number. Raises ValueError with a reason; 3.0 is not whole."""
    text = text.strip()
    if not WHOLE.fullmatch(text):
        raise ValueError("is empty" if not text else "is not a whole number (digits only)")
    if len(text.lstrip("+-")) > INTEGER_DIGITS:
        raise ValueError(f"has more than {INTEGER_DIGITS} digits")
    return int(text)


def parse_flag(text: str) -> bool:
    """1, true, yes or 0, false, no in any case. Raises ValueError with a reason."""
    flag = FLAGS.get(text.strip().casefold())
    if flag is None:
        raise ValueError("is empty" if not text.strip() else "is not 0/1, true/false or yes/no")
    return flag


def parse_date(text: str) -> dt.date:
    """An ISO date, or a timestamp at midnight. Raises ValueError with a reason."""
    found = DATE.fullmatch(text.strip())
    if not found:
        raise ValueError(_not_a_day(text.strip(), DATE_FORM))
    _check_year(int(found[2]))
    return _from_iso(found[1], DATE_FORM).date()


def parse_timestamp(text: str, zone: ZoneInfo) -> dt.datetime:
    """An ISO date-time, aware and in `zone`; without an offset it is the zone's local time.

    A local time that a clock change repeats is its first occurrence; fractions beyond
    microseconds are cut. Raises ValueError with a reason, also for a local time that a clock
    change skips.
    """
    found = TIMESTAMP.fullmatch(text.strip())
    if not found:
        raise ValueError(_not_a_day(text.strip(), TIMESTAMP_FORM))
    _check_year(int(found[1]))
    moment = _from_iso(found[0], TIMESTAMP_FORM)
    return moment.astimezone(zone) if moment.tzinfo else _local(moment, zone)


def parse_since(text: str, zone: ZoneInfo) -> dt.datetime:
    """When something was made: a date-time, or a plain date, which is its day's start in `zone`.

    Raises ValueError with a reason.
    """
    text = text.strip()
    if not re.fullmatch(DAY, text):
        return parse_timestamp(text, zone)
    start = dt.datetime.combine(parse_date(text), dt.time(), zone)
    # Where a clock change skips midnight, the day starts at the first moment there is.
    return start.astimezone(dt.UTC).astimezone(zone)


def parse_amount(text: str, decimal_mark: str) -> Decimal:
    """The number with at most two decimals. Raises ValueError with a reason.

    1,200 may be twelve hundred elsewhere, whatever this file's decimal mark is.
    """
    found = parse_number(text, decimal_mark)
    if THOUSANDS.fullmatch(text.strip()):
        raise ValueError("is ambiguous between thousands and three decimals; expected 1200 or 1.20")
    if found != round(found, 2):
        raise ValueError("has more than two decimals")
    return found


def _local(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    local = moment.replace(tzinfo=zone)
    if local.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise ValueError("does not exist on that day (clock change)")
    return local


def _from_iso(text: str, form: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        # The original message quotes the text.
        raise ValueError(f"is not in the calendar; expected {form}") from None


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"has a year outside {FIRST_YEAR} to {LAST_YEAR}")


def _not_a_number(text: str, mark: str) -> str:
    other = "," if mark == "." else "."
    if not text:
        return "is empty"
    if EXPONENT.fullmatch(text):
        return "is written with an exponent; expected plain digits"
    if NOT_FINITE.fullmatch(text):
        return "is not a finite number"
    if GROUPED.fullmatch(text) or (other in text and MARKED.fullmatch(text)):
        return f"is ambiguous: expected '{mark}' as decimal mark and no thousands separators"
    return f"is not a plain number (digits, '{mark}' as decimal mark, no currency sign)"


def _not_a_day(text: str, form: str) -> str:
    if not text:
        return "is empty"
    if SERIAL.fullmatch(text):
        return f"is a spreadsheet's day number; expected {form}"
    if SLASHED.fullmatch(text) and not TIMESTAMP.match(text) and not DATE.match(text):
        return f"is ambiguous between day and month; expected {form}"
    return f"is not {form}"
