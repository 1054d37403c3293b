"""Touched days: exactly the days that changed rows had and have, noted with the rows."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic_assets.replica.downstream.touched import NOTES, Dated, Noting
from clinic_assets.warehouse.publish import lock
from clinic_assets_tests.replica.practice import practice as practice

SCHEMA = """
create table visit (id int primary key, day date, stamp timestamp not null default now()
    on update now());
create table charge (id int primary key, visit int, amount int, stamp timestamp not null
    default now() on update now());
insert into visit (id, day) values (1, '2025-01-01'), (2, '2025-01-02'), (3, '2025-01-03');
insert into charge (id, visit, amount) values (10, 1, 5), (11, 1, 6), (12, 2, 7), (13, 9, 8)
"""
VISITS, CHARGES = "clean.visits", "clean.charges"


def dated(name):
    """A visit has a date, a charge is of its visit's."""
    through = f'select v.day from "{name}".charge c join "{name}".visit v on v.id = c.visit'
    return (
        Dated(VISITS, "visit", f'select day from "{name}".visit where id in'
              " (select id from changed_keys)"),
        Dated(CHARGES, "charge", f"{through} where c.id in (select id from changed_keys)",
              ("visit",)),
        Dated(CHARGES, "visit", f"{through} where v.id in (select id from changed_keys)",
              ("charge",)),
    )  # fmt: skip


def day(number):
    return dt.date(2025, 1, number)


class Watched:
    """A practice whose two tables are copied and followed with their notes."""

    def __init__(self, practice):
        self.practice = practice
        practice.sql(SCHEMA)

    def bring(self, what="follow", tables=("visit", "charge"), **more):
        """Load, follow or verify the tables; the days noted by that, by reader."""
        noting = Noting(dated(self.practice.name))
        for table in tables:
            getattr(self.practice, what)(table, touched=noting, **more)
        noted = self.practice.clinic.rows("select asset, day from ops.touched_day")
        assert set(noted) == noting.noted
        with self.practice.clinic.engine.begin() as connection:
            connection.execute(sa.text("delete from ops.touched_day"))
        return {
            reader: {day for asset, day in noted if asset == reader} for reader in (VISITS, CHARGES)
        }


@pytest.fixture
def watched(practice):
    yield Watched(practice)
    with practice.clinic.engine.begin() as connection:
        connection.execute(sa.text("delete from ops.touched_day"))


@pytest.fixture
def copied(watched):
    watched.bring("load")
    return watched


@pytest.mark.parametrize("tables", [("visit", "charge"), ("charge", "visit")])
def test_a_first_load_notes_every_day_it_holds_whichever_table_comes_first(watched, tables):
    noted = watched.bring("load", tables)
    assert noted == {VISITS: {day(1), day(2), day(3)}, CHARGES: {day(1), day(2)}}


def test_nothing_new_notes_nothing(copied):
    assert copied.bring() == {VISITS: set(), CHARGES: set()}


def test_a_row_that_moves_notes_the_day_it_leaves_and_the_day_it_comes_to(copied):
    copied.practice.sql("update visit set day = '2025-01-09' where id = 2")
    assert copied.bring() == {VISITS: {day(2), day(9)}, CHARGES: {day(2), day(9)}}


def test_a_row_without_a_date_notes_the_days_at_the_end_of_its_chain(copied):
    copied.practice.sql("update charge set visit = 3 where id = 12")
    assert copied.bring() == {VISITS: set(), CHARGES: {day(2), day(3)}}


def test_a_change_beside_the_date_notes_its_day(copied):
    copied.practice.sql("update charge set amount = 0 where id = 10")
    assert copied.bring()[CHARGES] == {day(1)}


def test_rows_that_are_new_on_both_sides_of_a_join_note_their_day(copied):
    copied.practice.sql("insert into visit (id, day) values (9, '2025-01-20')")
    assert copied.bring() == {VISITS: {day(20)}, CHARGES: {day(20)}}


def test_deleted_and_healed_rows_note_their_days(copied):
    copied.practice.sql("delete from charge where id = 12;\n"
                        "update visit set day = '2025-01-08', stamp = stamp where id = 1")  # fmt: skip
    assert copied.bring("verify") == {VISITS: {day(1), day(8)}, CHARGES: {day(1), day(8), day(2)}}


def test_a_reload_notes_what_differs(copied):
    copied.practice.sql("update visit set day = '2025-01-30' where id = 3")
    assert copied.bring("load")[VISITS] == {day(3), day(30)}


def test_a_day_before_the_first_partition_is_counted_and_one_without_date_is_noted(watched):
    watched.practice.sql("insert into visit (id, day) values (5, '1999-05-05'), (6, '0001-01-01'),"
                         " (7, null)")  # fmt: skip
    noting = Noting(dated(watched.practice.name))
    watched.practice.load("visit", touched=noting)
    assert noting.too_early == {(VISITS, dt.date(1999, 5, 5))}
    assert (VISITS, dt.date(1, 1, 1)) in noting.noted and len(noting.noted) == 4


def test_a_refused_deletion_notes_only_what_was_done(copied):
    copied.practice.sql("delete from charge;\nupdate visit set day = '2025-01-09' where id = 3")
    with pytest.raises(Exception, match="--consent charge"):
        copied.bring("verify", ("charge",))
    assert copied.bring("follow", ("visit",)) == {VISITS: {day(3), day(9)}, CHARGES: set()}


