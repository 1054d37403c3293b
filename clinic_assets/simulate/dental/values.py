"""Values for a column of any type MariaDB has, the awkward ones among them.

Each column gets a pool of texts in the spelling of `load data`; rows draw from it. What stays
within a type's bounds comes from the type alone: nothing here knows what a column means.
"""

import re
from dataclasses import dataclass

import numpy as np

from clinic_assets.simulate.dental.lots import Lots
from clinic_assets.simulate.dental.texts import ESCAPES, NULL

Shares = list[float]

POOL = 509
"""Values to draw from, a prime so that columns do not repeat in step."""

BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
WORDS = (
    "recall", "patient", "crown", "Zähne", "naïve", "Ø", "łódź", "北京", "мост", "O'Brien",
    'the "other" one', "C:\\scans", "tab\there", "line\nbreak", "return\r\n", "50%", "a_b",
    "$12.50", "NULL", "\\N", "NA", "-", "0", "true",
)  # fmt: skip
OUTSIDE_BMP = ("🦷", "👩‍⚕️ done")
CONTROL = ("nul\0inside", "one\x01two\x03three")
DAYS = ("0000-00-00", "0001-01-01", "1000-01-01", "1969-12-31", "2000-02-29", "9999-12-31")
CLOCKS = ("00:00:00", "23:59:59", "838:59:59", "-838:59:59", "24:00:00", "00:00:01")


@dataclass(frozen=True)
class ColumnType:
    """What the catalogue says of one column."""

    name: str
    data_type: str
    full_type: str
    nullable: bool
    charset: str
    length: int
    """Most characters of a text, most bytes of a binary."""
    precision: int
    scale: int
    fraction: int
    """Decimal places of seconds."""

    @property
    def is_binary(self) -> bool:
        """Loaded as hexadecimal digits."""
        return "blob" in self.data_type or "binary" in self.data_type

    @property
    def conversion(self) -> str:
        """How the loaded text becomes the value, where it is not the text itself."""
        if self.is_binary:
            return "unhex({})"
        return "cast({} as unsigned)" if self.data_type == "bit" else ""


def pool(column: ColumnType, lots: Lots, with_control: bool) -> list[str]:
    """The texts that a column's rows draw from; every fiftieth is nothing where that may be."""
    number = np.arange(POOL)
    shares: Shares = lots(f"{column.name}'s values", number).tolist()
    kind = column.data_type
    if kind in BITS:
        found = _integers(column, shares)
    elif kind in ("double", "float", "decimal"):
        found = _fractions(column, shares)
    elif kind in ("date", "datetime", "timestamp"):
        found = _moments(column, shares)
    elif kind == "time":
        found = [*CLOCKS, *(_clock(int(share * 86_400)) for share in shares)]
    elif kind == "year":
        found = ["1901", "2155", *(str(1990 + int(share * 40)) for share in shares)]
    elif kind == "bit":
        found = [str(int(share * 2 ** min(column.precision, 52))) for share in shares]
    elif kind in ("enum", "set"):
        named = re.findall(r"'((?:[^']|'')*)'", column.full_type)
        found = [_escaped(named[int(share * len(named))].replace("''", "'")) for share in shares]
    elif kind == "json":
        found = ["{}", "[]", '{"a": 1}', *(str(int(share * 1000)) for share in shares)]
    elif column.is_binary:
        found = _binaries(column, shares)
    else:
        found = _texts(column, shares, with_control)
    found = found[:POOL]
    return [NULL if column.nullable and n % 50 == 49 else text for n, text in enumerate(found)]


def _integers(column: ColumnType, shares: Shares) -> list[str]:
    bits = BITS[column.data_type]
    low, high = (
        (0, 2**bits - 1)
        if "unsigned" in column.full_type
        else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    )
    usual = min(high, 100_000)
    return [
        str(low),
        str(high),
        "0",
        "0",
        "0",
        "1",
        *(str(int(share**3 * usual)) for share in shares),
    ]


def _fractions(column: ColumnType, shares: Shares) -> list[str]:
    if column.data_type == "decimal":
        most = 10 ** (column.precision - column.scale) - 1
        return [
            "0",
            str(most),
            str(-most),
            *(f"{share * min(most, 5000):.{column.scale}f}" for share in shares),
        ]
    odd = ["0", "-1", "252252", "0.1", "-0.005", "1e-05", "123456789012345.67", "1e+16", "3.4e+38"]
    return [*odd, *(repr(round(share * 2000, 2)) for share in shares[:400]), *map(repr, shares)]


def _moments(column: ColumnType, shares: Shares) -> list[str]:
    spans = (np.array(shares) * 4.1e14).astype("timedelta64[us]")
    moments = np.datetime64("2012-01-01", "us") + spans
    if column.data_type == "date":
        return [*DAYS, *np.datetime_as_string(moments, unit="D").tolist()]
    length = 19 if column.fraction == 0 else 20 + column.fraction
    texts = [text[:length] for text in np.datetime_as_string(moments).tolist()]
    if column.data_type == "timestamp":
        return [f"{DAYS[0]} 00:00:00", "1970-01-01 00:00:01", "2038-01-19 03:14:07", *texts]
    return [*(f"{day} 00:00:00" for day in DAYS), "9999-12-31 23:59:59", *texts]


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _binaries(column: ColumnType, shares: Shares) -> list[str]:
    size = min(column.length, 24)
    digits = [f"{int(share * 2**52):013x}" * 4 for share in shares]
    return [
        "",
        "00",
        "ff" * size,
        *(text[: 2 * max(1, int(len(text) / 4 % size))] for text in digits),
    ]


def _texts(column: ColumnType, shares: Shares, with_control: bool) -> list[str]:
    """Mostly short, now and then as long as the column holds, often nothing."""
    words = [
        *WORDS,
        *(OUTSIDE_BMP if column.charset == "utf8mb4" else ()),
        *(CONTROL if with_control else ()),
    ]
    if column.charset not in ("utf8mb3", "utf8mb4", "utf8"):
        words = [word for word in words if word.isascii()]
    usual = min(column.length, 60)
    found = ["" for _ in range(POOL // 4)] + [word[: column.length] for word in words]
    found.append(("long " * 60)[: min(column.length, 300)])
    for share in shares:
        start, count = int(share * 997) % len(words), 1 + int(share * 1e6) % 4
        text = " ".join(words[(start + 7 * n) % len(words)] for n in range(count))
        found.append(f"{int(share * 1e8):x} {text}"[:usual].rstrip("\\"))
    return [_escaped(text) for text in found]


def _escaped(text: str) -> str:
    return text.translate(ESCAPES)
