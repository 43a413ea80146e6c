"""What the second wall costs: hot reads by a role that policies hold for, and by one that has only its WHERE."""

from collections.abc import Callable
from typing import Any

import psycopg
from django.db import transaction

from ingestion.selectors import frames
from scoring import selectors
from scoring.api.views import ScoreListView
from tenants import scope
from tenants.api.pagination import behind
from tenants.services import clock
from tests.bench import data
from tests.bench.harness import Line, Say, noise, ratio, take_turns, timed
from tests.bench.servers import role, superuser

PAGE = 50
# A page takes a millisecond or two, so many are read at once.
PAGES_AT_ONCE = 100
Connection = psycopg.Connection[tuple[Any, ...]]


def page_query(of: data.Agency) -> tuple[str, tuple[Any, ...]]:
    """Return the query of a page of scores in the middle of a client, as the product asks it."""
    with scope.of_tenant(of.tenant_id), transaction.atomic():
        ordered = selectors.scores().filter(client_id=of.clients[0].id).order_by(*ScoreListView.keyset)
        last = [getattr(ordered[PAGE], name) for name in ScoreListView.keyset]
        rows = ordered.filter(behind(ScoreListView.keyset, last))
        query, values = rows[: PAGE + 1].query.sql_with_params()
    return query, values


def pages_read(connection: Connection, of: data.Agency) -> Callable[[], float]:
    query, values = page_query(of)

    def ask() -> None:
        with connection.transaction(), connection.cursor() as cursor:
            _enter(cursor, of)
            for _ in range(PAGES_AT_ONCE):
                cursor.execute(query, values)
                assert len(cursor.fetchall()) == PAGE + 1

    return lambda: timed(ask)


def frames_read(connection: Connection, of: data.Agency) -> Callable[[], float]:
    """Return an arm that reads acts as training and scoring do, and looks at none."""
    with scope.of_tenant(of.tenant_id), transaction.atomic():
        known_before = clock.now()
    query = frames.ACTS.query(*frames.OF_FACTS)
    values = {"tenant": of.tenant_id, **frames.values_of_facts(known_before, None, None, learnable=False)}

    def ask() -> None:
        with connection.transaction(), connection.cursor() as cursor:
            _enter(cursor, of)
            with cursor.copy(query, values) as copy:
                for _ in copy:
                    pass

    return lambda: timed(ask)


def _enter(cursor: psycopg.Cursor[Any], of: data.Agency) -> None:
    cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(of.tenant_id)])


def measure(of: data.Agency, *, blocks: int, say: Say) -> list[Line]:
    with role("earnest_worker") as walled, superuser() as free:
        # psycopg would prepare a query that comes often; Django does not let it.
        walled.prepare_threshold = free.prepare_threshold = None
        arms = {
            "page": pages_read(walled, of),
            "page again": pages_read(walled, of),
            "page, no policy": pages_read(free, of),
            "frames": frames_read(walled, of),
            "frames again": frames_read(walled, of),
            "frames, no policy": frames_read(free, of),
        }
        seconds = take_turns(arms, blocks=blocks, say=lambda said: say(f"reads: {said}"))
    filtered = "the same query with its filter alone, as superuser"
    return [
        noise("the query of a page of scores", seconds["page again"], seconds["page"]),
        Line("the query of a page, behind policies", filtered, ratio(seconds["page"], seconds["page, no policy"]),
             1.1, "less"),
        noise("reading the frame of acts", seconds["frames again"], seconds["frames"]),
        Line("the frame of acts, behind policies", filtered, ratio(seconds["frames"], seconds["frames, no policy"]),
             1.1, "less"),
    ]  # fmt: skip
