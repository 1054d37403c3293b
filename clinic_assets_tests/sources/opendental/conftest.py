"""A practice's copy beside a clinic, empty at the beginning of each test."""

from collections.abc import Callable
from typing import Any

import pytest

from clinic_assets_tests.sources.opendental.practice import Practice, emptied


@pytest.fixture
def practice(kept_clinic: Any, settle_in: Callable[[Any], Any]) -> Practice:
    """A copy without patients."""
    return Practice(emptied(settle_in(kept_clinic)))
