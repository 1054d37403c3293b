"""Following: what is newer comes, once, whatever the source's clock and its writers do."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_assets.replica.copy.brake import NeedsConsent
from clinic_assets.replica.source.errors import SourceError
from clinic_assets.replica.source.server import Clock, Session
from clinic_assets_tests.replica.practice import VISITS
from clinic_assets_tests.replica.practice import practice as practice
from clinic_assets_tests.replica.practice import visited as visited


def test_a_table_that_is_not_there_yet_is_loaded(practice):
    practice.sql(VISITS)
    practice.follow()
    assert practice.is_equal()


def test_only_rows_that_differ_are_written_and_a_second_time_none(visited):
    visited.sql("update visit set note = 'moved' where id in (3, 300);\n"
                "insert into visit (note) values ('new')")  # fmt: skip
    assert visited.follow().rows_written == 3
    assert visited.is_equal() and visited.standing()["rows"] == 301
    assert visited.follow().rows_written == 0


def at(*when: int) -> str:
    return dt.datetime(2025, 9, 1, *when).isoformat(" ")


@pytest.fixture
def stamped(practice):
    """A practice whose newest visit is of ten o'clock, followed up to that."""
    practice.sql(VISITS)
    practice.sql(f"update visit set stamp = '{at(9)}' - interval id second;\n"
                 f"update visit set stamp = '{at(10)}' where id = 300")  # fmt: skip
    practice.load()
    assert practice.standing()["watermark"] == {"stamp": at(10)}
    return practice


# Stamps


def test_a_row_of_the_same_second_as_the_watermark_is_found(stamped):
    stamped.sql(f"insert into visit (note, stamp) values ('tie', '{at(10)}')")
    assert stamped.follow().rows_written == 1
    assert stamped.is_equal()


def test_a_transaction_that_ends_long_after_it_stamped_its_rows_is_found(stamped):
    late = stamped.mariadb.connect(stamped.name)
    late.query("begin")
    late.query(f"insert into visit (note, stamp) values ('late', '{at(9, 52)}')")
    stamped.sql(f"insert into visit (note, stamp) values ('punctual', '{at(10, 1)}')")
    assert stamped.follow().rows_written == 1
    late.query("commit")
    late.close()
    assert stamped.follow().rows_written == 1
    assert stamped.is_equal()


def test_a_number_drawn_early_and_committed_late_is_found_where_keys_grow(practice):
    practice.sql("create table log (id bigint auto_increment primary key, said varchar(9));\n"
                 "insert into log (said) values ('a'), ('b')")  # fmt: skip
    plan = replace(practice.plan("log"), strategy="append_by_key", watermarks=("id",))
    practice.load("log", plan=plan)
    late = practice.mariadb.connect(practice.name)
    late.query("begin")
    late.query("insert into log (said) values ('late')")
    practice.sql("insert into log (said) values ('punctual')")
    assert practice.follow("log", plan=plan).rows_written == 1
    late.query("commit")
    late.close()
    assert practice.follow("log", plan=plan).rows_written == 1
    assert practice.is_equal("log") and practice.standing("log")["highest_key"] == "4"


def test_a_stamp_that_is_missing_or_in_the_future_hides_no_later_change(practice):
    practice.sql(
        "create table seen (id bigint auto_increment primary key, edited datetime, made datetime);"
        f"\ninsert into seen (edited, made) values ('{at(10)}', '{at(10)}')"
    )
    plan = replace(practice.plan("seen"), strategy="changed_since", watermarks=("edited", "made"))
    practice.load("seen", plan=plan)
    practice.sql(f"insert into seen (edited, made) values ('2199-01-01', '{at(10, 1)}'),"
                 f" (null, '{at(10, 2)}'), ('0000-00-00', '{at(10, 3)}')")  # fmt: skip
    followed = practice.follow("seen", plan=plan)
    assert (followed.rows_written, practice.is_equal("seen")) == (3, True)
    assert followed.oddity == (
        "1 rows are stamped later than the source's clock; 2 rows have no stamp"
    )
    assert practice.standing("seen")["watermark"] == {"edited": at(10), "made": at(10, 3)}
    practice.sql(f"insert into seen (edited) values ('{at(10, 4)}')")
    assert practice.follow("seen", plan=plan).rows_written == 1


