"""What all tests share: the command line option `--bless`, and how much Hypothesis tries."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# The default is the same on every machine and every day, so that CI fails only for a reason. To look for new ones:
# HYPOTHESIS_PROFILE=thorough pytest tests/language
settings.register_profile(
    "default", max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="write what comes out into the files that say what must")


@pytest.fixture(scope="session")
def bless(request: pytest.FixtureRequest) -> bool:
    """Are expectations to be rewritten from what comes out? Then review the diff."""
    return bool(request.config.getoption("--bless"))
