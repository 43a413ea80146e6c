"""Agencies to learn from."""

import pytest

from tests.conftest import Agency
from tests.scoring.agency import forget_the_cast, past


@pytest.fixture
def mine(agency: Agency) -> Agency:
    """An agency whose models and runs are its own."""
    forget_the_cast(agency)
    return agency


@pytest.fixture
def with_past(mine: Agency) -> Agency:
    """The same, with a year behind it in which those who talk buy."""
    past(mine)
    return mine
