"""A first load or a reload: every row, whatever it is called and holds, at once or not at all."""

import threading

import psycopg
import pytest

from clinic_assets.replica.actions import load
from clinic_assets.replica.actions.load import load_tiny
from clinic_assets.replica.copy import fill, ranges, reading
from clinic_assets.replica.copy.brake import NeedsConsent
from clinic_assets.replica.mapping.names import column_name, quoted, source_quoted, table_name
from clinic_assets.replica.planning.classify import plan_of
from clinic_assets.replica.source.discover import discover
from clinic_assets.replica.source.errors import SourceError
from clinic_assets.replica.source.server import Server
from clinic_assets.warehouse.sessions import WarehouseError
from clinic_assets_tests.mariadb import PASSWORD
from clinic_assets_tests.replica.practice import practice as practice
from clinic_assets_tests.replica.practice import visited as visited

both_drivers = pytest.mark.parametrize("driver_name", ["mysqlclient", "pymysql"])

HOSTILE = [
    'a"; drop table x;--', "back`tick", "100% of %s and %(x)s", "two words", "ärzte 医者", ":bound",
    "select", "Großbuchstaben", "ctid", "n" * 64, "ü" * 63 + "1", "ü" * 63 + "2", "it's", "a\\b",
]  # fmt: skip


@pytest.fixture
def driven(practice, request):
    """A practice reached by the driver that the test names."""
    practice.server = Server(practice.mariadb.url(practice.name), driver_name=request.param)
    yield practice
    practice.server.close()


by_both = pytest.mark.parametrize("driven", ["mysqlclient", "pymysql"], indirect=True)


# Names


def test_hostile_names_survive(practice):
    columns = ", ".join(f"{source_quoted(name)} int" for name in HOSTILE[1:])
    for name in HOSTILE:
        quoted_name = source_quoted(name)
        practice.sql(f"create table {quoted_name} ({source_quoted(HOSTILE[0])} int, {columns},"
                     f" primary key ({source_quoted(HOSTILE[0])}))")  # fmt: skip
        values = ", ".join(map(str, range(len(HOSTILE))))
        practice.sql(f"insert into {quoted_name} values ({values})")
    plans = plan_of(practice.name, discover(practice.server)).tables
    done = load_tiny(practice.server, practice.clinic.engine, plans, practice.name, run_id=None)
    assert {name: each.rows for name, each in done.items()} == dict.fromkeys(HOSTILE, 1)
    with psycopg.connect(practice.clinic.url) as connection:
        for name in HOSTILE:
            place = f"{quoted(practice.name)}.{quoted(table_name(name))}"
            found = connection.execute(f"select * from {place}")
            assert [c.name for c in found.description] == [column_name(c) for c in HOSTILE]
            assert found.fetchall() == [tuple(range(len(HOSTILE)))]


def test_a_shortened_name_is_stable_and_its_own():
    names = {table_name("ü" * 63 + "1"), table_name("ü" * 63 + "2")}
    assert len(names) == 2 and all(len(name.encode()) <= 63 for name in names)
    assert table_name("n" * 64) == "n" * 54 + "_" + table_name("n" * 64)[-8:]
    assert table_name("ä" * 31) == "ä" * 31


# Sizes and shapes


@by_both
def test_a_thousand_columns_arrive(driven):
    columns = ", ".join(f"c{n} smallint" for n in range(1, 1000))
    driven.sql(f"create table wide (c0 int primary key, {columns})")
    for row in range(3):
        values = ", ".join(str(n % 7 * row) for n in range(1, 1000))
        driven.sql(f"insert into wide values ({row}, {values})")
    assert driven.load("wide").rows == 3
    assert driven.is_equal("wide")


