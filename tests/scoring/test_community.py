"""Whether the people around a brand are a community or an audience, told with intervals."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from scoring.features.clock import INBOUND, OUTBOUND, PEER, TWO_SIDED
from scoring.integrity import counsel, links
from scoring.integrity.check import Result
from scoring.integrity.community import community
from scoring.simulation.agency import agency
from tests.scoring.frames import AS_OF, act, campaign, facts, link

START = AS_OF - timedelta(days=91)
Row = dict[str, Any]


def judged(rows: list[Row], **more: Any) -> Result:
    return community(facts(rows, **more), start=START, end=AS_OF, as_of=AS_OF)


def fans(people: int = 300, *, seed: int = 1) -> list[Row]:
    """A brand with an audience: all speak to the brand, and the brand to some."""
    random = np.random.default_rng(seed)
    rows = []
    for person in range(1, people + 1):
        for ago in random.uniform(0, 91, 1 + random.poisson(3)):
            rows.append(act(3 if random.random() < 0.3 else 1, ago=float(ago), contact=person))
            if random.random() < 0.1:
                rows.append(act(3, ago=float(ago) / 2, contact=person, direction=OUTBOUND))
    return rows


def village(people: int = 300, *, seed: int = 1, talk: float = 6.0, circle: int = 12) -> list[Row]:
    """People who speak to whom they know, in circles and now and then beyond, and mostly get an answer."""
    random = np.random.default_rng(seed)
    rows = []
    for person in range(1, people + 1):
        for ago in random.uniform(1, 91, random.poisson(talk)):
            near = random.random() < 0.8
            first = (person - 1) // circle * circle
            other = int(first + random.integers(1, circle + 1) if near else random.integers(1, people + 1))
            if other == person or other > people:
                continue
            rows.append(act(3, ago=float(ago), contact=person, target=other, direction=PEER))
            if random.random() < 0.7:
                back = float(ago) - random.uniform(0, 1)
                rows.append(act(3, ago=back, contact=other, target=person, direction=PEER))
    return rows


def test_fans_of_a_brand_are_an_audience() -> None:
    result = judged(fans())
    assert (result.answer, result.seen["label"], result.n) == ("not_found", "audience", 300)
    assert (result.effect, result.low, result.high) == (0, 0, 0)
    assert result.seen["chance"] is None
    assert 0 < result.seen["lurkers"]["low"] < result.seen["lurkers"]["high"] < 1


def test_people_who_speak_to_each_other_are_a_community() -> None:
    result = judged(village())
    assert (result.answer, result.seen["label"]) == ("found", "community")
    assert result.low < result.effect < result.high  # type: ignore[operator]
    assert result.seen["peer_share"]["value"] == 1
    assert result.seen["reciprocity"]["low"] > 0.3
    assert result.seen["closure"]["low"] > 0.05
    assert result.seen["remains"]["value"] > 0.9
    assert result.seen["p"] == {"reciprocity": 0.01, "closure": 0.01}


def test_what_is_seen_is_told() -> None:
    told = counsel.of_community(judged(village()))
    assert re.match(r"A community: 0\.\d\d of 1 \(0\.\d\d to 0\.\d\d\), of 300 people in 1[34] weeks\. 100 % \(", told)
    assert re.search(r"; \d\d % of the links are returned \(by chance \d % would be\)\. Without the brand", told)
    fans_told = counsel.of_community(judged(fans()))
    assert fans_told.startswith("An audience: 0.00 of 1")
    assert "returned" not in fans_told
    assert counsel.of_community(judged([act()])) == "200 people are needed; fewer than 10 were there."


def test_fans_among_whom_some_speak_to_each_other_are_mixed() -> None:
    friends = [row | {"contact": row["contact"] + 300, "target": row["target"] + 300} for row in village(100)]
    result = judged([*fans(200), *friends])
    assert result.seen["label"] == "mixed"


def test_words_thrown_at_anybody_are_neither_returned_nor_closed() -> None:
    random = np.random.default_rng(2)
    pairs = random.integers(1, 301, (1500, 2)).tolist()
    rows = [
        act(3, ago=float(random.uniform(0, 90)), contact=one, target=other, direction=PEER)
        for one, other in pairs
        if one != other
    ]
    result = judged(rows)
    for name in ("reciprocity", "closure"):
        assert abs(result.seen[name]["value"]) < 0.03
        assert result.seen["p"][name] > 0.01


def test_nothing_but_words_from_one_to_another_counts_as_speaking_to_each_other() -> None:
    nods = [row | {"rung": 1} for row in village()]
    entries = [row | {"kind": 9} for row in village()]
    assert judged([*fans(), *nods]).effect == 0
    assert judged([*fans(), *entries], campaigns=[campaign(9, ago=92)]).effect == 0
    assert judged([*fans(), *(row | {"automated": True} for row in village())]).effect == 0


def test_accounts_of_one_person_are_no_community() -> None:
    rows = [act(3, ago=0.5 + at % 90, contact=n, target=n + 1000, direction=PEER) for at, n in enumerate(range(1, 251))]
    apart, linked = judged(rows), judged(rows, links=[link(n + 1000, n) for n in range(1, 251)])
    assert apart.n == 500
    assert apart.seen["remains"]["value"] == 2 / 500
    assert linked.n == 250
    assert linked.seen["remains"]["value"] == 0


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (fans(199), "few_people"),
        ([row for row in fans(400) if (AS_OF - row["occurred_at"]).days < 49], "few_weeks"),
        ([], "few_people"),
    ],
)
def test_too_few_people_or_weeks_are_said_and_not_judged(rows: list[Row], why: str) -> None:
    result = judged(rows)
    assert (result.answer, result.why) == ("not_applicable", why)


def test_members_who_are_spoken_to_and_answered_are_told_of_few_too() -> None:
    asked = act(4, contact=1, target=2, direction=PEER, act=1, ago=3)
    answer = act(4, contact=2, target=1, direction=PEER, act=2, reply=1, ago=2)
    found = judged([asked, answer, act(1, contact=3), act(1, contact=4)]).seen
    assert found["members"] == 4
    assert found["received"]["value"] == 0.5
    assert found["answered"]["low"] < found["answered"]["value"] == 0.25 < found["answered"]["high"]
    assert found["peers"] == {"median": 0.5, "median_of_any": 1, "most": 1}


def test_what_is_not_in_the_window_is_not_looked_at() -> None:
    rows = village()
    before = [row | {"occurred_at": row["occurred_at"] - timedelta(days=200)} for row in village(900, seed=5)]
    assert judged(rows).seen == judged([*rows, *before]).seen


def test_no_order_of_rows_changes_anything() -> None:
    given = facts([*fans(), *village()])
    turned = replace(given, acts=given.acts.sample(fraction=1, shuffle=True, seed=4))
    assert community(given, start=START, end=AS_OF, as_of=AS_OF) == community(
        turned, start=START, end=AS_OF, as_of=AS_OF
    )


def test_few_speak_most_and_lurkers_are_told() -> None:
    rows = [act(3, ago=0.5 + n % 80, contact=1 + n % 5) for n in range(800)]
    rows += [act(3, ago=0.5 + n, contact=10 + n) for n in range(20)]
    rows += [act(1, ago=0.5 + n % 80, contact=100 + n) for n in range(300)]
    seen = judged(rows).seen
    assert seen["lurkers"]["value"] == pytest.approx(300 / 325)
    assert seen["top_fifth"]["value"] == pytest.approx(800 / 820)
    assert seen["gini"]["value"] > 0.7


RUNGS = {"like": 1, "follow": 1, "view": 0, "save": 2, "share": 2, "comment": 3, "reply": 3, "direct_message": 4,
         "event_attended": 5, "call": 6, "letter": 7}  # fmt: skip
DIRECTIONS = {"inbound": INBOUND, "outbound": OUTBOUND, "two-sided": TWO_SIDED, "peer": PEER}


def test_simulated_brands_whose_people_help_each_other_now_and_then_have_audiences() -> None:
    """Nobody there comes back to whom they helped."""
    until = AS_OF
    labels = []
    for brand in agency(until=until).brands:
        for channel in brand.channels:
            handles: dict[str, int] = {}
            rows = []
            for it in channel.engagements:
                if it["kind"] not in RUNGS:
                    continue
                who, target = it.get("actor") or it["target"], it.get("target") if "actor" in it else None
                one, other = (handles.setdefault(p["handle"], len(handles) + 1) if p else 0 for p in (who, target))
                at = datetime.fromisoformat(it["occurred_at"])
                rows.append(
                    act(RUNGS[it["kind"]], contact=one, target=other, direction=DIRECTIONS[it["direction"]])
                    | {"occurred_at": at, "known_at": at}
                )
            result = community(facts(rows), start=until - timedelta(days=365), end=until, as_of=until)
            labels.append(result.seen.get("label", result.why))
    assert set(labels) == {"audience", "few_people"}
    assert labels.count("audience") >= 3


def drawn(n: int = 60, m: int = 400, *, seed: int = 0) -> tuple[links.Places, links.Places, int]:
    random = np.random.default_rng(seed)
    pairs = np.unique(random.integers(0, n, (m, 2)), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    return pairs[:, 0], pairs[:, 1], n


@pytest.mark.parametrize("both_ways", [False, True])
def test_by_chance_everybody_has_as_many_links_as_before(both_ways: bool) -> None:
    source, target, n = drawn()
    if both_ways:
        source, target = links.undirected(source, target, n)
    random = np.random.default_rng(1)
    swapped = target
    for _ in range(30):
        numbers = links._numbers(source, swapped, n, both_ways=both_ways)
        assert len(np.unique(numbers)) == len(source)
        assert (source != swapped).all()
        swapped = links._swapped(random, source, swapped, numbers, n, both_ways=both_ways)
    assert (np.bincount(swapped, minlength=n) == np.bincount(target, minlength=n)).all()
    assert (swapped != target).mean() > 0.8


def test_a_network_that_is_drawn_at_random_is_no_more_mutual_or_closed_than_by_chance() -> None:
    source, target, n = drawn(200, 2000)
    one, other = links.undirected(source, target, n)
    back = links.reciprocity_by_chance(source, target, n, draws=99, seed=0)
    closed = links.transitivity_by_chance(one, other, n, draws=99, seed=0)
    assert back.mean() == pytest.approx(links.reciprocity(source, target, n), abs=3 * back.std())
    assert closed.mean() == pytest.approx(links.transitivity(one, other, n), abs=3 * closed.std())
