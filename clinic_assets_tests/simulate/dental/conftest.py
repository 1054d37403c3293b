"""One small, dirty practice in a real MariaDB for all tests of this folder."""

from dataclasses import dataclass
from datetime import date

import MySQLdb
import pandas as pd
import pytest

from clinic_assets.simulate.dental import DentalPlan, Truth, plan, write_practice
from clinic_assets.simulate.dental.database import connect

PLAN = DentalPlan(date(2023, 10, 16), date(2023, 12, 15), teams=1, dirt=12.0, log_rows=2)
"""Two months around the change to winter time."""


@dataclass
class Practice:
    """A practice that was written, and the truth about it."""

    url: str
    plan: DentalPlan
    truth: Truth
    rows: dict[str, int]

    def table(self, statement):
        """A table, or the rows of a query, as the server gives them."""
        if " " not in statement:
            statement = f"select * from `{statement}`"
        connection = connect(self.url)
        try:
            with connection.cursor(MySQLdb.cursors.DictCursor) as cursor:
                cursor.execute(statement)
                names = [column[0] for column in cursor.description]
                return pd.DataFrame(cursor.fetchall(), columns=names)
        finally:
            connection.close()

    def one(self, statement):
        """The single value of a query."""
        return self.table(statement).iloc[0, 0]

    def dirt(self, kind):
        """How many rows are dirty in this way."""
        counts = self.truth.dirt.set_index("kind")["rows"]
        return int(counts[kind])


@pytest.fixture(scope="module")
def looks_less_far_ahead():
    """Half a year of appointments to come would be most of the work where days are few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "BOOKED_AHEAD", 40)
        yield


@pytest.fixture(scope="session")
def practice(mariadb, tmp_path_factory):
    folder = tmp_path_factory.mktemp("truth")
    url = mariadb.database("dental")
    rows = write_practice(url, PLAN, folder)
    return Practice(url, PLAN, Truth.read(folder), rows)
