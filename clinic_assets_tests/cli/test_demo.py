"""A clinic from nothing, and what one asks it: standing, lists, logs, health."""

import csv
import datetime as dt
import io
import json
import re
import stat
import subprocess

import psycopg
import pytest

from clinic_assets.desk.files import OVERBOOKING, PRIORITIES, PROCUREMENT
from clinic_assets.settings import ROOT, settings
from clinic_assets.timing.partitions import today
from clinic_assets_tests.cli.command import CLINIC, bare_environment, clinic_process, clinic_says

ONE = dt.timedelta(days=1)
BOXES_AND_COLOURS = re.compile("[\u2500-\u257f\x1b]")


def values(demo, statement):
    with psycopg.connect(address(demo)) as connection:
        return [row[0] for row in connection.execute(statement)]


def address(demo):
    said = clinic_says("db", "url")
    assert said.code == 0
    return said.out.strip()


def test_the_demonstration_ends_with_lists_on_disk_and_nothing_left_running(demo):
    assert demo.made.returncode == 0, demo.made.stderr
    assert not demo.left_postgres
    tomorrow = today() + ONE
    desk = {path.name for path in (demo.data / "desk").iterdir()}
    assert {f"priorities_{tomorrow}.csv", "cancellation_scores.csv", "procurement_list.csv"} <= desk
    for name in (
        f"priorities_{tomorrow}.csv",
        f"overbooking_{tomorrow}.csv",
        "procurement_list.csv",
    ):
        assert str(demo.data / "desk" / name) in demo.made.stdout
    letters = list((demo.data / "outbox").iterdir())
    assert f"({len(letters)} reminders for tomorrow)" in demo.made.stdout
    modes = {stat.S_IMODE((demo.data / name).stat().st_mode) for name in ("desk", "outbox")}
    assert modes == {0o700}
    assert letters and all(path.name.startswith(f"{tomorrow}_") for path in letters)


def test_the_last_sixty_days_are_there_in_every_mart(demo):
    days = [today() - ONE * back for back in range(60, 0, -1)]
    for table in ("mart.schedule_kpi_daily", "mart.inventory_health"):
        written = values(demo, f"select day from ops.load_day where asset = '{table}'")
        assert set(days) <= set(written)
    assert set(values(demo, "select distinct day from mart.schedule_kpi_daily")) >= set(days)


def test_the_demonstration_again_works_and_doubles_nothing(demo):
    counted = (
        "select count(*) from core.fct_appointment union all select count(*) from ops.reminder"
    )
    before = values(demo, counted)
    mine = demo.data / "daily" / str(today() - ONE) / "appointments.csv"
    mine.write_text(mine.read_text() + "\n")
    kept = mine.read_text()
    again = clinic_process("demo", "--no-serve", environment=bare_environment(**demo.environment))
    assert again.returncode == 0, again.stderr
    assert values(demo, counted) == before
    assert mine.read_text() == kept
    assert "(0 reminders for tomorrow)" in again.stdout


def test_every_table_stands_as_written_in_table_json_and_csv(demo):
    rows = json.loads(clinic_says("status", "--format", "json").out)
    assert {row["table"] for row in rows} >= {"mart.schedule_kpi_daily", "desk.procurement_list"}
    kpis = next(row for row in rows if row["table"] == "mart.schedule_kpi_daily")
    assert kpis["last_day"] == str(today() + ONE)
    assert (kpis["missing"], kpis["failed"], kpis["stale"]) == (0, 0, 0)
    assert dt.datetime.fromisoformat(kpis["written_at"]).tzinfo

    spread = list(csv.DictReader(io.StringIO(clinic_says("status", "--format", "csv").out)))
    assert [row["table"] for row in spread] == [row["table"] for row in rows]
    shown = clinic_says("status").out
    assert shown.isascii() and all(row["table"] in shown for row in rows)


@pytest.mark.parametrize(
    ("words", "columns", "files"),
    [
        (["priorities", "--day", "tomorrow"], PRIORITIES, 4),
        (["priorities", "--day", "yesterday"], PRIORITIES, 0),
        (["overbooking", "--day", "tomorrow"], OVERBOOKING, 1),
        (["overbooking", "--day", "yesterday"], OVERBOOKING, 0),
        (["procurement"], PROCUREMENT, 2),
    ],
)
def test_a_list_is_the_same_in_every_format(demo, words, columns, files):
    rows = json.loads(clinic_says(*words, "--format", "json").out)
    spread = list(csv.reader(io.StringIO(clinic_says(*words, "--format", "csv").out)))
    assert spread[0] == list(columns)
    assert len(spread) - 1 == len(rows)
    assert all(list(row) == list(columns) for row in rows)
    shown = clinic_says(*words).out
    assert not BOXES_AND_COLOURS.search(shown)
    assert shown.count("Written: ") == files


