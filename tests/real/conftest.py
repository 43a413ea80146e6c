"""Real data, for measuring: read from ../shared/data, never shipped."""

import os
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def purchases() -> Path:
    return real("events/cd_shop_purchases_1997.csv.gz")


@pytest.fixture
def stars() -> Path:
    return real("audience_series/stars_by_month.csv.gz")


def real(name: str) -> Path:
    """Return a file of the real data; without it, skip, or fail where EARNEST_REQUIRE_DATA is set."""
    file = DATA / name
    if not file.exists():
        absent = f"the real data are not here: ../shared/data/{name}"
        if os.environ.get("EARNEST_REQUIRE_DATA"):
            pytest.fail(absent)
        pytest.skip(absent)
    return file
