"""How a moment is told to a person: in the clinic's own zone. The one place that turns it.

In Postgres and between the rooms moments are UTC; whatever shows them asks here.
"""

import datetime as dt
from typing import Any

from clinic_assets.settings import settings


def local(moment: dt.datetime) -> dt.datetime:
    """The moment as the clinic's clock shows it, with the offset of that day."""
    return moment.astimezone(settings().zone)


def as_told(value: Any) -> Any:
    """A value for a program to read: moments as local ISO text with offset, others as they are."""
    return local(value).isoformat() if isinstance(value, dt.datetime) else value
