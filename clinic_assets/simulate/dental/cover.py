"""The insurance plans that a practice has met: whose they are, and what they cover."""

import numpy as np
import pandas as pd

from clinic_assets.simulate.dental.people import ins_plans
from clinic_assets.simulate.dental.scene import Scene

CARRIERS = (
    "Delta of the Coast",
    "Blue Harbor Dental",
    "Meridian Life",
    "Guild Mutual",
    "Northern Star",
    "Cascade Health",
    "Ameriplan West",
    "Union Benefit",
    "Evergreen Dental",
    "Pacific Trust",
)


def plans(scene: Scene) -> pd.DataFrame:
    """The terms of each plan, by its PlanNum from 1. Many have no carrier (CarrierNum 0)."""
    number, lots = np.arange(1, ins_plans(scene.plan) + 1), scene.lots
    carrier = lots.whole("carrier", 1, len(CARRIERS), number)
    nobody = scene.dirt.falls("plan_without_carrier", number)
    preferred = lots("preferred", number) < 0.6
    return pd.DataFrame(
        {
            "plan": number,
            "carrier": np.where(nobody, 0, carrier),
            "is_preferred": preferred,
            "allows": np.where(preferred, 0.68 + 0.2 * lots("allows", number), 1.0),
            "preventive": 100,
            "basic": 70 + 10 * lots.whole("basic", 0, 1, number),
            "major": 50,
            "maximum": 100_000 + 50_000 * lots.whole("maximum", 0, 2, number),
            "employer": lots.whole("employer", 1, len(number), number),
        }
    )
