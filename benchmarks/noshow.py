"""The risk room's recipe on public appointments: trained on one file, judged day by day on another.

The files are those of the public no-show set: PatientId, AppointmentID, Gender, ScheduledDay,
AppointmentDay, Age, Neighbourhood, Scholarship, Hipertension, Diabetes, Alcoholism, Handcap,
SMS_received, No-show; csv or csv.gz. They are not part of this project.

Each day's rows are told with what was known at 18:00 the evening before, or at booking if that was
later; the outcomes of a day are known when it is over, and then move the level of the next day's
risks. With --hindsight the same features are also judged by what no forecast has: models that
learned from the very days they tell, and later ones, of other patients. Here: the adapter and the
replay. What learns is clinic_assets.risk, unchanged.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold

from clinic_assets.risk.recipe.baseline import BucketTable
from clinic_assets.risk.recipe.evaluate import chosen, measured
from clinic_assets.risk.recipe.fairness import by_group
from clinic_assets.risk.recipe.score import Score
from clinic_assets.risk.recipe.teaching import leak_in, rows_known_before, usable_features
from clinic_assets.risk.recipe.train import CALIBRATION_SHARE, Fitted, fit, levelled, told_forward
from clinic_assets.risk.scores.cancellation import lost_visit
from clinic_assets.risk.scores.visits import LATEST

ZONE = "UTC"
"""The files give local times as if they were UTC; so they are read."""
SEED = 7
FOLDS = 5
SENSITIVE = {
    "age": "Age",
    "welfare": "Scholarship",
    "hypertension": "Hipertension",
    "diabetes": "Diabetes",
    "alcoholism": "Alcoholism",
    "handicap": "Handcap",
    "sms_received": "SMS_received",
}
ALL = (*SENSITIVE, "is_female", "neighbourhood")
"""What a clinic's own model never sees: person, health, welfare, area, and texts sent."""


AGE_BANDS = ("0-17", "18-29", "30-44", "45-64", "65+")


def read(path: Path) -> pd.DataFrame:
    """Return a file's appointments in the platform's words; no visit has an hour or a price."""
    told = pd.read_csv(path, dtype={"PatientId": str, "AppointmentID": str, "Neighbourhood": str})
    day = pd.to_datetime(told["AppointmentDay"].str[:10])
    start = day.dt.tz_localize(ZONE) + pd.Timedelta(hours=23)
    facts = {
        "clinic_id": "public",
        "appointment_key": told["AppointmentID"],
        "patient_key": told["PatientId"].str.removesuffix(".0"),  # a table tool may have added it
        "practitioner_key": "unknown",
        "service_type": None,
        "created_at": pd.to_datetime(told["ScheduledDay"], utc=True),
        "start_at": start,
        "end_at": start + pd.Timedelta(minutes=59),
        "day": day,
        "status": np.where(told["No-show"] == "Yes", "no_show", "completed"),
        "cancelled_at": pd.NaT,
        "cancelled_known_at": pd.NaT,
        "price_amount": np.nan,
        "local_hour": 12,
        "local_weekday": day.dt.day_of_week,
        "is_female": (told["Gender"] == "F").astype(float),
        "area": told["Neighbourhood"],
    }
    person = {name: told[column].astype(float) for name, column in SENSITIVE.items()}
    return pd.DataFrame(facts | person)


