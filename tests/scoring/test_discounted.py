"""Facts discount by themselves: what is set aside counts for nothing, and is shown."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.features.catalog import NAMES_IN_ORDER
from scoring.features.clock import NEGATIVE, OUTBOUND, PEER, TWO_SIDED, UNDO, Facts, as_known
from scoring.features.discounted import with_aside
from scoring.features.matrix import matrix
from scoring.learning.scoring import score
from scoring.learning.words import sentence
from tests.scoring.fits import told
from tests.scoring.frames import AS_OF, BRAND, act, campaign, confirmed, facts, known_before, link, on_channel

LIKE, FOLLOW = 1, 2  # as kinds are numbered here
DISCOUNTED = ("copied_acts", "confirmed_acts", "conditioned_acts", "automated_acts")


def row(*args: Any, gated: bool = True, **more: Any) -> dict[str, Any]:
    return matrix(facts(*args, **more), AS_OF, gated=gated).filter(pl.col("person") == 1).row(0, named=True)


def aside(*args: Any, **more: Any) -> dict[str, int]:
    """Return what is set aside, by reason."""
    found = row(*args, **more)
    counted = {name: int(found[name]) for name in DISCOUNTED if found[name]}
    assert found["set_aside"] == sum(counted.values())
    return counted


# --- The price of a campaign


@pytest.mark.parametrize(
    ("more", "conditioned"),
    [
        ({"ago": 10}, True),  # the start is in it
        ({"ago": 5}, False),  # and the end is not
        ({"ago": 5.001}, True),
        ({"ago": 10.001}, False),
        ({"kind": FOLLOW}, False),
        ({"direction": TWO_SIDED}, True),
        ({"direction": PEER}, True),
        ({"direction": OUTBOUND}, False),
        ({"nature": NEGATIVE}, False),
    ],
)
def test_an_act_of_its_kinds_in_its_window_is_the_price_of_a_campaign(more: dict[str, Any], conditioned: bool) -> None:
    entered = act(1, **{"ago": 7, "kind": LIKE, **more})
    assert aside([entered], campaigns=[campaign(LIKE, ago=10, until=5)]) == (
        {"conditioned_acts": 1} if conditioned else {}
    )


def test_a_campaign_that_names_posts_is_about_those_alone() -> None:
    entered = [act(1, ago=7, kind=LIKE, post=post) for post in (1, 2, 3, 0)]
    on_two = [campaign(LIKE, post=post) for post in (1, 2)]
    assert aside(entered, campaigns=on_two) == {"conditioned_acts": 2}
    assert aside(entered, campaigns=[campaign(LIKE)]) == {"conditioned_acts": 4}


def test_campaigns_may_overlap_and_are_each_clients_own() -> None:
    long, short = campaign(LIKE, ago=90, until=10), campaign(LIKE, ago=80, until=70)
    for there in ([long, short], [short, long], [long, short, campaign(LIKE, ago=80, until=79)]):
        assert aside([act(1, ago=20, kind=LIKE), act(1, ago=9, kind=LIKE)], campaigns=there) == {"conditioned_acts": 1}
    assert aside([act(1, ago=20, kind=LIKE)], campaigns=[{**long, "client": 2}]) == {}


def test_a_campaign_counts_from_the_moment_after_it_was_known() -> None:
    entered, told = [act(1, ago=7, kind=LIKE)], campaign(LIKE, known_at=AS_OF)
    assert aside(entered, campaigns=[told]) == {}
    assert aside(entered, campaigns=[{**told, "known_at": AS_OF - timedelta(microseconds=1)}]) == {
        "conditioned_acts": 1
    }


# --- Copies of a text


def test_of_equal_texts_the_first_counts() -> None:
    texts = [act(3, ago=ago, likeness=5, act=int(ago)) for ago in (3, 2, 1)]
    for order in (texts, texts[::-1]):
        found = row(order)
        assert (found["copied_acts"], found["qualified"], found["recency"]) == (2, 1, 3)
    assert aside([*texts, act(3, likeness=6), act(3, likeness=0), act(3, likeness=0)]) == {"copied_acts": 2}
    assert aside([texts[0], {**texts[1], "contact": 2}]) == {}, "somebody else said it too"


def test_at_equal_moments_the_lowest_id_counts() -> None:
    texts = [act(3, likeness=5, act=number, words=number) for number in (7, 4, 9)]
    found = row(texts)
    assert (found["copied_acts"], found["longest_turn"]) == (2, 4)


def test_a_text_that_was_taken_back_is_no_first() -> None:
    gone = act(0, ago=2, nature=UNDO, reply=11)
    assert aside([act(3, ago=3, likeness=5, act=11), gone, act(3, ago=1, likeness=5, act=12)]) == {}


def test_a_text_is_the_same_by_whichever_account() -> None:
    texts = [act(3, ago=3, likeness=5, act=1), act(3, ago=2, likeness=5, act=2, contact=2)]
    assert aside(texts, [], [link(2, 1)]) == {"copied_acts": 1}


# --- What a person confirmed


def test_acts_on_a_channel_in_a_confirmed_span_are_set_aside() -> None:
    there = [act(1, ago=15, channel=1), act(1, ago=15, channel=2), act(1, ago=25, channel=1), act(1, ago=15)]
    assert aside(there, confirmed=[confirmed(1)]) == {"confirmed_acts": 1}
    assert aside(there, confirmed=[]) == {}


def test_of_a_client_all_acts_in_a_confirmed_span_are_set_aside_or_those_on_one_post() -> None:
    there = [act(1, ago=15, post=5), act(1, ago=15, post=6), act(1, ago=15), act(1, ago=25, post=5)]
    assert aside(there, confirmed=[confirmed(0, client=BRAND)]) == {"confirmed_acts": 3}
    assert aside(there, confirmed=[confirmed(0, client=BRAND, post=5)]) == {"confirmed_acts": 1}
    assert aside(there, confirmed=[confirmed(0, client=BRAND + 1, post=5)]) == {}


def test_the_channel_may_be_that_of_the_post() -> None:
    there = [act(1, ago=15, post=5), act(1, ago=15, post=6), act(1, ago=15, post=5, channel=2)]
    posts = [on_channel(5, 1), on_channel(6, 2)]
    assert aside(there, confirmed=[confirmed(1)], posts=posts) == {"confirmed_acts": 1}
    assert aside(there, confirmed=[confirmed(1)], posts=[on_channel(5, 1, ago=0)]) == {}, "not known by then"


@pytest.mark.parametrize(
    ("known", "back", "counts"), [(5, None, False), (0, None, True), (5, 2, True), (5, 0, False), (5, -3, False)]
)
def test_suspicion_discounts_from_when_it_is_confirmed_until_it_is_taken_back(
    known: float, back: float | None, counts: bool
) -> None:
    found = aside([act(1, ago=15, channel=1)], confirmed=[confirmed(known=known, back=back)])
    assert found == ({} if counts else {"confirmed_acts": 1})


# --- What follows


def every_reason() -> dict[str, Any]:
    acts = [
        act(3, ago=15, channel=1, words=20, intent=7, language=9, thread=1), act(7, ago=15, kind=LIKE),
        act(6, automated=True), act(3, ago=30, likeness=5, act=1, words=4), act(3, ago=3, likeness=5, act=2, words=50),
        act(3, ago=4, direction=PEER, automated=True),
    ]  # fmt: skip
    return {"acts": acts, "campaigns": [campaign(LIKE, ago=20)], "confirmed": [confirmed(1)]}


def test_what_is_set_aside_counts_in_no_other_feature() -> None:
    found, alone = row(**every_reason()), row([act(3, ago=30, likeness=5, act=1, words=4)])
    others = [name for name in NAMES_IN_ORDER if name not in DISCOUNTED]
    assert {name: found[name] for name in others} == {name: alone[name] for name in others}
    assert [found[name] for name in DISCOUNTED] == [1, 1, 1, 2]
    assert (found["stage"], found["own_acts"]) == ("acquaintance", 1)


def test_an_act_has_one_reason_and_declared_software_is_the_first() -> None:
    acts = [act(1, ago=15, channel=1, kind=LIKE, automated=True), act(1, ago=15, channel=1, kind=LIKE)]
    both: dict[str, Any] = {"campaigns": [campaign(LIKE, ago=20)], "confirmed": [confirmed(1)]}
    assert aside(acts, **both) == {"automated_acts": 1, "conditioned_acts": 1}


def test_without_the_gate_all_but_copies_counts() -> None:
    found = row(**every_reason(), gated=False)
    assert [found[name] for name in DISCOUNTED] == [1, 0, 0, 0]
    assert (found["met"], found["qualified"], found["asks_price"], found["helped"]) == (2, 4, 1, 1)


def test_likes_are_told_as_a_platform_counts_them() -> None:
    likes = [act(1, ago=15, kind=LIKE), act(1, automated=True), act(1), act(1, ago=366), act(2), act(1, direction=PEER)]
    found = row(likes, campaigns=[campaign(LIKE, ago=20)])
    assert (found["likes"], found["set_aside"]) == (3, 2)


def test_whoever_did_only_what_is_set_aside_is_there_all_the_same() -> None:
    assert row([act(3, automated=True)])["stage"] == "stranger"


def test_discounts_say_what_counts_for_nothing() -> None:
    acts = [act(1, ago=7 + n / 10, kind=LIKE) for n in range(3)]
    found = score(matrix(facts(acts, campaigns=[campaign(LIKE)]), AS_OF), None)
    assert told(found, "discounts") == [[["conditioned", 3]]]
    assert sentence(told(found, "discounts")[0][0]) == "3 acts that were the price of taking part count for nothing"
    assert [sentence([code, 1]) for code in ("copied", "confirmed")] == [
        "1 act with a text of theirs used before counts for nothing",
        "1 act in a period confirmed as inauthentic counts for nothing",
    ]


# --- Properties, on few days and few things, where much meets

ONE_OR_TWO, UP_TO_TWO, LATE_OR_NOT = st.integers(1, 2), st.integers(0, 2), st.integers(-5, 5)


@st.composite
def gates(draw: st.DrawFn) -> Facts:
    acts = [
        act(1, ago=draw(st.integers(1, 30)) + 0.5, known_at=AS_OF - timedelta(hours=1), act=number,
            contact=draw(ONE_OR_TWO), kind=draw(ONE_OR_TWO), channel=draw(st.integers(0, 1)), post=draw(UP_TO_TWO),
            likeness=draw(UP_TO_TWO))
        for number in range(1, draw(st.integers(2, 9)))
    ]  # fmt: skip
    campaigns, spans = [], []
    for _ in range(draw(UP_TO_TWO)):
        ago, known_at = draw(st.integers(0, 40)), AS_OF - timedelta(days=draw(LATE_OR_NOT))
        until = ago - draw(st.integers(1, 40))
        campaigns.append(campaign(draw(ONE_OR_TWO), ago=ago, until=until, post=draw(UP_TO_TWO), known_at=known_at))
    for _ in range(draw(UP_TO_TWO)):
        ago, known = draw(st.integers(0, 40)), draw(LATE_OR_NOT)
        back = draw(st.none() | st.integers(-6, known))
        of = draw(st.sampled_from([{"channel": 1}, {"channel": 0, "client": BRAND, "post": 1}]))
        spans.append(confirmed(**of, ago=ago, until=ago - draw(st.integers(1, 40)), known=known, back=back))
    posts = [on_channel(post, draw(ONE_OR_TWO), ago=draw(LATE_OR_NOT)) for post in (1, 1, 2)]
    return facts(acts, [], [link(2, 1, ago=draw(LATE_OR_NOT))], campaigns=campaigns, confirmed=spans, posts=posts)


def why(given_: Facts) -> dict[int, int]:
    """Return of each act why it is set aside."""
    known = as_known(given_, AS_OF)
    return dict(with_aside(known.acts, known, gated=True).select("act", "aside").iter_rows())


@settings(max_examples=120)
@given(gates())
def test_what_becomes_known_later_sets_nothing_aside_and_keeps_nothing(given_: Facts) -> None:
    assert why(given_) == why(known_before(given_, AS_OF))


@settings(max_examples=50)
@given(gates())
def test_in_whatever_order_the_same_is_set_aside(given_: Facts) -> None:
    other = Facts(**{frame.name: getattr(given_, frame.name).reverse() for frame in fields(Facts)})
    assert why(other) == why(given_)