def test_a_watermark_stays_behind_the_source_clock(visited):
    visited.sql("insert into visit (note) values ('this very second')")
    visited.follow()
    [[now]] = visited.asked("select utc_timestamp()")
    watermark = dt.datetime.fromisoformat(visited.standing()["watermark"]["stamp"])
    assert now - watermark >= dt.timedelta(seconds=59)


def test_a_row_counts_as_changed_when_any_of_its_stamps_moved(practice):
    practice.sql(
        "create table seen (id bigint auto_increment primary key, edited datetime, made datetime);"
        f"\ninsert into seen (edited, made) values ('{at(8)}', '{at(10)}'), ('{at(10)}', '{at(8)}')"
    )
    plan = replace(practice.plan("seen"), strategy="changed_since", watermarks=("edited", "made"))
    practice.load("seen", plan=plan)
    practice.sql(f"update seen set edited = '{at(12)}' where id = 1;\n"
                 f"update seen set made = '{at(12)}' where id = 2")  # fmt: skip
    assert practice.follow("seen", plan=plan).rows_written == 2


@pytest.mark.parametrize("strategy, column", [("append_by_key", "stamp"), ("changed_since", "id")])
def test_a_stamp_is_never_taken_for_a_key_nor_a_key_for_a_stamp(visited, strategy, column):
    plan = replace(visited.plan(), strategy=strategy, watermarks=(column,))
    with pytest.raises(ValueError, match="visit: "):
        visited.follow(plan=plan)


# Clocks


def shifted(monkeypatch, hours):
    real = Session.clock

    def clock(session):
        now, span = real(session), dt.timedelta(hours=hours)
        return Clock(now.utc + span, now.local + span)

    monkeypatch.setattr(Session, "clock", clock)


def test_no_row_is_lost_when_the_source_clock_goes_back(visited, monkeypatch):
    visited.sql("insert into visit (note) values ('before')")
    visited.follow()
    shifted(monkeypatch, hours=-2)
    visited.sql("insert into visit (note, stamp) values ('after', now() - interval 110 minute)")
    assert "clock went back" in visited.follow().oddity
    assert visited.is_equal()
    visited.sql("insert into visit (note, stamp) values ('later', now() - interval 100 minute)")
    followed = visited.follow()
    assert (followed.rows_written, followed.oddity and "back" in followed.oddity) == (1, False)