def test_a_look_at_another_days_list_writes_nothing(demo):
    desk = demo.data / "desk"
    before = {path.name: path.stat().st_mtime_ns for path in desk.iterdir()}
    for words in ("priorities --day yesterday", "procurement --day yesterday",
                  "procurement --day tomorrow"):  # fmt: skip
        assert clinic_says(*words.split()).code == 0
    assert {path.name: path.stat().st_mtime_ns for path in desk.iterdir()} == before
    clinic_says("priorities", "--day", "today")
    assert f"\n{today() + ONE}," in (desk / "cancellation_scores.csv").read_text()


def test_a_days_findings_are_one_json_report(demo):
    said = clinic_says("validate", "--day", "yesterday")
    report = json.loads(said.out)
    assert report["day"] == str(today() - ONE)
    assert report["checks"] > 20
    assert report["ok"] == (not report["errors"])
    for finding in report["errors"] + report["warnings"]:
        assert list(finding) == ["check", "table", "severity", "rows", "rule", "detail"]
        assert finding["rows"] > 0 and len(finding["rule"].split()) > 3
    assert {f["severity"] for f in report["warnings"]} <= {"WARN"}
    assert clinic_says("validate", "--format", "table").code == 0


def test_past_days_are_run_once_and_then_there_is_nothing_to_do(demo, monkeypatch):
    monkeypatch.setenv("CLINIC_FIRST_DAY", "2023-01-01")
    first, last = today() - ONE * 75, today() - ONE * 73
    words = ("backfill", "--from", str(first), "--to", str(last), "--now",
             "--select", "mart.schedule_kpi_daily")  # fmt: skip
    once = clinic_says(*words)
    assert once.code == 0, once.err
    assert f"{first} to {last} (3 days): 3 missing" in once.out
    assert "1 tables written" in once.out or "1 table written" in once.out
    again = clinic_says(*words)
    assert again.out == "Nothing to do: every day is there and up to date.\n"
    assert "all, as asked" in clinic_says(*words, "--all").out


def test_a_run_can_be_read_again_by_the_beginning_of_its_id(demo):
    [run_id] = values(demo, "select run_id from ops.load_ledger order by load_id desc limit 1")
    said = clinic_says("logs", run_id[:8])
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert len(lines) > 10
    assert all(re.match(r"\d\d:\d\d:\d\d [A-Z]+ ", line) for line in lines)
    assert any("RUN_SUCCESS" in line or "finished" in line.lower() for line in lines)


def test_a_beginning_that_several_runs_share_is_refused(demo):
    said = clinic_says("logs", "")
    assert said.code == 1 and "Write more." in said.err


def test_the_address_it_gives_opens_the_warehouse(demo):
    assert address(demo).startswith("postgresql://")
    assert values(demo, "select current_database()") == ["clinic"]


def test_psql_opens_the_same_warehouse_and_tells_how_it_ended(demo):
    inside = bare_environment(**demo.environment)
    asked = clinic_process(
        "db", "psql", "--", "-At", "-c", "show timezone", "-c", "select from", environment=inside
    )
    assert asked.stdout == f"{settings().timezone}\n", asked.stderr
    assert asked.returncode == 1 and "syntax error" in asked.stderr


def test_plain_dagster_works_with_what_env_prints(demo):
    day = today() - ONE * 3
    script = f"""
        set -eu
        eval "$({CLINIC} env)"
        dagster job list -w workspace.yaml
        dagster asset materialize -m clinic_assets.definitions \\
            --select 'key:"core/practitioner_version"' --partition {day}
    """
    ended = subprocess.run(["bash", "-c", script], env=bare_environment(**demo.environment),
                           cwd=ROOT, capture_output=True, text=True, timeout=120)  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert {"Job: daily", "Job: evening", "Job: reminders"} <= set(ended.stdout.splitlines())
    [seconds] = values(
        demo,
        "select extract(epoch from now() - max(written_at)) from ops.load_day"
        f" where asset = 'core.practitioner_version' and day = '{day}'",
    )
    assert seconds < 60