def both(train: Path, test: Path | None, split: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what teaches and what is told; of one file, the days before and from `split` on."""
    past = read(train)
    ahead = past[past["day"] >= split] if test is None else read(test)
    past = past[past["day"] < ahead["day"].min()].reset_index(drop=True)
    ahead = ahead.set_index(pd.RangeIndex(len(past), len(past) + len(ahead)))
    rank = past["area"].value_counts().rank(method="first")
    area = {name: rank.reindex(f["area"]).to_numpy() for name, f in (("p", past), ("a", ahead))}
    return past.assign(neighbourhood=area["p"]), ahead.assign(neighbourhood=area["a"])


def replayed(past: pd.DataFrame, ahead: pd.DataFrame, beside: tuple[str, ...]) -> tuple[Any, ...]:
    """Train before the first day, tell day by day; return the told rows, the kind and why."""
    score = lost_visit(LATEST, ZONE, beside=beside)
    until = ahead["day"].min().tz_localize(ZONE)
    taught = rows_known_before(score, past, until)
    features = usable_features(score, taught)
    if leak := leak_in(score, taught, past, features):
        raise SystemExit(leak)
    kind, decision = chosen(told_forward(score, taught, until, features, SEED), SEED)
    serving = fit(score, kind, taught, features, SEED)
    table = _table(score, taught)
    known, told = taught, []
    for day, due in ahead.groupby("day"):
        rows = _rows_of(score, due, past)
        risk = serving.predict(score, rows)
        rows = rows.assign(risk=risk, table=table.predict(rows["lead_time_days"]))
        is_lost = (due["status"] == "no_show").astype(float)
        told.append(rows.assign(day=day, outcome=is_lost, **_groups(due)))
        known, past = pd.concat([known, told[-1]]), pd.concat([past, due])
        serving = _followed(score, serving, known)
    return pd.concat(told), kind, decision


def in_hindsight(
    past: pd.DataFrame, ahead: pd.DataFrame, beside: tuple[str, ...], kind: str
) -> pd.DataFrame:
    """Return the rows of the days from the first one told on, each told by a model of all days, but
    of other patients only.
    """
    score, everything = lost_visit(LATEST, ZONE, beside=beside), pd.concat([past, ahead])
    until = ahead["day"].max().tz_localize(ZONE) + pd.Timedelta(days=2)
    rows = rows_known_before(score, everything, until)
    features = usable_features(score, rows)
    told = []
    for others, own in GroupKFold(FOLDS, shuffle=True, random_state=SEED).split(
        rows, groups=rows["patient"]
    ):
        taught, judged = rows.iloc[others], rows.iloc[own]
        risk = fit(score, kind, taught, features, SEED).predict(score, judged)
        table = _table(score, taught).predict(judged["lead_time_days"])
        told.append(judged.assign(risk=risk, table=table))
    known = pd.concat(told)
    return known[known["day"] >= ahead["day"].min()]


def _table(score: Score, taught: pd.DataFrame) -> BucketTable:
    of_feature = taught[score.buckets.feature]
    return BucketTable.counted(score.buckets, score.prior, of_feature, taught["outcome"])


def _rows_of(score: Score, due: pd.DataFrame, past: pd.DataFrame) -> pd.DataFrame:
    """Features of a day whose outcomes nobody has, from earlier days and the day's own bookings."""
    due = due.assign(status="booked")
    return score.features_of(due, pd.concat([past, due]))


def _groups(due: pd.DataFrame) -> dict[str, Any]:
    """Who the rows are of, for the fairness table alone."""
    return {
        "age_band": pd.cut(due["age"], [-1, 17, 29, 44, 64, 120], labels=AGE_BANDS).astype(str),
        "sex": np.where(due["is_female"] == 1, "f", "m"),
        "welfare_is": np.where(due["welfare"] == 1, "yes", "no"),
    }


def _followed(score: Score, serving: Fitted, known: pd.DataFrame) -> Fitted:
    """Let the newest outcomes set the level, as many as at training."""
    return levelled(score, serving, known.tail(int(len(known) * CALIBRATION_SHARE)))


def figures(told: pd.DataFrame) -> dict[str, Any]:
    """Return the published figures of some rows."""
    lost, risk, table = (told[name].to_numpy(dtype=float) for name in ("outcome", "risk", "table"))
    found = measured(lost, risk, table, told["day"])
    of_table = measured(lost, table, table, told["day"])
    return {
        "n": found["n"],
        "auc": found["auc"],
        "brier": found["brier"],
        "table_auc": of_table["auc"],
        "table_brier": of_table["brier"],
        "skill": found["skill_vs_table"],
        "slope": found["calibration_slope"],
        "intercept": found["calibration_intercept"],
        "average_precision": found["average_precision"],
        "lift_at_10_percent": found["lift_at_10_percent"],
    }


def main() -> None:
    """Print the figures, of all rows and of those booked a day ahead or more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, help="without it the training file is split")
    parser.add_argument("--split", default="2016-05-16", help="first day told, of one file")
    parser.add_argument("--features", choices=["default", "all"], default="default")
    parser.add_argument("--hindsight", action="store_true", help="and with the future known")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    asked = parser.parse_args()
    past, ahead = both(asked.train, asked.test, asked.split)
    beside = ALL if asked.features == "all" else ()
    told, kind, decision = replayed(past, ahead, beside)
    result = {"features": asked.features, "trained_on": len(past)} | figures(told)
    of_ahead = told[told["lead_time_days"] >= 1]
    result |= {"booked_ahead": figures(of_ahead), "serves": kind, "decision": decision}
    result |= {"fairness": by_group(of_ahead, "risk", ("age_band", "sex", "welfare_is"))}
    if asked.hindsight:
        kinds = ("logistic", "trees")
        known = {each: figures(in_hindsight(past, ahead, beside, each)) for each in kinds}
        result |= {"in_hindsight": known}
    print(json.dumps(result) if asked.json else _in_words(result))


def _in_words(result: dict[str, Any]) -> str:
    lines = [f"{'':20}{'all rows':>12}{'a day ahead':>14}"]
    for name, of_ahead in result["booked_ahead"].items():
        values = (f"{v:.4f}" if isinstance(v, float) else str(v) for v in (result[name], of_ahead))
        lines.append("{:20}{:>12}{:>14}".format(name, *values))
    lines += [result["decision"], "", "A day ahead, the riskiest tenth flagged:"]
    lines += [f"{'by':20}{'n':>8}{'lost':>10}{'flagged':>10}{'wrongly':>10}"]
    shown = ("base_rate", "flagged", "false_positive_rate")
    for group in result["fairness"]:
        rates = "".join(f"{group[name]:>10.3f}" for name in shown)
        lines.append(f"{group['by']:12}{group['group']:8}{group['n']:>8}{rates}")
    for kind, of_kind in result.get("in_hindsight", {}).items():
        told = (f"{name} {of_kind[name]:.4f}" for name in ("brier", "table_brier", "skill"))
        lines.append(f"In hindsight, {kind}: {', '.join(told)}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
