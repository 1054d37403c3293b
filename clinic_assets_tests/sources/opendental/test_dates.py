"""A change of the copy makes exactly those days of the clean tables due that it reaches."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from clinic_assets.replica.downstream.touched import Noting
from clinic_assets.replica.planning.plan import TablePlan
from clinic_assets.replica.source.catalog import SourceColumn, SourceTable
from clinic_assets.settings import settings
from clinic_assets.sources.opendental.clean_assets import select_of, tables_of_copy
from clinic_assets.sources.opendental.dates import NEEDED_INDEXES, WAYS, dated
from clinic_assets.sources.opendental.tables import TABLES
from clinic_assets.warehouse.contracts import plain_columns
from clinic_assets.warehouse.days import UNDATED, Days, ranges
from clinic_assets_tests.sources.opendental.practice import (
    BROKEN,
    COLUMNS,
    D9986,
    D9987,
    UNSCHEDULED,
    Practice,
    key_of,
    publish_days,
)

FIRST, LAST = dt.date(2025, 3, 3), dt.date(2025, 3, 9)
NAMES = {table: table.name.removeprefix("opendental_") for table in TABLES}


def day(number: int) -> dt.date:
    return dt.date(2025, 3, number)


def plan_of(table: str) -> TablePlan:
    column = SourceColumn(key_of(table), "bigint", "bigint(20)")
    return TablePlan(SourceTable(table, (column,), (column.name,)), "full_compare")


def changed(
    practice: Practice, table: str, number: int, change: Callable[[], Any]
) -> dict[str, set[dt.date]]:
    """Make a change as a copy does: noted before and after; the days that are due by it."""
    noting = Noting(dated(practice.name))
    keys = f'select {number} as "{key_of(table)}"'
    for act in (None, change):
        if act:
            act()
        with practice.clinic.engine.begin() as connection:
            connection.exec_driver_sql(f"create temp table keys on commit drop as {keys}")
            noting(connection, practice.name, plan_of(table), "keys")
    found = defaultdict(set)
    for reader, noted in noting.noted:
        found[reader.removeprefix("clean.opendental_")].add(noted)
    return dict(found)


def put(practice: Practice, table: str, number: int, **values: Any) -> dict[str, set[dt.date]]:
    return changed(practice, table, number, lambda: practice.put(table, number, **values))


def test_every_table_that_a_model_reads_has_a_way_to_its_days() -> None:
    told = {name: {way.split("(")[0] for way, _ in ways} for name, ways in WAYS.items()}
    assert told == {NAMES[table]: set(tables_of_copy(table)) for table in TABLES}


def test_every_needed_index_is_of_columns_that_are_there(practice) -> None:
    for table, indexes in NEEDED_INDEXES.items():
        names = {token.split(":")[0] for token in COLUMNS[table].split()}
        assert set().union(*indexes) <= names, table


def test_a_visit_that_moves_touches_the_day_it_leaves_and_the_one_it_comes_to(practice) -> None:
    visit = practice.visit("2025-03-03 09:00")
    assert put(practice, "appointment", visit, AptDateTime="2025-03-05 09:00") == {
        "appointments": {day(3), day(5)}
    }
    assert put(practice, "appointment", visit, AptStatus=UNSCHEDULED) == {"appointments": {day(5)}}
    assert put(practice, "appointment", visit, Pattern="X") == {}


def test_a_visit_touches_its_payments_and_elsewhere_its_patient(practice) -> None:
    patient = practice.add("patient")
    visit = practice.visit(PatNum=patient)
    done = practice.procedure(AptNum=visit)
    practice.add("paysplit", ProcNum=done, SplitAmt=1, DatePay=day(7))
    practice.add("claimproc", ProcNum=done, Status=1, DateCP=day(8))
    practice.add("claimproc", ProcNum=done, Status=0, DateCP=day(9))
    mine = {"appointments": {day(3)}, "payments": {day(7), day(8)}}
    assert put(practice, "appointment", visit, Pattern="X") == mine
    elsewhere = mine | {"patients": {UNDATED}}
    assert put(practice, "appointment", visit, ClinicNum=2) == elsewhere


def test_a_procedure_touches_its_visit_and_the_broken_one_it_explains(practice) -> None:
    visit = practice.visit("2025-03-04 09:00")
    practice.visit("2025-03-06 09:00", AptStatus=BROKEN)
    practice.visit("2025-03-07 09:00", AptStatus=BROKEN)
    practice.visit("2025-03-08 09:00")
    done = practice.procedure("2025-03-04", AptNum=visit)
    assert put(practice, "procedurelog", done, ProcFee=5) == {
        "appointments": {day(4)},
        "procedures": {day(4)},
    }
    missed = practice.procedure("2025-03-06", CodeNum=D9986)
    found = put(practice, "procedurelog", missed, ProcDate="2025-03-07")
    assert found == {"appointments": {day(6), day(7)}, "procedures": {day(6), day(7)}}
    assert put(practice, "procedurecode", D9986, ProcCode="X") == {
        "appointments": {day(7)},
        "procedures": {day(7)},
    }


def test_a_line_of_history_touches_a_broken_visit_only(practice) -> None:
    broken = practice.visit("2025-03-04 09:00", AptStatus=BROKEN)
    other = practice.visit("2025-03-05 09:00")
    practice.procedure("2025-03-04", AptNum=broken, CodeNum=D9987)
    for visit in (broken, other):
        line = practice.add("histappointment", AptNum=visit, AptStatus=BROKEN)
        found = put(practice, "histappointment", line, HistDateTStamp="2025-03-02 09:00")
        assert found == ({"appointments": {day(4)}} if visit == broken else {})


def test_a_payment_touches_the_days_of_all_its_splits(practice) -> None:
    payment = practice.add("payment")
    for paid in (4, 6):
        practice.add("paysplit", PayNum=payment, SplitAmt=1, DatePay=day(paid))
    assert put(practice, "payment", payment, PayType=3) == {"payments": {day(4), day(6)}}


def test_what_has_no_day_is_due_as_that(practice) -> None:
    patient = practice.add("patient")
    assert put(practice, "patient", patient, FName="Ada") == {"patients": {UNDATED}}
    fee = practice.add("fee")
    assert put(practice, "fee", fee, Amount=3) == {"fees": {UNDATED}}


def test_a_day_before_the_first_partition_is_never_due(practice) -> None:
    visit = practice.visit("2019-03-04 09:00")
    assert put(practice, "appointment", visit, AptDateTime="2025-03-04 09:00") == {
        "appointments": {day(4)}
    }


# Any change of any table


def invented(table: str, dice: random.Random) -> dict[str, Any]:
    """A row whose numbers often meet those of others and whose dates are mostly of the week."""
    row: dict[str, Any] = {}
    for token in COLUMNS[table].split()[1:]:
        name, _, kind = token.partition(":")
        of_week = FIRST + dt.timedelta(days=dice.randrange(7))
        row[name] = {
            "big": dice.randrange(4),
            "int": dice.randrange(3),
            "tiny": dice.choice([0, 1, 1, 1, 2, 5]),
            "text": dice.choice(["", "X", "D9986", "D9987", "Confirmed", "P"]),
            "money": dice.choice([-1, 0, 40, 80.5]),
            "date": dice.choice([of_week, of_week, of_week, None, UNDATED]),
            "datetime": dice.choice([dt.datetime.combine(of_week, dt.time(dice.randrange(24)))] * 5
                                    + [None]),
            "time": dt.timedelta(hours=dice.randrange(24)),
        }[kind]  # fmt: skip
    return row


def content(clinic: Any, select: str, columns: list[str], **bound: Any) -> list[str]:
    listed = ", ".join(columns)
    statement = f"select row({listed})::text from ({select}) as told order by 1"
    return [told for (told,) in clinic.rows(statement, **bound)]


def stale(practice: Practice) -> list[str]:
    """Clean tables that do not hold what their models now say."""
    found = []
    for table in TABLES:
        columns = plain_columns(table)
        select = select_of(table, (practice.name,))
        kept = content(practice.clinic, f"select * from {table.fullname}", columns)
        with practice.clinic.engine.connect() as connection:
            bound = select.parameters(Days(FIRST, LAST))
            typed = sa.text(f"select row({', '.join(columns)})::text from ({select.text}) as told"
                            " order by 1").bindparams(
                *[sa.bindparam(n, type_=sa.ARRAY(sa.Text)) for n, v in bound.items()
                  if isinstance(v, list)])  # fmt: skip
            if kept != list(connection.scalars(typed, bound)):
                found.append(NAMES[table])
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_due_is_enough_whatever_changes(practice, seed, monkeypatch) -> None:
    """Rewriting the noted days gives what writing everything anew would give."""
    monkeypatch.setenv("CLINIC_OPENDENTAL_CLINICS", "2=north,3=south")
    settings.cache_clear()
    dice = random.Random(seed)
    numbers = {t: [practice.add(t, **invented(t, dice)) for _ in range(12)] for t in COLUMNS}
    publish_days(practice.clinic, [table.fullname for table in TABLES], FIRST, LAST)
    assert stale(practice) == []
    for table in COLUMNS:
        due: dict[str, set[dt.date]] = defaultdict(set)
        for number in dice.sample(numbers[table], 4):
            row = invented(table, dice)
            is_gone = dice.random() < 0.3
            change = practice.drop if is_gone else practice.put
            values = {} if is_gone else row
            found = changed(practice, table, number, lambda: change(table, number, **values))  # noqa: B023
            for reader, days in found.items():
                due[reader] |= days
        for reader, days in due.items():
            for span in ranges({max(each, FIRST) for each in days if each <= LAST}):
                publish_days(practice.clinic, [f"clean.opendental_{reader}"], span.first, span.last)
        assert stale(practice) == [], table
