"""What a table is worth follows from what it ties together, and can be read in words."""

from clinic_assets.replica.planning.importance import judge, pointers
from clinic_assets_tests.replica.tables import PRACTICE, edited, key, pointer, table

JUDGED = judge(PRACTICE, {"patient", "visit", "treatment"})


def test_a_practice_is_sorted_as_its_people_would_sort_it():
    assert {name: found.importance for name, found in JUDGED.items()} == {
        "patient": "critical",
        "visit": "critical",
        "treatment": "critical",
        "provider": "reference",
        "clinic": "reference",
        "code": "reference",
        "feesched": "reference",
        "accesslog": "audit",
        "visithist": "audit",
        "catalog": "reference",
        "employer": "reference",
    }


def test_a_column_points_at_the_table_whose_key_it_is_named_for():
    found = pointers(PRACTICE)
    assert found["visit"] == {"patient", "provider", "clinic"}
    assert found["treatment"] == {"patient", "visit", "provider", "code"}
    assert found["feesched"] == set()


def test_of_two_tables_with_the_same_key_the_one_named_like_it_is_meant():
    note = table("aapatnote", key("PatNum"))
    assert pointers((*PRACTICE, note))["visit"] == {"patient", "provider", "clinic"}
    assert pointers((*PRACTICE, note))["aapatnote"] == {"patient"}


def test_the_points_are_told_in_words_and_add_up():
    assert JUDGED["visit"].reasons == (
        "pointed at by 2 tables (0.8)",
        "points at 3 tables (0.8)",
        "the server stamps every change (1.0)",
        "notes who or when in SecDateTEntry, SecDateTEdit (1.0)",
        "90,000 rows (2.5)",
        "our models read it (2.0)",
    )
    assert JUDGED["visit"].score == 8.0


def test_a_trail_says_why_it_is_one():
    assert "a trail by its name" in JUDGED["accesslog"].reasons[-1]


def test_a_table_named_log_that_many_point_at_is_no_trail():
    work = table("worklog", key("WorkNum"), pointer("PatNum"), pointer("VisitNum"),
                 pointer("ProvNum"), edited(), rows=900_000)  # fmt: skip
    readers = [table(f"t{n}", key(f"T{n}Num"), pointer("WorkNum")) for n in range(9)]
    assert judge((*PRACTICE, work, *readers))["worklog"].importance == "critical"


def test_what_our_models_read_counts_for_more():
    alone = judge(PRACTICE)
    assert JUDGED["visit"].score == alone["visit"].score + 2
    assert JUDGED["clinic"] == alone["clinic"]
