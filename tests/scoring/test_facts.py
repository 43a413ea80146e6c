"""Facts of one moment of the database, as features are made of them: what people confirmed, entered and said."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from django.utils import timezone

from ingestion.models import Campaign
from scoring.features.attributes import attributes
from scoring.features.clock import Facts
from scoring.features.matrix import matrix
from scoring.models import EthicsWarning, Review, WarningState
from scoring.selectors import CONFIRMS, confirmed_spans
from scoring.services import facts, reviews
from tenants.models import Client, User
from tests.conftest import Agency, within
from tests.ingestion.doors import act, change, contact_fact, post, send
from tests.ingestion.people import contact_called

LATER = datetime(2100, 1, 1, tzinfo=UTC)
START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def warning(agency: Agency) -> EthicsWarning:
    with within(agency):
        return EthicsWarning.objects.create(
            channel=agency.channel, practice="bought_followers", version=1, window="month", place=24_315,
            start=START, end=END, families={"engagement": 0.001, "profiles": 0.001}, state=WarningState.ACKNOWLEDGED,
        )  # fmt: skip


def spans(agency: Agency, **more: Any) -> list[tuple[Any, ...]]:
    """Return the spans that were confirmed, but for the cast's."""
    with within(agency):
        return [span for span in confirmed_spans(**{"known_before": LATER, **more}) if span[2] == START]


def moments(agency: Agency) -> list[datetime]:
    with within(agency):
        return list(Review.objects.filter(warning__start=START).order_by("id").values_list("created_at", flat=True))


def test_a_span_is_confirmed_from_the_answer_on_until_it_is_taken_back(agency: Agency, warning: EthicsWarning) -> None:
    assert spans(agency) == []
    with within(agency):
        confirm(warning, by=agency.owner)
    (at,) = moments(agency)
    of = (agency.channel.pk, 0, START, END)
    assert spans(agency) == [(*of, at, None)]
    for given in (WarningState.OPEN, WarningState.EXPLAINED):
        with within(agency):
            reviews.answer(warning, given, by=agency.owner, sentence="An advert ran then.")
    with within(agency):
        confirm(warning, by=agency.owner)
    with within(agency):
        reviews.answer(warning, WarningState.RESOLVED, by=agency.owner, sentence="They are gone again.")
    first, opened, _, again, resolved = moments(agency)
    assert spans(agency) == [(*of, first, opened), (*of, again, resolved), (*of, resolved, None)]
    assert spans(agency, known_before=opened) == [(*of, first, None)]


@pytest.mark.parametrize("state", [it for it in WarningState if it not in CONFIRMS])
def test_nothing_but_a_confirmation_sets_acts_aside(
    agency: Agency, warning: EthicsWarning, state: WarningState
) -> None:
    with within(agency):
        reviews.answer(warning, WarningState.OPEN, by=agency.owner, sentence="Looked at anew.")
        if state in reviews.DECIDED:
            reviews.answer(warning, WarningState.ACKNOWLEDGED, by=agency.owner)
        if state != WarningState.OPEN:
            reviews.answer(warning, state, by=agency.owner, sentence="We do not know yet.")
    assert spans(agency) == []


def test_what_is_confirmed_of_a_client_sets_aside_what_was_done_anywhere(
    agency: Agency, warning: EthicsWarning
) -> None:
    there = "2026-03-05T10:00:00Z"
    with within(agency):
        warning.channel, warning.client = None, agency.client
        warning.save()
        confirm(warning, by=agency.owner)
    ((channel, client, *_),) = spans(agency, client_id=agency.client.pk)
    assert (channel, client) == (0, agency.client.pk)
    change(agency, known_at_basis="lagged")
    send(agency, [act(1, occurred_at=there), act(2, occurred_at="2026-04-05T10:00:00Z")])
    found = ada(agency, known(agency))
    assert (found["confirmed_acts"], found["set_aside"]) == (1, 1)


def of_practice(agency: Agency, warning: EthicsWarning, practice: str) -> None:
    """Say that the warning is of a practice of the client's, and that it is so."""
    with within(agency):
        warning.channel, warning.client, warning.practice = None, agency.client, practice
        warning.save()
        confirm(warning, by=agency.owner)


@pytest.mark.parametrize(
    ("practice", "there"), [("engagement_pods", 2), ("automated_engagement", 2), ("own_automation", 0)]
)
def test_what_the_brand_did_by_itself_sets_aside_nothing_that_people_did(
    agency: Agency, warning: EthicsWarning, practice: str, there: int
) -> None:
    of_practice(agency, warning, practice)
    change(agency, known_at_basis="lagged")
    send(agency, [act(n, occurred_at=f"2026-03-0{n}T10:00:00Z") for n in (5, 6)])
    found = ada(agency, known(agency))
    assert (found["confirmed_acts"], found["set_aside"]) == (there, there)


