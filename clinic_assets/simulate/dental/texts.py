"""Rows as the text that MariaDB loads quickest: one line a row, tabs between, \\N for nothing.

Every value is spelled by the kind of its column, so that what a default would say never depends
on the moment of loading.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from clinic_assets.simulate.dice import Ints, Times

NONE, ZERO_DAY, ZERO_TIME = "0001-01-01", "0000-00-00", "0000-00-00 00:00:00"
NULL = "\\N"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0"})
INTEGERS = {"big", "int", "int2", "small", "usmall", "tiny", "utiny", "bool", "ubool", "key", "pk"}


def lines(rows: pd.DataFrame, kinds: Mapping[str, str], timezone: str) -> tuple[list[str], str]:
    """The columns that the table has, and its rows as one text."""
    named = [name for name in kinds if name in rows]
    forgotten = [name for name, kind in kinds.items() if kind == "stamp" and name not in rows]
    if forgotten:
        raise ValueError(f"{forgotten[0]} would say when the simulation ran")
    columns = [cells(rows[name], kinds[name], timezone) for name in named]
    return named, "".join(f"{line}\n" for line in map("\t".join, zip(*columns, strict=True)))


def cells(column: pd.Series, kind: str, timezone: str) -> Iterable[str]:
    """One column's values as text."""
    if kind in INTEGERS:
        with np.errstate(invalid="raise"):
            return map(str, column.to_numpy().astype(np.int64).tolist())
    if kind in ("double", "float"):
        return map(repr, column.to_numpy().astype(np.float64).tolist())
    if kind == "time":
        return _clock(column.to_numpy().astype(np.int64))
    if kind in ("date", "datetime"):
        return _days_or_moments(column.to_numpy().astype("datetime64[s]"), kind)
    if kind == "stamp":
        return _days_or_moments(_in_utc(column, timezone), "datetime")
    return _escaped(column)


def _clock(seconds: Ints) -> Iterable[str]:
    spelled = {
        each: f"{each // 3600:02d}:{each // 60 % 60:02d}:{each % 60:02d}"
        for each in np.unique(seconds).tolist()
    }
    return map(spelled.__getitem__, seconds.tolist())


def _days_or_moments(moments: Times, kind: str) -> Iterable[str]:
    """Year 0 stands for the zero date, no date for 0001-01-01. Many rows share few moments."""
    none, zero = (NONE, ZERO_DAY) if kind == "date" else (f"{NONE} 00:00:00", ZERO_TIME)
    each, place = np.unique(
        moments.astype("datetime64[D]") if kind == "date" else moments, return_inverse=True
    )
    spelled = np.datetime_as_string(each).astype(object)
    spelled[each < np.datetime64("0001-01-01")] = zero
    spelled[np.isnat(each)] = none
    texts: list[str] = spelled[place].tolist()
    return texts


def _in_utc(column: pd.Series, timezone: str) -> Times:
    local = pd.DatetimeIndex(column.to_numpy().astype("datetime64[s]"))
    ambiguous = np.ones(len(local), dtype=bool)
    zoned = local.tz_localize(timezone, ambiguous=ambiguous, nonexistent="shift_forward")
    return np.asarray(zoned.tz_convert(None).to_numpy())


def _escaped(column: pd.Series) -> Iterable[str]:
    values = column.tolist()
    spelled = {value: _spelled(value) for value in set(values)}
    return map(spelled.__getitem__, values)


def _spelled(value: object) -> str:
    return value.translate(ESCAPES) if isinstance(value, str) else NULL