@by_both
def test_cells_of_ten_megabytes_arrive_whole_though_no_row_fits_a_packet(driven):
    driven.sql("set global max_allowed_packet = 16777216")
    driven.server.close()
    driven.sql("create table image (id int primary key, a longblob, b longtext, c longblob)")
    for row in (1, 2):
        driven.sql(f"insert into image (id, a) values ({row}, repeat(x'00ff5c0a01', 2000000))")
        driven.sql("update image set b = repeat('ü\\0\\\\', 3000000)")
    driven.sql("update image set c = a where id = 1")
    assert driven.load("image").normalised == {"nul_character": 6_000_000}
    [(a, b, c), (_, _, none)] = driven.copied("select a, b, c from image order by id")
    assert a == c == b"\x00\xff\x5c\x0a\x01" * 2_000_000 and b == "ü␀\\" * 3_000_000
    assert none is None


def test_a_table_without_key_keeps_its_equal_rows_and_gets_no_key(practice):
    practice.sql("create table log (word varchar(9));\ninsert into log values ('a'), ('a'), (null)")
    assert practice.load("log").rows == 3
    assert practice.is_equal("log")
    assert practice.copied("select count(*) from pg_constraint where conrelid = 'log'::regclass"
                           " and contype = 'p'") == [(0,)]  # fmt: skip


def test_an_empty_table_is_a_copy_too(practice):
    practice.sql("create table visit (id int primary key, stamp timestamp)")
    assert practice.load().rows == 0
    standing = practice.standing()
    assert standing["rows"] == 0 and standing["watermark"] == {}
    assert practice.copied("select * from visit") == []


def test_a_key_that_holds_a_date_is_no_key_of_the_copy(practice):
    practice.sql("create table day (id int, d date, primary key (id, d))")
    practice.sql("insert into day values (1, '0000-00-00'), (1, '2024-00-00')")
    assert practice.load("day").rows == 2
    assert practice.copied("select * from day") == [(1, None), (1, None)]


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_a_large_table_is_read_in_ranges_of_its_key(practice, monkeypatch, engine):
    practice.sql(f"create table visit (id bigint primary key, n int) engine = {engine};\n"
                 "insert into visit select cast(seq * seq as signed) - 5000000, seq from seq_1_to_5000;\n"
                 "analyze table visit")  # fmt: skip
    heard = []
    monkeypatch.setattr(ranges, "ROWS_AT_ONCE", 700)
    practice.load(progress=lambda table, rows: heard.append((table, rows)))
    assert practice.is_equal()
    assert heard[-1] == ("visit", 5000) and heard == sorted(heard) and len(heard) > 5


# Data that hold what separates data


@by_both
@pytest.mark.parametrize(
    "text", ["a\x01b", "\x03", "\x01\x03\x01", "\x02", "\x04\\\x01", "\\\x01", "\\\x03\r\n\\."]
)
def test_separators_in_the_data_arrive(driven, text):
    driven.sql("create table note (id int primary key, a varchar(20), b varchar(20))")
    driven.sql(
        "insert into note values"
        f" (1, 'x', 'y'), (2, x'{text.encode().hex()}', null), (3, null, x'{text.encode().hex()}')"
    )
    driven.load("note")
    assert driven.is_equal("note")


def test_a_value_that_looks_like_two_rows_stays_one(practice):
    practice.sql("create table note (a varchar(20), b varchar(20))")
    practice.sql("insert into note values (concat('a', x'01', 'b', x'03', 'c'), 'd')")
    assert practice.load("note").rows == 1
    assert practice.is_equal("note")


def test_only_the_range_that_needs_it_is_read_carefully(practice, monkeypatch):
    practice.sql("create table note (id int primary key, word varchar(9));\n"
                 "insert into note select seq, if(seq = 2500, x'01', 'x') from seq_1_to_5000;\n"
                 "analyze table note")  # fmt: skip
    careful, read = [], reading.Reading.careful
    monkeypatch.setattr(ranges, "ROWS_AT_ONCE", 1000)
    monkeypatch.setattr(
        reading.Reading,
        "careful",
        lambda self, session, where: careful.append(where) or read(self, session, where),
    )
    practice.load("note")
    assert practice.is_equal("note") and len(careful) == 1


