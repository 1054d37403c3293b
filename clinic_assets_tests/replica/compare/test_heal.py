"""Healing: only what differs is written, and much is deleted only with a person's word."""

import pytest

from clinic_assets.replica.compare import checksums
from clinic_assets.replica.copy.brake import NeedsConsent, refusal_to_delete
from clinic_assets_tests.replica.practice import practice as practice
from clinic_assets_tests.replica.practice import visited as visited

UNSTAMPED = "update visit set note = 'corrected by hand', stamp = stamp where {}"


def writers(practice):
    """Which transaction wrote each row of the copy."""
    return dict(practice.copied("select id, xmin::text from visit"))


def test_of_a_part_that_differs_only_the_differing_rows_are_written(visited, monkeypatch):
    monkeypatch.setattr(checksums, "ROWS", 50)
    visited.sql(UNSTAMPED.format("id in (3, 4, 222)"))
    before = writers(visited)
    visited.verify()
    after = writers(visited)
    assert {row for row in after if before[row] != after[row]} == {3, 4, 222}


def test_a_copy_that_is_wrong_everywhere_is_healed_as_one_range(visited, monkeypatch):
    monkeypatch.setattr(checksums, "ROWS", 50)
    visited.write("update visit set fee = fee + 1 where id <> 151")
    done = visited.verify()
    assert (done.rows_differing, done.ranges_healed) == (299, 1)
    assert visited.is_equal()


def test_rows_whose_numbers_were_exchanged_are_healed(visited):
    visited.sql("update visit set id = 1000, stamp = stamp where id = 1;\n"
                "update visit set id = 1, stamp = stamp where id = 2;\n"
                "update visit set id = 2, stamp = stamp where id = 1000")  # fmt: skip
    assert visited.verify().rows_written == 2
    assert visited.is_equal()


def test_what_a_dropped_column_held_outlives_healing(visited):
    visited.sql(
        "alter table visit drop note;\nupdate visit set fee = 1, stamp = stamp where id = 5"
    )
    visited.verify()
    assert visited.copied("select note, fee from visit where id = 5") == [("visit 5", 1)]
    assert "note is gone" in visited.standing()["notice"]


@pytest.mark.parametrize("rest", [", ctid varchar(9) default 'x'", ""])
def test_columns_may_be_called_as_those_of_the_comparison_and_all_be_key(practice, rest):
    practice.sql(f"create table odd (at int, state varchar(9){rest}, primary key (at, state))")
    practice.sql("insert into odd (at, state) values (1, 'new'), (1, 'gone'), (2, 'changed')")
    practice.load("odd")
    practice.sql("insert into odd (at, state) values (3, 'gone');\n"
                 "delete from odd where at = 1 and state = 'gone'")  # fmt: skip
    if rest:
        practice.sql("update odd set ctid = 'y' where at = 2")
    healed = practice.verify("odd")
    assert (healed.rows_written, healed.rows_deleted) == (2 if rest else 1, 1)
    assert practice.is_equal("odd")


def test_what_was_done_is_in_the_books(visited):
    visited.sql(UNSTAMPED.format("id = 9") + ";\ndelete from visit where id in (10, 11)")
    visited.verify()
    [row] = visited.clinic.rows(
        "select action, rows_read >= 298, rows_written, rows_deleted, ranges_healed, is_ok"
        " from ops.replica_load where instance = :i order by load_id desc limit 1",
        i=visited.name,
    )
    assert row == ("verify", True, 1, 2, 1, True)
    standing = visited.standing()
    assert (standing["rows"], standing["rows_compared"], standing["rows_differing"]) == (
        298,
        298,
        3,
    )


def test_healing_that_fails_half_way_changes_nothing(visited):
    calls = []

    def failing(connection, instance, plan, keys):
        calls.append(keys)
        if len(calls) == 2:
            raise RuntimeError("after the rows were written")

    visited.sql("delete from visit where id = 5")
    before = visited.copied_rows(), visited.standing()
    with pytest.raises(RuntimeError, match="after the rows"):
        visited.verify(touched=failing)
    assert (visited.copied_rows(), visited.standing()) == before
    visited.verify()
    assert visited.is_equal()


# The brake


@pytest.mark.parametrize("before, new, gone, is_refused", [
    (300, 0, 60, False),
    (300, 0, 61, True),
    (100, 0, 49, False),
    (100, 100, 50, True),
    (3, 0, 2, False),
    (3, 0, 3, True),
    (3, 1, 3, False),
    (0, 0, 0, False),
])  # fmt: skip
def test_more_than_a_fifth_from_fifty_rows_on_or_all_of_them_need_consent(
    before, new, gone, is_refused
):
    assert bool(refusal_to_delete("visit", before, new, gone, consent=False)) == is_refused
    assert not refusal_to_delete("visit", before, new, gone, consent=True)


def test_a_refusal_says_table_number_and_remedy_and_the_rest_is_done(visited):
    visited.sql("delete from visit where id <= 100;\n" + UNSTAMPED.format("id = 200"))
    with pytest.raises(NeedsConsent) as refused:
        visited.verify()
    assert str(refused.value) == (
        "visit: the source no longer has 100 of the copy's 300 rows. They are kept in the copy."
        " If the source is right, run again with --consent visit."
    )
    assert visited.copied("select count(*), min(note) from visit where id <= 100 or id = 200") == [
        (101, "corrected by hand")]  # fmt: skip
    assert "no longer has 100" in visited.standing()["notice"]
    assert visited.verify(consent=True).rows_deleted == 100
    assert visited.is_equal() and visited.standing()["notice"] is None


def test_a_restored_backup_that_undoes_the_deletion_needs_nobody(visited):
    visited.sql("create table aside like visit;\ninsert into aside select * from visit;\n"
                "truncate visit")  # fmt: skip
    with pytest.raises(NeedsConsent):
        visited.verify()
    visited.sql("insert into visit select * from aside")
    assert visited.verify().rows_differing == 0
    assert visited.standing()["notice"] is None


def test_rows_without_a_key_are_not_all_deleted_either(practice):
    practice.sql("create table tally (w varchar(9));\n"
                 "insert into tally select 'x' from seq_1_to_99")  # fmt: skip
    practice.load("tally")
    practice.sql("delete from tally limit 90;\ninsert into tally values ('new')")
    with pytest.raises(NeedsConsent, match="tally: the source no longer has 90"):
        practice.follow("tally")
    assert practice.copied("select w, count(*) from tally group by w order by w") == [
        ("new", 1), ("x", 99)]  # fmt: skip
    practice.follow("tally", consent=True)
    assert practice.is_equal("tally")
