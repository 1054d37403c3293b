"""The command: it writes, it says what it does, and it never touches what is not its own."""

from urllib.parse import quote

import pytest

from clinic_assets.simulate.dental.__main__ import main
from clinic_assets.simulate.dental.database import NotEmpty, connect, rows
from clinic_assets.simulate.dental.truth import Truth
from clinic_assets.simulate.dental.writing import write_practice
from clinic_assets_tests.mariadb import PASSWORD
from clinic_assets_tests.simulate.dental.conftest import PLAN

SMALL = ["--years", "0.05", "--scale", "0.5", "--last-day", "2024-06-14"]


def count(url, table):
    connection = connect(url)
    try:
        [(found,)] = rows(connection, f"select count(*) from `{table}`")
        return found
    finally:
        connection.close()


@pytest.fixture
def database(mariadb):
    return mariadb.database()


def test_it_writes_a_practice_and_its_truth_and_lets_it_live(database, tmp_path, capsys):
    assert main(["--url", database, *SMALL, "--truth", str(tmp_path / "truth")]) == 0
    truth = Truth.read(tmp_path / "truth")
    assert count(database, "appointment") > 300
    assert (truth.plan.teams, str(truth.plan.last_day)) == (1, "2024-06-14")
    assert (truth.plan.last_day - truth.plan.first_day).days == 17
    assert f"{truth.rows['rows'].sum():,} rows in 40 tables" in capsys.readouterr().err
    before = count(database, "histappointment")
    assert main(["--url", database, "--live", "0.5"]) == 0
    assert "booked" in capsys.readouterr().err
    assert count(database, "histappointment") > before


def test_it_refuses_a_database_with_tables_until_they_may_go(database, mariadb, capsys):
    name = database.rsplit("/", 1)[1]
    mariadb.run("create table precious (id int);\ninsert into precious values (1)", name)
    assert main(["--url", database, *SMALL]) == 1
    told = capsys.readouterr().err
    assert "1 tables" in told and "precious" in told and "--overwrite" in told
    assert count(database, "precious") == 1
    with pytest.raises(NotEmpty):
        write_practice(database, PLAN)
    assert main(["--url", database, *SMALL, "--overwrite"]) == 0
    assert count(database, "appointment") > 300


def test_it_neither_fills_nor_lives_where_strangers_have_rows(database, mariadb, tmp_path, capsys):
    name = database.rsplit("/", 1)[1]
    mariadb.run("create table precious (id int primary key, word varchar(9))", name)
    profile = tmp_path / "profile.csv"
    profile.write_text("table_name,estimated_rows\nprecious,5000\n")
    filling = ["--url", database, "--like-real", str(profile), "--factor", "0.1"]
    assert main(filling) == 0
    assert count(database, "precious") == 500
    assert main(filling) == 1
    assert main(["--url", database, "--live", "1"]) == 1
    assert "hold rows that are not simulated" in capsys.readouterr().err
    assert count(database, "precious") == 500
    assert main([*filling, "--overwrite"]) == 0
    assert count(database, "precious") == 1000


def test_a_server_that_refuses_is_told_without_the_password(database, capsys):
    assert main(["--url", database.replace("clinic:", "nobody:"), *SMALL]) == 1
    told = capsys.readouterr().err
    assert "refused" in told and PASSWORD not in told and quote(PASSWORD, safe="") not in told
