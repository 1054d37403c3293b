"""What a query found, as a frame."""

from typing import Any

import pandas as pd
import sqlalchemy as sa


def frame_of(found: sa.CursorResult[Any]) -> pd.DataFrame:
    """The rows with a column for each name of the query; without rows the columns are there too."""
    # Plain tuples: of the driver's rows pandas asks each whether it is something else.
    return pd.DataFrame([tuple(row) for row in found], columns=list(found.keys()))
