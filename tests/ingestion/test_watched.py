"""What integrity checks read of a client: acts in detail, posts with what came of them, arrivals, the register."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from django.db import connection
from django.utils import timezone

from ingestion.formats import likeness
from ingestion.models import Automation, Campaign, Contact, Engagement
from ingestion.selectors import watched
from tenants.models import Channel, ChannelRole
from tests.conftest import Agency, within
from tests.ingestion.doors import act, all_of, count, post, post_count, send

LATER, LONG_AGO = datetime(2100, 1, 1, tzinfo=UTC), datetime(2020, 6, 1, tzinfo=UTC)


def acts(agency: Agency, **more: Any) -> pl.DataFrame:
    with within(agency):
        values: dict[str, Any] = {"client_id": agency.client.id, "known_before": LATER, "since": LONG_AGO}
        cast = Contact.objects.get(handle="Ours person").pk
        return watched.acts(**values | more).filter(pl.col("contact") != cast)


def posts(agency: Agency, **more: Any) -> list[dict[str, Any]]:
    with within(agency):
        found = watched.posts(known_before=LATER, **{"client_id": agency.client.id, **more})
    of_july = pl.col("published_at") > datetime(2026, 7, 1, tzinfo=UTC)
    return found.filter(of_july).sort("published_at").rows(named=True)


def test_an_act_comes_with_its_signature_and_what_it_is(agency: Agency) -> None:
    texts = {"text": "What a lovely blue mug this is"}
    kinds = ("follow", "unfollow", "connection_request", "email")
    send(agency, [act(1, **texts), *(act(number, kind=kind) for number, kind in enumerate(kinds, 2))])
    (stored,) = all_of(agency, Engagement, ext_id="act-1")
    found = acts(agency)
    (written,) = found.filter(pl.col("words") > 0).rows(named=True)
    assert bytes(written["signature"]) == bytes(stored.likeness) != bytes(likeness.SIZE)
    assert sorted(found.filter(pl.col("words") < 1)["signature"].to_list()) == [[0] * likeness.SIZE] * 4
    flags = ("follows", "unfollows", "invites", "to_many")
    assert [int(found[flag].sum()) for flag in flags] == [1, 1, 1, 1]
    assert found["source"].unique().to_list() == [agency.source.id]
    assert acts(agency, since=datetime(2090, 1, 1, tzinfo=UTC)).is_empty()
    assert acts(agency, client_id=0).is_empty()


def test_nobody_who_is_withheld_is_looked_at(agency: Agency) -> None:
    to_bob = {"direction": "peer", "target": {"handle": "bob"}, "words": 9}
    send(agency, [act(1, actor={"handle": "bob"}), act(2, actor={"handle": "eve"}, **to_bob)])
    with within(agency):
        Contact.objects.filter(handle="bob").update(objected_at=timezone.now())
    (row,) = acts(agency).rows(named=True)
    assert (row["direction"], row["target"]) == (4, 0)


def test_a_post_comes_with_what_it_asked_for_and_what_came_of_it(agency: Agency) -> None:
    send(agency, [
        post(id="plain", published_at="2026-07-01T10:00:00Z", promotion=True, question=False),
        post(id="prize", published_at="2026-07-02T10:00:00Z", prize=True, bait=["like"], entry=True),
        post(id="named", published_at="2026-07-03T10:00:00Z"),
        post(id="of cup", published_at="2026-07-04T10:00:00Z", campaign="cup"),
    ], "posts")  # fmt: skip
    send(agency, [
        post_count(id="1", post="plain", at="2026-07-05T10:00:00Z", likes=3, comments=1),
        post_count(id="2", post="plain", at="2026-07-06T10:00:00Z", likes=7, comments=2),
    ], "post-counts")  # fmt: skip
    with within(agency):
        Campaign.objects.create(
            client=agency.client, kind="giveaway", name="Mug", starts_at=LONG_AGO, known_at=LONG_AGO,
            entry_kinds=["comment"], posts=["named"],
        )  # fmt: skip
        Campaign.objects.create(
            client=agency.client, kind="giveaway", name="Cup", starts_at=LONG_AGO, known_at=LONG_AGO,
            entry_kinds=["comment"], ext_id="cup",
        )  # fmt: skip
    plain, prize, named, of_cup = posts(agency)
    assert (plain["promotion"], plain["question"], plain["giveaway"], plain["bait"]) == (1, 0, False, False)
    assert str(plain["link"]) == str(prize["engaged"]) == "nan"
    assert plain["engaged"] == 9
    assert (prize["bait"], prize["giveaway"], named["giveaway"], of_cup["giveaway"]) == (True, True, True, True)
    with within(agency):
        Channel.objects.update(role=ChannelRole.PROSPECT)
    assert posts(agency) == []
    assert len(posts(agency, channel_id=agency.channel.id)) == 4


def test_who_arrives_arrives_on_the_day_that_ends_when_it_is_counted(agency: Agency) -> None:
    send(agency, [count(at="2026-05-02T00:00:00Z", gained=7, window="day"),
                  count(at="2026-05-03T00:00:00Z", gained=70, window="week")], "audience-counts")  # fmt: skip
    with within(agency):
        found = watched.arrivals(client_id=agency.client.id, known_before=LATER)
    assert found.drop("known_at").rows() == [(agency.channel.id, datetime(2026, 5, 1, 12, tzinfo=UTC), 7)]


def test_the_register_goes_on_where_it_has_no_end(agency: Agency) -> None:
    with within(agency):
        Automation.objects.all().delete()
        Automation.objects.create(
            client=agency.client, what="Welcome", accountable="Somebody", starts_at=LONG_AGO, disclosed=True,
            disclosed_where="bio",
        )  # fmt: skip
        assert watched.automations(client_id=agency.client.id).rows() == [(0, LONG_AGO, watched.FAR_OFF, True)]


def test_causes_come_with_what_is_not_known(agency: Agency) -> None:
    with within(agency):
        Campaign.objects.create(
            client=agency.client, kind="cause", name="Trees", starts_at=LONG_AGO, known_at=LONG_AGO, donation=500,
            currency="GBP",
        )  # fmt: skip
        (row,) = watched.causes(client_id=agency.client.id, known_before=LATER).rows(named=True)
    assert (row["donation"], str(row["promotion"]), row["currency"]) == (500, "nan", "GBP")


def test_months_are_those_of_the_agency_s_clock(agency: Agency) -> None:
    send(agency, [act(1, occurred_at="2026-04-30T23:30:00Z"), act(2, occurred_at="2026-06-10T10:00:00Z")])
    with within(agency):
        values: dict[str, Any] = {"client_id": agency.client.id, "known_before": LATER}
        found = watched.months_of_client(zone="Europe/London", **values)
        in_utc = watched.months_of_client(zone="UTC", **values)
    assert list(found)[-2:] == [date(2026, 5, 1), date(2026, 6, 1)]
    assert found[date(2026, 6, 1)] > datetime(2026, 6, 10, tzinfo=UTC), "when it came in, and not when it was done"
    assert date(2026, 4, 1) in in_utc
    assert date(2026, 4, 1) not in found


def test_posts_and_campaigns_have_months_and_a_prospect_s_are_its_own(agency: Agency) -> None:
    with within(agency):
        creator = Channel.objects.create(
            client=agency.client, platform="instagram", handle="creator", role=ChannelRole.PROSPECT
        )
        start = datetime(2025, 3, 5, tzinfo=UTC)
        Campaign.objects.create(client=agency.client, kind="cause", name="Trees", starts_at=start, known_at=start)
    theirs = post(id="theirs", channel="instagram/creator", published_at="2025-05-10T00:00:00Z")
    send(agency, [post(id="ours", published_at="2025-04-10T00:00:00Z"), theirs], "posts")
    send(agency, [count(channel="instagram/creator", at="2025-06-10T00:00:00Z")], "audience-counts")
    with within(agency):
        values: dict[str, Any] = {"known_before": LATER, "zone": "UTC"}
        of_client = watched.months_of_client(client_id=agency.client.id, **values)
        of_creator = watched.months_of_channel(channel_id=creator.id, **values)
    assert [it.month for it in of_client if it.year == 2025] == [3, 4]
    assert [(it.year, it.month) for it in of_creator] == [(2025, 5), (2025, 6)]


def test_months_are_soon_told_of_acts_that_have_just_come_in(agency: Agency) -> None:
    """Of three thousand people who are new to the planner, each with the acts of all, it took ten seconds."""
    rows = [act(number, actor={"handle": f"new{number}"}) for number in range(3000)]
    assert send(agency, rows).json()["accepted"] == 3000
    with within(agency), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '2s'")
        found = watched.months_of_client(client_id=agency.client.id, known_before=LATER, zone="UTC")
    assert date(2026, 5, 1) in found


def test_levels_are_read_of_one_channel_or_of_all_that_say_how_many_follow(agency: Agency) -> None:
    with within(agency):
        creator = Channel.objects.create(
            client=agency.client, platform="instagram", handle="creator", role=ChannelRole.PROSPECT
        )
        before = watched.levels(known_before=LATER)
    rows = [count(followers=None, gained=7, window="week"), count(channel="instagram/creator", followers=30)]
    send(agency, rows, "audience-counts")
    with within(agency):
        of_all = watched.levels(known_before=LATER).join(before, on=["channel", "at"], how="anti")
        of_one = watched.levels(known_before=LATER, channel_id=agency.channel.id)
        nothing = watched.levels(known_before=LONG_AGO)
    assert of_all.select("channel", "followers").rows() == [(creator.id, 30)]
    assert (7, 2) in of_one.select("gained", "window").rows()
    assert set(of_one["channel"].to_list()) == {agency.channel.id}
    assert nothing.is_empty()
