"""Rows of dropped files as frames of text: corrected, typed, and parted into good and refused."""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import sqlalchemy as sa

from clinic_assets.inbox.values import decimal_mark_of
from clinic_assets.settings import settings
from clinic_assets.warehouse.kinds import Kind

if TYPE_CHECKING:
    from clinic_assets.warehouse.intake import Arrival

WHOLE_ROW = "*"
"""As a correction's column: the value is the whole row, as CSV in the contract's column order."""

FIXED = ["source", "file_sha256", "line", "raw", "extra", "decimal_mark", "row_sha256", "came_as"]
REFUSED = ["source", "file_sha256", "line", "column_name", "reason", "raw", "cells", "row_sha256"]


def parted(
    connection: sa.Connection, kind: Kind, arrivals: "list[Arrival]"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Good rows (text, with event_day and is_settled) and refused ones, of all files at once."""
    rows, misshapen = _as_frame(kind, arrivals), _misshapen(arrivals)
    fixes = _corrections(connection, [*rows["row_sha256"], *misshapen["row_sha256"]])
    rows, misshapen = _corrected(kind, rows, misshapen, fixes)
    rows, repeated = _without_repeats(kind, rows)
    good, mistyped = typed_apart(kind, rows)
    good, respelt = _without_respelt(kind, good)
    refused = [f for f in (misshapen, repeated, mistyped, respelt) if len(f)]
    return good, pd.concat(refused) if refused else pd.DataFrame(columns=REFUSED)


def parted_again(
    connection: sa.Connection, kind: Kind, waiting: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same for rows that wait in quarantine, with the corrections made since."""
    return typed_as_fixed(kind, waiting, _corrections(connection, list(waiting["row_sha256"])))


def typed_as_fixed(
    kind: Kind, waiting: pd.DataFrame, fixes: dict[str, dict[str, str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows that wait, as these corrections make them: by the hash of a row, column to value."""
    names = _names(kind)
    has_cells = waiting["cells"].notna()
    rows = waiting.loc[has_cells].drop(columns=["cells"]).reset_index(drop=True)
    cells = list(waiting.loc[has_cells, "cells"])
    for name in names:
        rows[name] = pd.Series([c[name] for c in cells], dtype=object)
    rows["extra"], rows["decimal_mark"], rows["came_as"] = None, ".", rows["row_sha256"]
    if cells:
        rows["decimal_mark"] = [decimal_mark_of(c.values(), ";") for c in cells]
    misshapen = waiting.loc[~has_cells, REFUSED]
    rows, _ = _corrected(kind, rows[[*names, *FIXED]], misshapen, fixes)
    return typed_apart(kind, rows)


def typed_apart(kind: Kind, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows that can be typed, with the day they are about, and those that cannot."""
    typed = kind.typed(rows, settings().zone)
    why = [(r.position, r.column, r.reason) for r in typed.refused]
    good = rows.loc[typed.frame.index].copy()
    good["event_day"] = typed.frame[kind.event_day] if kind.event_day else None
    good["is_settled"] = typed.frame.get("is_settled", pd.Series(False, index=good.index))
    key = [c.name for c in kind.clean.primary_key if c.name in typed.frame]
    good["thing"] = list(typed.frame[key].itertuples(index=False, name=None))
    return good, _refused_rows(kind, rows, why)


def _names(kind: Kind) -> list[str]:
    return [f.name for f in kind.contract.fields]


def hash_of_row(values: Iterable[str]) -> str:
    """Of a row's cells, whatever the separator, encoding or order of columns it came in."""
    return hashlib.sha256("\x1f".join(values).encode("utf-8", "surrogatepass")).hexdigest()


def _as_frame(kind: Kind, arrivals: "list[Arrival]") -> pd.DataFrame:
    names = _names(kind)
    found: list[dict[str, Any]] = []
    for arrival in arrivals:
        read = arrival.read
        assert read is not None  # noqa: S101 - only accepted files come here
        cells = (row[name] for row in read.rows for name in names)
        mark = decimal_mark_of(cells, read.delimiter)
        for row, line, raw, extra in zip(
            read.rows, read.lines, read.raws, read.extras or [{}] * len(read.rows), strict=True
        ):
            found.append(
                {
                    **row,
                    "source": arrival.source,
                    "file_sha256": arrival.sha256,
                    "line": line,
                    "raw": raw,
                    "extra": extra or None,
                    "decimal_mark": mark,
                    "row_sha256": (told := hash_of_row([row[n] for n in names])),
                    "came_as": told,
                }
            )
    frame = pd.DataFrame(found, columns=[*names, *FIXED], dtype=object)
    for key in kind.keys:
        frame[key] = frame[key].str.strip() if len(frame) else frame[key]
    return frame


def _misshapen(arrivals: "list[Arrival]") -> pd.DataFrame:
    found = [
        (a.source, a.sha256, r.line, r.column, r.reason, r.raw, None, hash_of_row([r.raw]))
        for a in arrivals
        for r in (a.read.refused if a.read else [])
    ]
    return pd.DataFrame(found, columns=REFUSED, dtype=object)


def _refused_rows(
    kind: Kind, rows: pd.DataFrame, why: Sequence[tuple[int, str | None, str]]
) -> pd.DataFrame:
    places = [position for position, _, _ in why]
    found = rows.loc[places, ["source", "file_sha256", "line", "raw"]].copy()
    found["row_sha256"] = rows.loc[places, "came_as"]
    cells: list[Any] = rows.loc[places, _names(kind)].to_dict("records")
    found["cells"] = pd.Series(cells, index=found.index, dtype=object)
    found["column_name"] = [column for _, column, _ in why]
    found["reason"] = [reason for _, _, reason in why]
    return found[REFUSED]


def _without_repeats(kind: Kind, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Equal rows of one key count once; rows of one key that differ are all refused."""
    key = ["source", "file_sha256", *kind.keys]
    distinct = rows.drop_duplicates([*key, "row_sha256"])
    conflicting = distinct.duplicated(key, keep=False)
    clashing = rows.loc[distinct.index[conflicting]]
    reason = f"the file says different things of one {', '.join(kind.keys)}"
    why = [(int(i), kind.keys[0], reason) for i in clashing.index]
    return distinct.loc[~conflicting], _refused_rows(kind, rows, why)


def _without_respelt(kind: Kind, good: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of one file whose keys only differ in how a date or time is written are all refused."""
    twice = good.duplicated(["source", "file_sha256", "thing"], keep=False).astype(bool)
    reason = f"the file says one {', '.join(kind.keys)} twice, written in different ways"
    why: list[tuple[int, str | None, str]] = [
        (int(i), kind.keys[-1], reason) for i in good.index[twice]
    ]
    return good.loc[~twice], _refused_rows(kind, good, why)


def _corrections(connection: sa.Connection, hashes: list[str]) -> dict[str, dict[str, str]]:
    found = connection.execute(
        sa.text("select row_sha256, column_name, value from ops.correction")
    ).all()
    wanted = set(hashes) if found else set()
    fixes: dict[str, dict[str, str]] = {}
    for row_sha256, column, value in found:
        if row_sha256 in wanted:
            fixes.setdefault(row_sha256, {})[column] = value
    return fixes


def _corrected(
    kind: Kind, rows: pd.DataFrame, misshapen: pd.DataFrame, fixes: dict[str, dict[str, str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    if not fixes:
        return rows, misshapen
    names = _names(kind)
    whole = misshapen["row_sha256"].map(lambda h: WHOLE_ROW in fixes.get(h, {})).astype(bool)
    repaired = misshapen.loc[whole, ["source", "file_sha256", "line", "raw", "row_sha256"]].copy()
    repaired["extra"], repaired["decimal_mark"] = None, "."
    repaired["came_as"] = repaired["row_sha256"]
    rows = pd.concat([rows, repaired.reindex(columns=rows.columns)], ignore_index=True)
    for place in rows.index[rows["row_sha256"].isin(list(fixes))]:
        fix = dict(fixes[str(rows.at[place, "row_sha256"])])
        if WHOLE_ROW in fix:
            [cells] = csv.reader(io.StringIO(fix.pop(WHOLE_ROW)))
            fix |= dict(zip(names, cells, strict=False))
        for name, value in fix.items():
            rows.at[place, name] = value
        rows.at[place, "row_sha256"] = hash_of_row([str(rows.at[place, n] or "") for n in names])
    return rows, misshapen.loc[~whole]
