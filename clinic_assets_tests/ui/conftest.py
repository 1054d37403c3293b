"""A small clinic, served, and a browser in front of it."""

import datetime as dt
import os
import shutil
import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from clinic_assets.simulate import ClinicPlan, write_clinic
from clinic_assets.timing.partitions import today
from clinic_assets_tests.cli.command import bare_environment, clinic_process
from clinic_assets_tests.folders import open_folder, remove
from clinic_assets_tests.ui.platform import Platform

DAYS = 10
ONE = dt.timedelta(days=1)
BROWSER = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """Ten simulated days, run, and `clinic up` over them."""
    folder = open_folder()
    environment = bare_environment(
        CLINIC_HOME=str(folder / "home"), CLINIC_DATA=str(folder / "data"), OMP_NUM_THREADS="1"
    )
    served = None
    try:
        plan = ClinicPlan(today() - ONE * DAYS, today() - ONE, patients_at_start=40,
                          visits_per_day=8, works_sundays=True)  # fmt: skip
        write_clinic(plan, folder / "data")
        made = clinic_process("backfill", "--from", str(plan.first_day), "--to",
                              str(plan.last_day), "--now", environment=environment)  # fmt: skip
        assert made.returncode == 0, made.stderr
        served = Platform(folder, environment, _free_port())
        yield served
    finally:
        if served:
            served.end()
        remove(folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def chromium() -> str:
    """Debian's browser; none is ever downloaded."""
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("These tests need a browser: apt-get install chromium", pytrace=False)
    return found


@pytest.fixture(scope="session")
def browser_page(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One page for all tests: a browser costs seconds."""
    os.environ.setdefault("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path_factory.mktemp("none")))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER)
        page = browser.new_page(viewport={"width": 1500, "height": 950})
        page.set_default_timeout(30_000)
        expect.set_options(timeout=30_000)
        yield page
        browser.close()


@pytest.fixture
def ui(browser_page: Page, platform: Platform) -> "Ui":
    """The browser, at this platform."""
    return Ui(browser_page, platform.address)


class Ui:
    """Going to a page of the platform."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self._address = address

    def goes_to(self, path: str) -> Page:
        """Open a page."""
        self.page.goto(f"{self._address}/{path}")
        return self.page
