"""What a person sees and does in the browser, on a clinic that `clinic up` serves.

The tests share the clinic and are told in the order of a working day; each also holds alone.
"""

import os
import re
import signal
import sys
import time

import pytest
import requests
from playwright.sync_api import expect

from clinic_assets.timing.partitions import today
from clinic_assets_tests.ui.conftest import DAYS, ONE
from clinic_assets_tests.ui.platform import eventually

KPIS = "assets/mart/schedule_kpi_daily"
ROOMS = ("practice_files", "stock_logs", "core", "schedule", "inventory", "risk", "desk")
YESTERDAY = today() - ONE


def test_the_lineage_shows_every_room(ui):
    page = ui.goes_to("asset-groups")
    graph = page.locator("svg, foreignObject")
    expect(graph.first).to_be_visible()
    for room in ROOMS:
        expect(page.get_by_text(room, exact=True).locator("visible=true").first).to_be_visible()


def test_a_table_tells_what_it_holds_and_what_each_column_means(ui):
    page = ui.goes_to(f"{KPIS}?view=overview")
    expect(page.get_by_text("One row per day, clinic and practitioner").first).to_be_visible()
    columns = page.get_by_role("table").first
    expect(columns).to_contain_text("late_cancellations")
    expect(columns).to_contain_text("Share of due patients who came")
    expect(columns).to_contain_text("non-nullable")


def test_the_days_that_are_there_are_green_and_tell_their_rows(ui):
    page = ui.goes_to(f"{KPIS}?view=partitions&partition={YESTERDAY}")
    materialized = page.get_by_text(re.compile(r"Materialized \(\d+\)"))
    expect(materialized).to_be_visible()
    shown = int(re.search(r"\d+", materialized.inner_text())[0])
    assert DAYS <= shown <= DAYS + 2
    expect(page.get_by_text("rows_written")).to_be_visible()
    expect(page.get_by_text("Materialized", exact=True).first).to_be_visible()


def run_of(platform, **tags):
    """The newest run with these tags, once there is one."""
    query = (
        "query($tags: [ExecutionTag!]) { runsOrError(filter: {tags: $tags}, limit: 1)"
        " { ... on Runs { results { runId status } } } }"
    )
    told = [{"key": key.replace("__", "/"), "value": value} for key, value in tags.items()]
    answer = requests.post(f"{platform.address}/graphql",
                           json={"query": query, "variables": {"tags": told}}, timeout=20)  # fmt: skip
    found = answer.json()["data"]["runsOrError"]["results"]
    return found[0] if found else None


def test_a_past_week_is_backfilled_by_clicking(ui, platform):
    first, last = YESTERDAY - ONE * 6, YESTERDAY
    page = ui.goes_to("locations/clinic_assets/jobs/daily")
    page.get_by_role("button", name="Materialize all").click()
    dialog = page.get_by_role("dialog")
    chosen = dialog.locator("input[type=text]").first
    chosen.fill(f"[{first}...{last}]")
    chosen.press("Enter")
    expect(dialog.get_by_text("7 partitions", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Launch backfill").click()
    told = page.get_by_text(re.compile(r"Created backfill \w+"))
    backfill = told.inner_text().split()[2]

    def status():
        run = run_of(platform, dagster__backfill=backfill)
        return run if run and run["status"] in ("SUCCESS", "FAILURE", "CANCELED") else None

    run = eventually(status, 100)
    assert run and run["status"] == "SUCCESS"
    ui.goes_to(f"runs/{run['runId']}")
    expect(page.get_by_text("Success", exact=True).first).to_be_visible()
    [(written,)] = platform.rows(
        "select count(*) from ops.load_day as day join ops.load_ledger as load using (load_id)"
        f" where load.run_id = '{run['runId']}' and day.asset = 'mart.schedule_kpi_daily'"
    )
    assert written == 7


APPOINTMENTS = f"daily/{YESTERDAY}/appointments.csv"
STOCK_LOG = f"""\
LOG_DATE,LOCATION_ID,ITEM_NAME,OPENING_STOCK,RECEIVED_QTY,ISSUED_QTY,CLOSING_STOCK,LEAD_TIME_DAYS
{today()},EAST,Gauze,9,0,4,5,3
"""


@pytest.fixture(scope="module")
def drops(platform):
    """A half-written file and a stock log arrive; how long each took, and what was there before."""
    told = {"whole": (platform.data / APPOINTMENTS).read_text(), "bookings": bookings(platform)}
    platform.drop(APPOINTMENTS, told["whole"][:-30])
    platform.drop(f"daily/{today()}/stock_logs.csv", STOCK_LOG)
    began = time.monotonic()
    on_shelves = "select 1 from mart.inventory_health where location_id = 'EAST'"
    if eventually(lambda: platform.rows(on_shelves), 120):
        told["seconds"] = time.monotonic() - began
    return told


def bookings(platform):
    [(found,)] = platform.rows(
        f"select sum(bookings) from mart.schedule_kpi_daily where day = '{YESTERDAY}'"
    )
    return int(found)


def test_a_dropped_stock_log_reaches_the_shelves_health_soon(drops, platform, capsys):
    assert "seconds" in drops, platform.said
    with capsys.disabled():
        sys.stdout.write(f"\nstock log dropped to health: {drops['seconds']:.0f} s\n")


def test_a_bad_file_is_refused_in_words_that_the_table_and_its_check_show(drops, ui, platform):
    assert platform.rows("select 1 from ops.file_ledger where not is_accepted")
    raw = "assets/raw/practice_files_appointments"
    page = ui.goes_to(f"{raw}?view=partitions&partition={YESTERDAY}")
    expect(page.get_by_text("the file is cut off").first).to_be_visible()
    assert bookings(platform) == drops["bookings"]

    ui.goes_to(f"{raw}?view=checks&checkDetail=files_were_accepted")
    told = page.get_by_text("1 refused file")

    def is_told():
        page.reload()
        page.wait_for_timeout(1500)
        return told.count() > 0

    assert eventually(is_told, 60)
    expect(page.get_by_text("Failed", exact=True).first).to_be_visible()


def test_the_corrected_file_changes_the_days_numbers(drops, platform):
    one_more = (
        f"NEW-1,P1,T01,{YESTERDAY}T12:00:00,{YESTERDAY}T12:30:00,"
        f"{YESTERDAY - ONE}T09:00:00,completed,60,\n"
    )
    platform.drop(APPOINTMENTS, drops["whole"] + one_more)
    assert eventually(lambda: bookings(platform) == drops["bookings"] + 1, 180), platform.said


@pytest.mark.parametrize("name", ["webserver", "daemon"])
def test_a_killed_service_is_started_again(platform, name):
    before = platform.named(f"dagster-{name}")
    os.kill(before, signal.SIGKILL)

    def again():
        found = [pid for pid, line in platform.processes().items() if f"dagster-{name}" in line]
        return found and before not in found

    assert eventually(again, 30)
    assert f"The {name} died and is started again" in platform.said
    if name == "webserver":
        assert eventually(lambda: answers(platform), 60)


def answers(platform):
    try:
        return requests.get(f"{platform.address}/server_info", timeout=2).ok
    except requests.RequestException:
        return False


def test_ctrl_c_ends_every_process_and_postgres_too(platform):
    assert any("postgres" in line for line in platform.processes().values())
    assert platform.interrupt() == 0
    assert platform.said.splitlines()[-1] == "Stopped."
    assert eventually(lambda: not platform.processes(), 5), platform.processes()
    assert not (platform.home / "web.json").exists()