def test_a_large_table_is_ready_for_its_readers(practice):
    practice.sql("create table note (id int primary key, word varchar(9));\n"
                 "insert into note select seq, 'x' from seq_1_to_20000;\n"
                 "analyze table note")  # fmt: skip
    practice.load("note")
    # 20,000 rows of 36 bytes fill 89 pages of 8 KiB; the file is made longer ahead of them.
    visible = "select relallvisible from pg_class where oid = 'note'::regclass"
    assert practice.copied(visible) == [(89,)]


def test_a_large_table_with_separators_and_half_dates_arrives_once(practice, monkeypatch):
    monkeypatch.setattr(fill, "WORTH_FREEZING", 0)
    monkeypatch.setattr(ranges, "ROWS_AT_ONCE", 1000)
    practice.sql("set sql_mode = '';\n"
                 "create table note (id int primary key, word varchar(9), day date);\n"
                 "insert into note select seq, if(seq = 2500, x'01', 'x'),"
                 " if(seq in (1, 4000), '0000-00-00', if(seq = 3000, '2024-02-00', '2024-02-01'))"
                 " from seq_1_to_5000;\n"
                 "analyze table note")  # fmt: skip
    loaded = practice.load("note")
    assert (loaded.rows, loaded.normalised) == (5000, {"no_date": 3})
    practice.sql("set sql_mode = '';\nupdate note set day = 0 where id = 3000")
    assert practice.is_equal("note")


# The books, and where following goes on


def test_the_books_say_how_far_a_load_reaches(visited):
    standing = visited.standing()
    [(newest, now)] = visited.asked("select max(stamp), utc_timestamp() from visit")
    assert standing["rows"] == 300 and standing["highest_key"] == "300"
    assert standing["watermark"] == {"stamp": str(newest)}
    assert newest < now and standing["columns"]["key"] == ["id"]
    [entry] = visited.clinic.rows(
        "select action, is_ok, rows_read, rows_written, bytes_read > 0, run_id"
        " from ops.replica_load where instance = :i",
        i=visited.name,
    )
    assert entry == ("load", True, 300, 300, True, "test")


def test_a_stamp_from_the_future_moves_no_watermark(practice):
    practice.sql("create table visit (id int primary key, stamp datetime default now());\n"
                 "insert into visit values (1, '2024-01-01'), (2, '2999-01-01')")  # fmt: skip
    practice.load(plan=practice.plan(strategy="changed_since", watermarks=("stamp",)))
    assert practice.standing()["watermark"]["stamp"] < "2999"


def test_the_watermark_is_of_the_moment_the_rows_were_read(practice, monkeypatch):
    practice.sql("create table visit (id int primary key);\ninsert into visit values (1)")
    read = fill.copy_rows

    def late(session, *asked, **more):
        practice.sql("insert into visit values (2)")
        return read(session, *asked, **more)

    monkeypatch.setattr(fill, "copy_rows", late)
    assert practice.load().rows == 1
    assert practice.standing()["highest_key"] == "1"


# The swap


def test_a_reader_sees_the_old_rows_or_the_new_ones(visited):
    seen, is_done = set(), threading.Event()

    def read():
        with psycopg.connect(visited.clinic.url, autocommit=True) as connection:
            while not is_done.is_set():
                rows = connection.execute(f"select count(*), min(fee) from {visited.name}.visit")
                seen.add(rows.fetchone())

    reader = threading.Thread(target=read)
    reader.start()
    for round_ in range(1, 6):
        visited.sql(f"update visit set fee = {round_};\ninsert into visit (fee) values ({round_})")
        visited.load()
    is_done.set()
    reader.join()
    assert seen <= {(300, 0.125), *((300 + n, float(n)) for n in range(1, 6))} and len(seen) > 1


