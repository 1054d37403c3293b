"""What a source has is found in three queries, whatever its tables are called."""

import pytest

from clinic_assets.replica.source.catalog import SourceColumn
from clinic_assets.replica.source.discover import discover
from clinic_assets.replica.source.server import Server, Session

TABLES = """
create table plain (id bigint unsigned auto_increment primary key, word varchar(20)
    character set latin1 default 'x', stamp timestamp not null default current_timestamp
    on update current_timestamp, key by_word (word, id));
create table `a"; drop table x;--` (`100%` int not null, b int not null, c int,
    unique narrow (b), unique wide (`100%`, b), unique with_null (c)) engine = MyISAM;
create table part (word varchar(99), unique (word));
create table without_key (a int);
create view seen as select * from plain;
create table kept (a int primary key) with system versioning;
create sequence numbers
"""


@pytest.fixture
def server(mariadb):
    found = Server(mariadb.database())
    mariadb.run(TABLES, found.address.database)
    yield found
    found.close()


def test_tables_come_by_name_without_views(server):
    names = [table.name for table in discover(server)]
    assert names == ['a"; drop table x;--', "kept", "part", "plain", "without_key"]


def test_a_table_is_told_with_its_columns_and_indexes(server):
    [plain] = discover(server, ["plain"])
    assert [c.name for c in plain.columns] == ["id", "word", "stamp"]
    assert plain.column("id").is_unsigned and plain.column("word").charset == "latin1"
    assert "current_timestamp" in plain.column("stamp").extra.lower()
    assert plain.column("word") == SourceColumn(
        "word", "varchar", "varchar(20)", True, "'x'", "", "latin1"
    )
    assert plain.key == ("id",) and plain.indexed == ("id", "word") and plain.engine == "InnoDB"


def test_the_key_is_the_primary_else_the_narrowest_unique_index_without_nulls(server):
    found = {table.name: table.key for table in discover(server)}
    assert found['a"; drop table x;--'] == ("b",)
    assert found["without_key"] == found["part"] == ()


def test_what_is_not_there_is_not_found(server):
    assert discover(server, ["nothing"]) == () and discover(server, []) == ()


def test_many_tables_take_no_more_queries_than_one(server, mariadb, monkeypatch):
    many = [f"create table t{n} (id int primary key)" for n in range(50)]
    mariadb.run(";\n".join(many), server.address.database)
    asked, rows = [], Session.rows
    monkeypatch.setattr(Session, "rows", lambda self, s: asked.append(s) or rows(self, s))
    assert len(discover(server)) == 55 and len(asked) <= 4
