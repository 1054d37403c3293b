"""Patient scores of the days asked for: of each day's visitors, and on the first of a month of all.

Everybody every day would be a table of millions that says the same; whoever was seen in the two
years before is told once a month.
"""

import datetime as dt

import pandas as pd
import sqlalchemy as sa

from clinic_assets.risk import tables
from clinic_assets.risk.recipe.asof import HISTORY_DAYS
from clinic_assets.risk.scores.patient import patient_scores
from clinic_assets.risk.serving.treatment_facts import patients_between, patients_of_days
from clinic_assets.settings import settings
from clinic_assets.warehouse.days import ONE, Days


def patient_scores_of_days(connection: sa.Connection, days: Days) -> pd.DataFrame:
    """A row for each day and patient who has a visit on it, or was seen in the two years before."""
    columns = [column.name for column in tables.patient_score.columns]
    months = [day for day in days.listed() if day.day == 1]
    since = days.first - 2 * HISTORY_DAYS * ONE
    facts = (
        patients_between(connection, since, days.upper)
        if months
        else patients_of_days(connection, days.first, days.upper)
    )
    asked = _asked(facts["appointments"], days, months)
    told = patient_scores(asked, facts, settings().timezone, settings().notice_hours)
    rows = asked.join(told).rename(columns={"n_visits": "visits"})
    whole = [name for name in columns if name.endswith(("_n", "_hits"))] + ["visits"]
    return rows.astype(dict.fromkeys(whole, int))[columns]


def _asked(visits: pd.DataFrame, days: Days, months: list[dt.date]) -> pd.DataFrame:
    who = ["clinic_id", "patient_key", "family_key"]
    here = visits[(visits["day"] >= days.first) & (visits["day"] <= days.last)]
    seen = [
        visits.loc[(visits["day"] < month) & (visits["day"] >= month - 2 * HISTORY_DAYS * ONE), who]
        .drop_duplicates()
        .assign(day=month)
        for month in months
    ]
    everyone = pd.concat([here.loc[here["status"] != "rescheduled", [*who, "day"]], *seen])
    return everyone.drop_duplicates(["clinic_id", "patient_key", "day"], ignore_index=True)