def test_a_failed_write_leaves_no_note(copied):
    noting = Noting(dated(copied.practice.name))

    def failing(connection, instance, plan, keys):
        noting(connection, instance, plan, keys)
        if noting.noted == {(VISITS, day(3)), (VISITS, day(9))}:
            raise RuntimeError("after the notes")

    copied.practice.sql("update visit set day = '2025-01-09' where id = 3")
    with pytest.raises(RuntimeError, match="after the notes"):
        copied.practice.follow("visit", touched=failing)
    assert copied.practice.clinic.one("select count(*) from ops.touched_day") == 0


def test_a_reader_that_is_writing_serves_no_note_it_has_not_read(copied):
    """It holds its inputs still until it has cleared its notes; the copy waits for that."""
    practice = copied.practice
    practice.sql("update visit set day = '2025-01-09' where id = 3")
    noting = Noting(dated(practice.name))
    follow = threading.Thread(target=practice.follow, args=("visit",), kwargs={"touched": noting})
    with practice.clinic.engine.begin() as reader:
        lock(reader, VISITS, [f"{practice.name}.visit"])
        follow.start()
        waits = sa.text("select count(*) from pg_locks where locktype = 'advisory' and not granted"
                        " and database = (select oid from pg_database where datname ="
                        " current_database())")  # fmt: skip
        while not reader.scalar(waits):
            pass
        assert practice.copied("select day from visit where id = 3") == [(day(3),)]
        reader.execute(sa.text("delete from ops.touched_day"))
    follow.join()
    assert practice.clinic.one("select count(*) from ops.touched_day") == 2


def test_two_copies_that_write_at_once_miss_no_row_that_is_new_on_both_sides(copied):
    """A charge of a new visit, followed while the visit is: one of the two sees both."""
    practice = copied.practice
    practice.sql("insert into visit (id, day) values (30, '2025-01-30');\n"
                 "insert into charge (id, visit, amount) values (31, 30, 1)")  # fmt: skip
    noting = Noting(dated(practice.name))
    with practice.clinic.engine.begin() as holder:
        holder.execute(sa.text("select pg_advisory_xact_lock(hashtextextended(:n, 7))"),
                       {"n": NOTES})  # fmt: skip
        both = [
            threading.Thread(target=practice.follow, args=(table,), kwargs={"touched": noting})
            for table in ("visit", "charge")
        ]
        for each in both:
            each.start()
        waits = sa.text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
        while holder.scalar(waits) < 2:
            pass
    for each in both:
        each.join()
    assert (CHARGES, day(30)) in noting.noted


# Against a computation row by row


def rows_of(practice):
    """The copy's visits and charges, by key."""
    return [{row[0]: row for row in practice.copied(f"select * from {t}")}
            for t in ("visit", "charge")]  # fmt: skip


def versions(before, after):
    """Each row as it was and is, and which keys have changed."""
    changed = {key for key in before | after if before.get(key) != after.get(key)}
    return [row for side in (before, after) for row in side.values()], changed


def reached(before, after):
    """The days of both readers that a change reaches, whatever came first."""
    visits, changed_visits = versions(before[0], after[0])
    charges, changed_charges = versions(before[1], after[1])
    through = {
        visit[1]
        for charge in charges
        for visit in visits
        if charge[1] == visit[0] and {charge[0]} & changed_charges | {visit[0]} & changed_visits
    }
    own = {visit[1] for visit in visits if visit[0] in changed_visits}
    return {VISITS: own - {None}, CHARGES: through - {None}}


def charged(visits, charges):
    """What the reader of charges sees, by day."""
    seen = {(visits[c[1]][1], *c[:3]) for c in charges.values() if c[1] in visits}
    return {row for row in seen if row[0]}


changes = st.lists(
    st.one_of(
        st.tuples(st.just("visit"), st.integers(1, 6), st.integers(1, 9)),
        st.tuples(st.just("charge"), st.integers(1, 6), st.integers(1, 7), st.integers(1, 3)),
        st.tuples(st.just("gone"), st.sampled_from(["visit", "charge"]), st.integers(1, 6)),
    ),
    max_size=6,
)


def as_sql(change):
    match change:
        case "visit", key, number:
            return f"replace into visit (id, day) values ({key}, '2025-01-0{number}')"
        case "charge", key, visit, amount:
            return f"replace into charge (id, visit, amount) values ({key}, {visit}, {amount})"
        case _, table, key:
            return f"delete from {table} where id = {key}"


@settings(max_examples=12,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(rounds=st.lists(changes, min_size=1, max_size=2), charges_first=st.booleans())
def test_the_noted_days_are_those_of_the_changed_rows_before_and_after(
    copied, rounds, charges_first
):
    order = ("charge", "visit") if charges_first else ("visit", "charge")
    for each in rounds:
        before = rows_of(copied.practice)
        copied.practice.sql(";\n".join(map(as_sql, each)) or "select 1")
        noted = copied.bring("verify", order, consent=True)
        after = rows_of(copied.practice)
        might = reached(before, after)
        assert noted[VISITS] == might[VISITS]
        must = {row[0] for row in charged(*before) ^ charged(*after)}
        assert must <= noted[CHARGES] <= might[CHARGES]
