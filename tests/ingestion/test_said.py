"""What frames have beside acts and outcomes: campaigns, posts, what is said of people, of whom a client is for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from ingestion.formats import ladder
from ingestion.models import Campaign, Contact, ContactFact, Post, Source
from ingestion.selectors import frames, said
from tenants.models import Channel, Client
from tests.conftest import Agency, within
from tests.ingestion.doors import act, all_of, campaign, change, contact_fact, post, send

LATER = datetime(2100, 1, 1, tzinfo=UTC)
NASTY = ['say "hi", or\nnot', "\\N", "", "NULL", "1,5", "a\r\nb", "日本 \t x", "'"]


def acts(agency: Agency) -> pl.DataFrame:
    """Return the acts but for the cast's, in the order of their rungs."""
    with within(agency):
        found = frames.acts(known_before=LATER)
        cast = Contact.objects.get(handle__startswith=agency.canary).pk
    return found.filter(pl.col("contact") != cast).sort("rung", "occurred_at")


def campaigns(agency: Agency, **more: Any) -> pl.DataFrame:
    """Return the campaigns but for the cast's, which is of long ago or not known yet."""
    with within(agency):
        found = frames.campaigns(**{"known_before": LATER, **more})
        mine = Campaign.objects.exclude(name__startswith=agency.canary).values_list("starts_at", flat=True)
        return found.filter(pl.col("start").is_in(list(mine)))


def facts(agency: Agency, **more: Any) -> pl.DataFrame:
    with within(agency):
        found = said.facts(**{"known_before": LATER, **more})
    return found.filter(~pl.col("value").str.contains(agency.canary)).sort("name", "at")


def number(code: str) -> int:
    return sum((ord(letter) - 96) * 27**place for letter, place in zip(code, (2, 1, 0), strict=False))


# --- What an act says besides


def test_an_act_has_its_language_what_it_asks_for_and_its_likeness(agency: Agency) -> None:
    texts = ["How much is the blue one?", "HOW MUCH is the blue one", "Habt ihr den blauen Becher noch da?", "Nice"]
    send(agency, [act(n, text=text, occurred_at=f"2026-05-0{n + 1}T10:00:00Z") for n, text in enumerate(texts)])
    found = acts(agency)
    assert found["language"].to_list() == [number("en"), number("en"), number("de"), 0]
    assert found["intent"].to_list() == [1, 1, 2, 0]
    one, again, other, none = found["likeness"].to_list()
    assert one == again != other
    assert none == 0 != one


def test_an_act_between_people_has_to_whom(agency: Agency) -> None:
    send(agency, [act(1, direction="peer", target={"handle": "bob"}), act(2, kind="like")])
    (bob,) = all_of(agency, Contact, "id", handle="bob")
    assert acts(agency)["target"].to_list() == [0, bob]


def test_an_act_has_its_channel_its_post_and_its_kind(agency: Agency) -> None:
    mine = f"{agency.channel.platform}/{agency.channel.handle}"
    sent = [act(1, kind="like", post="p", channel=mine), act(2, kind="comment", post="p"), act(3, kind="share")]
    send(agency, sent)
    found = acts(agency)
    assert found["channel"].to_list() == [agency.channel.pk, 0, 0]
    assert found["kind"].n_unique() == 3
    like, share, comment = found["post"].to_list()
    assert like == comment != 0 == share


# --- Campaigns and posts


def test_a_campaign_has_a_row_for_each_kind_and_post_as_acts_name_them(agency: Agency) -> None:
    change(agency, known_at_basis="lagged")
    row = campaign(posts=["p", "q"], entry_kinds=["follow", "like"], ends_at="2026-06-01T00:00:00Z")
    assert send(agency, [row], "campaigns").json()["accepted"] == 1
    send(agency, [act(1, kind="like", post="p"), act(2, kind="follow"), act(3, kind="comment", post="q")])
    there, done = campaigns(agency), acts(agency)
    found = done.join(there, on="kind").filter((pl.col("post_right") == 0) | (pl.col("post") == pl.col("post_right")))
    assert found["kind"].n_unique() == found.height == 2, "the follow anywhere, the like on its post"
    assert set(there["post"]) - {0} >= set(done["post"]) - {0}
    assert (there["start"][0], there["end"][0]) == (
        datetime(2026, 5, 1, 10, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC),
    )  # fmt: skip


def test_who_tags_a_friend_to_enter_comments_replies_or_mentions(agency: Agency) -> None:
    change(agency, known_at_basis="lagged")
    row = campaign(posts=["p"], entry_kinds=["tag", "comment"], ends_at="2026-06-01T00:00:00Z")
    assert send(agency, [row], "campaigns").json()["accepted"] == 1
    assert str(list(ladder.TAGS_ARE)) == frames.TAGS_ARE, "what is advised is what is set aside"
    kinds = ("comment", "reply", "mention", "like", "share")
    send(agency, [act(number, kind=kind, post="p") for number, kind in enumerate(kinds)])
    there, done = campaigns(agency), acts(agency)
    assert done.join(there, on="kind", how="semi").height == 3
    of_posts = there.filter(pl.col("post") != 0)
    assert of_posts.select("kind", "post").is_duplicated().sum() == 0, "a comment is no two entries"