def test_a_failed_load_leaves_the_copy_as_it_was_and_is_noted(visited, monkeypatch):
    def fail(*_, **__):
        raise SourceError("error 4711")

    visited.sql("delete from visit where id = 1")
    monkeypatch.setattr(fill, "copy_rows", fail)
    with pytest.raises(SourceError, match="visit: error 4711"):
        visited.load()
    assert visited.copied("select count(*) from visit") == [(300,)]
    assert visited.clinic.rows(
        "select reason from ops.replica_load where not is_ok and instance = :i", i=visited.name
    ) == [("visit: error 4711",)]
    assert visited.copied(
        "select count(*) from pg_tables where starts_with(tablename, 'fresh')"
    ) == [(0,)]


def test_a_source_that_goes_away_in_the_middle_can_be_tried_again(visited, monkeypatch):
    visited.sql("insert into visit (id) values (999)")
    read = fill.copy_rows

    def cut(session, *asked, **more):
        [[number]] = session.rows("select connection_id()")
        visited.sql(f"kill {number.decode()}")
        return read(session, *asked, **more)

    with monkeypatch.context() as patch, pytest.raises(SourceError, match="visit: ") as gone:
        patch.setattr(fill, "copy_rows", cut)
        visited.load()
    assert gone.value.is_transient and visited.copied("select count(*) from visit") == [(300,)]
    assert visited.load().rows == 301 and visited.is_equal()


def test_who_could_read_the_copy_can_read_the_new_one(visited):
    visited.write("create role analyst")
    try:
        visited.write("grant select on visit to analyst")
        visited.load()
        assert visited.copied("select has_table_privilege('analyst', 'visit', 'select')") == [
            (True,)
        ]
    finally:
        visited.write("drop owned by analyst; drop role analyst")


def test_a_view_on_the_copy_outlives_a_reload(visited):
    visited.write("create view dear as select * from visit where fee > 30")
    visited.sql("update visit set fee = 31;\nalter table visit add extra int default 5")
    visited.load()
    assert visited.copied("select count(*) from dear") == [(300,)]
    assert visited.copied("select distinct extra from visit") == [(5,)]
    assert visited.is_equal()
    visited.load()
    assert visited.is_equal()


def test_a_copy_under_a_view_follows_a_key_that_loses_a_column(visited):
    visited.sql("alter table visit drop primary key, add primary key (id, patient)")
    visited.load()
    visited.write("create view dear as select id from visit")
    visited.sql("alter table visit drop primary key, add primary key (id), drop patient")
    visited.load()
    assert visited.copied("select count(*), count(patient) from visit") == [(300, 0)]


# The brake


def test_a_truncated_source_empties_no_copy_without_consent(visited):
    visited.sql("truncate visit")
    with pytest.raises(NeedsConsent, match="visit: the source has 0 rows where the copy has 300"):
        visited.load()
    assert visited.copied("select count(*) from visit") == [(300,)]
    assert visited.load(consent=True).rows == 0


@pytest.mark.parametrize(("left", "is_refused"), [(149, True), (150, False)])
def test_a_load_may_lose_half_of_the_rows(visited, left, is_refused):
    visited.sql(f"delete from visit where id > {left}")
    if is_refused:
        with pytest.raises(NeedsConsent):
            visited.load()
    else:
        assert visited.load().rows == left


def test_a_small_table_may_lose_all(practice):
    practice.sql("create table visit (id int primary key);\n"
                 "insert into visit select seq from seq_1_to_99")  # fmt: skip
    practice.load()
    practice.sql("truncate visit")
    assert practice.load().rows == 0


# Many at once


