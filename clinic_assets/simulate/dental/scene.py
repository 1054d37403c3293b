"""What every part of the simulation needs to know: the plan, its lots, its dirt, its people."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from clinic_assets.simulate.dental.dirt import Dirt
from clinic_assets.simulate.dental.lots import Lots
from clinic_assets.simulate.dental.plan import DentalPlan
from clinic_assets.simulate.dice import Ints


@dataclass
class Scene:
    """One practice while it is made up."""

    plan: DentalPlan
    lots: Lots
    dirt: Dirt
    people: pd.DataFrame
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, table: str, count: int) -> Ints:
        """The next primary keys of a table."""
        first = self._numbers.get(table, 1)
        self._numbers[table] = first + count
        return np.arange(first, first + count)
