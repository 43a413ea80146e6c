"""Platforms that are played while a test lasts, in the place of their hosts."""

from collections.abc import Iterator
from typing import Any

import pytest

from ingestion.models import Hook, Sender
from tests.conftest import Agency
from tests.ingestion.of_accounts import Bluesky, Mastodon, follow, like
from tests.ingestion.of_hubspot import Crm
from tests.ingestion.platforms import Platform, played
from tests.ingestion.posting import make


@pytest.fixture
def mastodon() -> Mastodon:
    return Mastodon([follow(number) for number in (7, 8, 9, 10)])


@pytest.fixture
def pots(mastodon: Mastodon, settings: Any) -> Iterator[Platform]:
    with played(mastodon) as platform:
        settings.OUTBOUND, settings.OUTBOUND_STAND_INS = True, {"pots.example": platform.origin}
        yield platform


@pytest.fixture
def bluesky() -> Bluesky:
    return Bluesky([like(number) for number in (9, 8, 7)])


@pytest.fixture
def sky(bluesky: Bluesky, settings: Any) -> Iterator[Platform]:
    with played(bluesky) as platform:
        settings.OUTBOUND, settings.OUTBOUND_STAND_INS = True, {"bsky.social": platform.origin}
        yield platform


@pytest.fixture
def crm() -> Crm:
    return Crm()


@pytest.fixture
def hubapi(crm: Crm, settings: Any) -> Iterator[Platform]:
    with played(crm) as platform:
        settings.OUTBOUND, settings.OUTBOUND_STAND_INS = True, {"api.hubapi.com": platform.origin}
        yield platform


@pytest.fixture
def hook(agency: Agency, hubapi: Platform) -> Hook:
    return make(agency, Sender.HUBSPOT, access_token="pat-eu1-canary")
