"""A year of a simulated practice, from its MariaDB to the KPIs: every number is the truth's."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from clinic_assets.core import assets as core
from clinic_assets.core import tables_treatment
from clinic_assets.replica.actions.load import load_tiny
from clinic_assets.replica.actions.verify import verify
from clinic_assets.replica.downstream.indexes import index
from clinic_assets.replica.downstream.touched import Noting
from clinic_assets.replica.planning.classify import plan_of
from clinic_assets.replica.planning.plan import ReplicaPlan
from clinic_assets.replica.source.discover import discover
from clinic_assets.replica.source.server import Server
from clinic_assets.schedule import tables as schedule
from clinic_assets.schedule.assets import KPIS, bound
from clinic_assets.schedule.measures import MEASURES
from clinic_assets.settings import settings
from clinic_assets.simulate.dental import DentalPlan, Truth, write_practice
from clinic_assets.simulate.dental.living import Lived, live
from clinic_assets.sources.opendental.assets import used_tables
from clinic_assets.sources.opendental.dates import NEEDED_INDEXES, dated
from clinic_assets.sources.opendental.tables import TABLES
from clinic_assets.warehouse import books, notes, reach
from clinic_assets.warehouse.days import Days, ranges
from clinic_assets.warehouse.publish import Author, Select, lock, publish
from clinic_assets.warehouse.sql_models import tables_read
from clinic_assets_tests.mariadb import MariaDB
from clinic_assets_tests.sources.opendental.practice import publish_days

PLAN = DentalPlan(dt.date(2024, 1, 1), dt.date(2024, 12, 31), teams=2, clinics=2, log_rows=0)
"""A leap year, two changes of the clocks, two clinics."""
CLINICS = {1: "east", 2: "west"}
NAME = "opendental"


@dataclass
class Year:
    """The practice as copied and modelled, and the truth."""

    clinic: Any
    truth: Truth
    url: str
    plan: ReplicaPlan


@pytest.fixture(scope="module")
def made(
    mariadb: MariaDB, kept_clinic: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Year]:
    """The practice in MariaDB, copied, with everything up to the KPIs written for the year."""
    folder: Path = tmp_path_factory.mktemp("truth")
    url = mariadb.database("year")
    write_practice(url, PLAN, folder)
    with pytest.MonkeyPatch.context() as patch:
        told = ",".join(f"{number}={name}" for number, name in CLINICS.items())
        patch.setenv("CLINIC_OPENDENTAL_CLINICS", told)
        patch.setenv("CLINIC_OPENDENTAL_URL", url)
        settings.cache_clear()
        _declare_reads(patch)
        plan = _copied(kept_clinic.engine, url)
        _tell(kept_clinic.engine)
        names = [table.fullname for table in (*TABLES, *core.TABLES)]
        publish_days(kept_clinic, names, PLAN.first_day, PLAN.last_day)
        _publish_kpis(kept_clinic.engine)
        yield Year(kept_clinic, Truth.read(folder), url, plan)


def _declare_reads(patch: pytest.MonkeyPatch) -> None:
    """What only a practice tells is in no graph here; a write notes its readers all the same."""
    patch.setattr(reach, "_edges", deepcopy(reach._edges))
    for table in tables_treatment.TABLES:
        reaches = core.REACHES.get(table, {})
        parents = tables_read(core.select_of(table).text)
        reach.reads(table.fullname, {p: reaches.get(p, [reach.SAME_DAY]) for p in parents})


def _copied(engine: sa.Engine, url: str) -> ReplicaPlan:
    with closing(Server(url)) as server:
        used = used_tables()
        found = [table for table in discover(server) if table.name in used]
        plan = plan_of(NAME, found, used, "")
        done = load_tiny(server, engine, plan.tables, NAME, run_id="test")
    assert not [name for name, end in done.items() if isinstance(end, Exception)]
    index(engine, plan, NEEDED_INDEXES)
    return plan


def _tell(engine: sa.Engine) -> None:
    """The practice has told of its days up to the last one."""
    with engine.begin() as connection:
        lock(connection, "ops.source_day", [])
        notes.complete_days(connection, [(NAME, PLAN.first_day, PLAN.last_day)])


def _publish_kpis(engine: sa.Engine) -> None:
    author = Author("kpis", books.take_fence(engine, "kpis", None))
    select = Select(KPIS, bound())
    publish(engine, schedule.kpi_daily, Days(PLAN.first_day, PLAN.last_day), author, select)


def test_every_kpi_of_every_day_and_practitioner_is_the_truths(made) -> None:
    names = [measure.id for measure in MEASURES]
    rows = made.clinic.rows(
        f"select day, clinic_id, practitioner_key, {', '.join(names)} from mart.schedule_kpi_daily"
    )
    found = {row[:3]: dict(zip(names, row[3:], strict=True)) for row in rows}
    wanted = {
        (row["day"].date(), CLINICS.get(row["clinic_num"], "clinic"), _key(row["prov_num"])): row
        for row in made.truth.schedule_kpis(PLAN.first_day, PLAN.last_day).to_dict("records")
    }
    assert set(found) == set(wanted)
    wrong = [
        (key, name, found[key][name], wanted[key][name])
        for key in sorted(wanted)
        for name in names
        if _number(found[key][name]) != _number(wanted[key][name])
    ]
    assert not wrong, f"{len(wrong)}: {Counter(w[1] for w in wrong)} {wrong[:5]}"
    totals = {name: sum(float(row[name] or 0) for row in found.values()) for name in names}
    assert all(totals.values()), totals


def _key(provider: int) -> str:
    return f"{NAME}:{provider}" if provider else "unknown"


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else round(float(value), 6)


def test_a_day_in_the_practices_life_touches_exactly_its_days(made) -> None:
    """Copied, compared, and written on the noted days only, all is as if written anew."""
    lived = live(made.url, steps=80, seed=3)
    noting = Noting(dated(NAME))
    with closing(Server(made.url)) as server:
        for table in made.plan.tables:
            verify(server, made.clinic.engine, table, NAME, run_id="test", touched=noting)
    visits = {day for reader, day in noting.noted if reader == "clean.opendental_appointments"}
    assert visits and visits <= lived.days | _visits_of_procedures(made.clinic, lived)
    names = [table.fullname for table in (*TABLES, *core.TABLES)]
    written = sum(_serve(made.clinic, name) for name in names)
    days = (PLAN.last_day - PLAN.first_day).days
    assert 0 < written < days * len(names) / 4
    again = publish_days(made.clinic, names, PLAN.first_day, PLAN.last_day)
    assert {name: done.rows_changed for name, done in again.items() if done.rows_changed} == {}


def _visits_of_procedures(clinic: Any, lived: Lived) -> set[dt.date]:
    """A planned procedure has a day of its own; it also touches that of the visit it is meant for."""
    keys = [deed.key for deed in lived.deeds if deed.table == "procedurelog"]
    found = clinic.rows(
        f'select "AptDateTime"::date from {NAME}.appointment join {NAME}.procedurelog'
        ' using ("AptNum") where "ProcNum" = any(:keys)',
        keys=keys,
    )
    return {day for (day,) in found}


def _serve(clinic: Any, name: str) -> int:
    """Write the days of the year that a table is due on; how many they are."""
    due = clinic.rows("select day from ops.touched_day where asset = :name", name=name)
    days = {max(day, PLAN.first_day) for (day,) in due if day <= PLAN.last_day}
    for span in ranges(days):
        publish_days(clinic, [name], span.first, span.last)
    return len(days)
