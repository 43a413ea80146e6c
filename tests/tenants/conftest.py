"""Handlers of jobs that live as long as a test."""

from collections.abc import Callable, Iterator

import pytest

from tenants.services import jobs
from tenants.services.jobs.handlers import HANDLERS


@pytest.fixture
def handler(request: pytest.FixtureRequest) -> Iterator[Callable[[Callable[[jobs.Work], None]], str]]:
    """Declare a function as the handler of a kind that lives as long as the test; return the kind."""
    kind: str = request.node.name[-60:]

    def declare(function: Callable[[jobs.Work], None]) -> str:
        jobs.handles(kind)(function)
        return kind

    yield declare
    HANDLERS.pop(kind, None)
