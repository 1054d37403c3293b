"""The way in for files: nothing vanishes, nothing counts twice, nothing comes in by mistake."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic_assets.inbox.reader import read_delimited
from clinic_assets.sources.practice_files.files import appointments as kind
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.intake import take_in
from clinic_assets.warehouse.publish import Author
from clinic_assets_tests.warehouse.makings import APPOINTMENTS, appointments, contents, stock

FIRST = "daily/2025-03-03/appointments.csv"
SECOND = "daily/2025-03-04/appointments.csv"
BOOKED = "A1 P1 2025-03-03 9 booked 60"
DONE = "A1 P1 2025-03-03 9 completed 60"
HEADER, _, _ = appointments(BOOKED).partition("\n")
ROWS = ("raw", "clean", "core")


def run(clinic, day: str = "2025-03-03", last: str | None = None, consent: tuple[str, ...] = ()):
    config = {"ops": {"raw__practice_files_appointments": {"config": {"files": list(consent)}}}}
    done = clinic.run(day, last, *APPOINTMENTS, config=config)
    assert done.success
    return done


def files(clinic) -> list[tuple]:
    """Name, rows in, loaded, quarantined, deduplicated, accepted, current; in order of arrival."""
    return clinic.rows(
        "select name, rows_in, rows_loaded, rows_quarantined, rows_deduplicated, is_accepted,"
        " is_current from ops.file_ledger order by file_id"
    )


def reason(clinic, name: str = FIRST) -> str:
    told = "select reason from ops.file_ledger where name = :name order by file_id desc limit 1"
    return clinic.one(told, name=name)


def statuses(clinic) -> dict[str, str]:
    return dict(clinic.rows("select appointment_key, status from core.fct_appointment"))


def test_the_same_file_again_is_a_no_op(clinic) -> None:
    clinic.drop(FIRST, appointments(BOOKED))
    run(clinic)
    before = contents(
        clinic, (*ROWS, "ops"), without=["ops.run", "ops.load_ledger", "ops.load_day"]
    )
    clinic.drop(FIRST, appointments(BOOKED))
    run(clinic)
    after = contents(clinic, (*ROWS, "ops"), without=["ops.run", "ops.load_ledger", "ops.load_day"])
    assert after == before
    changed = clinic.rows(
        "select sum(rows_changed) from ops.load_ledger group by run_id order by 1"
    )
    assert changed[0] == (0,)


def test_a_file_that_counts_is_not_parsed_again(clinic, monkeypatch) -> None:
    """A year holds thousands; a changed or a new one beside them is."""
    parsed = []

    def noted(path, *given, **named):
        parsed.append(path.parent.name)
        return read_delimited(path, *given, **named)

    monkeypatch.setattr("clinic_assets.warehouse.intake.read_delimited", noted)
    days = Days(dt.date(2025, 3, 3), dt.date(2025, 3, 5))
    clinic.drop(FIRST, appointments(BOOKED))
    clinic.drop(SECOND, "not a file of ours\n")
    for _ in range(2):
        take_in(clinic.engine, kind, days, Author("run", 1))
    assert parsed == ["2025-03-03", "2025-03-04", "2025-03-04"]
    clinic.drop(FIRST, appointments(DONE))
    clinic.drop("daily/2025-03-05/appointments.csv", appointments(BOOKED))
    take_in(clinic.engine, kind, days, Author("run", 1))
    assert parsed[3:] == ["2025-03-03", "2025-03-04", "2025-03-05"]


def test_a_file_that_counts_is_refused_when_a_link_takes_its_place(clinic) -> None:
    path = clinic.drop(FIRST, appointments(BOOKED))
    run(clinic)
    path.symlink_to(path.rename(clinic.data / "elsewhere.csv"))
    run(clinic)
    assert "symbolic link" in reason(clinic)
    assert statuses(clinic) == {"practice_files:A1": "booked"}


def test_a_renamed_copy_changes_no_row_and_is_logged(clinic) -> None:
    clinic.drop(FIRST, appointments(BOOKED))
    run(clinic)
    before = contents(clinic, ROWS)
    clinic.drop(SECOND, appointments(BOOKED))
    run(clinic, "2025-03-03", "2025-03-04")
    assert contents(clinic, ROWS) == before
    assert files(clinic)[1] == (SECOND, 1, 0, 0, 1, True, True)
    assert "same content" in reason(clinic, SECOND)


def test_a_corrected_file_for_a_past_day_takes_the_place_of_the_one_before(clinic) -> None:
    clinic.drop(FIRST, appointments(BOOKED, "A2 P2 2025-03-03 10 booked 60"))
    run(clinic)
    clinic.drop(FIRST, appointments(DONE))
    run(clinic)
    assert statuses(clinic) == {"practice_files:A1": "completed"}
    assert [f[-1] for f in files(clinic)] == [False, True]
    assert clinic.one("select count(*) from raw.practice_files_appointments") == 3


def test_a_version_that_comes_back_counts_again(clinic) -> None:
    for text, status in ((BOOKED, "booked"), (DONE, "completed"), (BOOKED, "booked")):
        clinic.drop(FIRST, appointments(text))
        run(clinic)
        assert statuses(clinic) == {"practice_files:A1": status}
    assert [f[-1] for f in files(clinic)] == [False, False, True]


def test_the_newest_declared_date_wins_whatever_came_last(clinic) -> None:
    clinic.drop(SECOND, appointments(DONE))
    run(clinic, "2025-03-03", "2025-03-04")
    clinic.drop(FIRST, appointments(BOOKED))
    clinic.drop("raw/appointments.csv", appointments("A1 P1 2025-03-03 9 no_show 60"))
    run(clinic)
    assert statuses(clinic) == {"practice_files:A1": "completed"}


def test_a_header_only_file_needs_consent_and_the_previous_rows_stay(clinic) -> None:
    clinic.drop(FIRST, appointments(BOOKED))
    run(clinic)
    clinic.drop(FIRST, HEADER + "\n")
    run(clinic)
    run(clinic)
    assert statuses(clinic) == {"practice_files:A1": "booked"}
    assert [f[-2:] for f in files(clinic)] == [(True, True), (False, False)]
    assert FIRST in reason(clinic) and "no rows" in reason(clinic) and "--consent" in reason(clinic)
    run(clinic, consent=("appointments.csv",))
    assert statuses(clinic) == {}
    assert files(clinic)[-1][-2:] == (True, True)


def test_a_file_that_shrank_needs_consent_and_the_previous_rows_stay(clinic) -> None:
    many = [f"A{n} P{n} 2025-03-03 9 booked 60" for n in range(12)]
    clinic.drop(FIRST, appointments(*many))
    run(clinic)
    clinic.drop(FIRST, appointments(*many[:5]))
    run(clinic)
    assert len(statuses(clinic)) == 12
    assert "has 5 rows, less than half of the 12" in reason(clinic)
    sha = clinic.one("select sha256 from ops.file_ledger where not is_accepted")
    run(clinic, consent=(sha[:12],))
    assert len(statuses(clinic)) == 5


def test_a_file_far_smaller_than_on_the_same_weekday_needs_consent(clinic) -> None:
    monday = dt.date(2025, 3, 3)
    for week in range(4):
        day = monday + dt.timedelta(weeks=week)
        rows = [f"A{week}{n} P{n} {day} 9 booked 60" for n in range(20)]
        clinic.drop(f"daily/{day}/appointments.csv", appointments(*rows))
    clinic.drop("daily/2025-03-31/appointments.csv",
                appointments("B P1 2025-03-31 9 booked 60"))  # fmt: skip
    run(clinic, "2025-03-03", "2025-03-31")
    assert "practice_files:B" not in statuses(clinic)
    assert "the same weekday" in reason(clinic, "daily/2025-03-31/appointments.csv")


def test_equal_rows_count_once_and_conflicting_ones_are_all_refused(clinic) -> None:
    other = "A3 P1 2025-03-03 11 booked 60"
    clinic.drop(FIRST, appointments(BOOKED, BOOKED, other, "A3 P1 2025-03-03 12 booked 60", other))
    run(clinic)
    assert statuses(clinic) == {"practice_files:A1": "booked"}
    assert files(clinic) == [(FIRST, 5, 1, 2, 2, True, True)]
    assert clinic.rows("select line, column_name from ops.quarantine order by line") == [
        (4, "appointment_id"),
        (5, "appointment_id"),
    ]


def test_a_bad_row_goes_to_quarantine_with_its_text_and_its_neighbours_load(clinic) -> None:
    bad = "A2 P2 2025-03-03 10 booked sixty"
    clinic.drop(FIRST, appointments(BOOKED, bad))
    run(clinic)
    [(line, column, raw)] = clinic.rows("select line, column_name, raw from ops.quarantine")
    assert (line, column) == (3, "price_estimate") and raw == appointments(bad).split("\n")[1]
    assert statuses(clinic) == {"practice_files:A1": "booked"}


def test_na_null_none_and_leading_zeros_are_kept_as_they_are(clinic) -> None:
    rows = [f"{key} {patient} 2025-03-03 9 booked 60" for key, patient in
            (("NA", "0017"), ("Null", "None"), ("00123", "1E5"), ("nan", "17"))]  # fmt: skip
    clinic.drop(FIRST, appointments(*rows))
    run(clinic)
    assert set(clinic.rows("select appointment_key, patient_key from core.fct_appointment")) == {
        ("practice_files:NA", "practice_files:0017"),
        ("practice_files:Null", "practice_files:None"),
        ("practice_files:00123", "practice_files:1E5"),
        ("practice_files:nan", "practice_files:17"),
    }


@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(lambda text: text.encode("utf-8-sig"), id="UTF-8 with a mark"),
        pytest.param(lambda text: text.encode("cp1252"), id="cp1252"),
        pytest.param(lambda text: text.encode("utf-16"), id="UTF-16"),
        pytest.param(
            lambda text: text.replace(",", ";").replace("62.50", "62,50").encode(),
            id="semicolons and decimal commas",
        ),
        pytest.param(
            lambda text: text.replace(",", "\t").replace("\n", "\r\n").encode(), id="tabs"
        ),
        pytest.param(
            lambda text: (
                "\n".join(
                    ",".join(reversed(line.split(","))) for line in text.strip().split("\n")
                ).encode()
                + b"\n"
            ),
            id="columns in another order",
        ),
    ],
)
def test_every_dialect_gives_the_same_rows(clinic, encode) -> None:
    text = appointments("Ä1 Zoë 2025-03-03 9 completed 62.50", "A2 P2 2025-03-03 10 booked 60")
    clinic.drop(FIRST, text)
    run(clinic)
    before = contents(clinic, ("core",))
    clinic.drop(FIRST, encode(text))
    run(clinic)
    assert files(clinic)[-1] == (FIRST, 2, 2, 0, 0, True, True)
    assert contents(clinic, ("core",)) == before


def test_a_name_like_a_number_with_a_comma_does_not_change_the_files_numbers(clinic) -> None:
    lines = stock("2025-03-03 Tape 10 0 2.5 7.5", "2025-03-03 X 10 0 1 9").replace(",X,", ',"2,5",')
    clinic.drop("daily/2025-03-03/stock_logs.csv", lines)
    assets = ("raw.stock_logs_daily", "clean.stock_logs_daily")
    assert clinic.run("2025-03-03", None, *assets).success
    assert clinic.rows("select item, issued_qty from clean.stock_logs_daily order by item") == [
        ("2,5", 1),
        ("Tape", Decimal("2.5")),
    ]


def test_a_moment_said_in_two_ways_is_one_shift_of_the_newest_file(clinic) -> None:
    header = "practitioner,start,end\n"
    clinic.drop("daily/2025-03-02/shifts.csv",
                header + "T1,2025-03-03T08:00:00+01:00,2025-03-03T12:00:00+01:00\n")  # fmt: skip
    clinic.drop("daily/2025-03-03/shifts.csv",
                header + "T1,2025-03-03 08:00,2025-03-03 13:00\n")  # fmt: skip
    assets = ("raw.practice_files_shifts", "clean.practice_files_shifts", "core.fct_capacity")
    assert clinic.run("2025-03-01", "2025-03-05", *assets).success
    told = clinic.rows("select extract(epoch from end_at - start_at) / 3600 from core.fct_capacity")
    assert [int(hours) for (hours,) in told] == [5]


def test_a_moment_said_in_two_ways_by_one_file_is_refused(clinic) -> None:
    header = "practitioner,start,end\n"
    clinic.drop("daily/2025-03-03/shifts.csv",
                header + "T1,2025-03-03T08:00:00+01:00,2025-03-03T12:00:00+01:00\n"
                "T1,2025-03-03 08:00,2025-03-03 13:00\nT2,2025-03-03 08:00,2025-03-03 13:00\n")  # fmt: skip
    assets = ("raw.practice_files_shifts", "clean.practice_files_shifts", "core.fct_capacity")
    assert clinic.run("2025-03-03", None, *assets).success
    assert clinic.rows("select practitioner_key from core.fct_capacity") == [("practice_files:T2",)]
    assert clinic.rows("select line from ops.quarantine order by 1") == [(2,), (3,)]


def test_a_local_time_that_the_clock_change_skips_is_refused(clinic) -> None:
    clinic.drop(FIRST, appointments("A1 P1 2025-03-30 2 booked 60", "A2 P1 2025-03-30 3 booked 60"))
    assert run(clinic, "2025-03-03", "2025-03-30")
    assert statuses(clinic) == {"practice_files:A2": "booked"}
    assert clinic.rows("select column_name, reason from ops.quarantine") == [
        ("appt_start", "does not exist on that day (clock change)")
    ]


def test_a_moved_row_and_a_row_of_the_day_a_leap_year_adds_find_their_day(clinic) -> None:
    clinic.drop("daily/2024-02-28/appointments.csv",
                appointments("A1 P1 2024-02-28 9 booked 60"))  # fmt: skip
    clinic.drop("daily/2024-02-29/appointments.csv",
                appointments("A1 P1 2024-02-29 9 booked 60"))  # fmt: skip
    run(clinic, "2024-02-28", "2024-03-01")
    assert clinic.rows("select appointment_key, day from core.fct_appointment") == [
        ("practice_files:A1", dt.date(2024, 2, 29))
    ]


CELLS = st.sampled_from(
    ["", "NA", "0017", "P1", "62.50", "62,50", "1E5", "2025-03-03T09:00:00", "2025-02-29T09:00:00",
     "03/04/2025", "2025-03-30T02:30:00", "45000", "completed", "booked", "Ünï", "a;b", "x" * 500,
     '"', "-1", "nan", "=1+1", "0001-01-01T00:00:00"]
)  # fmt: skip
GOOD = ["P1", "T1", "2025-03-03T09:00:00", "2025-03-03T10:00:00", "", "booked", "60", ""]


@st.composite
def bad_files(draw: st.DrawFn) -> str:
    """Rows of few keys, so that some repeat, some with a wrong cell or a cell too few."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    for _ in range(draw(st.integers(1, 12))):
        row = [f"A{draw(st.integers(1, 6))}", *GOOD]
        for place in draw(st.lists(st.integers(0, 8), max_size=2)):
            row[place] = draw(CELLS)
        rows.writerow(row[: draw(st.sampled_from([9] * 12 + [8]))])
    return HEADER + "\n" + out.getvalue()