def test_a_wrong_clock_of_this_machine_changes_nothing(stamped, monkeypatch):
    class Tomorrow(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + dt.timedelta(days=1)

    monkeypatch.setattr(dt, "datetime", Tomorrow)
    stamped.sql(f"insert into visit (note, stamp) values ('new', '{at(10, 1)}')")
    assert stamped.follow().rows_written == 1
    assert stamped.standing()["watermark"] == {"stamp": at(10, 1)}


def test_no_row_is_lost_in_the_hour_that_an_autumn_night_has_twice(practice):
    """A datetime holds the practice's wall clock."""
    try:
        practice.sql("set global time_zone = '+02:00'")
        practice.sql("create table seen (id bigint auto_increment primary key, edited datetime);\n"
                     "insert into seen (edited) values (now() - interval 2 minute)")  # fmt: skip
        plan = replace(practice.plan("seen"), strategy="changed_since", watermarks=("edited",))
        practice.load("seen", plan=plan)
        practice.sql("set global time_zone = '+01:00'")
        practice.sql("insert into seen (edited) values (now())")
        followed = practice.follow("seen", plan=plan)
        assert (followed.rows_written, practice.is_equal("seen")) == (1, True)
    finally:
        practice.sql("set global time_zone = '+00:00'")


# A source that is not what it was


def test_a_restored_source_whose_numbers_are_given_again_is_noticed_and_healed(stamped):
    stamped.sql(f"insert into visit (note, stamp) values ('a', '{at(10, 1)}'), ('b', '{at(11)}')")
    stamped.follow()
    stamped.sql("delete from visit where id > 300;\nalter table visit auto_increment = 301;\n"
                f"insert into visit (note, stamp) values ('other', '{at(10)}')")  # fmt: skip
    followed = stamped.follow()
    assert "the highest id went back" in followed.oddity
    assert (followed.rows_written, followed.rows_deleted) == (1, 1)
    assert stamped.is_equal()
    assert "went back" in stamped.standing()["notice"]
    assert stamped.standing()["highest_key"] == "301"
    assert stamped.follow().oddity is None


def test_a_restored_source_is_noticed_by_its_stamps_too(stamped):
    stamped.sql(f"update visit set stamp = '{at(12)}', note = 'lost again' where id = 7")
    stamped.follow()
    stamped.sql(f"update visit set stamp = '{at(8)}', note = 'visit 7' where id = 7")
    assert "the newest stamp went back" in stamped.follow().oddity
    assert stamped.is_equal()
    assert stamped.standing()["watermark"] == {"stamp": at(10)}


def test_an_emptied_source_does_not_empty_the_copy_without_consent(visited):
    visited.sql("truncate visit")
    for _ in range(2):
        with pytest.raises(NeedsConsent, match=r"visit.*300 of the copy's 300.*--consent visit"):
            visited.follow()
        assert len(visited.copied_rows()) == 300
    assert visited.follow(consent=True).rows_deleted == 300
    assert visited.is_equal() and visited.standing()["rows"] == 0


def test_what_is_new_comes_though_what_is_gone_is_refused(visited):
    visited.sql("truncate visit;\ninsert into visit (id, note) values (5, 'again'), (900, 'new')")
    with pytest.raises(NeedsConsent, match="299 of the copy's 301"):
        visited.verify()
    assert visited.copied("select id, note from visit where id in (5, 900) order by id") == [
        (5, "again"), (900, "new")]  # fmt: skip
    assert visited.standing()["rows"] == len(visited.copied_rows()) == 301


def test_books_from_an_older_backup_cost_a_second_reading_and_nothing_else(stamped):
    before = stamped.standing()
    stamped.sql(f"insert into visit (note, stamp) values ('new', '{at(12)}')")
    stamped.follow()
    with stamped.clinic.engine.begin() as connection:
        connection.exec_driver_sql(
            "update ops.replica_table set watermark = %s::jsonb, highest_key = %s"
            " where instance = %s",
            ('{"stamp": "2025-09-01 10:00:00"}', before["highest_key"], stamped.name),
        )
    assert stamped.follow().rows_written == 0
    assert stamped.is_equal() and stamped.standing()["watermark"] == {"stamp": at(12)}


# Definitions


def test_a_new_column_comes_with_its_values_for_all_rows(visited):
    visited.sql("alter table visit add room varchar(9) not null default 'one';\n"
                "update visit set room = 'two', stamp = stamp where id = 8")  # fmt: skip
    assert "room is new" in visited.follow().oddity
    assert visited.is_equal()


def test_a_widened_column_is_widened_and_a_dropped_one_is_kept(visited):
    visited.sql("alter table visit modify patient bigint unsigned not null, drop note;\n"
                "insert into visit (patient) values (18446744073709551615)")  # fmt: skip
    visited.follow()
    assert visited.copied("select patient, note from visit where id in (1, 301) order by id") == [
        (1, "visit 1"), (18446744073709551615, None)]  # fmt: skip
    assert "note is gone" in visited.standing()["notice"]
    assert visited.follow().rows_written == 0


def test_a_dropped_stamp_leaves_a_table_that_is_compared(visited):
    plan = visited.plan()
    visited.sql("alter table visit drop stamp;\nupdate visit set note = 'x' where id = 9")
    assert visited.follow(plan=plan).rows_written == 1


def test_a_table_altered_in_the_middle_of_a_run_ends_it_and_the_next_one_is_right(
    visited, monkeypatch
):
    real = Session.clock

    def clock(session):
        now = real(session)
        monkeypatch.setattr(Session, "clock", real)
        visited.sql("alter table visit add room varchar(9) default 'one', algorithm = copy")
        return now

    monkeypatch.setattr(Session, "clock", clock)
    visited.sql("insert into visit (note) values ('new')")
    with pytest.raises(SourceError, match=r"visit: .*1412") as refused:
        visited.follow()
    assert refused.value.is_transient
    visited.follow()
    assert visited.is_equal()


def test_a_table_that_is_gone_keeps_its_copy_and_says_so(visited):
    plan = visited.plan()
    visited.sql("drop table visit")
    with pytest.raises(SourceError, match="visit: the table is gone"):
        visited.follow(plan=plan)
    assert len(visited.copied_rows()) == 300


# Tables without stamps or keys


def test_a_small_table_without_stamps_is_compared_each_time(practice):
    practice.sql("create table code (id bigint auto_increment primary key, word varchar(9));\n"
                 "insert into code (word) values ('a'), ('b'), ('c')")  # fmt: skip
    practice.load("code")
    practice.sql("update code set word = 'B' where id = 2;\ndelete from code where id = 1")
    followed = practice.follow("code")
    assert (followed.rows_written, followed.rows_deleted) == (1, 1)
    assert practice.is_equal("code")


def test_a_larger_table_without_stamps_waits_for_its_verification(practice):
    practice.sql("create table code (id bigint auto_increment primary key, word varchar(9));\n"
                 "insert into code (word) values ('a'), ('b'), ('c')")  # fmt: skip
    plan = replace(practice.plan("code"), strategy="full_compare", size_class="medium")
    practice.load("code", plan=plan)
    practice.sql("update code set word = 'B' where id = 2")
    assert practice.follow("code", plan=plan).rows_written == 0
    practice.verify("code", plan=plan)
    assert practice.is_equal("code")


def test_of_equal_rows_without_a_key_each_is_one(practice):
    practice.sql("create table tally (word varchar(9), n int);\n"
                 "insert into tally values ('a', 1), ('a', 1), ('a', 1), ('b', null), ('b', null)")  # fmt: skip
    practice.load("tally")
    practice.sql("delete from tally where word = 'a' limit 2;\n"
                 "insert into tally values ('b', null), ('c', 3)")  # fmt: skip
    followed = practice.follow("tally")
    assert (followed.rows_written, followed.rows_deleted) == (2, 2)
    assert practice.is_equal("tally") and practice.standing("tally")["rows"] == 5


# Refusals


def test_a_locked_source_ends_the_run_within_the_statement_timeout(visited):
    visited.server.close()
    impatient = type(visited.server)(visited.mariadb.url(visited.name), statement_seconds=1)
    plan = visited.plan()
    holder = visited.mariadb.connect(visited.name)
    holder.query("lock tables visit write")
    try:
        with pytest.raises(SourceError, match=r"visit: .*took too long"):
            replace(visited, server=impatient).follow(plan=plan)
    finally:
        holder.close()
        impatient.close()
    visited.sql("insert into visit (note) values ('new')")
    assert visited.follow().rows_written == 1


def test_a_run_that_fails_half_way_leaves_rows_and_books_as_they_were(visited):
    def failing(connection, instance, plan, keys):
        if connection.exec_driver_sql(f'select from "{instance}".visit where id = 301').rowcount:
            raise RuntimeError("after the rows were written")

    visited.sql("insert into visit (note) values ('new')")
    before = visited.copied_rows(), visited.standing()
    with pytest.raises(RuntimeError, match="after the rows"):
        visited.follow(touched=failing)
    assert (visited.copied_rows(), visited.standing()) == before
    assert visited.follow().rows_written == 1


def test_every_run_is_entered_with_its_figures(visited):
    visited.sql("insert into visit (note) values ('new')")
    visited.follow()
    [row] = visited.clinic.rows(
        "select action, run_id, rows_written, rows_read >= 1, bytes_read > 0, lag_seconds < 60,"
        " is_ok from ops.replica_load where instance = :i order by load_id desc limit 1",
        i=visited.name,
    )
    assert row == ("follow", "test", 1, True, True, True, True)
