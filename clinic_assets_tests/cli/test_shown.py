"""How rows are shown to a person and to a program."""

import datetime as dt

import pytest

from clinic_assets.cli.shown import Format, text_of
from clinic_assets.settings import settings

SUMMER = dt.datetime(2025, 9, 2, 7, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (Format.TABLE, "2025-09-02 03:00"),
        (Format.JSON, '"2025-09-02T03:00:00-04:00"'),
        (Format.CSV, "2025-09-02T03:00:00-04:00\n"),
    ],
)
def test_a_moment_is_shown_by_the_clinics_clock_in_every_format(monkeypatch, form, told):
    monkeypatch.setenv("CLINIC_TIMEZONE", "America/New_York")
    settings.cache_clear()
    assert told in text_of([{"at": SUMMER}], ["at"], form)