def test_rows_in_are_loaded_quarantined_or_deduplicated_whatever_the_file(
    clinic, monkeypatch
) -> None:
    days = iter(Days(dt.date(2025, 4, 1) + dt.timedelta(days=n), dt.date(2025, 4, 1)
                     + dt.timedelta(days=n)) for n in range(1000))  # fmt: skip

    @settings(max_examples=60, derandomize=True,
              suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
    @given(bad_files())
    def holds(text: str) -> None:
        day = next(days)
        clinic.drop(f"daily/{day.first}/appointments.csv", text)
        take_in(clinic.engine, kind, day, Author("run", 1), consent=["appointments.csv"])
        [(name, rows_in, loaded, quarantined, deduplicated, accepted, _)] = files(clinic)[-1:]
        if not accepted:
            return
        read = list(csv.reader(io.StringIO(text)))
        assert rows_in == len(read) - 1 == loaded + quarantined + deduplicated
        seen_before = deduplicated == rows_in and not loaded
        sha = clinic.one("select sha256 from ops.file_ledger where name = :n", n=name)
        for table, column, count in (
            ("raw.practice_files_appointments", "file_sha256", loaded),
            ("ops.quarantine", "source_sha256", quarantined),
        ):
            there = clinic.one(f"select count(*) from {table} where {column} = :sha", sha=sha)
            assert there == count or seen_before

    holds()


def test_no_patient_is_in_any_message_of_files_that_fail(clinic) -> None:
    """Canaries in every place a file can hold them, every kind of fault, and all that is said."""
    name, phone = "Canaria", "0170CANARY"
    header = "patient_id,first_name,last_name,phone,consent_form_received,created_at\n"
    row = f"P1,{name},{name},{phone},1,"
    faults = {
        "2025-03-01": header + f"{row}31/02/2025 {name}\n",
        "2025-03-02": header + f"{row}\n" + f"P1,{name}2,x,{phone},1,\n",
        "2025-03-03": header + f"{row},{phone}\n",
        "2025-03-04": header + f'P1,"{name},{name}\n',
        "2025-03-05": header + f"{row}2025-03-05T09:00:00\nP2,{name}",
        "2025-03-06": header.replace("phone", "telephone") + f"{row}\n",
        "2025-03-07": f"P1,{name},{name},{phone},1,\n",
        "2025-03-08": header + f"P1,{name}\x00,{name},{phone},1,\n",
        "2025-03-09": header + f"P3,{name},{name},{phone},{name},2025-03-09T09:00:00\n",
    }
    for day, text in faults.items():
        clinic.drop(f"daily/{day}/patients.csv", text)
    assets = ("raw.practice_files_patients", "clean.practice_files_patients",
              "core.patient_version")  # fmt: skip
    done = clinic.run("2025-03-01", "2025-03-09", *assets)
    with clinic.engine.begin() as connection:
        connection.exec_driver_sql(
            "alter table core.patient_version add check (first_name is null) not valid"
        )
    failed = clinic.run("2025-03-01", "2025-03-09", *assets)
    assert done.success and not failed.success
    assert clinic.one("select count(*) from ops.file_ledger") == len(faults)
    assert clinic.one("select count(*) from ops.quarantine where raw like '%Canaria%'") > 0
    told = [repr(event) for run in (done, failed) for event in run.all_events]
    told += [str(line) for (line,) in clinic.rows("select f::text from ops.file_ledger as f")]
    told += [str(line) for (line,) in clinic.rows("select reason from ops.quarantine")]
    told += [str(line) for (line,) in clinic.rows("select l::text from ops.load_ledger as l")]
    assert "CheckViolation" in "".join(told)
    assert not [line for line in told if "Canaria" in line or "CANARY" in line]


def test_the_last_good_version_dropped_again_after_a_refused_one_ends_the_refusal(clinic) -> None:
    good = appointments("A1 P1 2025-03-03 9 completed 60", "A2 P1 2025-03-03 11 booked 60")
    asset = "raw.practice_files_appointments"
    for text in (good, "not a file of ours\n", good):
        clinic.drop("daily/2025-03-03/appointments.csv", text)
        assert clinic.run("2025-03-03", None, asset).success
    told = clinic.rows("select is_accepted, is_current from ops.file_ledger order by file_id")
    assert told == [(True, False), (False, False), (True, True)]
    assert clinic.one(f"select count(*) from {asset}") == 2
