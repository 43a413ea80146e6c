"""The screen for engagement pods: who acts together again and again, beyond what chance has."""

import json
from collections.abc import Iterable
from datetime import timedelta
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.integrity import pairs
from scoring.integrity.cliques import LEAST_DENSITY, LEAST_SIZE, groups_of
from scoring.integrity.synchrony import Screened, on_members_posts, screen
from tests.scoring.gathered import END, FIRST, START, month, planted, rows

DAY = 24 * 60


def screened(acts: pl.DataFrame) -> Screened:
    return screen(acts, start=START, end=END)


def circle(size: int, *, posts: int = 10, targets: int | None = None) -> list[tuple[int, int, int, float]]:
    """Return acts of all within minutes, on posts of each other, or of so many others; some four posts a day."""
    owners = [1 + it % size if targets is None else 1001 + it % targets for it in range(posts * size)]
    return [
        (who, owner, 1 + number, 60 + number * 367 + who * 0.4)
        for number, owner in enumerate(owners)
        for who in range(1, size + 1)
    ]


def test_those_who_act_together_are_a_group_and_nobody_else() -> None:
    acts, truth = planted()
    found = screened(acts)
    assert set(found.members["contact"]) == truth
    assert found.result.answer == "found"
    assert found.result.seen["groups"] == 2
    assert found.result.low is not None
    assert found.result.high is not None
    assert found.result.effect is not None
    assert found.result.low < found.result.effect < found.result.high
    joint = found.acts.join(found.joint, on=["contact", "place", "occasion"], how="semi")
    assert found.result.effect == joint.height / found.result.n


def test_people_who_act_at_random_are_in_no_group() -> None:
    result = screened(month()).result
    assert (result.answer, result.effect, result.seen["groups"]) == ("not_found", 0, 0)


def test_the_order_of_rows_makes_no_difference() -> None:
    acts, _ = planted()
    one, other = screened(acts), screened(acts.sample(fraction=1, shuffle=True, seed=3))
    assert one.result == other.result
    assert one.members.equals(other.members)
    assert one.joint.equals(other.joint)


def test_nobody_is_named_and_all_of_it_is_json() -> None:
    acts, _ = planted()
    assert str(FIRST)[:6] not in json.dumps(dict(screened(acts).result.seen))


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (rows(*circle(4, posts=2)), "few_posts"),
        (rows(*[it for it in circle(5) if it[0] < 4]), "few_members"),
        (month().with_columns(target=0), "few_posts"),  # the brand's own posts: fans have notifications
        (month().with_columns(pl.col("occurred_at").dt.truncate("1d")), "coarse_times"),
        (month().with_columns(pl.col("occurred_at").dt.truncate("1h")), "coarse_times"),
        (month().clear(), "few_posts"),
    ],
)
def test_what_is_lacking_is_said(made: pl.DataFrame, why: str) -> None:
    result = screened(made).result
    assert (result.answer, result.why) == ("not_applicable", why)


def test_a_window_is_a_week_at_least() -> None:
    result = screen(month(), start=START, end=START + timedelta(days=6)).result
    assert (result.answer, result.why) == ("not_applicable", "short_window")


def test_a_group_has_four_who_were_together_on_posts_of_three_others() -> None:
    assert screened(rows(*circle(5))).result.seen["members"] == 5
    # Of four each two have only two others in common, but for whom they all act on besides.
    assert screened(rows(*circle(4))).result.seen["members"] == 0
    assert screened(rows(*circle(4, targets=3))).result.seen["members"] == 4
    assert screened(rows(*circle(3, targets=3), (9, 1, 1, 5))).result.seen["members"] == 0


def test_who_hurries_to_one_friend_is_no_member() -> None:
    made = circle(6)
    fan = [(99, owner, post, minute + 1) for who, owner, post, minute in made if owner == 1 and who == 2]
    assert 99 not in screened(rows(*made, *fan)).members["contact"]


def test_the_same_within_five_days_is_no_group() -> None:
    made = circle(6)
    for days, members in ((5, 0), (6, 6)):
        some = [(who, owner, post, minute % (days * DAY)) for who, owner, post, minute in made]
        assert screened(rows(*some)).result.seen["members"] == members


def test_who_is_seldom_together_on_what_both_act_on_is_not_linked() -> None:
    """On all posts an hour apart, but for those of every third day."""
    made = [
        (who, owner, post, minute if post % 3 == 0 else 60 + post * 367 + who * 30)
        for who, owner, post, minute in circle(7)
    ]
    assert screened(rows(*made)).result.seen["members"] == 0


def test_what_names_no_post_or_one_of_the_brand_and_software_is_left_out() -> None:
    made = rows(*((who, 2, post, post) for who, post in ((1, 7), (3, 8), (4, 9), (5, 10), (6, 11), (7, 0))))
    acts = made.with_columns(
        direction=pl.Series([4, 4, 1, 4, 4, 4]),
        nature=pl.Series([1, 1, 1, -1, 1, 1]),
        automated=pl.Series([False] * 4 + [True, False]),
    )
    left = on_members_posts(acts, pl.DataFrame({"post": [8], "channel": [1]}))
    assert left["contact"].to_list() == [1]


def test_who_writes_to_each_other_every_day_has_no_posts() -> None:
    """Friends who talk within minutes, all of them with all: as if a day were a post, they would be a group."""
    talk = rows(*circle(8)).with_columns(post=pl.lit(0, pl.Int64), direction=4, nature=1, automated=pl.lit(value=False))
    assert screened(talk).result.answer == "found"
    theirs = on_members_posts(talk, pl.DataFrame({"post": [8], "channel": [1]}))
    assert screened(theirs).result.why == "few_posts"


