"""What overbooking by session costs, replayed against none and against the same for every session.

A simulated clinic of a year: practitioners' half days of 6 to 14 slots, patients with habits, days
on which everybody stays away together, a level that drifts. Risks are told with an error. The first
half teaches over-dispersion and the best constant; the second half is replayed, each day with the
level of the four weeks before it.
"""

import argparse
import json

import numpy as np
import pandas as pd

from clinic_assets.desk.overbooking.suggest import (
    Costs,
    level_of,
    lost_distribution,
    overdispersion_of,
    suggested,
)

DAYS, HALF, WEEKS = 240, 120, 20
Session = dict[str, object]


def a_year(seed: int, practitioners: int = 5) -> list[Session]:
    """Draw sessions: day, the risks told, losses, and how many of up to three more would come."""
    rng = np.random.default_rng(seed)
    leaning = rng.normal(0, 0.5, practitioners)
    sessions = []
    for day in range(DAYS):
        of_day, drift = rng.normal(0, 0.35), 0.4 * np.sin(2 * np.pi * day / DAYS)
        for practitioner in np.repeat(np.arange(practitioners), 2):
            n = int(rng.integers(6, 15))
            known = -1.9 + leaning[practitioner] + rng.normal(0, 0.9, n)
            real = 1 / (1 + np.exp(-(known + of_day + drift + rng.normal(0, 0.3))))
            told = 1 / (1 + np.exp(-(known + rng.normal(0, 0.3, n))))
            lost = int((rng.random(n) < real).sum())
            more = (rng.random(8) >= real.mean()).cumsum()
            sessions.append({"day": day, "told": told, "lost": lost, "comes": [0, *more]})
    return sessions


def _summed(sessions: list[Session]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "day": [s["day"] for s in sessions],
            "n": [np.size(s["told"]) for s in sessions],
            "told": [np.sum(s["told"]) for s in sessions],
            "variance": [np.sum(s["told"] * (1 - np.asarray(s["told"]))) for s in sessions],
            "lost": [s["lost"] for s in sessions],
        }
    )


def _paid(session: Session, more: int, costs: Costs) -> float:
    over = session["comes"][more] - session["lost"]
    return float(costs.crowded * over if over > 0 else -over)


def replayed(seed: int, costs: Costs) -> dict[str, float]:
    """Return the mean cost of a session under each policy, and how often the interval held."""
    sessions = a_year(seed)
    past, ahead = ([s for s in sessions if (s["day"] >= HALF) == late] for late in (False, True))
    seen = _summed(sessions)
    levels = {day: _level_before(seen, day) for day in range(DAYS)}
    taught = seen[seen["day"] < HALF]
    taught = taught.assign(told=taught["told"] * taught["day"].map(levels))
    rho = overdispersion_of(taught)
    tried = range(costs.cap + 1)
    constant = min(tried, key=lambda k: sum(_paid(s, k, costs) for s in past))
    cost = {"none": 0.0, "constant": 0.0, "ours": 0.0}
    held: list[bool] = []
    promised: list[float] = []
    for session in ahead:
        risk = np.clip(session["told"] * levels[session["day"]], 0, 0.95)
        found = suggested(risk, rho, costs)
        promised.append(lost_distribution(risk, rho)[found.low : found.high + 1].sum())
        held.append(found.low <= session["lost"] <= found.high)
        for policy, k in (("none", 0), ("constant", constant), ("ours", found.more)):
            cost[policy] += _paid(session, k, costs) / len(ahead)
    interval = {"interval_promised": np.mean(promised), "interval_held": np.mean(held)}
    return cost | {"constant_is": constant, "overdispersion": rho} | interval


def _level_before(seen: pd.DataFrame, day: int) -> float:
    return level_of(seen[(seen["day"] < day) & (seen["day"] >= day - WEEKS)])


def main() -> None:
    """Print the mean cost of a session, over several clinics."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clinics", type=int, default=10)
    parser.add_argument("--crowded", type=float, default=Costs.crowded)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    costs = Costs(crowded=asked.crowded)
    each = pd.DataFrame([replayed(seed, costs) for seed in range(asked.clinics)])
    result = each.mean().round(4).to_dict() | {"clinics": len(each)}
    result["ours_cheapest"] = int((each["ours"] <= each[["none", "constant"]].min(axis=1)).sum())
    print(json.dumps(result) if asked.json else each.round(3).to_string() + f"\n{result}")


if __name__ == "__main__":
    main()
