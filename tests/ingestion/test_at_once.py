"""Batches at the same time: every row lands once, and nobody waits in a circle."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from ingestion.models import Contact, Engagement
from tests.conftest import make_agency
from tests.ingestion.doors import act, all_of, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """On a busy machine whoever is last waits longer than the web may; a circle PostgreSQL ends within a second."""
    options = connection.settings_dict["OPTIONS"]
    connection.close()
    options["options"] = "-c lock_timeout=60s -c statement_timeout=60s"
    yield
    del options["options"]
    connection.close()


def test_batches_at_the_same_time_land_every_row_once() -> None:
    """Six senders with the same hundred rows in different orders, half of them about the same people."""
    agency = make_agency("Ours")
    people = [{"handle": f"person{n % 7}", "external_id": f"{n % 5}"} for n in range(100)]
    rows = [act(n, actor=who) for n, who in enumerate(people)]

    def sender(turn: int) -> dict[str, int]:
        try:
            answer = send(agency, rows[turn * 15 :] + rows[: turn * 15])
            assert answer.status_code == 202, answer.content
            return dict(answer.json())
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        shown = list(pool.map(sender, range(6)))
    assert sum(it["accepted"] for it in shown) == 100
    assert sum(it["duplicate"] for it in shown) == 500
    assert len(all_of(agency, Engagement, "ext_id", ext_id__startswith="act-")) == 100
    assert sorted(all_of(agency, Contact, "kind", handle__startswith="person")) == ["external_id"] * 5


def test_batches_that_overlap_in_any_order_never_wait_in_a_circle() -> None:
    agency = make_agency("Ours")
    rows = [act(n, actor={"handle": f"person{n}"}) for n in range(3000)]
    orders = [rows, rows[::-1], rows[1500:] + rows[:1500], rows[::2] + rows[1::2][::-1]]

    def sender(order: list[dict[str, Any]]) -> int:
        try:
            return int(send(agency, order).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(sender, orders)) == [202] * 4
    assert len(all_of(agency, Engagement, "ext_id", ext_id__startswith="act-")) == 3000


def test_batches_that_rename_each_others_people_never_wait_in_a_circle() -> None:
    agency = make_agency("Ours")

    def named(turn: int, number: int) -> dict[str, str]:
        return {"external_id": str(number), "name": f"Person {turn if number % 4 == turn else 'as ever'}"}

    def sender(turn: int) -> list[int]:
        try:
            batches = [[act(f"{turn}-{b}-{n}", actor=named(turn, n)) for n in range(300)] for b in range(4)]
            return [send(agency, rows).status_code for rows in batches]
        finally:
            connection.close()

    send(agency, [act(n, actor={"external_id": str(n), "name": "Before"}) for n in range(300)])
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(sender, range(4))) == [[202] * 4] * 4
