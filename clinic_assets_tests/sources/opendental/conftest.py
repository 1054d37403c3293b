"""An empty practice's copy beside a clinic."""

from typing import Any

import pytest

from clinic_assets_tests.sources.opendental.practice import Practice


@pytest.fixture
def practice(clinic: Any) -> Practice:
    """A copy without patients."""
    return Practice(clinic)