def test_a_campaign_is_one_of_its_client_from_when_it_is_known(agency: Agency, other: Agency) -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC)
    with within(agency):
        given = Campaign.objects.create(
            client=agency.client, kind="cause", name="By hand", starts_at=start, known_at=start, entry_kinds=["share"]
        )
        elsewhere = Client.objects.create(name="Another brand")
    assert campaigns(agency).select("client", "post").rows() == [(agency.client.pk, 0)]
    assert campaigns(agency)["end"][0].year == 9999, "open"
    assert campaigns(agency, known_before=given.known_at).is_empty()
    assert campaigns(agency, known_before=given.known_at + timedelta(microseconds=1)).height == 1
    assert campaigns(agency, client_id=elsewhere.pk).is_empty()
    with within(other):
        assert frames.campaigns(known_before=LATER).filter(pl.col("start") == start).is_empty()


def test_a_campaign_by_hand_names_posts_of_every_source_of_its_client(agency: Agency) -> None:
    with within(agency):
        second = Source.objects.create(client=agency.client, name="Second", kind="own_system", platform="instagram")
        start = datetime(2026, 5, 1, tzinfo=UTC)
        Campaign.objects.create(
            client=agency.client, kind="giveaway", name="By hand", starts_at=start, known_at=start,
            entry_kinds=["like"], posts=["p"],
        )  # fmt: skip
    send(agency, [act(1, kind="like", post="p")])
    send(agency, [act(1, kind="like", post="p")], source=second)
    assert set(campaigns(agency)["post"]) >= set(acts(agency)["post"])
    assert acts(agency)["post"].n_unique() == 2


def test_posts_are_those_of_some_channels(agency: Agency) -> None:
    with within(agency):
        Channel.objects.create(client=agency.client, platform="instagram", handle="second")
    send(agency, [post(id="p"), post(id="q", channel="instagram/second")], "posts")
    send(agency, [act(1, kind="like", post="p")])
    (known_at,) = all_of(agency, Post, "known_at", ext_id="p")
    with within(agency):
        found = frames.posts(known_before=LATER, channel_ids=[agency.channel.pk])
        assert frames.posts(known_before=LATER, channel_ids=[]).is_empty()
        early = frames.posts(known_before=known_at, channel_ids=[agency.channel.pk])
    assert set(found["channel"]) == {agency.channel.pk}
    assert acts(agency)["post"][0] in found["post"]
    assert acts(agency)["post"][0] not in early["post"]


# --- What is said


def test_what_is_said_is_read_as_it_is(agency: Agency) -> None:
    row = contact_fact(facts={f"f{n}": value for n, value in enumerate(NASTY)} | {"seats": 12, "vip": True})
    assert send(agency, [row], "contact-facts").json()["accepted"] == 1
    found = facts(agency)
    assert found["value"].to_list() == [*NASTY, "12", "true"]
    (stored,) = all_of(agency, ContactFact, name="seats")
    assert set(found["contact"]) == {stored.contact_id}
    assert found.row(-2) == (stored.contact_id, "seats", "12", stored.at, stored.known_at)


def test_what_is_said_is_of_its_client_and_moment_and_of_sources_to_learn_from(agency: Agency, other: Agency) -> None:
    send(agency, [contact_fact()], "contact-facts")
    send(other, [contact_fact(facts={"industry": "theirs"})], "contact-facts")
    (known_at,) = all_of(agency, ContactFact, "known_at", name="industry", value="retail")
    assert facts(agency)["value"].to_list() == ["retail"]
    assert facts(agency, known_before=known_at).is_empty()
    assert facts(agency, client_id=0).is_empty()
    assert facts(agency, learnable=True).is_empty()
    change(agency, may_train=True, legal_basis="Nobody in it exists.")
    assert facts(agency, learnable=True).height == 1
    assert facts(agency).schema == facts(agency, client_id=0).schema


def test_an_audience_is_what_its_client_says(agency: Agency, other: Agency) -> None:
    with within(agency):
        Client.objects.filter(pk=agency.client.pk).update(
            audience_languages=["en", "de"], audience_regions=["GB"], audience_interests=["slow food, tea"]
        )
        found = said.audience(client_id=agency.client.pk)
        assert said.audience(client_id=0).is_empty()
    rows = [("language", "en"), ("language", "de"), ("region", "GB"), ("interest", "slow food, tea")]
    assert found.rows() == [(agency.client.pk, *row) for row in rows]
    with within(other):
        assert agency.client.pk not in said.audience()["client"]


@pytest.mark.parametrize("read", [said.facts, frames.campaigns])
def test_nothing_is_a_frame_as_well(agency: Agency, read: Any) -> None:
    with within(agency):
        nothing = read(known_before=datetime(1990, 1, 1, tzinfo=UTC))
        assert nothing.is_empty()
        assert nothing.schema == read(known_before=LATER).schema
