"""What each score of treatments, payments and recalls is worth, and what training it costs.

Practices that never were, drawn as the tests of the risk room draw them: price, cover and the
family's habit decide, or chance alone. One line of JSON a score: n, AUC and Brier of what serves,
the Brier of the plain table, seconds to train and to tell a day, the peak of this process in MB.
"""

import argparse
import datetime as dt
import json
import resource
import time
from collections.abc import Callable

from clinic_assets.risk.recipe.model import TrainedModel, told_by
from clinic_assets.risk.recipe.score import Facts, Score
from clinic_assets.risk.recipe.train import train
from clinic_assets.risk.scores.acceptance import accepted_treatment
from clinic_assets.risk.scores.payment import WINDOWS, paid_visit
from clinic_assets.risk.scores.recall import kept_recall
from clinic_assets_tests.risk import test_acceptance, test_payment, test_recall

ZONE = "Europe/Berlin"
MONTH = dt.date(2026, 8, 1)


def measured(score: Score, facts: Facts) -> dict[str, object]:
    """Train once; return the card's figures of what serves, beside the table's."""
    began = time.monotonic()
    model = train(facts, MONTH, score)
    seconds = time.monotonic() - began
    day = a_day_told(model, score, facts)
    told = model.card["candidates"]
    serving, table = told[model.kind]["all"], told["table"]["all"]
    return {
        "score": f"{score.name} {score.stage}",
        "n": model.card["n"],
        "judged": serving["n"],
        "auc": serving["auc"],
        "brier": serving["brier"],
        "table_brier": table["brier"],
        "slope": serving["calibration_slope"],
        "serves": model.kind,
        "seconds": round(seconds, 1),
        "a_day_scored": round(day, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def a_day_told(model: TrainedModel, score: Score, facts: Facts) -> float:
    """Return the seconds it takes to tell the last day's cases, by the facts of their families."""
    assert isinstance(facts, dict)
    cases = score.cases(facts)
    last = cases[cases["day"] == cases["day"].max()]
    family = cases["family_key"].isin(last["family_key"])
    known = cases.loc[family, "patient_key"].unique()
    own = {name: rows[rows["patient_key"].isin(known)] for name, rows in facts.items()}
    began = time.monotonic()
    told_by(model, score, last, own)
    return time.monotonic() - began


def main() -> None:
    """Print a line for each score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="proposals, visits")
    parser.add_argument("--chance", action="store_true", help="outcomes are drawn at random")
    asked = parser.parse_args()
    world: dict[Callable[..., Facts], list[Score]] = {
        test_acceptance.a_practice: [accepted_treatment(ZONE)],
        test_payment.a_practice: [paid_visit(window, ZONE) for window in WINDOWS],
        test_recall.a_practice: [kept_recall(ZONE)],
    }
    for drawn, scores in world.items():
        facts = drawn(asked.rows, signal=not asked.chance)
        for score in scores:
            print(json.dumps(measured(score, facts)))


if __name__ == "__main__":
    main()