def test_days_of_a_target_stand_for_posts_that_are_not_named() -> None:
    acts, truth = planted(acts=month(named=False))
    assert set(screened(acts).members["contact"]) == truth


def test_a_crowd_is_left_out_and_makes_no_pairs() -> None:
    """A thousand people within ten minutes, on each of twelve posts of four people."""
    random = np.random.default_rng(1)
    made = [
        (1000 + who, 1 + post % 4, 1 + post, post * DAY * 2 + float(random.uniform(0, 10)))
        for post in range(12)
        for who in range(1000)
    ]
    result = screened(rows(*made)).result
    assert (result.answer, result.seen["crowded"], result.seen["pairs"]) == ("not_found", 12_000, 0)


def test_the_timeline_has_what_lies_within_an_hour() -> None:
    timeline = screened(rows(*circle(6))).result.seen["timeline"]
    assert len(timeline["acts"]) == len(timeline["decoys"]) == 60
    # 60 posts, five others act on each: 24 seconds apart, so ten pairs a post less than two minutes apart.
    assert sum(timeline["acts"]) == 60 * 10
    assert sum(timeline["decoys"]) == 0


acts_of_places = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 4000)), max_size=40)


def timed(rows: list[tuple[int, int, int]]) -> pairs.Timed:
    who, place, second = (np.array([row[at] for row in rows], np.int64) for at in range(3))
    return pairs.Timed(who, place, place, second, np.zeros(len(rows), bool), 7).sorted()


@given(acts_of_places)
def test_every_two_acts_within_ten_minutes_are_met_once(made: list[tuple[int, int, int]]) -> None:
    of = timed(made)
    met = [(a, b) for one, other in pairs.gaps(of) for a, b in zip(one.tolist(), other.tolist(), strict=True)]
    expected = {
        (a, b)
        for a, b in combinations(range(len(made)), 2)
        if of.place[a] == of.place[b] and of.who[a] != of.who[b] and of.second[b] - of.second[a] <= 600
    }
    assert len(met) == len(set(met))
    assert set(met) == expected


def test_parts_part_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    of = timed([(it % 6, it // 10, it % 10) for it in range(200)])
    whole = [it.tolist() for it in next(iter(pairs.gaps(of)))]
    monkeypatch.setattr(pairs, "AT_ONCE", 50)
    parts = list(pairs.gaps(of))
    assert len(parts) > 3
    assert [np.concatenate(it).tolist() for it in zip(*parts, strict=True)] == whole


@given(acts_of_places, st.integers(1, 6))
def test_what_is_left_of_a_crowd_has_no_crowd(made: list[tuple[int, int, int]], crowd: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "CROWD", crowd)
        of = timed(made)
        left = pairs.calm(of)

    def inside(it: pairs.Timed, at: int) -> int:
        return int(
            ((it.place == it.place[at]) & (it.second >= it.second[at]) & (it.second <= it.second[at] + 600)).sum()
        )

    assert all(inside(left, at) <= crowd for at in range(len(left.who)))
    if all(inside(of, at) <= crowd for at in range(len(of.who))):
        assert len(left.who) == len(of.who)


def test_decoys_meet_as_often_as_those_who_act_by_the_clock() -> None:
    """People who greet the same few every morning are together each day, and so they are when their days are turned."""
    made = [
        (who, 1001 + target, 0, 8 * 60 + day * DAY + who + target * 20)
        for day in range(30)
        for who in range(1, 9)
        for target in range(4)
    ]
    result = screened(rows(*made)).result
    assert (result.answer, result.seen["pairs"]) == ("not_found", 0)


links = st.sets(st.tuples(st.integers(0, 14), st.integers(0, 14)).filter(lambda it: it[0] < it[1]), max_size=60)


def grouped(made: Iterable[tuple[int, ...]], people: int = 15) -> list[int]:
    one, other = (np.array([it[at] for it in sorted(made)], np.int64) for at in range(2))
    return list(groups_of(one, other, people).tolist())


@given(links)
def test_of_each_group_half_of_all_pairs_are_linked(made: set[tuple[int, int]]) -> None:
    group = grouped(made)
    for number in set(group) - {-1}:
        members = [it for it, of in enumerate(group) if of == number]
        linked = sum(pair in made for pair in combinations(members, 2))
        assert len(members) >= LEAST_SIZE
        assert linked >= LEAST_DENSITY * len(members) * (len(members) - 1) / 2


def test_groups_with_bridges_between_them_come_apart_and_their_friends_are_none() -> None:
    one, other = list(combinations(range(6), 2)), list(combinations(range(6, 13), 2))
    bridges, friends = [(0, 6), (1, 7), (5, 12)], [(2, 13), (3, 13), (13, 14)]
    assert grouped([*one, *other, *bridges, *friends]) == [0] * 6 + [1] * 7 + [-1, -1]


def test_a_pod_comes_apart_from_the_fans_of_whom_two_are_its_members() -> None:
    for fans in (12, 40, 300):
        fan, pod = range(fans), [0, 1, *range(fans, fans + 8)]
        links = {tuple(sorted(it)) for it in (*combinations(fan, 2), *combinations(pod, 2))}
        group = grouped(links, fans + 10)
        one, other = set(group[2:fans]), set(group[fans : fans + 8])
        assert (len(one), len(other), one & other) == (1, 1, set())  # the two are on either side
        assert group[-2:] == [-1, -1]


def test_a_ring_is_no_group() -> None:
    assert set(grouped([(it, it + 1) for it in range(14)])) == {-1}