def test_confirmed_giveaway_bait_sets_aside_what_was_done_on_its_posts(agency: Agency, warning: EthicsWarning) -> None:
    change(agency, known_at_basis="lagged")
    win = "Win a mug! Like this post and tag a friend to enter our giveaway."
    published = [
        post(id="win", text=win, published_at="2026-03-02T00:00:00Z"),
        post(id="news", text="Our shop opens at nine.", published_at="2026-03-02T00:00:00Z"),
        post(id="earlier", text=win, published_at="2026-02-02T00:00:00Z"),
    ]
    send(agency, published, "posts")
    of_practice(agency, warning, "giveaway_bait")
    there = [
        act(n, post=on, occurred_at="2026-03-05T10:00:00Z") for n, on in enumerate(("win", "news", "earlier", None))
    ]
    assert send(agency, [*there, act(9, post="win", occurred_at="2026-04-01T00:00:00Z")]).json()["accepted"] == 5
    found = ada(agency, known(agency))
    assert (found["confirmed_acts"], found["set_aside"]) == (1, 1)


def confirm(warning: EthicsWarning, *, by: User) -> None:
    reviews.answer(warning, WarningState.CONFIRMED, by=by, sentence="It was bought.")


def test_a_span_is_of_its_client_and_agency(agency: Agency, other: Agency, warning: EthicsWarning) -> None:
    with within(agency):
        confirm(warning, by=agency.owner)
    assert spans(other) == []
    assert len(spans(agency, client_id=agency.client.pk)) == 1
    assert spans(agency, client_id=0) == []


def ada(agency: Agency, known: Facts, *, gated: bool = True) -> dict[str, Any]:
    with within(agency):
        person = contact_called(agency, "ada").pk
    rows = matrix(known, timezone.now() + timedelta(days=1), gated=gated)
    return rows.row(by_predicate=pl.col("person") == person, named=True)


def known(agency: Agency) -> Facts:
    with within(agency):
        return facts.known(before=LATER, client_id=agency.client.pk)


def test_what_came_in_is_set_aside_confirmed_and_matched(agency: Agency, warning: EthicsWarning) -> None:
    """All of it by the doors: a giveaway, a confirmed span, a text that is pasted, software, and an audience."""
    change(agency, known_at_basis="lagged")
    there, texts = "2026-03-05T10:00:00Z", {"text": "How much is the blue one?"}
    with within(agency):
        Client.objects.filter(pk=agency.client.pk).update(audience_languages=["en"], audience_regions=["GB"])
        Campaign.objects.create(
            client=agency.client, kind="giveaway", name="Mug", starts_at=datetime(2026, 1, 1, tzinfo=UTC),
            ends_at=datetime(2026, 1, 9, tzinfo=UTC), known_at=datetime(2026, 1, 1, tzinfo=UTC), entry_kinds=["like"],
        )  # fmt: skip
        confirm(warning, by=agency.owner)
    send(agency, [post(id="p", published_at="2026-03-01T00:00:00Z")], "posts")
    sent = [
        act(1, kind="like", occurred_at="2026-01-08T23:59:59Z"), act(2, kind="share", post="p", occurred_at=there),
        act(3, occurred_at="2026-04-02T10:00:00Z", **texts), act(4, occurred_at="2026-04-03T10:00:00Z", **texts),
        act(5, automated=True), act(6, direction="peer", target={"handle": "bob"}, words=9),
        act(7, kind="call", direction="two-sided"),
    ]  # fmt: skip
    assert send(agency, sent).json()["accepted"] == len(sent)
    send(agency, [contact_fact(facts={"country": "DE", "plan": "gold"})], "contact-facts")
    found = ada(agency, known(agency))
    aside = [found[f"{why}_acts"] for why in ("conditioned", "confirmed", "copied", "automated")]
    assert (aside, found["set_aside"], found["likes"]) == ([1, 1, 1, 1], 4, 1)
    assert (found["qualified"], found["asks_price"], found["helped"], found["peers"]) == (2, 1, 1, 1)
    assert (found["language_match"], found["region_match"], found["interest_match"]) == (1, 0, 0.5)
    assert (found["met"], found["spoke"], found["wrote"]) == (1, 1, 0)
    open_gate = ada(agency, known(agency), gated=False)
    assert [open_gate[f"{why}_acts"] for why in ("conditioned", "confirmed", "copied", "automated")] == [0, 0, 1, 0]


def test_attributes_are_learnt_from_what_came_in(agency: Agency) -> None:
    rows = [
        contact_fact(id=f"f{n}", who={"handle": f"p{n}"}, facts={"plan": "gold" if n % 3 else "basic", "seats": n})
        for n in range(60)
    ]
    send(agency, [act(n, actor={"handle": f"p{n}"}) for n in range(60)])
    send(agency, rows, "contact-facts")
    there = known(agency)
    found = attributes(there, LATER)
    assert [(it.name, it.levels) for it in found] == [("plan", ("gold", "basic")), ("seats", None)]
    made = matrix(there, LATER, found).filter(pl.col("attribute:plan") >= 0)
    assert made["attribute:plan"].sum() == 20
    assert made["attribute:seats"].sum() == sum(range(60))
