"""Which copied practices are here, and a model's text over them.

A model is written for one practice whose copy is the schema `opendental`; it says `:source` where
it means the practice.
"""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from clinic_assets.replica.planning.overrides import PlanRefused
from clinic_assets.replica.planning.plan_file import path_of
from clinic_assets.settings import settings

WRITTEN_FOR = "opendental"


def instances() -> tuple[str, ...]:
    """The practices that are configured and whose copy is planned: without one, no asset."""
    return tuple(name for name in sorted(settings().opendentals()) if _is_planned(name))


def _is_planned(name: str) -> bool:
    try:
        return path_of(name).exists()
    except PlanRefused:
        return False


def over(text: str, names: Collection[str]) -> str:
    """A model's rows of each practice, one after the other."""
    each = [_of(text, name) for name in names]
    if len(each) == 1:
        return each[0]
    return "\nunion all\n".join(f"select * from (\n{one}\n) as practice" for one in each)


def _of(text: str, name: str) -> str:
    return re.sub(r":source\b", f"'{name}'", text.replace(f"{WRITTEN_FOR}.", f'"{name}".'))


def bound() -> Mapping[str, Any]:
    """What the models' parameters stand for, from the settings."""
    now = settings()
    return {
        "timezone": now.timezone,
        "oldest_day": now.first_day,
        "home_clinic": now.id,
        "clinics": json.dumps(now.opendental_clinics),
        "all_clinics": sorted({now.id, *now.opendental_clinics.values()}),
        "missed_codes": list(now.opendental_missed_codes),
        "cancelled_codes": list(now.opendental_cancelled_codes),
        "broken_means": now.opendental_broken_means,
    }
