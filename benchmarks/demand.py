"""Forecasts of what sites will issue, on months that the forecast has not seen.

python -m benchmarks.demand --history FILE --future FILE [--json]
python -m benchmarks.demand --history FILE --rolling 3 [--origins 4] [--json]

Files: CSV (or .gz) of site x product x month with year, month, site_code, product_code,
stock_distributed and, where known, stock_initial, stock_received, stock_end, stock_stockout_days.

MASE: for each series and origin the mean absolute error over its reported months of the hold-out,
divided by the mean absolute step between one reported month and the next in its history; the mean
of these. A series whose history has fewer than two reports, or no step other than zero, has no
such scale at that origin: it is left out of MASE (`scaled_series` counts the others) and is in all
other numbers.
Series without any history are not forecast, and counted.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from clinic_assets.inventory.demand.history import (
    Floats,
    History,
    known_demand,
    naive_scale,
)
from clinic_assets.inventory.demand.intervals import half_widths
from clinic_assets.inventory.demand.methods import seed_mean, six_mean
from clinic_assets.inventory.forecast import issue_forecast

DAYS_OF_MONTH = 30.0
SERIES = ["site_code", "product_code"]


def main() -> None:
    """Score our forecast and two means beside it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--history", type=Path, required=True)
    held_out = parser.add_mutually_exclusive_group(required=True)
    held_out.add_argument("--future", type=Path)
    held_out.add_argument("--rolling", type=int, metavar="MONTHS")
    parser.add_argument("--origins", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = read(asked.history)
    trials = tried(rows, asked.future, asked.rolling, asked.origins)
    told = scored(list(trials))
    print(json.dumps(told, indent=2) if asked.json else _shown(told))


def read(path: Path) -> pd.DataFrame:
    """The rows, with the month as one number."""
    if not path.is_file():
        raise SystemExit(f"{path}: no such file. Name one of the form that --help tells.")
    rows = pd.read_csv(path)
    missing = {"year", "month", *SERIES, "stock_distributed"} - set(rows.columns)
    if missing:
        raise SystemExit(f"{path}: no column {', '.join(sorted(missing))}")
    rows = rows.assign(period=rows["year"] * 12 + rows["month"] - 1)
    return rows.drop_duplicates([*SERIES, "period"], keep="last")


def tried(
    rows: pd.DataFrame, future: Path | None, months: int, origins: int
) -> Iterator[tuple[History, Floats]]:
    """Pairs of a history and what then happened: series by months ahead."""
    if future is not None:
        yield with_future(rows, read(future))
        return
    whole = monthly(rows)
    for back in range(origins, 0, -1):
        origin = whole.periods - back * months
        yield whole.until(origin), whole.issued[:, origin : origin + months]


def with_future(rows: pd.DataFrame, future: pd.DataFrame) -> tuple[History, Floats]:
    """The history, of all series that either file knows, and the later months."""
    everyone = pd.concat([rows, future[future["period"] > rows["period"].max()]])
    whole = monthly(everyone)
    origin = int(rows["period"].max() - everyone["period"].min()) + 1
    return whole.until(origin), whole.issued[:, origin:]


def monthly(rows: pd.DataFrame) -> History:
    """One row a series, one column a month; a month nobody reported is not known."""
    months = range(rows["period"].min(), rows["period"].max() + 1)

    def table(column: str, missing: float) -> Floats:
        given = rows if column in rows else rows.assign(**{column: missing})
        wide = given.pivot(index=SERIES, columns="period", values=column)
        return wide.reindex(columns=months).to_numpy(float)

    issued = table("stock_distributed", np.nan)
    usable = table("stock_initial", np.inf) + table("stock_received", 0.0)
    days_out = np.nan_to_num(table("stock_stockout_days", 0.0))
    demand = known_demand(issued, days_out, DAYS_OF_MONTH, np.maximum(usable, issued))
    return History(demand, issued, table("stock_end", np.nan))


def scored(trials: list[tuple[History, Floats]]) -> dict[str, Any]:
    """The same scores for every way of forecasting, and the seconds ours took."""
    start = time.perf_counter()
    ours = [_ours(history, actual.shape[1]) for history, actual in trials]
    seconds = time.perf_counter() - start
    ways = {
        "ours": ours,
        "seed_mean": [_mean(history, actual.shape[1], seed_mean) for history, actual in trials],
        "six_month_mean": [_mean(history, actual.shape[1], six_mean) for history, actual in trials],
    }
    future = [np.isfinite(actual).any(axis=1) for _, actual in trials]
    known = [np.isfinite(history.issued).any(axis=1) for history, _ in trials]
    return {
        "origins": len(trials),
        "series": int(np.any(future, axis=0).sum()),
        "without_history": sum(int((f & ~k).sum()) for f, k in zip(future, known, strict=True)),
        "seconds": round(seconds, 1),
        **{name: _scores(trials, forecasts) for name, forecasts in ways.items()},
    }


def _ours(history: History, months: int) -> tuple[Floats, Floats, Floats]:
    told = issue_forecast(history, months)
    return told.level, told.low, told.high


def _mean(history: History, months: int, method: Any) -> tuple[Floats, Floats, Floats]:
    """A mean of what was issued, with intervals made from its own past errors as ours are."""
    origins = range(6, history.periods)
    said = method(history.issued, [*origins, history.periods])
    past, now = said[:-1], said[-1]
    widths = []
    for step in range(months):
        known = [history.issued[:, o + step] for o in origins if o + step < history.periods]
        error = np.abs(np.array(known) - past[: len(known)])
        widths.append(half_widths(now, past[: len(known)].ravel(), error.ravel()))
    level, width = np.repeat(now[:, None], months, axis=1), np.array(widths).T
    return level, np.maximum(0, level - width), level + width


def _scores(
    trials: list[tuple[History, Floats]], forecasts: list[tuple[Floats, Floats, Floats]]
) -> dict[str, Any]:
    ratios, error, issued, bias, inside, points = [], 0.0, 0.0, 0.0, 0, 0
    for (history, actual), (level, low, high) in zip(trials, forecasts, strict=True):
        told = np.isfinite(actual) & np.isfinite(level)
        wrong = np.where(told, np.abs(actual - level), 0)
        count, scale = told.sum(axis=1), naive_scale(history.issued)
        judged = (count > 0) & (scale > 0)
        ratios.append((wrong.sum(axis=1) / np.maximum(count, 1))[judged] / scale[judged])
        error, issued = error + wrong.sum(), issued + actual[told].sum()
        bias += (level - actual)[told].sum()
        inside += int(((actual >= low - 1e-9) & (actual <= high + 1e-9))[told].sum())
        points += int(told.sum())
    every = np.concatenate(ratios)
    return {
        "mase": round(float(every.mean()), 4),
        "wape": round(error / issued, 4),
        "coverage_80": round(inside / points, 4),
        "bias": round(bias / issued, 4),
        "points": points,
        "scaled_series": len(every),
        "mase_by_origin": [round(float(r.mean()), 3) for r in ratios],
    }


def _shown(told: dict[str, Any]) -> str:
    """One line for each way of forecasting."""
    lines = [
        f"{told['series']} series, {told['origins']} origins,"
        f" {told['without_history']} without history, {told['seconds']} s",
        f"{'':16}{'MASE':>8}{'WAPE':>8}{'80 %':>8}{'bias':>8}{'points':>8}{'scaled':>8}",
    ]
    for name in ("ours", "seed_mean", "six_month_mean"):
        way = told[name]
        numbers = "".join(f"{way[k]:8.3f}" for k in ("mase", "wape", "coverage_80", "bias"))
        lines.append(f"{name:16}{numbers}{way['points']:8}{way['scaled_series']:8}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
