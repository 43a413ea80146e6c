"""What came in, added up by the hour."""

import json
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from ingestion.models import Counted, Delivery, Source
from tenants.models import Client
from tests.conftest import Agency, within
from tests.ingestion.doors import act, outcome, pages, send

HOUR = timedelta(hours=1)
ALL = ("batches", *Counted.NAMES)


@pytest.fixture
def agency(agency: Agency) -> Agency:
    """An agency of whose own batches none is of these days."""
    with within(agency):
        Delivery.objects.update(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    return agency


def usage(agency: Agency, **asked: Any) -> list[Any]:
    return list(chain.from_iterable(pages(agency, f"/v1/usage?{urlencode(asked)}")))


def counts(row: dict[str, Any]) -> tuple[int, ...]:
    return tuple(row[name] for name in ALL)


def moved(agency: Agency, answer: Any, at: datetime) -> None:
    """Have a batch been received at another moment."""
    with within(agency):
        Delivery.objects.filter(public_id=answer.json()["batch"]).update(created_at=at)


def an_hour() -> datetime:
    """Return the beginning of the last whole hour."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - HOUR


def test_batches_add_up_by_hour_source_and_shape(agency: Agency) -> None:
    """T27."""
    hour = an_hour()
    with within(agency):
        shop = Source.objects.create(client=agency.client, name="Shop", kind="own_system", platform="instagram")
    sent = [
        (hour, send(agency, [act(1), act(2), act(3, kind="wink")])),
        (hour + HOUR - timedelta(microseconds=1), send(agency, [act(1), act(4)])),
        (hour - timedelta(microseconds=1), send(agency, [act(5)])),
        (hour, send(agency, [outcome(1)], "outcomes")),
        (hour, send(agency, [act(1)], source=shop)),
    ]
    for at, answer in sent:
        moved(agency, answer, at)
    found = usage(agency)
    source, hours = agency.source.public_id, [it.strftime("%Y-%m-%dT%H:00:00Z") for it in (hour - HOUR, hour)]
    expected = {
        (hours[0], source, "engagements"): (1, 1, 1, 0, 0, 0),
        (hours[1], source, "engagements"): (2, 5, 3, 1, 1, 0),
        (hours[1], source, "outcomes"): (1, 1, 1, 0, 0, 0),
        (hours[1], shop.public_id, "engagements"): (1, 1, 1, 0, 0, 0),
    }
    assert {(it["hour"], it["source"], it["shape"]): counts(it) for it in found} == expected
    assert [it["hour"] for it in found] == sorted(it["hour"] for it in found)
    assert [it["source"] for it in usage(agency, source=shop.public_id)] == [shop.public_id]


def in_three_hours(agency: Agency) -> None:
    """Have nine lines, of each of which two batches came in."""
    with within(agency):
        shop = Source.objects.create(client=agency.client, name="Shop", kind="own_system", platform="instagram")
    for number in range(6):
        at = an_hour() - (number % 3) * HOUR
        moved(agency, send(agency, [act(f"{number}-1"), act(f"{number}-2")]), at + timedelta(minutes=number))
        moved(agency, send(agency, [outcome(number)], "outcomes"), at)
        moved(agency, send(agency, [act(number)], source=shop), at)


@pytest.mark.parametrize("limit", [1, 2, 4, 9])
def test_pages_follow_each_other_and_split_no_line(agency: Agency, limit: int) -> None:
    in_three_hours(agency)
    whole = usage(agency)
    assert [counts(it)[:2] for it in whole if it["shape"] == "outcomes"] == [(2, 2)] * 3
    assert sum(it["batches"] for it in whole) == 18
    assert len({(it["hour"], it["source"], it["shape"]) for it in whole}) == len(whole) == 9
    found = pages(agency, f"/v1/usage?limit={limit}")
    assert [len(it) for it in found[:-1]] == [limit] * (len(found) - 1)
    assert list(chain.from_iterable(found)) == whole


def test_pages_keep_what_they_were_narrowed_to(agency: Agency) -> None:
    in_three_hours(agency)
    source, start = agency.source.public_id, (an_hour() - HOUR).isoformat()
    found = usage(agency, source=source, start=start, limit=1)
    assert len(found) == 4
    assert {it["source"] for it in found} == {source}


def test_the_day_does_not_move_on_while_its_pages_are_read(agency: Agency) -> None:
    """Asked for without `start`, it begins a day before now: what comes next may lie before that by then."""
    long_ago = an_hour() - timedelta(hours=30)
    for number in range(3):
        moved(agency, send(agency, [act(number)]), long_ago + number * HOUR)
    asked: dict[str, Any] = {"limit": 1, "start": long_ago.isoformat()}
    following = agency.program().get("/v1/usage", asked).json()["next"]
    [cursor] = parse_qs(urlsplit(following).query)["cursor"]
    assert usage(agency) == []
    assert usage(agency, cursor=cursor) == usage(agency, **asked)[1:]
    assert len(usage(agency, cursor=cursor)) == 2


def test_it_can_be_narrowed_to_a_client(agency: Agency) -> None:
    with within(agency):
        brand = Client.objects.create(name="Another brand")
        theirs = Source.objects.create(client=brand, name="Shop", kind="own_system", platform="instagram")
    send(agency, [act(1)])
    send(agency, [act(1)], source=theirs)
    assert [it["source"] for it in usage(agency, client=brand.public_id)] == [theirs.public_id]
    assert len(usage(agency)) == 2


def test_hours_are_whole(agency: Agency) -> None:
    """Whatever minute is asked for, and in whatever zone; by itself it is the day before `end`."""
    hour = datetime(2026, 3, 1, 10, tzinfo=UTC)
    for number in range(4):
        moved(agency, send(agency, [act(number)]), hour + number * HOUR + timedelta(minutes=30))

    def between(start: str, end: str) -> list[int]:
        return [int(it["hour"][11:13]) for it in usage(agency, start=start, end=end)]

    assert between("2026-03-01T11:00:00Z", "2026-03-01T13:00:00Z") == [11, 12]
    assert between("2026-03-01T11:59:59Z", "2026-03-01T12:00:01Z") == [11, 12]
    assert between("2026-03-01T16:30:00+05:30", "2026-03-01T17:30:00+05:30") == [11]
    assert [it["hour"][:13] for it in usage(agency, end="2026-03-02T11:00:00Z")] == [
        f"2026-03-01T{it}" for it in (11, 12, 13)
    ]
    assert usage(agency) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"start": "2026-03-01T00:00:00Z", "end": "2026-03-08T00:00:01Z"}, "by seven days at most"),
        ({"start": "2026-03-01T00:00:00Z"}, "by seven days at most"),
        ({"start": "2026-03-01T00:00:00Z", "end": "2026-03-01T00:00:00Z"}, "before `end`"),
        ({"start": "2999-01-01T00:00:00Z"}, "before `end`"),
        ({"start": "yesterday"}, "valid date/time"),
        ({"end": "0001-01-01T00:00:00Z"}, "so far away"),
        ({"start": "0001-01-01T00:00:00+14:00", "end": "0001-01-02T00:00:00Z"}, "so far away"),
        ({"end": "9999-12-31T23:59:59Z"}, "so far away"),
        ({"sorce": "src_x"}, "no such parameter"),
        ({"source": "src_00000000000000000000"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(agency: Agency, asked: dict[str, str], said: str) -> None:
    answer = agency.program().get("/v1/usage", asked)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert said in answer.json()["errors"][0]["detail"]


def test_seven_days_can_be_asked_for(agency: Agency) -> None:
    assert usage(agency, start="2026-03-01T00:00:00Z", end="2026-03-08T00:00:00Z") == []


def test_a_mended_row_moves_its_verdict_and_stays_in_its_hour(agency: Agency) -> None:
    moved(agency, send(agency, [act(1), act(2, kind="wink")]), an_hour())
    [before] = usage(agency)
    assert counts(before) == (1, 2, 1, 0, 1, 0)
    [row] = agency.program().get("/v1/quarantine?code=unknown_kind&shape=engagements").json()["results"][1:]
    mended = agency.program().put(f"/v1/quarantine/{row['id']}", json.dumps(act(2)), content_type="application/json")
    assert mended.json()["code"] == "accepted"
    [after] = usage(agency)
    assert after["hour"] == before["hour"]
    assert counts(after) == (1, 2, 2, 0, 0, 0)


def test_a_batch_whose_rows_were_removed_still_counts(agency: Agency) -> None:
    send(agency, [act(1)])
    with within(agency):
        Delivery.objects.update(removed_at=Now())
    assert [counts(it) for it in usage(agency)] == [(1, 1, 1, 0, 0, 0)]


def test_of_a_refused_request_nothing_counts(agency: Agency) -> None:
    assert send(agency, b"[").status_code == 400
    assert usage(agency) == []


def test_it_takes_as_many_queries_for_three_as_for_one(agency: Agency) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            usage(agency)
        return len(queries)

    send(agency, [act(1)])
    of_one = asked()
    moved(agency, send(agency, [act(2)]), an_hour())
    send(agency, [outcome(1)], "outcomes")
    assert (len(usage(agency)), asked()) == (3, of_one)
