"""What else a client did at the time of a warning: context, in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scoring.integrity.beside import AFTER, NAMED, NEITHER, Deed, beside

START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)


def said(*deeds: Deed, zone: str = "UTC") -> list[str]:
    return beside(deeds, start=START, end=END, zone=ZoneInfo(zone))


def ran(first: datetime, after: datetime | None, what: str = "order") -> list[str]:
    return said(Deed(what, "Reach Ltd", first, after))


def test_an_order_reads_aloud_and_is_evidence_of_nothing() -> None:
    order = Deed("order", "Reach Ltd", START + 2 * DAY, START + 10 * DAY)
    (sentence,) = said(order)
    assert sentence == (
        "An order with a vendor was running then: “Reach Ltd”, 3 March 2026 to 10 March 2026. That two things happened "
        "at one time is evidence of neither."
    )


@pytest.mark.parametrize("what", NAMED)
def test_whatever_it_was_each_sentence_says_that_it_is_no_evidence(what: str) -> None:
    (sentence,) = ran(START, START + DAY, what)
    assert sentence.startswith(f"{NAMED[what]} was running then: “Reach Ltd”, 1 March 2026. ")
    assert sentence.endswith(NEITHER)


@pytest.mark.parametrize("what", sorted(NAMED))
def test_only_what_overlaps_is_named_and_an_order_fourteen_days_longer(what: str) -> None:
    more = AFTER if what == "order" else 0 * DAY
    long_ago = START - 60 * DAY
    assert ran(END, None, what) == []
    assert ran(END - MOMENT, None, what) != []
    assert ran(long_ago, START - more, what) == []
    assert ran(long_ago, START - more + MOMENT, what) != []


def test_an_order_that_was_over_is_not_said_to_have_run() -> None:
    (sentence,) = ran(START - 9 * DAY, START - 2 * DAY)
    assert sentence.startswith(
        "An order with a vendor had ended up to 14 days before: “Reach Ltd”, 20 February 2026 to 26 February 2026. "
    )


def test_without_an_end_it_runs_on() -> None:
    (sentence,) = ran(START - 400 * DAY, None)
    assert "was running then: “Reach Ltd”, from 25 January 2025 on." in sentence


def test_the_dates_are_the_agency_s() -> None:
    first = datetime(2026, 3, 3, 23, tzinfo=UTC)
    (sentence,) = said(Deed("giveaway", "Mugs", first, first + DAY), zone="Europe/Paris")
    assert "“Mugs”, 4 March 2026." in sentence


def test_they_are_in_order_of_time_however_they_come() -> None:
    deeds = [Deed("paid", name, START + days * DAY, None) for name, days in (("b", 3), ("a", 3), ("c", 1))]
    assert said(*deeds) == said(*reversed(deeds))
    assert [it.split("“")[1][0] for it in said(*deeds)] == ["c", "a", "b"]