def test_one_failing_table_leaves_the_other_tiny_ones_alone(practice):
    for n in range(5):
        practice.sql(f"create table t{n} (id int primary key);\ninsert into t{n} values ({n})")
    plans = plan_of(practice.name, discover(practice.server)).tables
    practice.sql("drop table t2;\ninsert into t3 select seq from seq_11_to_20")
    done = load_tiny(practice.server, practice.clinic.engine, plans, practice.name, run_id="r")
    assert isinstance(done.pop("t2"), SourceError)
    assert {name: each.rows for name, each in done.items()} == {"t0": 1, "t1": 1, "t3": 11, "t4": 1}
    assert practice.clinic.rows(
        "select table_name, reason from ops.replica_load where instance = :i and not is_ok",
        i=practice.name,
    ) == [("t2", "t2: the table is gone; discover the source again.")]


# Many again


NOTES = """
create table note (id int primary key, word varchar(20), day date);
insert into note values (1, 'a\\0b', '0000-00-00'), (2, null, '2024-02-29'), (3, '', '2023-02-31');
create table tally (word varchar(9), n double);
insert into tally values ('a', 1e-9), ('a', 1e-9), ('b', null);
create table nothing (id int primary key)
"""


def load_all(practice, **more):
    plans = plan_of(practice.name, discover(practice.server)).tables
    return load_tiny(
        practice.server, practice.clinic.engine, plans, practice.name, run_id="r", **more
    )


def numbers(practice):
    """Postgres's own numbers of the copied tables: a new table has a new one."""
    return dict(practice.copied("select relname, oid::bigint from pg_class where relkind = 'r'"
                                f" and relnamespace = '{practice.name}'::regnamespace"))  # fmt: skip


@pytest.fixture
def noted(practice):
    """A practice of three small tables, copied."""
    practice.sql(NOTES)
    assert {name: each.rows for name, each in load_all(practice).items()} == {
        "note": 3, "tally": 3, "nothing": 0}  # fmt: skip
    return practice


def test_copies_that_equal_their_sources_are_left_as_they_are(noted):
    before, standing = numbers(noted), noted.standing("note")
    heard = []
    done = load_all(noted, touched=lambda *told: heard.append(told))
    assert {name: each.rows for name, each in done.items()} == {"note": 3, "tally": 3, "nothing": 0}
    assert (numbers(noted), heard) == (before, [])
    now = noted.standing("note")
    assert now["loaded_at"] > standing["loaded_at"] and now["followed_at"] > standing["followed_at"]
    same = ("rows", "bytes", "highest_key", "watermark", "normalised", "columns", "notice")
    assert [now[name] for name in same] == [standing[name] for name in same]
    assert now["normalised"] == {"no_date": 2, "nul_character": 1}
    assert noted.clinic.rows(
        "select rows_read, rows_written, bytes_read, is_ok from ops.replica_load"
        " where instance = :i and table_name = 'note' order by load_id desc limit 1", i=noted.name
    ) == [(3, 0, 0, True)]  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    ["update note set word = 'A' where id = 3", "update note set day = '2024-02-28' where id = 2",
     "delete from note where id = 3", "insert into note values (4, 'd', null)",
     "alter table note add room int", "alter table note modify word varchar(30)",
     "alter table note drop primary key", "alter table note drop word"],
)  # fmt: skip
def test_a_table_that_is_not_as_it_was_is_copied_and_only_that(noted, changed):
    before = numbers(noted)
    noted.sql(changed)
    load_all(noted)
    now = numbers(noted)
    assert now.pop("note") != before.pop("note") and now == before
    assert noted.copied("select count(*) from note") == list(
        noted.asked("select count(*) from note")
    )


@pytest.mark.parametrize(
    "damage",
    ["update note set word = 'A' where id = 3", "delete from note where id = 1",
     "alter table note drop constraint {key}", "alter table note add room int",
     "alter table note alter id type bigint"],
)  # fmt: skip
def test_a_load_mends_whatever_was_done_to_a_copy(noted, damage):
    before = noted.copied_rows("note")
    [(key,)] = noted.copied("select conname from pg_constraint where conrelid = 'note'::regclass"
                            " and contype = 'p'")  # fmt: skip
    number = numbers(noted)["note"]
    noted.write(damage.format(key=quoted(key)))
    load_all(noted)
    assert numbers(noted)["note"] != number
    assert noted.copied("select id, word, day from note order by id") == sorted(
        row[:3] for row in before.elements()
    )
    assert noted.copied("select count(*) from pg_constraint where conrelid = 'note'::regclass"
                        " and contype = 'p'") == [(1,)]  # fmt: skip


