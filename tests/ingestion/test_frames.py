"""Frames: every row as the tables have it, of this agency only, and from before the moment only."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from django.db import transaction
from django.utils import timezone
from psycopg.errors import DivisionByZero

from ingestion.models import Contact, Engagement, IdentityLink, Source
from ingestion.selectors import copying, frames
from tenants import scope
from tenants.errors import TenantRequired
from tenants.models import Client
from tests.conftest import Agency, within
from tests.ingestion.doors import AT, act, all_of, change, count, outcome, profile, send

LATER = datetime(2100, 1, 1, tzinfo=UTC)


def acts(agency: Agency, **more: Any) -> pl.DataFrame:
    with within(agency):
        return frames.acts(**{"known_before": LATER, **more})


def outcomes(agency: Agency, **more: Any) -> pl.DataFrame:
    with within(agency):
        return frames.outcomes(**{"known_before": LATER, **more})


def links(agency: Agency) -> list[tuple[int, int, datetime]]:
    with within(agency):
        return frames.links(known_before=LATER).rows()


def test_an_act_is_as_the_table_has_it(agency: Agency) -> None:
    send(agency, [act(1, text="How much is it?", thread="t", in_reply_to="act-0", post="p", automated=True)])
    (stored,) = all_of(agency, Engagement, ext_id="act-1")
    row = acts(agency).row(by_predicate=pl.col("contact") == stored.contact_id, named=True)
    assert (row["contact"], row["occurred_at"], row["known_at"]) == (
        stored.contact_id, stored.occurred_at, stored.known_at,
    )  # fmt: skip
    assert (row["rung"], row["nature"], row["direction"], row["words"]) == (3, 1, 1, 4)
    assert (row["asks"], row["automated"]) == (True, True)
    assert 0 not in (row["act"], row["thread"], row["reply"])
    assert row["mark"] == 0


def test_what_is_not_known_has_a_value_that_says_so(agency: Agency) -> None:
    send(agency, [act(1, kind="share")])
    send(agency, [outcome(1)], "outcomes")
    (stored,) = all_of(agency, Engagement, ext_id="act-1")
    row = acts(agency).row(by_predicate=pl.col("contact") == stored.contact_id, named=True)
    assert (row["words"], row["asks"], row["thread"], row["reply"], row["mark"]) == (-1, False, 0, 0, 0)
    bought = outcomes(agency).filter(pl.col("kind") == 3).row(0, named=True)
    assert str(bought["value"]) == "nan"
    assert (bought["currency"], bought["refund_of"]) == (0, 0)


@pytest.mark.parametrize(("direction", "number"), [("inbound", 1), ("outbound", 2), ("two-sided", 3), ("peer", 4)])
def test_directions_are_numbers(agency: Agency, direction: str, number: int) -> None:
    send(agency, [act(1, direction=direction, target={"handle": "bob"}, kind="call")])
    assert acts(agency).filter(pl.col("rung") == 6)["direction"].to_list() == [number]


def test_ids_that_are_equal_at_the_source_are_equal_here_and_only_there(agency: Agency) -> None:
    with within(agency):
        other = Source.objects.create(client=agency.client, name="Other", kind="own_system", platform="instagram")
    rows = [act(1, thread="t"), act(2, in_reply_to="act-1", thread="t"), act(3, thread="u")]
    send(agency, rows)
    send(agency, rows, source=other)
    found = acts(agency).filter(pl.col("thread") != 0)
    assert found["thread"].n_unique() == 4
    assert found["act"].n_unique() == 6
    replies = found.filter(pl.col("reply") != 0)
    assert set(replies["reply"]) <= set(found["act"])
    assert replies["reply"].n_unique() == 2


def test_an_unlike_has_the_mark_of_the_like_of_that_post(agency: Agency) -> None:
    kinds = [("like", "p"), ("reaction", "p"), ("unlike", "p"), ("like", "q"), ("follow", None), ("unfollow", None)]
    send(agency, [act(n, kind=kind, post=post) for n, (kind, post) in enumerate(kinds)])
    with within(agency):
        order = dict(Engagement.objects.filter(ext_id__startswith="act-").values_list("ext_id", "kind"))
    assert len(order) == 6
    marks = acts(agency).filter(pl.col("mark") != 0).group_by("mark").agg(pl.len(), pl.col("nature").min())
    assert sorted(marks.select("len", "nature").rows()) == [(1, 1), (2, -1), (3, -1)]


def test_an_unfollow_has_the_mark_of_the_follow_of_that_channel(agency: Agency) -> None:
    mine = f"{agency.channel.platform}/{agency.channel.handle}"
    kinds = [("follow", mine), ("unfollow", mine), ("follow", None), ("follow", None)]
    send(agency, [act(n, kind=kind, channel=channel) for n, (kind, channel) in enumerate(kinds)])
    marks = acts(agency).filter(pl.col("mark") != 0).group_by("mark").agg(pl.len(), pl.col("nature").min())
    assert sorted(marks.select("len", "nature").rows()) == [(2, -1), (2, 1)]


def test_money_and_refunds_are_told(agency: Agency) -> None:
    bought = outcome(1, value=12.5, currency="GBP")
    send(agency, [bought, outcome(2, kind="refund", refund_of="out-1", value=12.5, currency="GBP")], "outcomes")
    found = outcomes(agency).filter(pl.col("value").is_not_nan()).sort("kind")
    assert found["value"].to_list() == [12.5, 12.5]
    assert found["currency"].n_unique() == 1
    assert found["refund_of"][1] == found["outcome"][0] != 0


def test_a_row_is_seen_from_the_moment_after_it_was_known(agency: Agency) -> None:
    (known,) = set(acts(agency)["known_at"])
    assert acts(agency, known_before=known).height == 0
    assert acts(agency, known_before=known + timedelta(microseconds=1)).height == 1
    assert outcomes(agency, known_before=datetime(2020, 1, 1, tzinfo=UTC)).height == 0


def test_moments_are_exact_on_both_sides_of_2000(agency: Agency) -> None:
    moments = [datetime(1997, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), datetime(2020, 2, 29, 23, 59, 59, 999999, tzinfo=UTC)]
    send(agency, [act(n, occurred_at=at.isoformat()) for n, at in enumerate(moments)])
    assert set(moments) <= set(acts(agency)["occurred_at"])


def test_a_client_is_read_alone(agency: Agency) -> None:
    with within(agency):
        other = Client.objects.create(name="Another brand")
        theirs = Source.objects.create(client=other, name="Theirs", kind="own_system", platform="instagram")
    send(agency, [act(1), act(2)], source=theirs)
    send(agency, [outcome(1)], "outcomes", source=theirs)
    assert acts(agency, client_id=other.id).height == 2
    assert outcomes(agency, client_id=other.id).height == 1
    assert acts(agency).height == 3
    with within(agency):
        assert frames.contacts(client_id=other.id)["client"].to_list() == [other.id]
        assert frames.contacts().height == Contact.objects.count() == 2


def test_only_what_may_be_learnt_from_is_learnt_from(agency: Agency) -> None:
    assert acts(agency, learnable=True).height == outcomes(agency, learnable=True).height == 0
    change(agency, may_train=True, legal_basis="Nobody in it exists.")
    assert acts(agency, learnable=True).height == outcomes(agency, learnable=True).height == 1


def test_another_agencys_rows_are_not_read(agency: Agency, other: Agency) -> None:
    send(other, [act(n) for n in range(50)])
    send(other, [act(50, actor={"email": "e@example.org"}), act(51, actor={"handle": "h", "email": "e@example.org"})])
    assert len(links(other)) == 1
    assert acts(agency).height == outcomes(agency).height == 1
    assert links(agency) == []
    with scope.of_nobody(), pytest.raises(TenantRequired):
        frames.contacts()


def test_many_rows_come_in_several_stretches(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "ROWS_AT_ONCE", 7)
    for rows in range(2, 23):  # the cast's one act is there already
        send(agency, [act(rows)])
        found = acts(agency)
        assert found.height == found["act"].n_unique() == rows
    assert len(all_of(agency, Engagement)) == 22
    assert acts(agency, known_before=datetime(1990, 1, 1, tzinfo=UTC)).height == 0


# --- Links


def test_a_link_is_known_from_the_first_row_that_named_both(agency: Agency) -> None:
    change(agency, known_at_basis="lagged", known_after_days=1)
    both = {"handle": "grace", "email": "grace@example.org"}
    send(agency, [act(2, occurred_at="2026-05-10T00:00:00Z", actor=both)])
    send(agency, [act(3, occurred_at="2026-05-09T00:00:00Z", actor={"handle": "grace"})])
    (link,) = all_of(agency, IdentityLink, contact__handle="grace")
    assert link.known_at == datetime(2026, 5, 11, tzinfo=UTC)
    send(agency, [act(4, occurred_at="2026-05-02T00:00:00Z", actor=both), act(5, occurred_at=AT, actor=both)])
    (link,) = all_of(agency, IdentityLink, contact__handle="grace")
    assert link.known_at == datetime(2026, 5, 2, 10, tzinfo=UTC), "a day after the first of May, ten o'clock"


def test_a_link_that_is_known_later_changes_nothing(agency: Agency) -> None:
    both = {"handle": "grace", "email": "grace@example.org"}
    send(agency, [act(1, actor=both)])
    (before,) = all_of(agency, IdentityLink, "known_at", contact__handle="grace")
    send(agency, [act(2, actor=both)])
    assert all_of(agency, IdentityLink, "known_at", contact__handle="grace") == [before]


def test_links_lead_from_the_other_contact_and_only_while_they_hold(agency: Agency) -> None:
    send(agency, [act(1, actor={"email": "grace@example.org"}), act(2, actor={"handle": "grace"})])
    known = {contact.kind: contact.id for contact in all_of(agency, Contact) if "Ours" not in contact.handle}
    assert links(agency) == [], "nobody else goes by the address that the cast's one contact has"
    send(agency, [act(3, actor={"handle": "grace", "email": "grace@example.org"})])
    assert (known["email"], known["handle"]) in [(contact, person) for contact, person, _ in links(agency)]
    with within(agency):
        assert frames.links(known_before=timezone.now() - timedelta(days=9)).height == 0
        IdentityLink.objects.update(ended_at=timezone.now())
    assert links(agency) == []


# --- What integrity checks read


def follow(number: int, at: str, who: str, **more: Any) -> dict[str, Any]:
    return act(f"follow-{number}", **{"kind": "follow", "occurred_at": at, "actor": {"handle": who}, **more})


def followers(agency: Agency, **more: Any) -> list[tuple[datetime, bool]]:
    values = {"client_id": agency.client.id, "platform": "instagram", "within": timedelta(days=14),
              "since": datetime(2020, 1, 1, tzinfo=UTC), "until": LATER, "known_before": LATER}  # fmt: skip
    with within(agency):
        return sorted(frames.followers(**values | more).rows())  # type: ignore[arg-type]


DAY_1, DAY_14, DAY_15 = "2026-05-01T10:00:00Z", "2026-05-15T09:59:59Z", "2026-05-15T10:00:00Z"


@pytest.mark.parametrize(
    ("then", "acted"),
    [
        ({"kind": "like", "occurred_at": DAY_1}, True),
        ({"kind": "comment", "occurred_at": DAY_14}, True),
        ({"kind": "like", "occurred_at": DAY_15}, False),
        ({"kind": "like", "occurred_at": "2026-05-01T09:59:59Z"}, False),  # before following
        ({"kind": "view", "occurred_at": DAY_14}, False),  # a glance
        ({"kind": "follow", "occurred_at": DAY_14}, False),
        ({"kind": "unfollow", "occurred_at": DAY_14}, False),
        ({"kind": "block", "occurred_at": DAY_14}, False),
        ({"kind": "like", "occurred_at": DAY_14, "automated": True}, False),
        ({"kind": "call", "occurred_at": DAY_14, "direction": "two-sided"}, True),
        ({"kind": "comment", "occurred_at": DAY_14, "direction": "outbound", "target": {"handle": "ada"},
          "actor": None}, False),
    ],
)  # fmt: skip
def test_a_follower_acts_who_does_something_else_soon(agency: Agency, then: dict[str, Any], acted: bool) -> None:
    send(agency, [follow(1, DAY_1, "ada"), act("then", **{"actor": {"handle": "ada"}, **then})])
    assert followers(agency) == [(datetime(2026, 5, 1, 10, tzinfo=UTC), acted)]


def test_followers_are_those_of_the_time_the_platform_and_the_client(agency: Agency) -> None:
    elsewhere = {"actor": {"handle": "eve", "platform": "tiktok"}}
    send(agency, [follow(1, DAY_1, "ada"), follow(2, DAY_15, "ada"), follow(3, DAY_14, "bob"),
                  {**follow(4, DAY_1, "eve"), **elsewhere}, act(5)])  # fmt: skip
    assert [at.day for at, _ in followers(agency)] == [1, 15], "of one who came twice the first time"
    assert [at.day for at, _ in followers(agency, since=datetime(2026, 5, 2, tzinfo=UTC))] == [15]
    assert [at.day for at, _ in followers(agency, until=datetime(2026, 5, 2, tzinfo=UTC))] == [1]
    assert len(followers(agency, platform="tiktok")) == 1
    assert followers(agency, client_id=0) == []
    assert followers(agency, known_before=datetime(2026, 1, 1, tzinfo=UTC)) == []


def test_somebody_acts_by_whichever_of_their_accounts(agency: Agency) -> None:
    """Followed by number, liked by handle: a row that named both links them."""
    both = {"actor": {"external_id": "17841", "handle": "ada"}}
    send(agency, [follow(1, DAY_1, "x", **both), act("then", kind="like", occurred_at=DAY_14, actor={"handle": "ada"})])
    assert followers(agency) == [(datetime(2026, 5, 1, 10, tzinfo=UTC), True)]
    with within(agency):
        IdentityLink.objects.update(ended_at=timezone.now())
    assert followers(agency) == [(datetime(2026, 5, 1, 10, tzinfo=UTC), False)]


def test_declared_software_is_no_follower(agency: Agency) -> None:
    send(agency, [follow(1, DAY_1, "ada", automated=True)])
    assert followers(agency) == []


def test_acts_are_known_until_the_last_that_is_no_follow(agency: Agency) -> None:
    def until(**more: Any) -> datetime | None:
        values = {"client_id": agency.client.id, "platform": "instagram", "known_before": LATER}
        with within(agency):
            return frames.acts_until(**values | more)  # type: ignore[arg-type]

    later = [follow(2, "2026-05-20T10:00:00Z", "ada"), act(3, kind="view", occurred_at="2026-05-21T10:00:00Z")]
    send(agency, [act(1, kind="like", occurred_at=DAY_14), *later])
    assert until() == datetime(2026, 5, 15, 9, 59, 59, tzinfo=UTC)
    assert until(platform="tiktok") is None
    assert until(client_id=0) is None
    assert until(known_before=datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_what_was_known_later_makes_nobody_act(agency: Agency) -> None:
    change(agency, known_at_basis="stated")
    send(agency, [follow(1, DAY_1, "ada", known_at=DAY_1),
                  act("then", kind="like", occurred_at=DAY_14, known_at="2026-06-01T00:00:00Z")])  # fmt: skip
    assert followers(agency, known_before=datetime(2026, 5, 20, tzinfo=UTC)) == [
        (datetime(2026, 5, 1, 10, tzinfo=UTC), False)
    ]
    assert followers(agency)[0][1] is True


def test_gains_are_read_and_levels_are_not(agency: Agency) -> None:
    send(agency, [count(gained=7, lost=2, window="week"), count(at=DAY_14), count(at=DAY_15, lost=2, window="day",
                  followers=None)], "audience-counts")  # fmt: skip
    with within(agency):
        (row,) = frames.gains(known_before=LATER).rows(named=True)
        assert frames.gains(known_before=row["known_at"]).is_empty()
    assert (row["channel"], row["gained"], row["window"]) == (agency.channel.id, 7, 2)
    assert row["at"] == datetime(2026, 5, 1, 10, tzinfo=UTC)


def test_profiles_are_read_with_what_is_not_known(agency: Agency) -> None:
    rows = [
        profile(number=7, followers=3, has_avatar=False, digit_share=0.25),
        profile(number=8, posts=0, followers=None),
    ]
    send(agency, rows, "profile-samples")
    with within(agency):
        found = frames.profiles(channel_id=agency.channel.id, known_before=LATER)
        assert frames.profiles(channel_id=0, known_before=LATER).is_empty()
        assert frames.profiles(channel_id=agency.channel.id, known_before=datetime(2026, 1, 1, tzinfo=UTC)).is_empty()
    of_sample = found.filter(pl.col("cohort_from") == datetime(2026, 3, 1, tzinfo=UTC))
    said = of_sample.select("followers", "posts", "has_avatar", "digit_share", "bio_length").fill_nan(None).rows()
    assert sorted(said, key=str) == [(3.0, None, 0.0, 0.25, None), (None, 0.0, None, None, None)]


def test_what_went_wrong_in_the_middle_of_a_frame_is_said(agency: Agency) -> None:
    broken = copying.Frame({"n": ("1000 / (5000 - n)", copying.NUMBER)}, "generate_series(1::bigint, 10000) n")
    with within(agency):
        with pytest.raises(DivisionByZero), transaction.atomic():
            copying.read(broken, {})
        assert frames.contacts().height, "the connection can be used"
