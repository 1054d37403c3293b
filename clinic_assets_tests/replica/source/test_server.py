"""The source is only read, seen as of one moment, waited for a little, and its errors tell no secret."""

import datetime as dt
import threading

import pytest

from clinic_assets.replica.source import server as reaching
from clinic_assets.replica.source.driver import driver
from clinic_assets.replica.source.errors import SourceError
from clinic_assets.replica.source.server import Address, Server, literal
from clinic_assets_tests.mariadb import PASSWORD

by_both = pytest.mark.parametrize("driver_name", ["mysqlclient", "pymysql"])


@pytest.fixture
def server(mariadb, driver_name):
    found = Server(mariadb.database(), driver_name=driver_name, patience_seconds=5)
    mariadb.run("create table t (id int);\ninsert into t values (1)", found.address.database)
    yield found
    found.close()


def value(session, statement):
    [[found]] = session.rows(statement)
    return found


# The address


def test_an_address_is_decoded_and_hides_its_password():
    found = Address.parse("mysql://us%40er:p%2F%40%3A%25w@db.example:3307/open%20dental")
    assert found == Address("db.example", 3307, "us@er", "p/@:%w", "open dental")
    assert "p/@:%w" not in f"{found} {found!r}"
    assert Address.parse("mariadb://u:p@h/d").port == 3306


@pytest.mark.parametrize(
    "url", ["", "postgresql://u:secret@h/d", "mysql://u:secret@h", "mysql://u:secret@h:x/d"]
)
def test_what_is_no_address_is_refused_without_repeating_it(url):
    with pytest.raises(SourceError) as refused:
        Address.parse(url)
    assert "secret" not in str(refused.value) and "mysql://user:password" in str(refused.value)


# Sessions


@by_both
def test_a_session_only_reads(server):
    with pytest.raises(SourceError, match="error 1792"), server.session() as session:
        session.rows("delete from t")


@by_both
def test_values_come_as_utf8_bytes_and_null_as_none(server):
    with server.session() as session:
        told = session.rows(f"select {literal('it`s €😀 %s')}, null, -1.50, x'00ff'")
    assert told == [("it`s €😀 %s".encode(), None, b"-1.50", b"\x00\xff")]


@by_both
def test_a_statement_that_takes_too_long_is_ended(mariadb, driver_name):
    hasty = Server(mariadb.database(), driver_name=driver_name, statement_seconds=1)
    with pytest.raises(SourceError, match=r"1969.*too long") as ended, hasty.session() as session:
        session.rows("select sum(a.seq * b.seq) from seq_1_to_100000 a, seq_1_to_100000 b")
    assert not ended.value.is_transient


@by_both
def test_a_snapshot_does_not_see_what_is_written_later(server, mariadb):
    with server.snapshot() as session:
        mariadb.run("insert into t values (2)", server.address.database)
        assert value(session, "select count(*) from t") == b"1"
    with server.snapshot() as session:
        assert value(session, "select count(*) from t") == b"2"


@by_both
def test_a_connection_is_used_again_and_made_anew_when_lost(server, mariadb):
    with server.session() as session:
        first = value(session, "select connection_id()")
    with server.session() as session:
        assert value(session, "select connection_id()") == first
    mariadb.run(f"kill {first.decode()}")
    with server.session() as session:
        assert value(session, "select connection_id()") != first


@by_both
def test_a_stream_that_was_left_does_not_spoil_the_next_query(server):
    with server.session() as session:
        for rows in session.stream("select seq from seq_1_to_1000", 10):
            assert len(rows) == 10
            break
        assert value(session, "select 1") == b"1"
        streamed = session.stream("select seq from seq_1_to_25", 10)
        assert [len(rows) for rows in streamed] == [10, 10, 5]


@by_both
def test_no_more_connections_are_open_at_once_than_agreed(server, mariadb):
    most, lock = [0], threading.Lock()
    count = f"select count(*) from information_schema.processlist where db = '{server.address.database}'"

    def work():
        with server.session() as session:
            found = int(value(session, count))
            value(session, "select sleep(0.05)")
        with lock:
            most[0] = max(most[0], found)

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 < most[0] <= reaching.CONNECTIONS


# The clock


@by_both
def test_the_clock_is_told_in_utc_and_as_the_source_shows_it(server, mariadb):
    mariadb.run("set global time_zone = '+05:30'")
    try:
        with server.session() as session:
            clock = session.clock()
    finally:
        mariadb.run("set global time_zone = '+00:00'")
    assert abs(clock.utc - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
    assert clock.local == clock.utc.replace(tzinfo=None) + dt.timedelta(hours=5, minutes=30)


# What goes wrong


@by_both
def test_a_server_that_is_starting_is_waited_for(server, mariadb):
    mariadb.kill()
    starter = threading.Thread(target=mariadb.start)
    starter.start()
    try:
        with server.session() as session:
            assert value(session, "select 1") == b"1"
    finally:
        starter.join()


@by_both
def test_a_server_that_does_not_come_is_not_waited_for_long(driver_name):
    nobody = Server(f"mysql://u:{PASSWORD.replace('/', '%2F').replace('@', '%40')}@127.0.0.1:1/d",
                    driver_name=driver_name, patience_seconds=0.2)  # fmt: skip
    with pytest.raises(SourceError, match="does not answer") as refused, nobody.session():
        pass
    assert refused.value.is_transient
    assert not {PASSWORD, "127.0.0.1"} & {word for word in str(refused.value).split()}


@by_both
@pytest.mark.parametrize(
    ("spoilt", "told"), [("/clinic:wrong", "1045.*password"), ("nowhere", "1049.*no such database")]
)
def test_a_wrong_address_is_told_with_its_remedy(mariadb, driver_name, spoilt, told):
    url = mariadb.database()
    wrong = url.replace("clinic:", "clinic:wrong") if "wrong" in spoilt else mariadb.url(spoilt)
    with (
        pytest.raises(SourceError, match=told) as refused,
        Server(wrong, driver_name=driver_name).session(),
    ):
        pass
    assert not refused.value.is_transient and refused.value.__cause__ is None
    assert PASSWORD not in str(refused.value) and "127.0.0.1" not in str(refused.value)


@by_both
def test_an_error_of_a_query_quotes_nothing_of_it(server):
    with pytest.raises(SourceError) as refused, server.session() as session:
        session.rows("select * from t where id = extractvalue('Miller', '~Miller')")
    assert "Miller" not in str(refused.value)


def test_without_mysqlclient_the_pure_driver_is_taken(monkeypatch):
    import sys

    assert type(driver()).__name__ == "MySQLClient"
    monkeypatch.setitem(sys.modules, "MySQLdb", None)
    assert type(driver()).__name__ == "PyMySQL"
    with pytest.raises(ImportError):
        driver("mysqlclient")