def test_where_a_server_cannot_compare_the_tables_are_copied(noted, monkeypatch):
    def refused(*_):
        raise SourceError("refused")

    before = numbers(noted)
    monkeypatch.setattr(load, "equal", refused)
    done = load_all(noted)
    assert {name: each.rows for name, each in done.items()} == {"note": 3, "tally": 3, "nothing": 0}
    assert not set(before.values()) & set(numbers(noted).values())


# Touched


def test_the_hook_hears_of_changed_keys_before_and_after(visited):
    heard = []

    def touched(connection, instance, plan, keys):
        driver = connection.connection.driver_connection
        days = f"select count(*) from {instance}.visit"
        ids = sorted(r[0] for r in driver.execute(f"select id from {keys}")) if keys else None
        heard.append((plan.table.name, ids, driver.execute(days).fetchone()[0]))

    visited.sql("update visit set day = '2025-05-05' where id = 7;\n"
                "delete from visit where id = 9;\ninsert into visit (id) values (500), (501)")  # fmt: skip
    visited.load(touched=touched)
    ids = [7, 9, 500, 501]
    assert heard == [("visit", ids, 300), ("visit", ids, 301)]
    heard.clear()
    visited.sql("create table other like visit")
    visited.load("other", touched=touched)
    assert heard == [("other", None, 301)]


def test_what_the_hook_notes_is_undone_with_the_load(visited):
    def touched(connection, *_):
        connection.connection.driver_connection.execute("create table noted ()")
        raise SourceError("no")

    with pytest.raises(SourceError):
        visited.load(touched=touched)
    assert visited.clinic.rows("select to_regclass('noted')") == [(None,)]


# Secrets


def test_no_error_holds_the_password_or_a_value(practice, monkeypatch):
    practice.sql("create table visit (id int primary key, word text);\n"
                 "insert into visit values (1, 'Miller')")  # fmt: skip
    monkeypatch.setattr(reading, "_escaped", lambda text: text.replace(b"\x01", b"Miller\x01"))
    with pytest.raises(WarehouseError) as refused:
        practice.load()
    wrong = practice.mariadb.url(practice.name).replace("clinic:", "clinic:wrong-")
    with pytest.raises(SourceError) as denied:
        load_tiny_with(practice, Server(wrong))
    for error in (refused, denied):
        said = "".join(map(str, (error.getrepr(style="native"), error.value)))
        assert "Miller" not in str(error.value) and PASSWORD not in said
        assert "127.0.0.1" not in str(error.value)
    reasons = practice.clinic.rows("select reason from ops.replica_load where not is_ok")
    assert reasons and all("Miller" not in reason for (reason,) in reasons)


def load_tiny_with(practice, server):
    plans = plan_of(practice.name, discover(practice.server)).tables
    for error in load_tiny(
        server, practice.clinic.engine, plans, practice.name, run_id=None
    ).values():
        raise error


def test_a_lost_warehouse_is_told_and_nothing_is_half_written(visited, monkeypatch):
    read = fill.copy_rows

    def cut(session, connection, *asked, **more):
        number = connection.connection.driver_connection.info.backend_pid
        visited.clinic.one("select pg_terminate_backend(:n)", n=number)
        return read(session, connection, *asked, **more)

    visited.sql("delete from visit where id < 50")
    monkeypatch.setattr(fill, "copy_rows", cut)
    with pytest.raises(WarehouseError) as lost:
        visited.load()
    assert lost.value.is_transient
    assert visited.copied("select count(*) from visit") == [(300,)]
    monkeypatch.undo()
    assert visited.load(consent=True).rows == 251
