"""A practice made up in memory, for tests that need no database."""

from datetime import date

import pandas as pd

from clinic_assets.simulate.dental import DentalPlan
from clinic_assets.simulate.dental.chapters import chapters

SMALL = DentalPlan(date(2024, 3, 1), date(2024, 3, 31), teams=1, dirt=8.0, log_rows=1)


def made_up(plan):
    """All rows of each table, and the truth of each name."""
    tables, truth = {}, {}
    for chapter in chapters(plan):
        for found, more in ((tables, chapter.tables), (truth, chapter.truth)):
            for name, rows in more.items():
                found.setdefault(name, []).append(rows)
    return tuple(
        {name: pd.concat(rows, ignore_index=True) for name, rows in found.items()}
        for found in (tables, truth)
    )
